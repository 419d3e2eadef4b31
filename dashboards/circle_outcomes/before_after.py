"""Students before and after their first circle: pure. It compares the same students and says nothing about a cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dashboards.circle_outcomes.presence import Stay

DAYS = 90
"""Calendar days before and after the circle. Its own day belongs to neither."""

Length = Decimal | None
"""School days of a removal; None: unknown."""


@dataclass(frozen=True)
class Watched:
    """A student around a circle: the days of referrals, and the first day of each removal with its school days."""

    held_on: date
    stay: Stay | None
    referred_on: tuple[date, ...] = ()
    removed: tuple[tuple[date, Length], ...] = ()


@dataclass(frozen=True)
class BeforeAfter:
    """Of `students` followed all the time: referrals and school days removed, before and after.

    `unknown` removals have no length and add no days; `waiting` students whose days after are not over; `left` those
    who were not there all the time.
    """

    students: int
    referrals: tuple[int, int]
    days: tuple[Decimal, Decimal]
    unknown: int
    waiting: int
    left: int


def before_after(students: Iterable[Watched], as_of: date, days: int = DAYS) -> BeforeAfter:
    """Add up both sides over the students who were there from `days` before to `days` after, once these are over."""
    span = timedelta(days=days)
    counted, waiting, left, unknown = 0, 0, 0, 0
    referrals, lost = [0, 0], [Decimal(0), Decimal(0)]
    for one in students:
        first, last = one.held_on - span, one.held_on + span
        if last > as_of:
            waiting += 1
            continue
        if one.stay is None or one.stay.begins_on > first or one.stay.ends_on < last:
            left += 1
            continue
        counted += 1
        for day in one.referred_on:
            if first <= day <= last and day != one.held_on:
                referrals[day > one.held_on] += 1
        for day, length in one.removed:
            if first <= day <= last and day != one.held_on:
                unknown += length is None
                lost[day > one.held_on] += length or 0
    return BeforeAfter(counted, (referrals[0], referrals[1]), (lost[0], lost[1]), unknown, waiting, left)
