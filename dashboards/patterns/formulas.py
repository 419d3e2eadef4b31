"""School days by month and weekday, and what falls on one of them: numbers in, numbers or None out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from district.calendar import SchoolCalendar

Days = Mapping[tuple[int, int], Fraction]
"""School days by month (1 to 12) and day of the week (1 = Monday); pairs without any are missing."""


@dataclass(frozen=True)
class SchoolDays:
    """School days of a year, half days as 0.5 (see `SchoolCalendar.length_on`)."""

    days: Days

    @property
    def total(self) -> Fraction:
        """All of them."""
        return sum(self.days.values(), Fraction(0))

    def in_month(self, month: int) -> Fraction:
        """Those in a month, 1 to 12."""
        return sum((number for (one, _day), number in self.days.items() if one == month), Fraction(0))

    def on_weekday(self, weekday: int) -> Fraction:
        """Those on a day of the week, 1 = Monday."""
        return sum((number for (_month, one), number in self.days.items() if one == weekday), Fraction(0))

    def within(self, months: Collection[int], weekdays: Collection[int]) -> SchoolDays:
        """Only those in the months and on the days of the week; none given: all. Mondays are divided by Mondays."""
        return SchoolDays(
            {
                (month, weekday): number
                for (month, weekday), number in self.days.items()
                if (not months or month in months) and (not weekdays or weekday in weekdays)
            }
        )


def open_days(calendar: SchoolCalendar, first: date, last: date) -> Days:
    """Count the school days from `first` to `last`, both included; none when the span ends before it begins."""
    days: dict[tuple[int, int], Fraction] = {}
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        if length := Fraction(calendar.length_on(day)):
            key = day.month, day.isoweekday()
            days[key] = days.get(key, Fraction(0)) + length
    return days


def average_days(schools: Sequence[tuple[Days, int]]) -> SchoolDays:
    """Average the school days of several schools, month by month: (days, how many schools have them).

    A school counts in the months in which it teaches at all, so one that closed in March changes nothing in May.
    What happened in all the schools, divided by these days, is what happens in all of them on one school day.
    """
    averaged: dict[tuple[int, int], Fraction] = {}
    for month in {month for days, _count in schools for month, _weekday in days}:
        teaching = [(days, count) for days, count in schools if any(one == month for one, _weekday in days)]
        number = sum(count for _days, count in teaching)
        for weekday in range(1, 8):
            total = sum((days.get((month, weekday), Fraction(0)) * count for days, count in teaching), Fraction(0))
            if total:
                averaged[month, weekday] = total / number
    return SchoolDays(averaged)


def per_school_day(events: int, days: Fraction | None) -> float | None:
    """Events divided by school days; None where there are none, whatever was recorded outside of them."""
    return float(events / days) if days else None


def share(part: int | None, whole: int | None) -> float | None:
    """A part of a whole, 0 to 1; None without a whole or where either is not known."""
    return part / whole if whole and part is not None else None


@dataclass(frozen=True)
class Repeats:
    """Students of a pool by their number of events: none, one, two to five, six or more; and their events."""

    none: int
    one: int
    two_to_five: int
    six_or_more: int
    events_of_two_to_five: int
    events_of_six_or_more: int

    def rows(self) -> Iterable[tuple[str, int, int]]:
        """Yield (number of events, students, their events), the fewest first."""
        yield "0", self.none, 0
        yield "1", self.one, self.one
        yield "2-5", self.two_to_five, self.events_of_two_to_five
        yield "6+", self.six_or_more, self.events_of_six_or_more
