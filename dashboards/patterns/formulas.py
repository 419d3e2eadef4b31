"""School days by month and weekday, and what falls on one of them: numbers in, numbers or None out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from district.calendar import SchoolCalendar


@dataclass(frozen=True)
class OpenDays:
    """School days of one school within a span: by month (1 to 12), by day of the week (1 = Monday), in all.

    A half day is 0.5 (see `SchoolCalendar.length_on`), in the month as in the weekday.
    """

    by_month: Mapping[int, Fraction]
    by_weekday: Mapping[int, Fraction]
    total: Fraction


def open_days(
    calendar: SchoolCalendar,
    first: date,
    last: date,
    *,
    months: Collection[int] = (),
    weekdays: Collection[int] = (),
) -> OpenDays:
    """Count the school days from `first` to `last`, both included; none when the span ends before it begins.

    With `months` (1 to 12) or `weekdays` (1 = Monday) only the days in them, so that referrals on Mondays are divided
    by Mondays.
    """
    by_month: dict[int, Fraction] = {}
    by_weekday: dict[int, Fraction] = {}
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        month, weekday = day.month, day.isoweekday()
        if (months and month not in months) or (weekdays and weekday not in weekdays):
            continue
        if length := Fraction(calendar.length_on(day)):
            by_month[month] = by_month.get(month, Fraction(0)) + length
            by_weekday[weekday] = by_weekday.get(weekday, Fraction(0)) + length
    return OpenDays(by_month, by_weekday, sum(by_month.values(), Fraction(0)))


def average_days(schools: Sequence[tuple[OpenDays, int]]) -> OpenDays:
    """Average the school days of several schools: (days, how many schools have them). No school: no days.

    So "referrals per school day" of a district are those of all its schools together on a day on which they teach.
    """
    number = sum(count for _days, count in schools)

    def average(of: Callable[[OpenDays], Mapping[int, Fraction]]) -> dict[int, Fraction]:
        keys = {key for days, _count in schools for key in of(days)}
        return {
            key: sum((of(days).get(key, Fraction(0)) * count for days, count in schools), Fraction(0)) / number
            for key in keys
        }

    by_month = average(lambda days: days.by_month)
    return OpenDays(by_month, average(lambda days: days.by_weekday), sum(by_month.values(), Fraction(0)))


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
