"""The records of restorative circles."""

from .agreements import AgreementTerm, Assent, CircleAgreement, FollowUp, FollowUpRule, TermUpdate
from .circles import Circle, CircleKeeper, CircleStatus, Screening
from .class_circles import ClassCircle
from .notes import CaseNote
from .participants import CircleConsent, CircleParticipant
from .practices import PracticeRule, terms_by_practice, terms_of, with_names, without_names
from .voices import SurveyBatch, SurveyPile, SurveyRelease, VoiceLink, Worksheet
from .welcome_back import CheckIn, PlanItem, WelcomePlan

__all__ = [
    "AgreementTerm",
    "Assent",
    "CaseNote",
    "CheckIn",
    "Circle",
    "CircleAgreement",
    "CircleConsent",
    "CircleKeeper",
    "CircleParticipant",
    "CircleStatus",
    "ClassCircle",
    "FollowUp",
    "FollowUpRule",
    "PlanItem",
    "PracticeRule",
    "Screening",
    "SurveyBatch",
    "SurveyPile",
    "SurveyRelease",
    "TermUpdate",
    "VoiceLink",
    "WelcomePlan",
    "Worksheet",
    "terms_by_practice",
    "terms_of",
    "with_names",
    "without_names",
]
