"""School days of a removal by the calendar."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discipline.counting import Terms, TermsFault, school_days_between, terms_of
from district.calendar import SchoolCalendar

HALF = date(2026, 11, 25)
CALENDAR = SchoolCalendar(
    terms=[(date(2026, 9, 3), date(2027, 6, 18))],
    exceptions={
        date(2026, 11, 5): Decimal(0),
        date(2026, 11, 6): Decimal(0),
        HALF: Decimal("0.5"),
        date(2026, 11, 26): Decimal(0),
        date(2026, 11, 27): Decimal(0),
    },
)
TUESDAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("begins_on", "days", "ends_on"),
    [
        (TUESDAY, "1", TUESDAY),
        (TUESDAY, "0.5", TUESDAY),
        (TUESDAY, "2", date(2026, 11, 4)),
        (TUESDAY, "3", date(2026, 11, 9)),  # over the closure and the weekend
        (date(2026, 11, 7), "1", date(2026, 11, 9)),  # from a Saturday: the first school day after it
        (date(2026, 11, 24), "1.5", HALF),
        (date(2026, 11, 24), "2", date(2026, 11, 30)),  # the half day holds 0.5 only
        (HALF, "1", date(2026, 11, 30)),
        (date(2026, 10, 30), "10", date(2026, 11, 16)),
    ],
)
def test_the_last_day_follows_from_the_length(begins_on, days, ends_on):
    assert terms_of(CALENDAR, begins_on, days=Decimal(days)) == Terms(begins_on, ends_on, Decimal(days))


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "days"),
    [
        (TUESDAY, TUESDAY, "1"),
        (TUESDAY, date(2026, 11, 9), "3"),
        (HALF, HALF, "0.5"),
        (date(2026, 11, 24), date(2026, 11, 30), "2.5"),
    ],
)
def test_the_length_follows_from_the_last_day(begins_on, ends_on, days):
    assert terms_of(CALENDAR, begins_on, ends_on=ends_on) == Terms(begins_on, ends_on, Decimal(days))


def test_an_ordered_length_may_be_less_than_the_dates_hold():
    assert terms_of(CALENDAR, TUESDAY, ends_on=date(2026, 11, 4), days=Decimal("1.5")).days == Decimal("1.5")


@pytest.mark.parametrize(
    ("given_terms", "field", "code"),
    [
        ({}, "days", "required"),
        ({"days": Decimal(0)}, "days", "not_positive"),
        ({"days": Decimal(-1), "ends_on": TUESDAY}, "days", "not_positive"),
        ({"days": Decimal(401)}, "days", "too_far"),
        ({"days": Decimal(300)}, "begins_on", "too_far"),  # beyond the end of the entered calendar
        ({"ends_on": date(2026, 11, 2)}, "ends_on", "order"),
        ({"ends_on": TUESDAY, "days": Decimal("1.5")}, "days", "too_long"),
    ],
)
def test_terms_that_cannot_be_say_why(given_terms, field, code):
    with pytest.raises(TermsFault) as caught:
        terms_of(CALENDAR, TUESDAY, **given_terms)
    assert (caught.value.field, caught.value.code) == (field, code)


def test_dates_without_school_hold_no_removal():
    with pytest.raises(TermsFault) as caught:
        terms_of(CALENDAR, date(2026, 11, 5), ends_on=date(2026, 11, 6))
    assert caught.value.code == "no_school"


@given(st.dates(date(2026, 9, 3), date(2027, 4, 1)), st.integers(1, 80))
def test_length_and_last_day_agree(begins_on, halves):
    """The days up to the last one hold the length, and without the last one they do not."""
    terms = terms_of(CALENDAR, begins_on, days=Decimal(halves) / 2)
    held = CALENDAR.school_days(terms.begins_on, terms.ends_on)
    assert held >= terms.days
    assert held - CALENDAR.length_on(terms.ends_on) < terms.days
    assert sum(length for _day, length in school_days_between(CALENDAR, begins_on, terms.ends_on)) == held
