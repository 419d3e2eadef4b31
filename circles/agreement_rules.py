"""What was agreed, in days and counts: when somebody asks again, what is overdue, how much was kept. Pure.

Days are calendar days. No standard sets when to ask again; 14, 30, 60 and 90 days after an agreement are what a
district begins with, and each agreement may have its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DEFAULT_INTERVALS = (14, 30, 60, 90)
LONGEST_INTERVAL = 366
MOST_INTERVALS = 12

OPEN, MET, PARTLY, NOT_MET = "open", "met", "partly", "not_met"
WAIVED, RENEGOTIATED = "waived", "renegotiated"
SETTLED = frozenset({MET, PARTLY, NOT_MET, WAIVED, RENEGOTIATED})
NOT_COUNTED = frozenset({WAIVED, RENEGOTIATED})
"""A term waived by whom it was owed to, or replaced by another, says nothing about whether people keep their word."""

TERM_STEPS: dict[str, frozenset[str]] = {
    OPEN: SETTLED,
    MET: frozenset(),
    PARTLY: frozenset({MET, NOT_MET, WAIVED, RENEGOTIATED}),
    NOT_MET: frozenset({MET, PARTLY, WAIVED, RENEGOTIATED}),
    WAIVED: frozenset(),
    RENEGOTIATED: frozenset(),
}
"""State of a term → the states that may follow. What is late may still be met, and counts as late."""


def check_days(agreed_on: date, intervals: Sequence[int] = DEFAULT_INTERVALS) -> list[date]:
    """Return the days on which somebody asks again, each once and in order."""
    return [agreed_on + timedelta(days=days) for days in sorted(set(intervals))]


def read_intervals(text: str) -> tuple[int, ...]:
    """Read a comma list of days, such as "14, 42". Raises ValueError for anything else."""
    days = tuple(sorted({int(part) for part in text.split(",") if part.strip()}))
    if not 0 < len(days) <= MOST_INTERVALS or not all(0 < one <= LONGEST_INTERVAL for one in days):
        raise ValueError(text)
    return days


@dataclass(frozen=True)
class TermFacts:
    """One term as counted: its state, when it is due, and the day on which it came to that state."""

    status: str
    due_on: date
    settled_on: date | None = None


def days_overdue(term: TermFacts, today: date) -> int:
    """Return how many days a term is overdue; 0 on its last day, and once anything came of it."""
    return max(0, (today - term.due_on).days) if term.status == OPEN else 0


@dataclass(frozen=True)
class Kept:
    """How much of what was agreed was kept: `counted` terms, of them `met`, of these `on_time`; `open` ones wait."""

    counted: int
    met: int
    on_time: int
    open: int

    @property
    def completion(self) -> float | None:
        """Share of the counted terms that were met; None without any."""
        return self.met / self.counted if self.counted else None

    @property
    def punctuality(self) -> float | None:
        """Share of the counted terms that were met by their day; None without any."""
        return self.on_time / self.counted if self.counted else None


def kept(terms: Iterable[TermFacts]) -> Kept:
    """Count terms. Waived and renegotiated ones leave both figures; one only partly met is not met."""
    counted = [one for one in terms if one.status not in NOT_COUNTED]
    met = [one for one in counted if one.status == MET]
    on_time = [one for one in met if one.settled_on is not None and one.settled_on <= one.due_on]
    return Kept(len(counted), len(met), len(on_time), sum(one.status == OPEN for one in counted))
