"""Where a figure leads if it goes on as it has: said as such, never as what will happen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

LONGEST = 365 * 50
"""A day further away than fifty years is no forecast."""


def at_period_end(value: float, *, begins_on: date, ends_on: date, today: date) -> float | None:
    """A count at the end of a period if it goes on at the pace since its first day.

    `value` counts from `begins_on` to `today`, both included. None before the first day, after the last, and within
    the first tenth of the period, when a single case would decide it.
    """
    length = (ends_on - begins_on).days + 1
    elapsed = (today - begins_on).days + 1
    if length <= 0 or not 0 < elapsed < length or elapsed * 10 < length:
        return None
    return value * length / elapsed


def reached_on(points: Sequence[tuple[date, float]], *, target: float) -> date | None:
    """The day on which the line through the points reaches the target: ordinary least squares over the days.

    None with fewer than two different days, when the line is level or leads away from the target, and beyond fifty
    years. When the last value has reached the target already, its own day.
    """
    if not points:
        return None
    ordered = sorted(points)
    first, last = ordered[0], ordered[-1]
    rises = target >= first[1]
    if (last[1] >= target) if rises else (last[1] <= target):
        return last[0]
    slope, level = _line([((day - first[0]).days, value) for day, value in ordered])
    if slope is None or slope == 0 or (slope > 0) != rises:
        return None
    days = (target - level) / slope
    if not 0 <= days <= LONGEST:
        return None
    return max(last[0], first[0] + timedelta(days=round(days)))


def _line(points: Sequence[tuple[int, float]]) -> tuple[float | None, float]:
    """Slope per day and level at day 0 of the least-squares line; no slope when all days are the same."""
    n = len(points)
    mean_x = sum(x for x, _y in points) / n
    mean_y = sum(y for _x, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _y in points)
    if spread == 0:
        return None, mean_y
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return slope, mean_y - slope * mean_x


def share_of_way(value: float, *, baseline: float, target: float) -> float | None:
    """How much of the way from baseline to target is done, 0 to 1; None when there is no way to go."""
    if target == baseline:
        return None
    return min(1.0, max(0.0, (value - baseline) / (target - baseline)))
