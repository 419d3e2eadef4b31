"""Business days: Monday to Friday, except federal and state holidays (34 CFR 300.11(b))."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
JUNETEENTH_SINCE = 2021


def is_business_day(day: date, state_holidays: Collection[date] = ()) -> bool:
    """Say whether a day is Monday to Friday and neither a federal nor one of the given state holidays."""
    return day.weekday() < SATURDAY and day not in state_holidays and day not in federal_holidays(day.year)


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """Days of a calendar year on which a federal holiday is observed (5 U.S.C. 6103(a), (b)).

    One on a Saturday is observed the Friday before, one on a Sunday the Monday after; so the next New Year's Day may
    be observed on December 31. Inauguration Day, which only one area keeps, is left out.
    """
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    if year >= JUNETEENTH_SINCE:
        fixed.append(date(year, 6, 19))
    if year < date.max.year:
        fixed.append(date(year + 1, 1, 1))
    observed = {_observed(day) for day in fixed}
    moving = {
        _nth_weekday(year, 1, MONDAY, 3),  # Birthday of Martin Luther King, Jr.
        _nth_weekday(year, 2, MONDAY, 3),  # Washington's Birthday
        _nth_weekday(year, 6, MONDAY, 1) - timedelta(days=7),  # Memorial Day: the last Monday of May
        _nth_weekday(year, 9, MONDAY, 1),  # Labor Day
        _nth_weekday(year, 10, MONDAY, 2),  # Columbus Day
        _nth_weekday(year, 11, THURSDAY, 4),  # Thanksgiving Day
    }
    return frozenset(day for day in observed | moving if day.year == year)


def _observed(day: date) -> date:
    if day.weekday() == SATURDAY and day > date.min:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == SUNDAY and day < date.max else day


def _nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
