"""School-day arithmetic: deadlines, lengths and the count day on a calendar with closures and half days."""

import pickle
from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.calendar import SchoolCalendar, school_year_of, school_year_window

HALF = Decimal("0.5")


def days_from(first, last):
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def closed(*days):
    return dict.fromkeys(days, Decimal(0))


# A New Jersey school year: Monday to Friday, teachers' convention, Thanksgiving, winter break and two holidays.
NEW_JERSEY = SchoolCalendar(
    terms=[(date(2026, 9, 1), date(2027, 6, 18))],
    exceptions=closed(
        date(2026, 11, 5),
        date(2026, 11, 6),
        date(2026, 11, 26),
        date(2026, 11, 27),
        *days_from(date(2026, 12, 24), date(2027, 1, 1)),
        date(2027, 1, 18),
        date(2027, 2, 15),
    ),
)


def calendar_of_october_2026(**lengths):
    """Terms around October 2026 with the length of single days given as oct_1=0."""
    exceptions = {date(2026, 10, int(name.removeprefix("oct_"))): Decimal(str(n)) for name, n in lengths.items()}
    return SchoolCalendar(terms=[(date(2026, 9, 1), date(2026, 12, 18))], exceptions=exceptions)


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        (date(2026, 11, 10), 10, date(2026, 11, 24)),  # manifestation determination, 34 CFR 300.530(e)
        (date(2026, 11, 2), 2, date(2026, 11, 4)),  # written notice of a long-term suspension
        (date(2026, 11, 2), 5, date(2026, 11, 11)),  # educational services, across the convention
        (date(2026, 12, 1), 5, date(2026, 12, 8)),  # decision after the hearing closes
        (date(2026, 11, 4), 1, date(2026, 11, 9)),  # closure and weekend in a row
        (date(2026, 12, 23), 1, date(2027, 1, 4)),  # winter break across the end of the calendar year
        (date(2026, 11, 7), 1, date(2026, 11, 9)),  # counted from a Saturday
    ],
)
def test_deadline_in_school_days_excludes_the_first_day(day, n, due):
    assert NEW_JERSEY.nth_school_day_after(day, n) == due


def test_zero_school_days_after_is_the_day_itself_even_without_school():
    assert NEW_JERSEY.nth_school_day_after(date(2026, 11, 10), 0) == date(2026, 11, 10)
    assert NEW_JERSEY.nth_school_day_after(date(2026, 11, 8), 0) == date(2026, 11, 8)


def test_eleven_consecutive_school_days_span_more_than_eleven_dates():
    assert NEW_JERSEY.school_days(date(2026, 10, 26), date(2026, 11, 11)) == 11
    assert NEW_JERSEY.school_days(date(2026, 10, 26), date(2026, 11, 10)) == 10


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "days"),
    [
        (date(2026, 11, 10), date(2026, 11, 10), 1),
        (date(2026, 11, 7), date(2026, 11, 8), 0),
        (date(2026, 11, 5), date(2026, 11, 6), 0),
        (date(2026, 11, 2), date(2026, 11, 13), 8),
        (date(2026, 12, 21), date(2027, 1, 8), 8),
        (date(2026, 8, 1), date(2026, 9, 4), 4),
        (date(2027, 6, 14), date(2027, 8, 31), 5),
        (date(2027, 7, 1), date(2027, 8, 31), 0),
        (date(2026, 12, 31), date(2026, 12, 31), 0),
    ],
)
def test_school_days_of_a_range_include_both_ends(begins_on, ends_on, days):
    assert NEW_JERSEY.school_days(begins_on, ends_on) == Decimal(days)


def test_half_day_is_half_a_day_of_suspension_but_a_whole_day_of_a_deadline():
    calendar = calendar_of_october_2026(oct_14=0.5)
    assert calendar.length_on(date(2026, 10, 14)) == HALF
    assert calendar.is_school_day(date(2026, 10, 14))
    assert calendar.school_days(date(2026, 10, 13), date(2026, 10, 15)) == Decimal("2.5")
    assert calendar.school_days(date(2026, 10, 14), date(2026, 10, 14)) == HALF
    assert calendar.nth_school_day_after(date(2026, 10, 13), 1) == date(2026, 10, 14)
    assert calendar.nth_school_day_after(date(2026, 10, 13), 2) == date(2026, 10, 15)


def test_exception_gives_instruction_on_a_weekend_and_outside_the_terms():
    calendar = SchoolCalendar(
        terms=[(date(2026, 9, 1), date(2027, 6, 18))],
        exceptions={date(2026, 10, 17): Decimal(1), date(2027, 6, 19): HALF, date(2027, 6, 21): Decimal(1)},
    )
    assert calendar.school_days(date(2026, 10, 12), date(2026, 10, 18)) == 6
    assert calendar.nth_school_day_after(date(2026, 10, 16), 1) == date(2026, 10, 17)
    assert calendar.school_days(date(2027, 6, 18), date(2027, 6, 30)) == Decimal("2.5")


