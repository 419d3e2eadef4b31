"""Suspension days that referrals resolved by a circle may have avoided: pure, and an estimate, never a cause.

    days avoided = sum over levels of (referrals of the level resolved by a circle) x (median days of suspensions of it)

It is what would have been lost had every one of these students been suspended for the usual time. Nobody knows how
many would have been, so it is rather too high than too low.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.circle_outcomes.spreads import Spread, spread
from discipline.response_matrix import Cell, allowed

SUSPENSIONS = frozenset({"ISS", "OSS"})


@dataclass(frozen=True)
class Resolved:
    """A referral resolved by a circle: level of its behavior, grade, number of earlier incidents of the level."""

    level: str
    grade: str
    prior: int

    def could_suspend(self, cells: Iterable[Cell]) -> bool:
        """Whether the response matrix allowed a suspension for it."""
        answer = allowed(cells, level=self.level, grade=self.grade, prior=self.prior)
        return bool(SUSPENSIONS & set(answer.responses))


@dataclass(frozen=True)
class LevelEstimate:
    """One level: how many referrals, and how long suspensions over the same level were in the year.

    Without a suspension to compare with there is no estimate for it.
    """

    level: str
    referrals: int
    lengths: Spread

    @property
    def days(self) -> tuple[float | None, float | None, float | None]:
        """School days by the lower quartile, the median and the upper quartile."""
        low, middle, high = (
            None if length is None else self.referrals * length
            for length in (self.lengths.low, self.lengths.median, self.lengths.high)
        )
        return low, middle, high


def estimates(referrals: Mapping[str, int], lengths: Mapping[str, Sequence[Decimal]]) -> tuple[LevelEstimate, ...]:
    """Return the estimate of each level that has referrals. `lengths` are those of suspensions, in school days."""
    return tuple(
        LevelEstimate(level, number, spread(lengths.get(level, ()))) for level, number in sorted(referrals.items())
    )


def together(levels: Iterable[LevelEstimate]) -> tuple[float, float, float] | None:
    """Add up the levels that have something to compare with; None where none has."""
    known = [one.days for one in levels if one.lengths.n]
    if not known:
        return None
    low, middle, high = (sum(days[place] or 0 for days in known) for place in range(3))
    return low, middle, high
