"""School-day arithmetic from a calendar of terms, closures and half days; never date subtraction.

A school day is any day, including a partial day, that children attend for instruction (34 CFR 300.11(c)(1)).
Two different questions follow, and they have different answers on a half day: a deadline of "n school days"
counts it as one day, the length of a suspension counts it as 0.5.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

MONDAY_TO_FRIDAY = frozenset(range(5))
CLOSED = Decimal(0)
FULL_DAY = Decimal(1)
SEARCH_LIMIT = 400  # calendar days: more than any summer, so a longer gap is a calendar that was never entered


def school_year_of(day: date) -> int:
    """School year that holds the day: 1 July to 30 June, named by the calendar year in which it ends."""
    return day.year + 1 if day.month >= 7 else day.year


def school_year_window(year: int) -> tuple[date, date]:
    """First and last day of a school year: 1 July of the year before, 30 June."""
    return date(year - 1, 7, 1), date(year, 6, 30)


@dataclass(frozen=True)
class SchoolCalendar:
    """The days on which one school teaches.

    `terms` are (first day, last day), both included; they may touch or overlap. `weekdays` are the days of the
    week with instruction, Monday = 0. `exceptions` give the length of single days and win over both: 0 a closure,
    0.5 a half day, 1 instruction, also on a weekend or outside the terms.

    ValueError when a term ends before it begins, a length is not within 0 to 1 or a weekday not within 0 to 6.
    """

    terms: Sequence[tuple[date, date]]
    exceptions: Mapping[date, Decimal] = field(default_factory=dict, hash=False)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    _spans: tuple[tuple[date, date], ...] = field(init=False, repr=False, compare=False)
    _exception_days: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for begins_on, ends_on in self.terms:
            if ends_on < begins_on:
                raise ValueError(f"term ends on {ends_on}, before it begins on {begins_on}")
        for day, length in self.exceptions.items():
            if not CLOSED <= length <= FULL_DAY:
                raise ValueError(f"length of {day} is {length}; a school day is 0 to 1")
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError(f"weekdays {sorted(self.weekdays)} are not within 0 (Monday) to 6 (Sunday)")
        # Copies: a calendar that changes under its reader would move deadlines that are already given.
        object.__setattr__(self, "terms", tuple((first, last) for first, last in self.terms))
        object.__setattr__(self, "exceptions", dict(self.exceptions))
        object.__setattr__(self, "weekdays", frozenset(self.weekdays))
        object.__setattr__(self, "_spans", _merged(self.terms))
        object.__setattr__(self, "_exception_days", tuple(sorted(self.exceptions)))

    def length_on(self, day: date) -> Decimal:
        """School days that the day holds: 0 when there is no school, 0.5 on a half day, 1 otherwise."""
        length = self.exceptions.get(day)
        return self._regular_length(day) if length is None else length

    def is_school_day(self, day: date) -> bool:
        """Whether children attend for any part of the day (34 CFR 300.11(c)(1)); a half day is a school day."""
        return self.length_on(day) > 0

    def school_days(self, begins_on: date, ends_on: date) -> Decimal:
        """School days from `begins_on` to `ends_on`, both included, half days as 0.5.

        The cost depends on the terms and exceptions, not on the length of the range, so that a mistyped year in a
        file costs nothing. ValueError when the range ends before it begins.
        """
        if ends_on < begins_on:
            raise ValueError(f"range ends on {ends_on}, before it begins on {begins_on}")
        regular = 0
        for first, last in self._spans:
            first, last = max(first, begins_on), min(last, ends_on)
            if first <= last:
                regular += _count_weekdays(first, last, self.weekdays)
        total = Decimal(regular)
        days = self._exception_days
        for day in days[bisect_left(days, begins_on) : bisect_right(days, ends_on)]:
            total += self.exceptions[day] - self._regular_length(day)
        return total

    def nth_school_day_after(self, day: date, n: int) -> date:
        """The day that is `n` school days after `day`, which itself is not counted.

        A half day counts as one school day (34 CFR 300.11(c)(1)). With n = 0 it is `day` itself, school day or
        not. ValueError when n is negative or 400 days pass without a school day.
        """
        if n < 0:
            raise ValueError(f"cannot count {n} school days after {day}")
        found = day
        for _ in range(n):
            found = self._next_school_day(found)
        return found

    def nth_school_day_before(self, day: date, n: int) -> date:
        """The day that is `n` school days before `day`, which itself is not counted: the mirror of the one above.

        ValueError when n is negative or 400 days pass without a school day.
        """
        if n < 0:
            raise ValueError(f"cannot count {n} school days before {day}")
        found = day
        for _ in range(n):
            found = self._next_school_day(found, -1)
        return found

    def nearest_school_day(self, day: date) -> date:
        """`day` itself when it is a school day, else the nearest one; of two equally near the earlier.

        The enrollment count is taken on 1 October or the nearest school day. The earlier of two is taken because
        its enrollment is already known on the count day. ValueError when none lies within 400 days.
        """
        for distance in range(SEARCH_LIMIT + 1):
            for ordinal in (day.toordinal() - distance, day.toordinal() + distance):
                if _is_ordinal(ordinal) and self.is_school_day(candidate := date.fromordinal(ordinal)):
                    return candidate
        raise ValueError(f"no school day within {SEARCH_LIMIT} days of {day}; is the calendar entered?")

    def _next_school_day(self, day: date, sign: int = 1) -> date:
        for distance in range(1, SEARCH_LIMIT + 1):
            ordinal = day.toordinal() + sign * distance
            if _is_ordinal(ordinal) and self.is_school_day(candidate := date.fromordinal(ordinal)):
                return candidate
        side = "after" if sign > 0 else "before"
        raise ValueError(f"no school day within {SEARCH_LIMIT} days {side} {day}; is the calendar entered?")

    def _regular_length(self, day: date) -> Decimal:
        if day.weekday() in self.weekdays and any(first <= day <= last for first, last in self._spans):
            return FULL_DAY
        return CLOSED


def _merged(terms: Sequence[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    """The terms in order with overlapping ones joined, so that no day is counted twice."""
    spans: list[tuple[date, date]] = []
    for first, last in sorted(terms):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    return tuple(spans)


def _count_weekdays(first: date, last: date, weekdays: frozenset[int]) -> int:
    """Days from `first` to `last`, both included, that fall on one of the weekdays."""
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * len(weekdays) + sum((first + timedelta(days=i)).weekday() in weekdays for i in range(rest))


def _is_ordinal(ordinal: int) -> bool:
    return date.min.toordinal() <= ordinal <= date.max.toordinal()
