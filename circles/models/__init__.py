"""The records of restorative circles."""

from .agreements import AgreementTerm, Assent, CircleAgreement, FollowUp, FollowUpRule, TermUpdate
from .circles import Circle, CircleKeeper, CircleStatus, Screening
from .class_circles import ClassCircle
from .notes import CaseNote
from .participants import CircleConsent, CircleParticipant
from .practices import PracticeRule, terms_by_practice, terms_of, with_names, without_names

__all__ = [
    "AgreementTerm",
    "Assent",
    "CaseNote",
    "Circle",
    "CircleAgreement",
    "CircleConsent",
    "CircleKeeper",
    "CircleParticipant",
    "CircleStatus",
    "ClassCircle",
    "FollowUp",
    "FollowUpRule",
    "PracticeRule",
    "Screening",
    "TermUpdate",
    "terms_by_practice",
    "terms_of",
    "with_names",
    "without_names",
]
