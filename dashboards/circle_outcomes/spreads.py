"""The middle of some numbers and the middle half of them: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

QUARTERS = 4


@dataclass(frozen=True)
class Spread:
    """Of `n` numbers the lower quartile, the median and the upper quartile; None without any."""

    n: int
    low: float | None = None
    median: float | None = None
    high: float | None = None


def spread(values: Iterable[int | Decimal]) -> Spread:
    """Return the quartiles of numbers, in their unit.

    Between two neighbors they are interpolated in a straight line: the definition 7 of Hyndman and Fan (1996), which
    spreadsheets call QUARTILE.INC.
    """
    ordered = sorted(values)
    if not ordered:
        return Spread(0)
    low, median, high = (_quantile(ordered, number) for number in (1, 2, 3))
    return Spread(len(ordered), low, median, high)


def _quantile(ordered: list[int | Decimal], number: int) -> float:
    place, rest = divmod((len(ordered) - 1) * number, QUARTERS)
    below = ordered[place]
    if not rest:
        return float(below)
    return float(below + (ordered[place + 1] - below) * Decimal(rest) / QUARTERS)
