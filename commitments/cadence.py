"""The days on which something falls due, from a cadence. Pure: dates in, dates out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

MONTHS = {"monthly": 1, "quarterly": 3, "twice_a_year": 6, "yearly": 12}
"""Cadence → months between two days on which something falls due."""


def occurrences(cadence: str, first: date, *, until: date, last: date | None = None) -> Iterator[date]:
    """Yield the days on which something falls due, from `first` to `until` or `last`, both included.

    Always the day of the month of `first`; where a month is shorter, its last day, and the full day again after it:
    January 31, February 28, March 31. ValueError for an unknown cadence.
    """
    if cadence not in MONTHS:
        raise ValueError(f"unknown cadence: {cadence}")
    end = min(until, last) if last else until
    number = 0
    while (day := months_after(first, number * MONTHS[cadence])) is not None and day <= end:
        yield day
        number += 1


def months_after(day: date, months: int) -> date | None:
    """The same day of the month that many months later, or the last day of a shorter month.

    None beyond the last year that a date can have.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
