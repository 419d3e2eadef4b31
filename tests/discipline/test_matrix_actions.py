"""The matrix as data: default, changes from a day on, responses outside it on record."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from discipline.actions.matrix import ALWAYS, change_matrix, give_default_matrix, record_outside
from discipline.matrices import answer_for, highest_level
from discipline.models import Incident, OutsideMatrix, Referral, ResponseMatrix
from discipline.response_matrix import allowed, default_cells
from district.models import AuditEvent
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
MILDER = ["WARNING", "RESTORATIVE_CIRCLE"]


@pytest.fixture
def leader(world):
    return world.user("leader")


@pytest.fixture
def change(world, leader):
    give_default_matrix(district=world.district, by=None)

    def send(**changes):
        values = {
            "level": "3",
            "bands": [("06", "08")],
            "priors": [(0, 0), (2, None)],
            "responses": MILDER,
            "valid_from": DAY,
            "reason": "The board decided.",
        }
        return change_matrix(district=world.district, by=leader, **values | changes)

    return send


def answer_on(district, day, **question):
    matrix = ResponseMatrix.objects.filter(district=district).in_force_on(day).get()
    asked = {"level": "3", "grade": "07", "prior": 0, **question}
    return allowed([row.as_cell() for row in matrix.cells.all()], **asked).responses


def test_the_default_is_given_once(world):
    first = give_default_matrix(district=world.district, by=None)
    assert give_default_matrix(district=world.district, by=None) == first
    assert [row.as_cell() for row in first.cells.order_by("pk")] == list(default_cells())
    assert first.valid_from == ALWAYS
    assert AuditEvent.objects.filter(object_uid=first.uid).count() == 1


def test_a_change_is_another_matrix_from_its_day_on(world, change, leader):
    new = change()
    assert answer_on(world.district, DAY - timedelta(days=1)) != ("RESTORATIVE_CIRCLE", "WARNING")
    assert answer_on(world.district, DAY) == ("RESTORATIVE_CIRCLE", "WARNING")
    assert answer_on(world.district, DAY, prior=7) == ("RESTORATIVE_CIRCLE", "WARNING")
    assert answer_on(world.district, DAY, prior=1) == answer_on(world.district, DAY - timedelta(days=1), prior=1)
    assert answer_on(world.district, DAY, grade="09") == answer_on(world.district, DAY - timedelta(days=1), grade="09")
    event = AuditEvent.objects.get(object_uid=new.uid)
    assert event.details["reason"] == "The board decided."
    assert event.changes["level 3, grades 06-08, earlier 2+"][1] == ["RESTORATIVE_CIRCLE", "WARNING"]
    assert len(event.changes) == 3, "the day and two cells"


def test_two_changes_for_one_day_leave_one_matrix(world, change):
    change()
    change(responses=["MEDIATION"], priors=[(1, 1)])
    assert answer_on(world.district, DAY) == ("RESTORATIVE_CIRCLE", "WARNING")
    assert answer_on(world.district, DAY, prior=1) == ("MEDIATION",)
    assert ResponseMatrix.objects.filter(district=world.district).in_force_on(DAY).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"level": "9"}, "level"),
        ({"bands": [("06", "09")]}, "level"),
        ({"responses": []}, "responses"),
        ({"responses": ["SPANKING"]}, "responses"),
        ({"valid_from": date(1999, 12, 31)}, "valid_from"),
    ],
)
def test_a_change_that_cannot_be_is_refused(world, change, changes, field):
    with pytest.raises(ValidationError) as caught:
        change(**changes)
    assert set(caught.value.message_dict) == {field}
    assert world.district.response_matrices.count() == 1


def test_a_change_of_nothing_is_refused(change):
    change()
    with pytest.raises(ValidationError) as caught:
        change(valid_from=DAY + timedelta(days=1))
    assert set(caught.value.message_dict) == {"responses"}


def test_a_district_without_a_matrix_has_nothing_to_change(world, leader):
    with pytest.raises(ValidationError):
        change_matrix(
            district=world.other,
            level="1",
            bands=[("06", "08")],
            priors=[(0, 0)],
            responses=MILDER,
            valid_from=DAY,
            reason="Mine.",
            by=leader,
        )


# --- Outside ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def outside(world):
    matrix = give_default_matrix(district=world.district, by=None)
    officer = world.user("officer")

    def send(**changes):
        values = {
            "matrix": matrix,
            "incident": Incident.objects.get(school=world.north),
            "student": world.student,
            "level": "1",
            "grade": "07",
            "prior": 0,
            "response": "OSS",
            "reason": "He would not stop.",
            "decided_on": DAY,
        }
        return record_outside(by=officer, **values | changes)

    return send


def test_a_response_outside_stays_with_its_reason_and_is_counted_in_scope(world, outside):
    row = outside()
    event = AuditEvent.objects.get(object_uid=row.uid)
    assert (event.student_id, event.school_id, event.details["reason"]) == (
        world.student.pk,
        world.north.pk,
        "He would not stop.",
    )
    outside(incident=Incident.objects.get(school=world.south), student=world.south_student, response="INFORMAL")
    seen = {role: OutsideMatrix.objects.all().visible_to(world.user(role)).count() for role in world.users}
    assert {role: count for role, count in seen.items() if count} == {"officer": 1, "principal": 1, "records": 2}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"response": "MEDIATION"}, "response"),
        ({"response": "IAES_PERSONNEL"}, "response"),  # law alone decides
        ({"level": "?"}, "response"),  # the matrix has no answer
    ],
)
def test_what_is_not_outside_or_has_no_reason_is_refused(outside, changes, field):
    with pytest.raises(ValidationError) as caught:
        outside(**changes)
    assert set(caught.value.message_dict) == {field}
    assert OutsideMatrix.objects.count() == 0


# --- What it says about a referral ------------------------------------------------------------------------------------
@pytest.fixture
def referral(world):
    world.district.behaviors.update(level="3")
    give_default_matrix(district=world.district, by=None)
    return Referral.objects.get(school=world.north)


def another_incident(world, day, level="3", **fields):
    behavior = make.make_behavior(world.district, f"X{make.number()}", level=level)
    incident = make.make_incident(world.north, world.year, occurred_on=day, **fields)
    return make.involve(incident, world.student, behavior)


def test_the_matrix_is_asked_with_level_grade_and_earlier_incidents(world, referral):
    answer = answer_for(referral, DAY)
    assert (answer.level, answer.grade, answer.prior) == ("3", "09", 0)
    assert answer.allowed.is_defined
    assert not answer.allowed.is_outside("OSS")
    assert answer.allowed.is_outside("ALTERNATIVE_PLACEMENT")


def test_the_highest_level_of_several_behaviors_is_asked_for(world, referral):
    behavior = make.make_behavior(world.district, "04705", level="4")
    make.involve(referral.incident, world.student, behavior)
    assert answer_for(referral, DAY).level == "4"


@pytest.mark.parametrize(
    ("levels", "order", "highest"),
    [
        (["1", "3", "2"], ["1", "2", "3", "4"], "3"),
        (["II", "I"], ["III", "II", "I"], "I"),  # the order of the matrix, not of the alphabet
        (["9", "1"], ["1", "2"], "1"),
        (["x", "y"], [], "y"),
        ([], ["1"], ""),
    ],
)
def test_levels_have_the_order_of_the_matrix(levels, order, highest):
    assert highest_level(levels, order) == highest


def test_only_earlier_incidents_of_the_year_and_level_count(world, referral):
    before, later = date(2020, 11, 9), date(2020, 11, 11)
    another_incident(world, before)
    another_incident(world, later)
    another_incident(world, before, level="2")
    voided = another_incident(world, before)
    voided.voided_at = "2020-11-12T00:00Z"
    voided.save()
    merged = another_incident(world, before)
    merged.incident.merged_into = referral.incident
    merged.incident.save()
    witness = another_incident(world, before)
    witness.role = "witness"
    witness.save()
    twice = another_incident(world, date(2020, 11, 10))  # the same day, logged later
    assert answer_for(referral, DAY).prior == 1
    assert answer_for(make.refer(twice.incident, world.student), DAY).prior == 2


def test_without_a_matrix_or_a_level_nothing_is_outside(world):
    referral = Referral.objects.get(school=world.north)
    answer = answer_for(referral, DAY)
    assert (answer.matrix, answer.level) == (None, "")
    assert not answer.allowed.is_outside("OSS")