def test_exception_that_repeats_the_regular_length_changes_nothing():
    calendar = calendar_of_october_2026(oct_13=1, oct_17=0)
    assert calendar.school_days(date(2026, 10, 12), date(2026, 10, 18)) == 5


def test_leap_day_is_a_day_like_any_other():
    calendar = SchoolCalendar(terms=[(date(2024, 1, 2), date(2024, 6, 14))])
    assert calendar.is_school_day(date(2024, 2, 29))
    assert calendar.school_days(date(2024, 2, 26), date(2024, 3, 1)) == 5
    assert calendar.nth_school_day_after(date(2024, 2, 28), 1) == date(2024, 2, 29)
    assert calendar.nth_school_day_after(date(2024, 2, 28), 2) == date(2024, 3, 1)
    common_year = SchoolCalendar(terms=[(date(2027, 1, 4), date(2027, 6, 18))])
    assert common_year.nth_school_day_after(date(2027, 2, 26), 1) == date(2027, 3, 1)


def test_time_between_terms_is_no_school_and_touching_terms_count_once():
    calendar = SchoolCalendar(
        terms=[
            (date(2027, 1, 4), date(2027, 6, 18)),
            (date(2026, 9, 1), date(2026, 12, 18)),
            (date(2026, 12, 14), date(2026, 12, 22)),
        ]
    )
    assert calendar.school_days(date(2026, 12, 14), date(2027, 1, 8)) == 12
    assert not calendar.is_school_day(date(2026, 12, 23))
    assert calendar.is_school_day(date(2027, 6, 18))
    assert not calendar.is_school_day(date(2027, 6, 21))


def test_other_instruction_weekdays():
    four_day_week = SchoolCalendar(terms=[(date(2026, 9, 1), date(2027, 5, 28))], weekdays=frozenset({0, 1, 2, 3}))
    assert not four_day_week.is_school_day(date(2026, 10, 16))
    assert four_day_week.school_days(date(2026, 10, 12), date(2026, 10, 25)) == 8
    assert four_day_week.nth_school_day_after(date(2026, 10, 15), 1) == date(2026, 10, 19)


@pytest.mark.parametrize(
    ("lengths", "count_day"),
    [
        ({}, date(2026, 10, 1)),
        ({"oct_1": 0.5}, date(2026, 10, 1)),
        ({"oct_1": 0}, date(2026, 9, 30)),  # 30 September and 2 October are equally near
        ({"oct_1": 0, "oct_2": 0}, date(2026, 9, 30)),
    ],
)
def test_count_day_is_the_first_of_october_or_the_nearest_school_day(lengths, count_day):
    assert calendar_of_october_2026(**lengths).nearest_school_day(date(2026, 10, 1)) == count_day


@pytest.mark.parametrize(
    ("day", "nearest"),
    [
        (date(2022, 10, 1), date(2022, 9, 30)),  # a Saturday: Friday
        (date(2023, 10, 1), date(2023, 10, 2)),  # a Sunday: Monday
        (date(2022, 7, 4), date(2022, 9, 1)),  # before the first term
        (date(2024, 8, 1), date(2024, 6, 14)),  # after the last
    ],
)
def test_nearest_school_day_looks_both_ways(day, nearest):
    calendar = SchoolCalendar(
        terms=[(date(2022, 9, 1), date(2023, 6, 16)), (date(2023, 9, 1), date(2024, 6, 14))],
    )
    assert calendar.nearest_school_day(day) == nearest


def test_deadline_runs_on_into_the_next_school_year():
    calendar = SchoolCalendar(
        terms=[(date(2026, 9, 1), date(2027, 6, 18)), (date(2027, 9, 1), date(2028, 6, 16))],
    )
    assert calendar.nth_school_day_after(date(2027, 6, 17), 3) == date(2027, 9, 2)


def test_calendar_without_school_days_says_so():
    empty = SchoolCalendar(terms=[])
    with pytest.raises(ValueError, match="no school day within 400 days after 2026-11-10"):
        empty.nth_school_day_after(date(2026, 11, 10), 1)
    with pytest.raises(ValueError, match="no school day within 400 days of 2026-10-01"):
        empty.nearest_school_day(date(2026, 10, 1))
    with pytest.raises(ValueError, match="no school day within 400 days after 2027-06-18"):
        NEW_JERSEY.nth_school_day_after(date(2027, 6, 17), 2)
    assert empty.school_days(date(2026, 9, 1), date(2027, 6, 30)) == 0


