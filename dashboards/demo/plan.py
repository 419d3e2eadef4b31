"""What a planned school year holds: schools, staff, students and incidents, ready to be written to files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from dashboards.demo.crdc import Cell


class School(NamedTuple):
    """A school with its code and the CEDS grades it teaches."""

    code: str
    name: str
    grades: tuple[str, ...]


class StaffMember(NamedTuple):
    """A member of staff; `role` is the OneRoster 1.1 role: administrator, teacher or aide."""

    local_id: str
    given_name: str
    family_name: str
    role: str
    school: str


@dataclass(frozen=True, slots=True)
class Student:
    """A student's enrollment in one school year; `begins_on` is None for those enrolled since the first day.

    `race` is the federal category, `race_flags` the OneRoster columns that are true and derive to it.
    """

    local_id: str
    given_name: str
    family_name: str
    birth_date: date
    race: str
    race_flags: tuple[str, ...]
    sex: str
    school: str
    grade: str
    idea: bool
    section504: bool = False
    english_learner: bool = False
    economically_disadvantaged: bool = False
    homeless: bool = False
    foster_care: bool = False
    begins_on: date | None = None

    @property
    def cell(self) -> Cell:
        """School, race, sex and IDEA status, by which the source counts."""
        return Cell(self.school, self.race, self.sex, self.idea)


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the discipline file: a student's part in an incident, one behavior, at most one removal.

    `days` are school days in steps of 0.5; `removal_id` repeats where a second behavior led to the same removal.
    """

    student_id: str
    role: str
    behavior_code: str = ""
    law_enforcement: str = ""
    removal: str = ""
    removal_id: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    days: Decimal | None = None
    services_provided: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident at a school; `occurred_time` is local `HH:MM` or empty, `location` a CEDS incident location."""

    incident_id: str
    school: str
    occurred_on: date
    occurred_time: str
    location: str
    reported_by: str
    description: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A whole synthetic school year of a district; `year` is the calendar year in which it ends.

    modelled: False where enrollment and discipline equal the federal counts, True where they only resemble them.
    discipline: students by cell and measure behind the incidents; reserved measures are absent.
    not_reported: (school code, measure) whose numerator is unknown.
    """

    district_id: str
    district_name: str
    state: str
    year: int
    modelled: bool
    schools: tuple[School, ...]
    staff: tuple[StaffMember, ...]
    students: tuple[Student, ...]
    incidents: tuple[Incident, ...]
    discipline: Mapping[Cell, Mapping[str, int]]
    not_reported: tuple[tuple[str, str], ...]

    def until(self, day: date) -> YearPlan:
        """The same year as it stands on `day`: nothing that happens later has happened yet."""
        return replace(self, incidents=tuple(incident for incident in self.incidents if incident.occurred_on <= day))


def seeded(*parts: object) -> Random:
    """A generator of its own for one task, so that a change to one task leaves the others' output alone.

    Seeded from text, which Python hashes with SHA-512: the same in every process.
    """
    return Random("/".join(map(str, parts)))  # noqa: S311 - synthetic records, not secrets
