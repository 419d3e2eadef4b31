"""The demo's cases of earlier months: each went only where the table of states lets a case go, and not past today."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from circles import case_states as states
from circles.models import AgreementTerm, Circle, CircleKeeper, CircleParticipant, FollowUp
from dashboards.demo_past_circles import course_of, load_past_circles
from discipline.models import ReferralResponse
from district.access import Role
from tests import factories as make
from tests.training.making import certify, make_credential, make_practice, make_practitioner

TODAY = date(2026, 11, 27)
DAY = timedelta(days=1)


def follows(before: str, after: str) -> bool:
    return after in states.STEPS[before].values()


@pytest.mark.parametrize("ago", [0, 1, 9, 40, 200])
def test_every_course_is_legal(ago):
    for seed in range(400):
        course = course_of(Random(seed), TODAY - ago * DAY, TODAY)
        names, days = [row[0] for row in course.rows], [row[1] for row in course.rows]
        assert names[0] == states.REFERRED
        assert all(follows(*pair) for pair in pairwise(names)), names
        assert days == sorted(days)
        assert days[-1] <= TODAY
        if course.reason:
            assert names[-1] == states.CLOSED
            assert course.reason in states.reasons_in(names[-2])


@pytest.fixture
def district(db):
    return make.make_district("DEMO", timezone="America/Chicago")


def test_what_is_written_holds_together(district):
    school, today = make.make_school(district, "0001"), district.today()
    year = make.make_school_year(district, today.year + (today.month >= 7))
    coordinator = make.make_user(Role.COORDINATOR, district, school)
    practices = [make_practice(district, code, 2) for code in ("harm-circle", "impromptu-conference", "mediation")]
    for number in range(3):
        keeper = make_practitioner(district, school)
        certify(keeper, make_credential(district, f"keeper-{number}", *practices), today - 30 * DAY)
    behavior = make.make_behavior(district)
    for number in range(60):
        student = make.make_student(district)
        make.enroll(student, school, year, refresh=False, is_last_in_year=True)
        incident = make.make_incident(school, year, occurred_on=today - (1 + 2 * number) * DAY)
        response = ("RESTORATIVE_CIRCLE", "RESTORATIVE_CONFERENCE", "MEDIATION", "DETENTION")[number % 4]
        make.involve(incident, student, behavior, response=response)
        make.refer(incident, student)
        if number < 4:
            make.remove(incident, student)
    load_past_circles(district, school, owner=coordinator, years=(year.year,))
    # 60 less 15 that were detained, less 3 of the others that were removed.
    assert Circle.objects.count() == 42
    for circle in Circle.objects.prefetch_related("statuses", "participants"):
        rows = sorted(circle.statuses.all(), key=lambda row: row.pk)
        names = [row.status for row in rows]
        assert all(follows(*pair) for pair in pairwise(names)), names
        assert circle.status == names[-1]
        assert circle.opened_on == rows[0].on
        assert (circle.held_on is not None) == (states.HELD in names)
        assert (circle.closed_on is not None) == (names[-1] == states.CLOSED)
        assert max(row.on for row in rows) <= today
        circle.full_clean()
    responsible = CircleParticipant.objects.filter(role="responsible")
    assert {one.student_id for one in responsible} == {one.referral.student_id for one in Circle.objects.all()}
    completed = Circle.objects.filter(close_reason=states.COMPLETED)
    assert not AgreementTerm.objects.filter(agreement__circle__in=completed, status__in=["open", "not_met"]).exists()
    sources = {f"circle {one.uid}" for one in completed}
    assert {one.source for one in ReferralResponse.objects.exclude(source="")} == sources
    assert not FollowUp.objects.filter(done_on__gt=today).exists()
    assert not CircleKeeper.objects.filter(certificate="", override_reason="").exists()
