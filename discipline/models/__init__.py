"""The legal record of discipline."""

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
from .idea import (
    ClockSettings,
    ManifestationDetermination,
    PatternReview,
    RemovalTerms,
    RemovalTermsChange,
)
from .incidents import FamilyContact, Incident, Involvement, OtherPerson
from .linking import IncidentLink, IncidentMerge
from .matrix import MATRIX_RESPONSES, OutsideMatrix, ResponseCell, ResponseMatrix
from .referrals import Referral, ReferralResponse, ReferralStatus
from .removals import Removal, RemovalChange, ServedDay
from .rules import LOCAL, AdoptedPack, DistrictRule, RuleDecision, RuleSignOff, RuleVersion

__all__ = [
    "DRAFT_LIFE",
    "INCIDENT_LOCATIONS",
    "LOCAL",
    "MATRIX_RESPONSES",
    "OTHER_RESPONSES",
    "RESTORATIVE_RESPONSES",
    "SUPPORT_RESPONSES",
    "AdoptedPack",
    "Behavior",
    "ClockSettings",
    "ContactWay",
    "DistrictRule",
    "FamilyContact",
    "Incident",
    "IncidentLink",
    "IncidentMerge",
    "Involvement",
    "LawEnforcement",
    "LengthDifference",
    "ManifestationDetermination",
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
    "RuleDecision",
    "RuleSignOff",
    "RuleVersion",
    "ServedDay",
    "TriedFirst",
]
