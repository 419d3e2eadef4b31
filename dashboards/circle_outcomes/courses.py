"""How long cases take from one state to another: pure, on the dated states of each case, in calendar days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from circles.case_states import AGREEMENT, CLOSED, HELD, NO_AGREEMENT, REFERRED, SCHEDULED, SCREENING

Stage = tuple[str, str]
STAGES: tuple[Stage, ...] = (
    (REFERRED, SCREENING),
    (SCREENING, SCHEDULED),
    (SCHEDULED, HELD),
    (REFERRED, HELD),
    (HELD, AGREEMENT),
    (AGREEMENT, CLOSED),
    (REFERRED, CLOSED),
)
"""From which state to which, as pages show them."""


@dataclass(frozen=True)
class CaseCourse:
    """One case: its present state, and the first day of each state that it reached."""

    status: str
    first: Mapping[str, date]

    @property
    def is_open(self) -> bool:
        """Whether it is not closed."""
        return self.status != CLOSED


@dataclass(frozen=True)
class Lengths:
    """Days that cases took from one state to another, and how many open cases are still on the way."""

    days: tuple[int, ...]
    waiting: int


def lengths(cases: Iterable[CaseCourse], stage: Stage) -> Lengths:
    """Return the days of a stage.

    Only cases that were held count: how far another one came, and how soon it ended, may tell who declined. A case
    that parted without an agreement does not wait for one.
    """
    begin, end = stage
    days, waiting = [], 0
    for case in cases:
        if begin not in case.first:
            continue
        if end not in case.first:
            waiting += case.is_open and not (end == AGREEMENT and NO_AGREEMENT in case.first)
        elif HELD in case.first:
            days.append((case.first[end] - case.first[begin]).days)
    return Lengths(tuple(days), waiting)


def reached(cases: Iterable[CaseCourse], state: str) -> int:
    """Count the cases that reached a state."""
    return sum(state in case.first for case in cases)
