"""A school with a case to come: two students of one incident, their coordinator, and somebody certified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from circles.actions.cases import open_case, screen_case, take_case
from circles.actions.keepers import assign_keeper
from circles.actions.participants import prepare_participant, record_consent
from circles.models import Circle, CircleParticipant
from district.access import Role
from district.models import District, School, SchoolYear, Student, User
from tests import factories as make
from tests.training.making import certify, make_credential, make_practice, make_practitioner
from training.models import Practice, Practitioner


@dataclass
class Place:
    """Everything that a case needs, around today."""

    district: District
    school: School
    year: SchoolYear
    today: date
    responsible: Student
    harmed: Student
    referral: Any
    coordinator: User
    officer: User
    harm_circle: Practice
    keeper: Practitioner

    def opened(self, practice: Practice | None = None, **fields: Any) -> Circle:
        return open_case(practice=practice or self.harm_circle, referral=self.referral, by=self.coordinator, **fields)

    def prepared(self, **fields: Any) -> Circle:
        """A case in preparation, everybody asked and willing, with a keeper."""
        circle = self.opened(**fields)
        take_case(circle=circle, by=self.coordinator)
        screen_case(circle=circle, by=self.coordinator)
        for one in circle.participants.all():
            self.said(one, "given")
            prepare_participant(participant=one, on=self.today, by=self.coordinator)
        assign_keeper(circle=circle, practitioner=self.keeper, part="led", by=self.coordinator)
        circle.refresh_from_db()
        return circle

    def said(self, participant: CircleParticipant, answer: str) -> CircleParticipant:
        return record_consent(participant=participant, answer=answer, on=self.today, way="spoken", by=self.coordinator)


@pytest.fixture
def place(db) -> Place:
    district = make.make_district("ONE")
    school, today = make.make_school(district, "0001", name="North School"), district.today()
    year = make.make_school_year(district, today.year + 1 if today.month >= 7 else today.year)
    responsible, harmed = make.make_student(district, "Ash"), make.make_student(district, "Birch")
    for student in (responsible, harmed):
        make.enroll(student, school, year, refresh=False)
    incident = make.make_incident(school, year, occurred_on=today - timedelta(days=3))
    make.involve(incident, responsible, make.make_behavior(district))
    make.involve(incident, harmed, role="harmed")
    referral = make.refer(incident, responsible, outcome="restorative", asks_restorative=True)
    practice = make_practice(district, "harm-circle", 2, name="Harm circle")
    keeper = make_practitioner(district, school, given_name="Kim", family_name="Keeper")
    certify(keeper, make_credential(district, "responsive-facilitator", practice), today - timedelta(days=30))
    return Place(
        district,
        school,
        year,
        today,
        responsible,
        harmed,
        referral,
        coordinator=make.make_user(Role.COORDINATOR, district, school),
        officer=make.make_user(Role.OFFICER, district, school),
        harm_circle=practice,
        keeper=keeper,
    )
