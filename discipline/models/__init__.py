"""The legal record of discipline."""

from .behaviors import Behavior
from .codes import INCIDENT_LOCATIONS, LawEnforcement, RemovalKind, Response
from .incidents import Incident, Involvement
from .referrals import Referral, ReferralStatus
from .removals import Removal, RemovalChange

__all__ = [
    "INCIDENT_LOCATIONS",
    "Behavior",
    "Incident",
    "Involvement",
    "LawEnforcement",
    "Referral",
    "ReferralStatus",
    "Removal",
    "RemovalChange",
    "RemovalKind",
    "Response",
]
