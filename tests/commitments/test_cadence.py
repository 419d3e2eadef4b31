"""When something falls due, from a rhythm."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.cadence import MONTHS, months_after, occurrences

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("cadence", "first", "until", "expected"),
    [
        ("monthly", date(2021, 1, 31), date(2021, 4, 30), [(2021, 1, 31), (2021, 2, 28), (2021, 3, 31), (2021, 4, 30)]),
        ("monthly", date(2024, 1, 31), date(2024, 2, 29), [(2024, 1, 31), (2024, 2, 29)]),
        ("quarterly", date(2020, 11, 30), date(2021, 6, 1), [(2020, 11, 30), (2021, 2, 28), (2021, 5, 30)]),
        ("twice_a_year", date(2020, 8, 31), date(2021, 8, 30), [(2020, 8, 31), (2021, 2, 28)]),
        (
            "yearly",
            date(2020, 2, 29),
            date(2024, 3, 1),
            [(2020, 2, 29), (2021, 2, 28), (2022, 2, 28), (2023, 2, 28), (2024, 2, 29)],
        ),
        ("monthly", date(2021, 1, 15), date(2021, 1, 14), []),
    ],
)
def test_days_of_a_rhythm(cadence, first, until, expected):
    assert list(occurrences(cadence, first, until=until)) == [date(*day) for day in expected]


def test_the_last_day_ends_it_even_when_more_is_asked_for():
    found = list(occurrences("monthly", date(2021, 1, 1), until=date(2021, 12, 31), last=date(2021, 3, 1)))
    assert found == [date(2021, 1, 1), date(2021, 2, 1), date(2021, 3, 1)]


def test_an_unknown_rhythm_is_refused():
    with pytest.raises(ValueError, match="unknown cadence"):
        list(occurrences("weekly", date(2021, 1, 1), until=date(2021, 2, 1)))


def test_the_end_of_time_ends_a_rhythm():
    assert months_after(date(9999, 12, 1), 1) is None
    assert list(occurrences("yearly", date(9998, 1, 1), until=date.max)) == [date(9998, 1, 1), date(9999, 1, 1)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cadence=st.sampled_from(sorted(MONTHS)), first=days, until=days)
def test_days_rise_stay_within_and_keep_their_day_of_the_month(cadence, first, until):
    found = list(occurrences(cadence, first, until=until))
    assert found == sorted(set(found))
    assert all(first <= day <= until for day in found)
    for number, day in enumerate(found):
        months = (day.year - first.year) * 12 + day.month - first.month
        assert months == number * MONTHS[cadence]
        assert day.day <= first.day
