"""A small cast for tests of training: two organizations, a licensed trainer, people of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from district.access import Role
from district.models import District, Organization, School, User
from tests import factories as make
from tests.training import making
from training.models import Course, Credential, Practice, Practitioner


@dataclass
class Cast:
    """One district with two schools and two organizations; `trainer` is licensed, `learner` serves north."""

    district: District
    north: School
    south: School
    ours: Organization
    theirs: Organization
    practice: Practice
    course: Course
    credential: Credential
    license: Credential
    trainer: Practitioner
    learner: Practitioner
    users: dict[str, User]

    @property
    def today(self) -> date:
        return self.district.today()

    def user(self, name: str) -> User:
        """Return a user freshly read, so that its grants are those of now."""
        return User.objects.get(pk=self.users[name].pk)


@pytest.fixture
def cast(db) -> Cast:
    """The credential asks for the course and six of its hours, and for the course again to be renewed."""
    district = make.make_district("TRN")
    north, south = make.make_school(district, "0001", name="North"), make.make_school(district, "0002", name="South")
    ours, theirs = (make.make_organization(district, name) for name in ("Neighbors United", "Elsewhere Together"))
    practice = making.make_practice(district, "harm-circle", 2)
    course = making.make_course(district, "circles")
    asks = ({"kind": "course", "course": course}, {"kind": "hours", "amount": 6})
    credential = making.make_credential(district, "keeper", practice, asks=asks, renewal=asks[:1], rank=1)
    licence = making.make_credential(district, "trainer", practice, asks=asks, is_license=True, rank=9)
    trainer = making.make_practitioner(district, capacity="community", organization=ours, email="trainer@example.org")
    learner = making.make_practitioner(district, north)
    making.certify(trainer, licence)
    users = {
        "trainer": make.make_user(Role.TRAINER, district, organization=ours, email="trainer@example.org"),
        "partner": make.make_user(Role.PARTNER, district, organization=ours, email="partner@example.org"),
        "other": make.make_user(Role.PARTNER, district, organization=theirs, email="other@example.org"),
        "principal": make.make_user(Role.PRINCIPAL, district, north, email="principal@example.org"),
        "coordinator": make.make_user(Role.COORDINATOR, district, north, email="coordinator@example.org"),
        "leader": make.make_user(Role.LEADER, district, email="leader@example.org"),
        "staff": make.make_user(Role.STAFF, district, north, email="staff@example.org"),
    }
    return Cast(district, north, south, ours, theirs, practice, course, credential, licence, trainer, learner, users)
