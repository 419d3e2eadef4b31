"""School days by month and weekday, averages over schools, students by number of events: no database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.patterns.formulas import Repeats, SchoolDays, average_days, open_days, per_school_day, share
from district.calendar import SchoolCalendar

YEAR = (date(2020, 8, 27), date(2021, 6, 4))
HALF, CLOSED = Decimal("0.5"), Decimal(0)

calendars = st.builds(
    lambda days: SchoolCalendar(terms=[YEAR], exceptions=days),
    st.dictionaries(st.dates(date(2020, 7, 1), date(2021, 6, 30)), st.sampled_from([CLOSED, HALF, Decimal(1)])),
)


def test_a_half_day_counts_half_in_its_month_and_on_its_weekday():
    """October 2020: 22 weekdays, of which Monday the 12th is closed and Wednesday the 14th a half day."""
    calendar = SchoolCalendar(terms=[YEAR], exceptions={date(2020, 10, 12): CLOSED, date(2020, 10, 14): HALF})
    days = SchoolDays(open_days(calendar, date(2020, 10, 1), date(2020, 10, 31)))
    assert days.in_month(10) == Fraction("20.5")
    assert [days.on_weekday(number) for number in range(1, 8)] == [3, 4, Fraction("3.5"), 5, 5, 0, 0]


@given(calendars, st.dates(date(2020, 7, 1), date(2021, 6, 30)), st.integers(-5, 300))
def test_the_days_are_those_of_the_calendar(calendar, first, length):
    """Sums by month and by weekday are the calendar's own count, to the half day; a span that ends early has none."""
    last = first + timedelta(length)
    days = SchoolDays(open_days(calendar, first, last))
    expected = Fraction(calendar.school_days(first, last)) if last >= first else 0
    assert days.total == expected
    assert sum(days.in_month(month) for month in range(1, 13)) == expected
    assert sum(days.on_weekday(weekday) for weekday in range(1, 8)) == expected
    assert days.within([], []) == days
    assert days.within([10], [1, 2]).total <= days.within([10], []).total == days.in_month(10)


@given(calendars, st.integers(1, 9))
def test_schools_with_one_calendar_have_its_days(calendar, number):
    days = open_days(calendar, *YEAR)
    assert average_days([(days, number)]) == SchoolDays(days)


def test_a_school_counts_in_the_months_in_which_it_teaches():
    """Two schools to March, one afterwards; one of three with four Mondays instead of five in May."""
    early, late = {(3, 1): Fraction(5)}, {(3, 1): Fraction(3), (5, 1): Fraction(4)}
    averaged = average_days([(early, 2), (late, 1)])
    assert averaged.in_month(3) == Fraction(13, 3)
    assert averaged.in_month(5) == 4
    assert average_days([]) == SchoolDays({})


@pytest.mark.parametrize(
    ("events", "days", "expected"),
    [(26, Fraction(20), 1.3), (0, Fraction(20), 0.0), (3, Fraction(0), None), (3, None, None)],
)
def test_per_school_day(events, days, expected):
    assert per_school_day(events, days) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 4, 0.25), (0, 4, 0.0), (3, 0, None), (3, None, None), (None, 4, None)]
)
def test_share(part, whole, expected):
    assert share(part, whole) == expected


def test_students_by_number_of_events():
    rows = list(
        Repeats(none=90, one=6, two_to_five=3, six_or_more=1, events_of_two_to_five=8, events_of_six_or_more=7).rows()
    )
    assert rows == [("0", 90, 0), ("1", 6, 6), ("2-5", 3, 8), ("6+", 1, 7)]
