"""The collections of the discipline record; that of the code of conduct stands in `api/conduct.py`."""

from .families import FamilyLinkCollection, FamilyRequestCollection, SentHomeCollection
from .incidents import IncidentCollection
from .letters import LetterCollection, LetterTemplateCollection
from .referrals import REFERRAL_READERS, ReferralCollection
from .removals import RemovalCollection, SuspensionCollection
from .rules import RuleCollection

__all__ = [
    "REFERRAL_READERS",
    "FamilyLinkCollection",
    "FamilyRequestCollection",
    "IncidentCollection",
    "LetterCollection",
    "LetterTemplateCollection",
    "ReferralCollection",
    "RemovalCollection",
    "RuleCollection",
    "SentHomeCollection",
    "SuspensionCollection",
]
