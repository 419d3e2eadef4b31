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
from .incidents import FamilyContact, Incident, Involvement, OtherPerson
from .linking import IncidentLink, IncidentMerge
from .referrals import Referral, ReferralResponse, ReferralStatus
from .removals import Removal, RemovalChange, ServedDay

__all__ = [
    "DRAFT_LIFE",
    "INCIDENT_LOCATIONS",
    "OTHER_RESPONSES",
    "RESTORATIVE_RESPONSES",
    "SUPPORT_RESPONSES",
    "Behavior",
    "ContactWay",
    "FamilyContact",
    "Incident",
    "IncidentLink",
    "IncidentMerge",
    "Involvement",
    "LawEnforcement",
    "LengthDifference",
    "OtherPerson",
    "Referral",
    "ReferralDraft",
    "ReferralResponse",
    "ReferralStatus",
    "Removal",
    "RemovalChange",
    "RemovalKind",
    "Response",
    "ServedDay",
    "TriedFirst",
]
