"""Whether a student was referred again within 30, 90 or 180 days after a circle: pure, on calendar days.

The day of the circle itself does not count, the last day of the window does. Whoever left the district before the
window was over is not in the denominator, and neither is anybody whose window is not over yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WINDOWS = (30, 90, 180)


@dataclass(frozen=True)
class Followed:
    """A student after a circle: the day it was held, the days of later referrals, the day they left, if they did."""

    held_on: date
    referred_on: tuple[date, ...] = ()
    left_on: date | None = None


@dataclass(frozen=True)
class Recurrence:
    """Of `counted` students whose window is over, those `again` referred in it."""

    counted: int
    again: int

    @property
    def rate(self) -> float | None:
        """Share referred again; None without anybody counted."""
        return self.again / self.counted if self.counted else None


def last_day(held_on: date, window: int) -> date:
    """Return the last day of a window of so many days."""
    return held_on + timedelta(days=window)


def is_counted(student: Followed, window: int, as_of: date) -> bool:
    """Whether the window of a student is over, and they were there to its end."""
    end = last_day(student.held_on, window)
    return end <= as_of and (student.left_on is None or student.left_on >= end)


def recurs(student: Followed, window: int) -> bool:
    """Whether a student was referred again in the window."""
    end = last_day(student.held_on, window)
    return any(student.held_on < day <= end for day in student.referred_on)


def recurrence(students: Iterable[Followed], window: int, as_of: date) -> Recurrence:
    """Count the students whose window is over by `as_of`, and those of them who were referred again."""
    counted = [one for one in students if is_counted(one, window, as_of)]
    return Recurrence(len(counted), sum(recurs(one, window) for one in counted))
