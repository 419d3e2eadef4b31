"""When a step is due: days counted on the school's calendar, in the unit that the rule names.

The day of the event is never counted. A calendar-day deadline is not moved off a weekend: the law that sets it does
not say so, and the earlier day is the safe one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from district.calendar import SchoolCalendar
from district.rules.holidays import is_business_day
from district.rules.terms import Deadline, Rule, Unit


@dataclass(frozen=True)
class Due:
    """A step with its day. `on` is None while the event it counts from has no day, or the calendar does not reach."""

    rule: Rule
    deadline: Deadline
    counted_from: date | None
    on: date | None


def due_on(
    deadline: Deadline, event_on: date, calendar: SchoolCalendar, *, holidays: Collection[date] = ()
) -> date | None:
    """Return the last day on which the step is in time; None when the calendar has no such school day.

    `holidays` are the state's, beside the federal ones: they matter for business days only (34 CFR 300.11(b)).
    """
    sign = -1 if deadline.before else 1
    try:
        if deadline.unit is Unit.SAME_DAY:
            return event_on
        if deadline.unit is Unit.CALENDAR_DAY:
            return event_on + sign * timedelta(days=deadline.offset)
        if deadline.unit is Unit.BUSINESS_DAY:
            return _nth_business_day(event_on, sign, deadline.offset, holidays)
        if deadline.before:
            return calendar.nth_school_day_before(event_on, deadline.offset)
        return calendar.nth_school_day_after(event_on, deadline.offset)
    except (ValueError, OverflowError):
        return None


def due_dates(
    steps: Iterable[tuple[Rule, Deadline]],
    events: Mapping[str, date],
    calendar: SchoolCalendar,
    *,
    holidays: Collection[date] = (),
) -> tuple[Due, ...]:
    """Return each step with its day, by day; those that wait for an event without a day come last.

    `events` maps the words of `Deadline.from_event` to days. The order within a day is that of `steps`.
    """
    found = []
    for rule, deadline in steps:
        event_on = events.get(deadline.from_event)
        on = due_on(deadline, event_on, calendar, holidays=holidays) if event_on else None
        found.append(Due(rule, deadline, event_on, on))
    return tuple(sorted(found, key=lambda due: (due.on is None, due.on or date.max)))


def _nth_business_day(day: date, sign: int, count: int, holidays: Collection[date]) -> date:
    while count:
        day += sign * timedelta(days=1)
        count -= is_business_day(day, holidays)
    return day
