"""A district with two schools in a school year that is over, whose cases can be counted by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from circles.models import AgreementTerm, Circle, CircleAgreement, CircleParticipant, CircleStatus, FollowUp
from discipline.actions.matrix import give_default_matrix
from discipline.models import Behavior, Referral
from district import standing
from district.access import Role
from district.models import District, School, SchoolYear, Student, User
from tests import factories as make
from tests.circles.making import keep_case, take_part
from tests.training.making import make_practice, make_practitioner
from training.models import Practice, Practitioner

ENDPOINT, PAGE = "/api/v1/dashboards/circle-outcomes/", "/dashboards/circle-outcomes/"
HELD = date(2020, 11, 10)
DAY = timedelta(days=1)
STEPS = ("referred", "screening", "preparation", "scheduled", "held", "agreement", "follow_up", "closed")


@dataclass
class Outcomes:
    """Everything that cases are made of."""

    district: District
    year: SchoolYear
    before: SchoolYear
    after: SchoolYear
    north: School
    south: School
    harm_circle: Practice
    mediation: Practice
    levels: dict[str, Behavior]
    keeper: Practitioner
    owner: User

    def student(self, school: School, race: str = "BL", years: tuple[SchoolYear, ...] = (), **fields: Any) -> Student:
        student = make.make_student(self.district, race=race, sex="F", grade="08")
        for year in years or (self.before, self.year, self.after):
            make.enroll(student, school, year, refresh=False, **fields)
        return student

    def settle(self) -> None:
        """Rebuild what is derived from enrollments."""
        for year in (self.before, self.year, self.after):
            standing.refresh(year)

    def refer(self, student: Student, school: School, on: date = HELD - 9 * DAY, level: str = "3") -> Referral:
        year = self.year if on >= date(2020, 7, 1) else self.before
        incident = make.make_incident(school, self.after if on >= date(2021, 7, 1) else year, occurred_on=on)
        make.involve(incident, student, self.levels[level])
        return make.refer(incident, student)

    def case(self, school: School, *days: int, reason: str = "", **fields: Any) -> Circle:
        """A case that reached one state for each of `days`, counted from HELD: referred, screening and so on."""
        reached = dict(zip(STEPS, (HELD + number * DAY for number in days), strict=False))
        if reason and "closed" not in reached:
            reached["closed"] = HELD + days[-1] * DAY
        circle = Circle.objects.create(
            school=school,
            school_year=fields.pop("school_year", self.year),
            practice=fields.pop("practice", self.harm_circle),
            origin="referral" if fields.get("referral") else "staff",
            status=list(reached)[-1],
            opened_on=reached["referred"],
            held_on=reached.get("held"),
            close_reason=reason,
            closed_on=reached.get("closed"),
            **fields,
        )
        for state, day in reached.items():
            CircleStatus.objects.create(circle=circle, status=state, on=day, at=timezone.now())
        return circle

    def sat(self, circle: Circle, student: Student, role: str = "responsible", **fields: Any) -> CircleParticipant:
        return take_part(circle, student, role, **{"attended": True, **fields})

    def agree(self, circle: Circle, *terms: tuple[str, int | None], asked_on: tuple[int | None, ...] = ()) -> None:
        """An agreement whose terms, due ten days after the circle, came to a state after so many days."""
        agreement = CircleAgreement.objects.create(circle=circle, agreed_on=HELD, owner=self.owner)
        person = circle.participants.first()
        for status, days in terms:
            AgreementTerm.objects.create(
                agreement=agreement,
                owed_by=person,
                kind="help",
                text="Help.",
                due_on=HELD + 10 * DAY,
                status=status,
                settled_on=None if days is None else HELD + days * DAY,
            )
        for number, done in enumerate(asked_on):
            FollowUp.objects.create(
                agreement=agreement,
                due_on=HELD + (14 + number) * DAY,
                done_on=None if done is None else HELD + done * DAY,
            )

    def rows(self, client: Client, part: str, **asked: str) -> list[dict[str, Any]]:
        response = client.get(ENDPOINT, {"school_year": "2021", **asked})
        assert response.status_code == 200, response.content
        return [row for row in response.json()["rows"] if row["part"] == part]

    def one(self, client: Client, part: str, item: str, group: str = "", **asked: str) -> dict[str, Any]:
        (row,) = [row for row in self.rows(client, part, **asked) if row["item"] == item and row["group"] == group]
        return row


@pytest.fixture
def outcomes(db, settings) -> Outcomes:
    settings.MFA_REQUIRED = False
    district = make.make_district("OUT")
    give_default_matrix(district=district, by=None)
    north = make.make_school(district, "0001", name="North School", level="middle")
    south = make.make_school(district, "0002", name="South School", level="high")
    keeper = make_practitioner(district, north, given_name="Kim", family_name="Keeper")
    before, year, after = (make.make_school_year(district, number) for number in (2020, 2021, 2022))
    return Outcomes(
        district,
        year,
        before,
        after,
        north,
        south,
        harm_circle=make_practice(district, "harm-circle", 2, name="Harm circle"),
        mediation=make_practice(district, "mediation", 2, name="Mediation"),
        levels={level: make.make_behavior(district, f"L{level}", f"Level {level}", level=level) for level in "1234"},
        keeper=keeper,
        owner=make.make_user(Role.COORDINATOR, district, north, email="owner@example.org"),
    )


@pytest.fixture
def leader(outcomes, client_for) -> Client:
    return client_for(make.make_user(Role.LEADER, outcomes.district, email="leader@example.org"))


@pytest.fixture
def small_world(outcomes) -> Outcomes:
    """Five cases at north and one at south, so that every part of the report has something to count.

    North: A (completed, over a referral of level 3; referred again on day 20 and day 90), B (in follow-up; its student
    left on day 40), C (held, no agreement; the second circle of A's student), D (never held), E (not held once, waits).
    South: F (completed, level 2 first time: no suspension was allowed).
    """
    o = outcomes
    ann, ben, cat = o.student(o.north), o.student(o.north, "WH"), o.student(o.south, "WH")
    gone = Student.objects.get(pk=ben.pk)
    gone.enrollments.filter(school_year=o.year).update(ends_on=HELD + 40 * DAY)
    gone.enrollments.filter(school_year=o.after).delete()
    harmed = o.student(o.north, "HI")
    for _ in range(3):
        o.student(o.north, "HI")
    a = o.case(o.north, -9, -8, -6, -4, 0, 0, 1, 70, reason="completed", referral=o.refer(ann, o.north), minutes=50)
    o.sat(a, ann)
    o.sat(a, harmed, "harmed")
    o.agree(a, ("met", 3), ("met", 10), ("met", 11), ("not_met", 20), ("waived", 5), asked_on=(14, None, 16))
    keep_case(a, o.keeper)
    b = o.case(o.north, -20, -20, -15, -5, 0, 2, 3)
    o.sat(b, ben)
    o.agree(b, ("open", None), ("renegotiated", 4), asked_on=(20, None))
    keep_case(b, o.keeper, override_reason="Nobody else could.")
    c = o.case(o.north, 20, 21, 22, 25, 30, reason="", practice=o.mediation)
    o.sat(c, ann)
    keep_case(c, o.keeper, certificate="C-1", conflict="classroom", override_reason="The student asked for them.")
    o.sat(o.case(o.north, -3, -1, reason="declined_harmed"), harmed, "responsible", attended=None)
    e = o.case(o.north, -2, -1, 0, 1)
    for reason in ("party_absent", "keeper_absent", "other"):
        CircleStatus.objects.create(circle=e, status="not_held", on=HELD + DAY, at=timezone.now(), reason=reason)
    keep_case(e, make_practitioner(o.district, o.south, given_name="Lou", family_name="Looker"), "observed")
    f = o.case(o.south, -9, -9, -9, -9, 0, 0, 0, 5, reason="completed", referral=o.refer(cat, o.south, level="2"))
    o.sat(f, cat)
    keep_case(f, make_practitioner(o.district, o.south, given_name="Mo", family_name="Mender"), "co_kept")
    for number in (-90, -30, 20, 90, 91, 120):
        o.refer(ann, o.north, HELD + number * DAY, "1")
    for number, days in ((-40, "2.5"), (-10, "1"), (60, "0.5")):
        incident = make.make_incident(o.north, o.year, occurred_on=HELD + number * DAY)
        make.involve(incident, ann, o.levels["3"])
        make.remove(incident, ann, "OSS", days)
    o.case(o.north, -50, -49, voided_at=timezone.now(), void_reason="Opened by mistake.")
    o.case(o.north, 400, school_year=o.after)
    o.settle()
    return o
