"""Live measures of trained adults: each figure is the training coverage's, on its day, and dates settle by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.actions import commitments
from commitments.models import Commitment, DueItem, Miss
from dashboards.jobs import run_jobs
from dashboards.progress.counting import progress_of
from dashboards.progress.watch import CLOCK, watch_of
from district.models import School
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments import factories as promise
from tests.dashboards.progress.conftest import TODAY
from tests.training import making
from training.models import Practitioner

COVERAGE = "/api/v1/dashboards/training-coverage/"


@pytest.fixture(autouse=True)
def one_day():
    """What is looked at here is looked at on one day."""
    with time_machine.travel(f"{TODAY}T17:00:00+00:00", tick=False):
        yield


@pytest.fixture
def trained(scene):
    """North: three certified, one of them no staff and one only last year. South: one, who serves north too."""
    district = scene.district
    credential = making.make_credential(district, "keeper", making.make_practice(district, "community-circle"))
    north, both = (scene.north,), (scene.north, scene.south)
    for schools, capacity, first, last in (
        (north, "teacher", date(2020, 9, 1), None),
        (north, "community", date(2020, 9, 1), None),
        (north, "counselor", date(2019, 9, 1), TODAY - timedelta(days=1)),
        (both, "teacher", TODAY, None),
        ((), "administrator", date(2020, 9, 1), None),
    ):
        one = making.make_practitioner(district, *schools, capacity=capacity)
        certification = making.certify(one, credential, first)
        certification.terms.update(valid_from=first, expires_on=last)
    making.make_practitioner(district, scene.south)  # and is not certified
    for year, numbers in ((2020, (10, 4)), (2021, (8, 5))):
        for school, number in zip((scene.north, scene.south), numbers, strict=True):
            for _ in range(number):
                make.make_staff(district, school, scene.years[year])
    return scene


def coverage_target(scene, *schools, measure="schools_with_keepers", **fields) -> Commitment:
    given = {"target": 2, "baseline": 0, "due_on": date(2021, 6, 30)} | fields
    return promise.make_commitment(scene.district, *schools, organization=scene.organization, measure=measure, **given)


def read(commitment, watch=CLOCK, today=TODAY):
    return progress_of([commitment], watch=watch, today=today)[commitment.pk]


def test_each_figure_is_the_coverages_own_on_the_day(trained, client_for):
    scene = trained
    answer = client_for(scene.leader).get(COVERAGE)
    rows = answer.json()["rows"]
    by_school = {row["school"]: row["certified"] for row in rows if row["breakdown"] == "school"}
    assert by_school == {"0001": 3, "0002": 1}
    for minimum, expected in ((1, 2), (2, 1), (3, 1), (4, 0)):
        found = read(coverage_target(scene, minimum=minimum)).current
        assert (found.numerator, found.denominator, found.period) == (expected, 2, 2021)
        assert expected == sum(number >= minimum for number in by_school.values())
    staff = [row["certified"] for row in rows if row.get("capacity") in Practitioner.STAFF_CAPACITIES]
    (total,) = (row for row in rows if row["breakdown"] == "total")
    number, share = (coverage_target(scene, measure=key) for key in ("staff_trained", "staff_trained_share"))
    assert read(number).current.value == sum(staff) == 3
    assert (read(share).current.numerator, read(share).current.denominator) == (3, total["staff"]) == (3, 13)
    for schools, expected in (
        ((scene.north,), (2, 8)),
        ((scene.south,), (1, 5)),
        ((scene.north, scene.south), (2, 13)),
    ):
        here = read(coverage_target(scene, *schools, measure="staff_trained_share")).current
        codes = ",".join(school.code for school in schools)
        narrowed = client_for(scene.leader).get(COVERAGE, {"school": codes}).json()["rows"][0]
        assert (here.numerator, here.denominator) == expected == (expected[0], narrowed["staff"])


def test_a_year_is_read_on_its_last_day_and_a_closed_school_is_left_out(trained):
    scene = trained
    one, share = coverage_target(scene, minimum=1), coverage_target(scene, measure="staff_trained_share")
    assert [(r.period, r.numerator, r.denominator) for r in read(one).history] == [(2020, 1, 2), (2021, 2, 2)]
    assert [(r.period, r.numerator, r.denominator) for r in read(share).history] == [(2020, 1, 14), (2021, 3, 13)]
    School.objects.filter(pk=scene.south.pk).update(closed_on=date(2020, 7, 1))
    assert [(r.numerator, r.denominator) for r in read(one).history] == [(1, 2), (1, 1)]
    nowhere = promise.make_commitment(make.make_district("TWO"), measure="schools_with_keepers", minimum=1, target=1)
    assert (read(nowhere).current.numerator, read(nowhere).current.denominator) == (0, 0)


def test_both_sides_read_the_figure_and_it_is_not_reached_before_its_day(trained, client_for):
    scene = trained
    one = coverage_target(scene, minimum=3, title="Three keepers at every school")
    address = reverse("commitment_detail", args=[one.uid])
    for user in (scene.leader, scene.partner, scene.principal):
        text = client_for(user).get(address).content.decode()
        assert "Not reached yet:</strong> 1 of 2 schools today; promised is at least 2" in text
        assert "at least 3 at each" in text
        assert "At the pace so far, the target is reached on" in text
        assert read(one, watch_of(user)) == read(one)
    row = client_for(scene.partner).get("/api/v1/dashboards/commitments/").json()["rows"][0]
    assert (row["value"], row["numerator"], row["denominator"], row["is_kept"]) == (1.0, 1, 2, False)


def test_the_clock_settles_dates_by_the_figure_and_nobody_delivers(trained):
    scene = trained
    kept, missed = (coverage_target(scene, minimum=minimum, due_on=TODAY - timedelta(days=1)) for minimum in (1, 3))
    for one in (kept, missed):
        promise.make_due_item(one, one.due_on)
    with pytest.raises(StepNotAllowed):
        commitments.deliver(commitment=kept, due_item=kept.due_items.get(), fulfilled_on=TODAY, by=None, on=TODAY)
    kept.minimum = 2  # on the day itself one school had two; the second came a day later
    kept.target = 1
    kept.save()
    list(run_jobs(today=TODAY))
    first, second = DueItem.objects.get(commitment=kept), DueItem.objects.get(commitment=missed)
    assert (first.fulfilled_on, first.missed_on) == (kept.due_on, None)
    assert (second.fulfilled_on, second.missed_on) == (None, TODAY)
    assert Miss.objects.get().commitment == missed
    missed.target = 1
    missed.save()
    list(run_jobs(today=TODAY))
    second.refresh_from_db()
    assert (second.fulfilled_on, second.missed_on) == (TODAY, TODAY), "reached late, and the date stays missed"


def test_more_commitments_take_no_more_queries(trained):
    scene = trained

    def queries(number: int) -> int:
        for _ in range(number):
            coverage_target(scene, minimum=2)
            for schools in ((), (scene.north,), (scene.north, scene.south)):
                coverage_target(scene, *schools, measure="staff_trained_share")
            coverage_target(scene, scene.south, measure="staff_trained")
        rows = list(Commitment.objects.all())
        with CaptureQueriesContext(connection) as captured:
            assert len(progress_of(rows, watch=CLOCK, today=TODAY)) == len(rows)
        return len(captured)

    assert queries(1) == queries(9) <= 15
