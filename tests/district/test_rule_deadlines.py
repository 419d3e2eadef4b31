"""When a step is due: in school days, business days, calendar days, forward and back; and the federal holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.calendar import SchoolCalendar
from district.rules import Deadline, Rule, Severity, Unit, due_dates, due_on, federal_holidays, is_business_day
from tests.calendars import CAL_26, closing


def step(unit, offset, *, before=False, event="decision", name="step"):
    return Deadline(name, event, unit, "Do it", offset, before)


@pytest.mark.parametrize(
    ("unit", "offset", "before", "event", "due"),
    [
        (Unit.SAME_DAY, 0, False, date(2026, 11, 10), date(2026, 11, 10)),
        (Unit.SAME_DAY, 0, False, date(2026, 11, 7), date(2026, 11, 7)),  # a Saturday stays a Saturday
        (Unit.SCHOOL_DAY, 10, False, date(2026, 11, 10), date(2026, 11, 24)),
        (Unit.SCHOOL_DAY, 10, False, date(2026, 12, 18), date(2027, 1, 12)),  # over the winter break
        (Unit.SCHOOL_DAY, 5, True, date(2026, 12, 2), date(2026, 11, 23)),  # back over Thanksgiving
        (Unit.SCHOOL_DAY, 1, True, date(2026, 11, 9), date(2026, 11, 4)),  # back over the convention
        (Unit.CALENDAR_DAY, 30, False, date(2026, 11, 2), date(2026, 12, 2)),
        (Unit.CALENDAR_DAY, 5, True, date(2026, 12, 2), date(2026, 11, 27)),
        (Unit.CALENDAR_DAY, 1, False, date(2026, 11, 6), date(2026, 11, 7)),  # not moved off the weekend
        (Unit.BUSINESS_DAY, 5, False, date(2026, 11, 10), date(2026, 11, 18)),  # Veterans Day does not count
        (Unit.BUSINESS_DAY, 1, False, date(2026, 11, 5), date(2026, 11, 6)),  # closed schools do
        (Unit.BUSINESS_DAY, 1, True, date(2026, 11, 12), date(2026, 11, 10)),
        (Unit.BUSINESS_DAY, 10, False, date(2026, 12, 18), date(2027, 1, 5)),  # Christmas and New Year's Day
    ],
)
def test_days_are_counted_in_the_unit_of_the_rule(unit, offset, before, event, due):
    assert due_on(step(unit, offset, before=before), event, CAL_26) == due


def test_a_state_holiday_is_no_business_day():
    deadline = step(Unit.BUSINESS_DAY, 1)
    assert due_on(deadline, date(2027, 3, 30), CAL_26) == date(2027, 3, 31)
    assert due_on(deadline, date(2027, 3, 30), CAL_26, holidays={date(2027, 3, 31)}) == date(2027, 4, 1)


def test_a_calendar_that_does_not_reach_gives_no_day_instead_of_a_wrong_one():
    assert due_on(step(Unit.SCHOOL_DAY, 10), date(2027, 6, 14), CAL_26) is None
    assert due_on(step(Unit.SCHOOL_DAY, 1), date(2026, 11, 10), SchoolCalendar(terms=[])) is None
    assert due_on(step(Unit.CALENDAR_DAY, 60), date.max, CAL_26) is None
    assert due_on(step(Unit.BUSINESS_DAY, 60, before=True), date(1, 1, 3), CAL_26) is None


def test_steps_come_by_day_and_those_that_wait_for_an_event_last():
    steps = [
        step(Unit.CALENDAR_DAY, 5, before=True, event="formal_hearing", name="witness_list"),
        step(Unit.CALENDAR_DAY, 30, event="removal_begins", name="formal_hearing"),
        step(Unit.SCHOOL_DAY, 2, event="removal_begins", name="written_notice"),
        step(Unit.SAME_DAY, 0, event="removal_begins", name="parent_notice"),
    ]
    rule = Rule("r", "NJ", "c", "t", "x", Severity.WARN, deadlines=tuple(steps))
    found = due_dates([(rule, one) for one in steps], {"removal_begins": date(2026, 11, 2)}, CAL_26)
    assert [(due.deadline.step, due.on) for due in found] == [
        ("parent_notice", date(2026, 11, 2)),
        ("written_notice", date(2026, 11, 4)),
        ("formal_hearing", date(2026, 12, 2)),
        ("witness_list", None),
    ]
    assert found[0].counted_from == date(2026, 11, 2)
    assert found[-1].counted_from is None


days = st.dates(date(2026, 9, 1), date(2027, 4, 30))
units = st.sampled_from([Unit.SCHOOL_DAY, Unit.BUSINESS_DAY, Unit.CALENDAR_DAY])


@given(units, st.integers(1, 20), days)
def test_a_deadline_lies_ahead_and_a_day_more_is_later(unit, offset, event):
    due = due_on(step(unit, offset), event, CAL_26)
    assert due > event
    assert due_on(step(unit, offset + 1), event, CAL_26) > due


@given(st.integers(1, 20), days)
def test_back_and_forth_meet_on_school_days(n, event):
    event = CAL_26.nearest_school_day(event)
    there = CAL_26.nth_school_day_after(event, n)
    assert CAL_26.nth_school_day_before(there, n) == event


@given(st.integers(1, 15), days, days)
def test_closing_one_more_day_never_brings_a_deadline_forward(n, event, closed):
    before = due_on(step(Unit.SCHOOL_DAY, n), event, CAL_26)
    after = due_on(step(Unit.SCHOOL_DAY, n), event, closing(CAL_26, closed))
    assert after >= before
    in_other_units = [
        due_on(step(unit, n), event, calendar) == due_on(step(unit, n), event, CAL_26)
        for unit in (Unit.BUSINESS_DAY, Unit.CALENDAR_DAY)
        for calendar in (closing(CAL_26, closed),)
    ]
    assert all(in_other_units)


def test_school_days_cannot_be_counted_backwards_by_a_negative_number():
    with pytest.raises(ValueError, match="-1"):
        CAL_26.nth_school_day_before(date(2026, 11, 10), -1)


@pytest.mark.parametrize(
    ("year", "holidays"),
    [
        (2021, ["01-01", "01-18", "02-15", "05-31", "06-18", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24"]),
        (2026, ["01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"]),
        (2020, ["01-01", "01-20", "02-17", "05-25", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"]),
    ],
)
def test_federal_holidays_as_published(year, holidays):
    """OPM's lists of federal holidays; that of 2021 ends with New Year's Day 2022, observed on December 31."""
    expected = {date.fromisoformat(f"{year}-{day}") for day in holidays}
    if year == 2021:
        expected.add(date(2021, 12, 31))
    assert federal_holidays(year) == expected


def test_every_year_has_its_holidays_on_weekdays():
    for year in (1, 1999, 2022, 2023, 2028, 9999):
        assert 9 <= len(federal_holidays(year)) <= 12
        assert all(day.weekday() < 5 and day.year == year for day in federal_holidays(year))


def test_a_weekend_is_no_business_day():
    week = [date(2026, 11, 9) + timedelta(days=i) for i in range(7)]
    assert [is_business_day(day) for day in week] == [True, True, False, True, True, False, False]