def test_search_reaches_exactly_400_days_and_stops_at_the_last_date():
    day = date(2026, 1, 1)
    at_limit = SchoolCalendar(terms=[], exceptions={day + timedelta(days=400): Decimal(1)})
    beyond = SchoolCalendar(terms=[], exceptions={day + timedelta(days=401): Decimal(1)})
    assert at_limit.nth_school_day_after(day, 1) == at_limit.nearest_school_day(day) == date(2027, 2, 5)
    for find in (beyond.nearest_school_day, lambda start: beyond.nth_school_day_after(start, 1)):
        with pytest.raises(ValueError, match="no school day"):
            find(day)
    for extreme in (date.min, date.max):
        with pytest.raises(ValueError, match="no school day"):
            beyond.nearest_school_day(extreme)
    with pytest.raises(ValueError, match="no school day"):
        beyond.nth_school_day_after(date.max, 1)


def test_impossible_ranges_and_counts_are_refused():
    with pytest.raises(ValueError, match="range ends on 2026-11-09, before it begins on 2026-11-10"):
        NEW_JERSEY.school_days(date(2026, 11, 10), date(2026, 11, 9))
    with pytest.raises(ValueError, match="cannot count -1 school days"):
        NEW_JERSEY.nth_school_day_after(date(2026, 11, 10), -1)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"terms": [(date(2027, 6, 18), date(2026, 9, 1))]}, "before it begins"),
        ({"terms": [], "exceptions": {date(2026, 10, 1): Decimal("1.5")}}, "length of 2026-10-01 is 1.5"),
        ({"terms": [], "exceptions": {date(2026, 10, 1): Decimal("-0.5")}}, "length of 2026-10-01"),
        ({"terms": [], "weekdays": frozenset({7})}, "weekdays"),
    ],
)
def test_impossible_calendars_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        SchoolCalendar(**fields)


def test_calendar_keeps_its_own_copy_and_can_be_stored_and_hashed():
    terms, exceptions = [(date(2026, 9, 1), date(2026, 12, 18))], closed(date(2026, 10, 12))
    calendar = SchoolCalendar(terms, exceptions)
    terms.clear()
    exceptions.clear()
    assert calendar.school_days(date(2026, 10, 12), date(2026, 10, 13)) == 1
    assert pickle.loads(pickle.dumps(calendar)) == calendar  # noqa: S301  our own bytes
    assert hash(calendar) == hash(SchoolCalendar(calendar.terms, calendar.exceptions))
    with pytest.raises(FrozenInstanceError):
        calendar.weekdays = frozenset()


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2020, 7, 1), 2021),
        (date(2020, 12, 31), 2021),
        (date(2021, 1, 1), 2021),
        (date(2021, 6, 30), 2021),
        (date(2021, 7, 1), 2022),
        (date(2024, 2, 29), 2024),
    ],
)
def test_school_year_is_named_by_the_year_in_which_it_ends(day, year):
    assert school_year_of(day) == year


@given(st.integers(min_value=1900, max_value=2200))
def test_school_year_windows_follow_one_another_without_a_gap(year):
    first, last = school_year_window(year)
    assert school_year_of(first) == school_year_of(last) == year
    assert last + timedelta(days=1) == school_year_window(year + 1)[0]


school_dates = st.dates(min_value=date(2023, 7, 1), max_value=date(2025, 6, 30))
terms_strategy = st.lists(st.tuples(school_dates, school_dates).map(lambda pair: tuple(sorted(pair))), max_size=4)
calendars = st.builds(
    SchoolCalendar,
    terms=terms_strategy,
    exceptions=st.dictionaries(school_dates, st.sampled_from([Decimal(0), HALF, Decimal(1)]), max_size=12),
    weekdays=st.frozensets(st.integers(min_value=0, max_value=6)),
)


@given(calendars, school_dates, school_dates)
def test_school_days_are_the_sum_of_the_single_days(calendar, one, other):
    begins_on, ends_on = sorted((one, other))
    by_day = sum((calendar.length_on(day) for day in days_from(begins_on, ends_on)), Decimal(0))
    assert calendar.school_days(begins_on, ends_on) == by_day


@given(terms_strategy, school_dates)
def test_a_regular_day_is_in_a_term_on_an_instruction_weekday(terms, day):
    expected = day.weekday() < 5 and any(first <= day <= last for first, last in terms)
    assert SchoolCalendar(terms).is_school_day(day) == expected


@given(school_dates, st.integers(min_value=1, max_value=45))
def test_the_nth_day_after_leaves_exactly_n_school_days_behind(day, n):
    calendar = SchoolCalendar(
        terms=[(date(2023, 9, 5), date(2024, 6, 14)), (date(2024, 9, 3), date(2026, 6, 12))],
        exceptions={date(2023, 11, 22): HALF, date(2024, 2, 19): Decimal(0), date(2024, 6, 15): Decimal(1)},
    )
    due = calendar.nth_school_day_after(day, n)
    assert sum(calendar.is_school_day(d) for d in days_from(day + timedelta(days=1), due)) == n
    assert calendar.is_school_day(due)
