"""School days of a removal, counted from a school's calendar; pure.

A half day holds 0.5 school days of a removal (see `district.calendar`). What a removal is ordered to last may be less
than its dates hold (it begins at noon), never more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from district.calendar import SchoolCalendar

LONGEST = Decimal(400)
"""School days: more than any removal within the reach of one school year and the next."""


class TermsFault(ValueError):
    """Terms that cannot be: `field` names which of them, `code` what is wrong, `limit` the figure it runs against."""

    def __init__(self, field: str, code: str, limit: Decimal | None = None) -> None:
        super().__init__(code)
        self.field, self.code, self.limit = field, code, limit


@dataclass(frozen=True)
class Terms:
    """From which day to which day (both included), and for how many school days."""

    begins_on: date
    ends_on: date
    days: Decimal


def terms_of(
    calendar: SchoolCalendar, begins_on: date, *, ends_on: date | None = None, days: Decimal | None = None
) -> Terms:
    """Return whole terms from what was given: the last day from the length, or the length from the last day.

    Raises TermsFault: `required` without either, `order` when it ends before it begins, `no_school` when the dates
    hold no school day, `too_long` when `days` is more than they hold, `not_positive`, `too_far` beyond the calendar.
    """
    if days is not None and days <= 0:
        raise TermsFault("days", "not_positive")
    if days is not None and days > LONGEST:
        raise TermsFault("days", "too_far", LONGEST)
    if ends_on is None:
        if days is None:
            raise TermsFault("days", "required")
        return Terms(begins_on, _last_day(calendar, begins_on, days), days)
    if ends_on < begins_on:
        raise TermsFault("ends_on", "order")
    held = calendar.school_days(begins_on, ends_on)
    if not held:
        raise TermsFault("begins_on", "no_school")
    if days is not None and days > held:
        raise TermsFault("days", "too_long", held)
    return Terms(begins_on, ends_on, held if days is None else days)


def school_days_between(calendar: SchoolCalendar, begins_on: date, ends_on: date) -> list[tuple[date, Decimal]]:
    """Return each school day from `begins_on` to `ends_on` with what it holds, for ticking off."""
    span = range(begins_on.toordinal(), min(ends_on.toordinal(), begins_on.toordinal() + 800) + 1)
    days = ((day := date.fromordinal(ordinal), calendar.length_on(day)) for ordinal in span)
    return [(day, length) for day, length in days if length]


def _last_day(calendar: SchoolCalendar, begins_on: date, days: Decimal) -> date:
    """The school day on which `days` are reached, the first day included when there is school on it."""
    try:
        day = begins_on if calendar.is_school_day(begins_on) else calendar.nth_school_day_after(begins_on, 1)
        reached = calendar.length_on(day)
        while reached < days:
            day = calendar.nth_school_day_after(day, 1)
            reached += calendar.length_on(day)
    except ValueError as error:
        raise TermsFault("begins_on", "too_far") from error
    return day
