"""What a practice asks for before it is held, and how it is recorded: plain values, with those a district begins with.

The tiers are those of the published guides (tier 1 for everybody, 2 after harm, 3 formal and re-entry). What each
practice asks for is the district's own to change: the values here are a beginning, not a rule of anybody's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PracticeTerms:
    """How a practice is recorded and what it needs.

    `records_names`: a case with participants; without it only a log of class, minutes and headcount.
    `needs_credential`: whoever keeps it holds a certificate for the practice that is valid on its day.
    `needs_guardian`: a guardian permits it for each student who takes part. `is_face_to_face`: those who caused harm
    meet those harmed, who must consent.
    """

    records_names: bool
    needs_credential: bool = False
    needs_guardian: bool = False
    is_face_to_face: bool = False


NAMELESS = PracticeTerms(records_names=False)
REPAIR = PracticeTerms(records_names=True, needs_credential=True, is_face_to_face=True)
SUPPORT = PracticeTerms(records_names=True, needs_credential=True, needs_guardian=True)
FORMAL = PracticeTerms(records_names=True, needs_credential=True, needs_guardian=True, is_face_to_face=True)

BY_CODE = {
    "restorative-conversation": REPAIR,
    "impromptu-conference": REPAIR,
    "harm-circle": REPAIR,
    "mediation": REPAIR,
    "staff-student-repair": REPAIR,
    "formal-conference": FORMAL,
    "re-entry-circle": SUPPORT,
    "circle-of-support": SUPPORT,
    "family-group-conference": FORMAL,
    "peer-jury": FORMAL,
}
"""The practices that every district begins with."""

BY_TIER = {1: NAMELESS, 2: REPAIR, 3: FORMAL}
"""A practice of the district's own, until somebody says otherwise: the careful reading of its tier."""


def default_terms(code: str, tier: int) -> PracticeTerms:
    """Return the terms of a practice for which the district has set none."""
    return BY_CODE.get(code, BY_TIER[tier]) if tier > 1 else NAMELESS
