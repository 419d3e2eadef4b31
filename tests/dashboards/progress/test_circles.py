"""Live measures of circles of cases: held, in time after a return, and what was agreed in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from dashboards.progress.counting import progress_of
from dashboards.progress.watch import CLOCK, watch_of
from tests.circles.making import agree, make_circle, make_class_circle
from tests.commitments import factories as promise
from tests.dashboards.progress.conftest import TODAY

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def one_day():
    """What is looked at here is looked at on one day."""
    with time_machine.travel(f"{TODAY}T17:00:00+00:00", tick=False):
        yield


def read(commitment, watch=CLOCK, today=TODAY):
    return progress_of([commitment], watch=watch, today=today)[commitment.pk]


def counts(reading) -> tuple[int, int | None]:
    return reading.numerator, reading.denominator


def test_circles_of_cases_count_once_they_were_held(scene):
    make_class_circle(scene.north, scene.leader)
    make_circle(scene.north, scene.students["a"])
    make_circle(scene.north, scene.students["a"], status="held", held_on=date(2020, 10, 6))
    make_circle(scene.north, scene.students["a"], status="held", held_on=date(2020, 6, 30))
    make_circle(scene.north, status="held", held_on=date(2020, 10, 6), voided_at=scene.district.created_at)
    given = {"measure": "circles_per_100", "target": 50}
    every, second = (promise.make_commitment(scene.district, tier=tier, **given) for tier in ("", "2"))
    assert (counts(read(every).current), counts(read(second).current)) == ((2, 4), (1, 4))
    assert [counts(reading) for reading in read(second).history] == [(1, 4), (1, 4)]


def test_a_return_counts_once_its_days_are_over_or_its_circle_was_held(scene):
    def come_back(student: str, school, last: date, held_on: date | None = None, **fields) -> None:
        removal = scene.suspend(student, school, last - DAY, "1", ends_on=last)
        if held_on or fields:
            make_circle(school, scene.students[student], origin="removal", removal=removal, held_on=held_on, **fields)

    long_ago = TODAY - 60 * DAY
    come_back("a", scene.north, long_ago, long_ago + 5 * DAY)  # the fifth day is in time
    come_back("b", scene.north, long_ago, long_ago + 6 * DAY)
    come_back("c", scene.north, long_ago)
    come_back("d", scene.south, long_ago, long_ago + DAY, voided_at=scene.district.created_at)
    come_back("a", scene.north, TODAY - 5 * DAY)  # its last day is today: not over yet
    come_back("b", scene.north, TODAY - 2 * DAY, TODAY)  # held, and counts at once
    come_back("c", scene.north, date(2020, 3, 2), date(2020, 3, 3))
    scene.suspend("d", scene.south, long_ago, "1", kind="ISS", ends_on=long_ago)
    scene.suspend("d", scene.south, long_ago, "1")  # nobody knows when it ended
    five = promise.make_commitment(scene.district, measure="reentry_circles", within_days=5, target=80)
    assert counts(read(five).current) == (2, 5)
    assert read(five).current.value == 40
    assert counts(read(five).history[0]) == (1, 1)
    assert counts(read(five, today=TODAY + DAY).current) == (2, 6)
    ten = promise.make_commitment(scene.district, scene.north, measure="reentry_circles", within_days=10, target=80)
    assert counts(read(ten).current) == (3, 4)
    assert read(five, watch_of(scene.partner)).current is None
    assert counts(read(five, watch_of(scene.principal)).current) == (2, 4)


def test_what_was_agreed_counts_from_its_day_on(scene, client_for):
    def agreed(school, status: str, due_on: date, settled_on: date | None = None) -> None:
        circle = make_circle(school, scene.students["a"], status="agreement", held_on=date(2020, 10, 6))
        terms = agree(circle, scene.leader, due_on).terms
        terms.update(status=status, settled_on=settled_on)

    agreed(scene.north, "met", TODAY - DAY, TODAY - DAY)
    agreed(scene.north, "met", TODAY - 9 * DAY, TODAY)  # late, and met
    agreed(scene.north, "open", TODAY)
    agreed(scene.south, "not_met", TODAY - DAY, TODAY)
    agreed(scene.south, "waived", TODAY - DAY, TODAY)
    agreed(scene.south, "met", TODAY + DAY, TODAY)  # its day has not come
    every, south = (
        promise.make_commitment(scene.district, *schools, measure="agreements_kept", target=80)
        for schools in ((), (scene.south,))
    )
    assert counts(read(every).current) == (2, 4)
    assert counts(read(south).current) == (0, 1)
    rows = client_for(scene.leader).get("/api/v1/dashboards/rollout/").json()["rows"]
    kept = {row["school"]: row["agreements_kept"] for row in rows if row["breakdown"] in ("school", "district")}
    assert kept == {"0001": 2 / 3, "0002": 0.0, "": 0.5}
    outside = client_for(scene.partner).get("/api/v1/dashboards/rollout/").json()["rows"]
    assert {row["agreements_kept"] for row in outside} == {None}
