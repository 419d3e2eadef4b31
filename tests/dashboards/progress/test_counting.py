"""Live measures: every key has its function, every figure is the dashboard's, and nobody counts more than they may."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.measure_kinds import GROUPS, MEASURE_KINDS, Direction
from commitments.models import Commitment
from dashboards.dimensions import DIMENSIONS
from dashboards.progress.counting import FUNCTIONS, progress_of
from dashboards.progress.readings import Reading
from dashboards.progress.watch import CLOCK, watch_of
from tests import factories as make
from tests.commitments import factories as promise
from tests.dashboards.progress.conftest import TODAY


def read(commitment: Commitment, watch=CLOCK, today: date = TODAY):
    return progress_of([commitment], watch=watch, today=today)[commitment.pk]


def test_every_key_has_a_function_a_unit_a_direction_and_a_definition():
    assert set(FUNCTIONS) == set(MEASURE_KINDS)
    for key, kind in MEASURE_KINDS.items():
        assert callable(FUNCTIONS[key])
        assert all(str(words) for words in (kind.label, kind.unit, kind.definition)), key
        assert isinstance(kind.direction, Direction)


def test_every_group_is_one_of_the_dashboards():
    for group in GROUPS:
        name, _equals, value = group.partition("=")
        assert value in DIMENSIONS[name].values


@pytest.mark.parametrize(
    ("value", "target", "direction", "kept"),
    [
        (Fraction(5), "5", Direction.AT_MOST, True),
        (Fraction(500, 100), "5", Direction.AT_MOST, True),
        (Fraction(5000001, 1000000), "5", Direction.AT_MOST, False),
        (Fraction(1, 3), "0.3333", Direction.AT_MOST, False),
        (Fraction(1, 3), "0.3333", Direction.AT_LEAST, True),
        (None, "5", Direction.AT_MOST, None),
        (Fraction(1), None, Direction.AT_MOST, None),
    ],
)
def test_a_target_is_met_exactly_or_not(value, target, direction, kept):
    goal = None if target is None else Decimal(target)
    assert Reading(2021, value, 0).is_kept(direction, goal) is kept


# --- Suspensions for a level ----------------------------------------------------------------------------------------
def test_only_suspensions_that_are_all_of_the_level_count(scene, rule):
    on = date(2020, 11, 3)
    counted = scene.suspend("a", scene.north, on, "1")
    scene.suspend("b", scene.north, on, "1", "1b")
    scene.suspend("b", scene.north, date(2020, 11, 4), "1", "2")
    scene.suspend("c", scene.north, on, "2")
    scene.suspend("c", scene.north, date(2020, 11, 5))
    scene.suspend("a", scene.north, date(2020, 11, 6), "1", kind="ISS")
    scene.suspend("a", scene.north, date(2020, 11, 7), "1", voided_at=counted.created_at)
    scene.suspend("a", scene.north, date(2020, 8, 28), "1")  # before it was adopted
    scene.suspend("d", scene.south, date(2021, 6, 1), "1")  # has not happened yet
    found = read(rule)
    assert found.current.value == 2
    assert [record.on for record in found.records] == [on, on]
    assert read(rule, today=date(2021, 6, 1)).current.value == 3
    rule.schools.set([scene.south])
    assert read(rule, today=date(2021, 6, 1)).current.value == 1


def test_a_voided_part_of_an_incident_does_not_name_the_level(scene, rule):
    removal = scene.suspend("a", scene.north, date(2020, 11, 3), "1", "2")
    assert read(rule).current.value == 0
    removal.involvements.filter(behavior__level="2").update(voided_at=removal.created_at)
    assert read(rule).current.value == 1


def test_a_yearly_rule_counts_the_year_that_holds_today(scene, rule):
    rule.adopted_on = date(2019, 9, 1)
    rule.period = "school_year"
    rule.save()
    scene.suspend("a", scene.north, date(2019, 11, 4), "1")
    scene.suspend("a", scene.north, date(2020, 11, 4), "1")
    scene.suspend("b", scene.north, date(2020, 11, 5), "1")
    found = read(rule)
    assert (found.current.period, found.current.value) == (2021, 2)
    assert [(one.period, one.value) for one in found.history] == [(2020, 1), (2021, 2)]
    assert len(found.current_records) == 2
    assert len(found.records) == 3
    assert read(rule, today=date(2020, 5, 1)).current.value == 1


# --- Rates and ratios are the dashboard's ----------------------------------------------------------------------------
@pytest.fixture
def counted(scene):
    """North: 1 of 2 Black and 0 of 1 White students suspended in 2021; south: nobody. 2020: one of north."""
    scene.suspend("a", scene.north, date(2020, 11, 3), "1")
    scene.suspend("a", scene.north, date(2020, 12, 3), "2")
    scene.suspend("c", scene.north, date(2019, 11, 5), "2")
    return scene


def dashboard(client_for, user, **query):
    response = client_for(user).get("/api/v1/dashboards/suspension-rates/", query)
    assert response.status_code == 200, response.content
    return response.json()["rows"]


@pytest.mark.parametrize("group", ["", "race=BL", "race=WH", "sex=F", "idea=true"])
@pytest.mark.parametrize("where", ["district", "north", "south", "both"])
@pytest.mark.parametrize("measure", ["suspension_rate", "risk_ratio"])
def test_each_figure_equals_the_dashboards(counted, client_for, group, where, measure):
    if measure == "risk_ratio" and not group:
        return
    schools = {
        "district": [],
        "north": [counted.north],
        "south": [counted.south],
        "both": [counted.north, counted.south],
    }
    commitment = promise.make_commitment(
        counted.district, *schools[where], measure=measure, rate_of="oss", group=group, period="school_year", target=5
    )
    found = read(commitment)
    dimension, _equals, value = group.partition("=")
    query = {"measure": "oss", "school_year": "2020,2021", "by": dimension}
    if schools[where]:
        query["school"] = ",".join(school.code for school in schools[where])
    if len(schools[where]) == 1:
        query["by"] = f"school,{dimension}".rstrip(",")
    wanted = {"true": True}.get(value, value)
    rows = {
        row["school_year"]: row
        for row in dashboard(client_for, counted.leader, **query)
        if not dimension or row[dimension] == wanted
    }
    assert {one.period for one in found.history} == {2020, 2021}
    for reading in found.history:
        row = rows.get(reading.period)
        if row is None:  # nobody of the group is enrolled: the dashboard has no row
            assert (reading.value, reading.denominator) == (None, 0)
            continue
        assert (reading.numerator, reading.denominator) == (row["affected"], row["enrolled"])
        figure = row["rate"] if measure == "suspension_rate" else row["risk_ratio"]
        scale = 100 if measure == "suspension_rate" else 1
        assert reading.number == (None if figure is None else pytest.approx(figure * scale, rel=1e-15))
    assert found.current == found.history[-1]


def test_deliveries_count_those_made_by_their_day(scene):
    commitment = promise.make_commitment(
        scene.district, measure="delivered_on_time", cadence="monthly", first_due_on=date(2020, 11, 1), target=100
    )
    for due, done in (((2020, 11, 1), (2020, 10, 30)), ((2020, 12, 1), (2020, 12, 1)), ((2021, 1, 1), (2021, 1, 2))):
        promise.make_due_item(commitment, date(*due), fulfilled_on=date(*done))
    promise.make_due_item(commitment, date(2021, 2, 1))
    promise.make_due_item(commitment, date(2021, 4, 1), fulfilled_on=date(2021, 2, 1))
    found = read(commitment, watch_of(scene.partner))
    assert (found.current.numerator, found.current.denominator, found.current.value) == (2, 4, 50)


# --- Whose records are counted ---------------------------------------------------------------------------------------
def test_nobody_counts_more_than_they_may(counted, rule):
    scene = counted
    scene.suspend("d", scene.south, date(2020, 11, 9), "1")
    officer = make.make_user("officer", scene.district, scene.south)
    staff = make.make_user("staff", scene.district, scene.south)

    def seen(user):
        found = read(rule, watch_of(user))
        return (found.current.value if found.current else None, found.is_part)

    assert read(rule).current.value == 2
    assert seen(scene.leader) == (2, False)
    assert seen(scene.principal) == (1, True)
    assert seen(officer) == (1, True)
    assert seen(scene.partner) == seen(staff) == (None, False)
    rule.schools.set([scene.north])
    assert seen(scene.principal) == (1, False)
    assert seen(officer) == (None, False)
    elsewhere = make.make_user("leader", make.make_district("TWO"))
    assert seen(elsewhere) == (None, False)


def test_the_number_of_queries_does_not_grow_with_the_number_of_commitments(counted):
    def queries(number: int) -> int:
        rule = {"measure": "oss_for_level", "behavior_level": "1", "period": "school_year", "target": 0}
        rate = {"measure": "suspension_rate", "rate_of": "oss", "period": "school_year", "target": 5}
        for _ in range(number):
            for school in (counted.north, counted.south):
                promise.make_commitment(counted.district, school, **rule)
                promise.make_commitment(counted.district, school, **rate)
            promise.make_commitment(counted.district, **rate | {"measure": "risk_ratio", "group": "race=BL"})
        rows = list(Commitment.objects.exclude(measure=""))
        with CaptureQueriesContext(connection) as captured:
            assert len(progress_of(rows, watch=CLOCK, today=TODAY)) == len(rows)
        return len(captured)

    queries(1)  # the first look keeps counts of the years, the others read them
    assert queries(2) == queries(18) <= 12
