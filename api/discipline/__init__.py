"""The collections of the discipline record; that of the code of conduct stands in `api/conduct.py`."""

from .families import FamilyLinkCollection, FamilyRequestCollection, SentHomeCollection
from .idea import DeterminationCollection, PatternReviewCollection
from .incidents import IncidentCollection
from .law import AppealCollection, DueStepCollection, HibCaseCollection
from .letters import LetterCollection, LetterTemplateCollection
from .referrals import REFERRAL_READERS, ReferralCollection
from .removals import RemovalCollection, SuspensionCollection
from .rules import RuleCollection
from .thresholds import ThresholdCollection, ThresholdTaskCollection

__all__ = [
    "REFERRAL_READERS",
    "AppealCollection",
    "DeterminationCollection",
    "DueStepCollection",
    "FamilyLinkCollection",
    "FamilyRequestCollection",
    "HibCaseCollection",
    "IncidentCollection",
    "LetterCollection",
    "LetterTemplateCollection",
    "PatternReviewCollection",
    "ReferralCollection",
    "RemovalCollection",
    "RuleCollection",
    "SentHomeCollection",
    "SuspensionCollection",
    "ThresholdCollection",
    "ThresholdTaskCollection",
]
