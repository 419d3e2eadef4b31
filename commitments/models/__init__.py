"""The records of co-governance."""

from .activities import PartnerActivity
from .agenda import AgendaItem
from .assemblies import Assembly, Resolution, ResolutionAnswer
from .base import KeptQuerySet, PartQuerySet, Voidable
from .bodies import Body, Seat, SeatTerm
from .codes import Cadence, Completion, Party, Period, RateOf, Side, Signer, Source, Tier
from .commitments import Commitment, CommitmentStatus
from .concerns import (
    Concern,
    ConcernEvidence,
    ConcernMessage,
    ConcernNamed,
    ConcernReporter,
    ConcernRule,
    ConcernStep,
)
from .documents import Document
from .duties import DueItem
from .fidelity import FidelityRound, Rating, Rubric, RubricItem
from .meetings import Attendance, Decision, Meeting
from .memoranda import Designation, EndChange, MemorandumPerson, MemorandumTerms, Renewal, Review
from .misses import Breach, Miss, MissStep
from .reports import StatusReport
from .rollout import RolloutStage, RolloutTarget, Stage
from .rules import EscalationRule

__all__ = [
    "AgendaItem",
    "Assembly",
    "Attendance",
    "Body",
    "Breach",
    "Cadence",
    "Commitment",
    "CommitmentStatus",
    "Completion",
    "Concern",
    "ConcernEvidence",
    "ConcernMessage",
    "ConcernNamed",
    "ConcernReporter",
    "ConcernRule",
    "ConcernStep",
    "Decision",
    "Designation",
    "Document",
    "DueItem",
    "EndChange",
    "EscalationRule",
    "FidelityRound",
    "KeptQuerySet",
    "Meeting",
    "MemorandumPerson",
    "MemorandumTerms",
    "Miss",
    "MissStep",
    "PartQuerySet",
    "PartnerActivity",
    "Party",
    "Period",
    "RateOf",
    "Rating",
    "Renewal",
    "Resolution",
    "ResolutionAnswer",
    "Review",
    "RolloutStage",
    "RolloutTarget",
    "Rubric",
    "RubricItem",
    "Seat",
    "SeatTerm",
    "Side",
    "Signer",
    "Source",
    "Stage",
    "StatusReport",
    "Tier",
    "Voidable",
]
