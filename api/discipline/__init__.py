"""The collections of the discipline record; that of the code of conduct stands in `api/conduct.py`."""

from .incidents import IncidentCollection
from .letters import LetterCollection, LetterTemplateCollection
from .referrals import REFERRAL_READERS, ReferralCollection
from .removals import RemovalCollection, SuspensionCollection
from .rules import RuleCollection

__all__ = [
    "REFERRAL_READERS",
    "IncidentCollection",
    "LetterCollection",
    "LetterTemplateCollection",
    "ReferralCollection",
    "RemovalCollection",
    "RuleCollection",
    "SuspensionCollection",
]
