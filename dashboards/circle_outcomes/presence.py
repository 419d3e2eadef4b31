"""From when to when a student was there without a break: pure, on enrollments as spans of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from district.calendar import school_year_window

LONGEST_MOVE = 14
"""Calendar days between two enrollments that are a move from one school to another; more is a time away."""


@dataclass(frozen=True, order=True)
class Stay:
    """From a day to a day, both included."""

    begins_on: date
    ends_on: date


def stay_of(year: int, *, first: date, last: date, begins_on: date | None = None, ends_on: date | None = None) -> Stay:
    """Return an enrollment as a stay. `first` and `last` are the first and last day of school of its school year.

    One that holds from the first day begins on July 1, one that holds to the last ends on June 30, so that summer is
    no break between two school years.
    """
    opens, closes = school_year_window(year)
    begins = opens if begins_on is None or begins_on <= first else begins_on
    ends = closes if ends_on is None or ends_on >= last else ends_on
    return Stay(begins, max(begins, ends))


def unbroken(stays: Iterable[Stay], day: date) -> Stay | None:
    """Return the span without a break that holds `day`; None when the student was not there on it."""
    span: Stay | None = None
    for stay in sorted(stays):
        if span is None or stay.begins_on > span.ends_on + timedelta(days=LONGEST_MOVE + 1):
            if span is not None and span.begins_on <= day <= span.ends_on:
                return span
            span = stay
        else:
            span = Stay(span.begins_on, max(span.ends_on, stay.ends_on))
    return span if span is not None and span.begins_on <= day <= span.ends_on else None
