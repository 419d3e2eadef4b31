"""A live measure read at one time: whole numbers, the figure they make, and whether the promise is kept, exactly.

Whether a target is met is decided with fractions, never with rounded doubles: 5 of 100 students are at most 5 percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from commitments.measure_kinds import Direction


@dataclass(frozen=True)
class Reading:
    """One figure of one period. `period` names it (a school year by the year in which it ends; 0: since adoption).

    `value` is exact and in the unit of the measure; None where there is nothing to divide by. `numerator` and
    `denominator` are the counts behind it (no denominator: it is a count).
    """

    period: int
    value: Fraction | None
    numerator: int
    denominator: int | None = None
    others: tuple[int, int] | None = None  # affected and enrolled of those a ratio compares with

    @property
    def number(self) -> float | None:
        """The value as a double."""
        return None if self.value is None else float(self.value)

    def is_kept(self, direction: Direction, target: Decimal | None) -> bool | None:
        """Whether the target is met; None where there is no value or no target."""
        if self.value is None or target is None:
            return None
        goal = Fraction(target)
        return self.value <= goal if direction is Direction.AT_MOST else self.value >= goal


@dataclass(frozen=True)
class BreachingRecord:
    """A record that breaks a rule of single records: the public id and place of a removal, and its day."""

    uid: UUID
    school: int
    on: date
    year: int


@dataclass(frozen=True)
class Progress:
    """All readings of one commitment for one watcher: the one that counts now, one a school year, and its records."""

    current: Reading | None = None
    history: tuple[Reading, ...] = ()
    records: tuple[BreachingRecord, ...] = ()
    is_part: bool = False

    @property
    def current_records(self) -> tuple[BreachingRecord, ...]:
        """The records of the period that counts now, the latest first."""
        if self.current is None or self.current.period == 0:
            return self.records
        return tuple(record for record in self.records if record.year == self.current.period)

    @property
    def is_known(self) -> bool:
        """Whether there is any figure."""
        return self.current is not None


def percent_of(part: int, whole: int) -> Fraction | None:
    """Part of whole in percent, exactly; None without a whole."""
    return Fraction(part * 100, whole) if whole > 0 else None


def ratio_of(affected: int, enrolled: int, others_affected: int, others_enrolled: int) -> Fraction | None:
    """Rate of the group divided by that of the others, exactly, under the rule of `dashboards.risk.risk_ratio`."""
    if enrolled <= 0 or others_enrolled <= 0 or others_affected <= 0:
        return None
    return Fraction(affected * others_enrolled, others_affected * enrolled)
