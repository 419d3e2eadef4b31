"""A district with two schools and two years, in which somebody was suspended over a level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from discipline.models import Behavior, Removal
from district.access import Role
from district.models import District, Organization, School, SchoolYear, Student, User
from tests import factories as make
from tests.commitments import factories as promise

TODAY = date(2021, 3, 1)


@dataclass
class Scene:
    """What a live measure counts."""

    district: District
    north: School
    south: School
    years: dict[int, SchoolYear]
    students: dict[str, Student]
    levels: dict[str, Behavior]
    organization: Organization
    leader: User
    partner: User
    principal: User

    def suspend(self, student: str, school: School, on: date, *levels: str, kind: str = "OSS", **fields) -> Removal:
        """Suspend a student over behaviors of these levels."""
        year = self.years[on.year + (on.month >= 7)]
        incident = make.make_incident(school, year, occurred_on=on)
        removal = make.remove(incident, self.students[student], kind=kind, **fields)
        for level in levels:
            removal.involvements.add(make.involve(incident, self.students[student], self.levels[level]))
        return removal


@pytest.fixture
def scene(db) -> Scene:
    district = make.make_district("ONE")
    north, south = make.make_school(district, "0001", name="North"), make.make_school(district, "0002", name="South")
    years = {year: make.make_school_year(district, year) for year in (2020, 2021)}
    students = {}
    for name, race, school in (("a", "BL", north), ("b", "BL", north), ("c", "WH", north), ("d", "WH", south)):
        students[name] = make.make_student(district, race=race)
        for year in years.values():
            make.enroll(students[name], school, year)
    levels = {code: make.make_behavior(district, f"L{code}", level=code[0]) for code in ("1", "1b", "2")}
    organization = make.make_organization(district, "Neighbors United")
    return Scene(
        district,
        north,
        south,
        years,
        students,
        levels,
        organization,
        leader=make.make_user(Role.LEADER, district),
        partner=make.make_user(Role.PARTNER, district, organization=organization),
        principal=make.make_user(Role.PRINCIPAL, district, north),
    )


@pytest.fixture
def rule(scene):
    """No out-of-school suspension for level 1, in every school, since September 2020."""
    return promise.make_commitment(
        scene.district,
        organization=scene.organization,
        title="No suspension for level 1",
        measure="oss_for_level",
        behavior_level="1",
        period="since_adoption",
        baseline=12,
        target=0,
    )
