"""Where a figure leads at the present pace; pure."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.progress.forecast import at_period_end, reached_on, share_of_way

FIRST = date(2021, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def test_a_count_at_the_end_of_its_period():
    """12 in the first 90 of 360 days: 48."""
    assert at_period_end(12, begins_on=day(0), ends_on=day(359), today=day(89)) == 48.0


@pytest.mark.parametrize("today", [day(-1), day(0), day(34), day(359), day(400)])
def test_too_early_or_over_is_no_forecast(today):
    assert at_period_end(5, begins_on=day(0), ends_on=day(359), today=today) is None


def test_the_coverage_example():
    """19 of 52 schools after a year of one school every 20 days: 33 more take 660 days."""
    points = [(day(0), 0.0), (day(200), 10.0), (day(380), 19.0)]
    found = reached_on(points, target=52)
    assert abs((found - day(1040)).days) <= 15
    assert reached_on([(day(0), 0.0), (day(20), 1.0)], target=3) == day(60)


@pytest.mark.parametrize(
    ("points", "target", "expected"),
    [
        ([], 5, None),
        ([(day(0), 1.0)], 5, None),
        ([(day(0), 1.0), (day(0), 2.0)], 5, None),
        ([(day(0), 2.0), (day(10), 2.0)], 5, None),
        ([(day(0), 3.0), (day(10), 2.0)], 5, None),
        ([(day(0), 1.0), (day(10), 6.0)], 5, day(10)),
        ([(day(0), 9.0), (day(10), 4.0)], 5, day(10)),
        ([(day(0), 0.0), (day(10), 0.0001)], 10_000, None),
        ([(day(0), 10.0), (day(10), 8.0)], 4, day(30)),
    ],
    ids=["none", "one", "one day", "level", "away", "reached up", "reached down", "never", "falling"],
)
def test_when_a_target_is_reached(points, target, expected):
    assert reached_on(points, target=target) == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(start=st.integers(0, 100), pace=st.integers(1, 20), length=st.integers(2, 50), more=st.integers(1, 200))
def test_on_a_straight_line_the_forecast_is_the_line(start, pace, length, more):
    points = [(day(number), float(start + pace * number)) for number in range(length)]
    target = start + pace * (length - 1 + more)
    assert reached_on(points, target=target) == day(length - 1 + more)


@pytest.mark.parametrize(("value", "expected"), [(0, 0.0), (19, 19 / 52), (52, 1.0), (60, 1.0), (-5, 0.0)])
def test_share_of_the_way(value, expected):
    assert share_of_way(value, baseline=0, target=52) == expected
    assert share_of_way(value, baseline=3, target=3) is None


def test_the_way_may_lead_down():
    assert share_of_way(150, baseline=300, target=0) == 0.5
