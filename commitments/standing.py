"""Where a commitment stands, from what both sides said and what the clock noted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SCALE = ("no_evidence", "not_started", "limited", "substantial", "complete")
"""The five steps of how far a commitment is carried out, from nothing to all of it."""


@dataclass(frozen=True)
class Word:
    """What one side said last: how far, as of which day."""

    side: str
    completion: str
    as_of: date


@dataclass(frozen=True)
class TwoSides:
    """The latest word of each side. The overall step is that of the side that watches over it, never an average."""

    implementer: Word | None = None
    assessor: Word | None = None

    @property
    def overall(self) -> str | None:
        """The step of the independent assessment; None until there is one, whatever the implementer reports."""
        return self.assessor.completion if self.assessor else None

    @property
    def disagree(self) -> bool:
        """Whether both have spoken and do not say the same."""
        return bool(self.implementer and self.assessor and self.implementer.completion != self.assessor.completion)

    @property
    def both_say_complete(self) -> bool:
        """Whether both say that it is done."""
        return {word.completion for word in (self.implementer, self.assessor) if word} == {"complete"} and bool(
            self.implementer and self.assessor
        )


def two_sides(words: Iterable[Word]) -> TwoSides:
    """Return the latest word of each side; of two of one day the later given."""
    latest: dict[str, Word] = {}
    for word in words:
        known = latest.get(word.side)
        if known is None or word.as_of >= known.as_of:
            latest[word.side] = word
    return TwoSides(latest.get("implementer"), latest.get("assessor"))
