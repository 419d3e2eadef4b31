"""The legal record of discipline."""

from .appeals import Appeal, AppealStatus
from .behaviors import Behavior
from .codes import (
    INCIDENT_LOCATIONS,
    OTHER_RESPONSES,
    RESTORATIVE_RESPONSES,
    SUPPORT_RESPONSES,
    ContactWay,
    LawEnforcement,
    LengthDifference,
    RemovalKind,
    Response,
    TriedFirst,
)
from .drafts import DRAFT_LIFE, ReferralDraft
from .due_process import DueProcessChange, DueProcessStep, HibCase
from .families import (
    FamilyLink,
    FamilyRequest,
    FamilyRequestStatus,
    SentHome,
    SentHomeStatus,
)
from .idea import (
    ClockSettings,
    ManifestationDetermination,
    PatternReview,
    RemovalTerms,
    RemovalTermsChange,
)
from .incidents import FamilyContact, Incident, Involvement, OtherPerson
from .letters import (
    Letter,
    LetterKind,
    LetterLanguage,
    LetterReview,
    LetterStatus,
    LetterTemplate,
    LetterVersion,
)
from .linking import IncidentLink, IncidentMerge
from .matrix import MATRIX_RESPONSES, OutsideMatrix, ResponseCell, ResponseMatrix
from .offers import OfferAnswer, OfferedTo, RestorativeOffer, WhyNotOffered
from .referrals import Referral, ReferralResponse, ReferralStatus
from .removals import ChangeKind, Removal, RemovalChange, ServedDay
from .rules import LOCAL, AdoptedPack, DistrictRule, RuleDecision, RuleSignOff, RuleVersion
from .thresholds import Threshold, ThresholdTask

__all__ = [
    "DRAFT_LIFE",
    "INCIDENT_LOCATIONS",
    "LOCAL",
    "MATRIX_RESPONSES",
    "OTHER_RESPONSES",
    "RESTORATIVE_RESPONSES",
    "SUPPORT_RESPONSES",
    "AdoptedPack",
    "Appeal",
    "AppealStatus",
    "Behavior",
    "ChangeKind",
    "ClockSettings",
    "ContactWay",
    "DistrictRule",
    "DueProcessChange",
    "DueProcessStep",
    "FamilyContact",
    "FamilyLink",
    "FamilyRequest",
    "FamilyRequestStatus",
    "HibCase",
    "Incident",
    "IncidentLink",
    "IncidentMerge",
    "Involvement",
    "LawEnforcement",
    "LengthDifference",
    "Letter",
    "LetterKind",
    "LetterLanguage",
    "LetterReview",
    "LetterStatus",
    "LetterTemplate",
    "LetterVersion",
    "ManifestationDetermination",
    "OfferAnswer",
    "OfferedTo",
    "OtherPerson",
    "OutsideMatrix",
    "PatternReview",
    "Referral",
    "ReferralDraft",
    "ReferralResponse",
    "ReferralStatus",
    "Removal",
    "RemovalChange",
    "RemovalKind",
    "RemovalTerms",
    "RemovalTermsChange",
    "Response",
    "ResponseCell",
    "ResponseMatrix",
    "RestorativeOffer",
    "RuleDecision",
    "RuleSignOff",
    "RuleVersion",
    "SentHome",
    "SentHomeStatus",
    "ServedDay",
    "Threshold",
    "ThresholdTask",
    "TriedFirst",
    "WhyNotOffered",
]
