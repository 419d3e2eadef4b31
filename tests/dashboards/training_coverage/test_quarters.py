"""Quarters of a school year."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.training_coverage.pictures import tone_of
from dashboards.training_coverage.quarters import Quarter, quarter_of, quarters_until
from district.calendar import school_year_of

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_every_day_lies_in_one_quarter_of_its_school_year(day):
    quarter = quarter_of(day)
    assert quarter.begins_on <= day <= quarter.ends_on
    assert quarter.year == school_year_of(day)
    assert 90 <= (quarter.ends_on - quarter.begins_on).days + 1 <= 92


@given(DAYS)
def test_quarters_follow_each_other_without_a_gap(day):
    quarters = quarters_until(day)
    assert len(quarters) == 8
    assert quarters[-1] == quarter_of(day)
    for earlier, later in pairwise(quarters):
        assert earlier.next == later
        assert later.before == earlier
        assert later.begins_on == earlier.ends_on + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "code", "counted_on"),
    [
        (date(2026, 6, 30), "2026-Q4", date(2026, 6, 30)),
        (date(2026, 7, 1), "2027-Q1", date(2026, 7, 1)),
        (date(2026, 11, 10), "2027-Q2", date(2026, 11, 10)),
        (date(2028, 2, 29), "2028-Q3", date(2028, 2, 29)),
    ],
)
def test_the_present_quarter_is_counted_on_the_present_day(day, code, counted_on):
    quarter = quarter_of(day)
    assert quarter.code == code
    assert quarter.counted_on(day) == counted_on
    assert quarter.before.counted_on(day) == quarter.before.ends_on


def test_a_quarter_says_its_school_year():
    assert Quarter(2027, 2).words == "Q2 2026–27"


@pytest.mark.parametrize(("number", "tone"), [(None, None), (0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (60, 4)])
def test_a_tone_rises_with_the_people(number, tone):
    assert tone_of(number) == tone
