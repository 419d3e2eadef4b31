"""A small district into which files are imported."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from discipline.catalogue import give_default_code
from discipline.imports import import_discipline
from discipline.imports.columns import COLUMNS
from district.importing import ImportOptions, ImportOutcome
from district.models import District, School, SchoolYear, Student
from tests import factories as make


@dataclass
class Place:
    """A district with two schools, two school years and five students: `s1` to `s4` at north, `s5` at south."""

    district: District
    north: School
    south: School
    year: SchoolYear
    next_year: SchoolYear
    students: dict[str, Student]
    folder: Path

    def row(self, **cells: str) -> dict[str, str]:
        """Return a good row of a responsible student, with `cells` changed."""
        return {
            "incident_id": "I1",
            "school_id": "0001",
            "occurred_on": "2021-03-02",
            "occurred_time": "10:15",
            "location": "03014",
            "student_id": "s1",
            "role": "responsible",
            "behavior_code": "04645",
            **cells,
        }

    def oss(self, **cells: str) -> dict[str, str]:
        """Return a good row with a suspension, with `cells` changed."""
        terms = {"removal": "OSS", "removal_id": "R1", "begins_on": "2021-03-03", "ends_on": "2021-03-05", "days": "3"}
        return self.row(**{**terms, **cells})

    def file(self, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, name: str = "discipline.csv") -> Path:
        """Write rows as a discipline file."""
        path = self.folder / name
        with open(path, "w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def load(self, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, **options: bool) -> ImportOutcome:
        """Import rows and return the outcome."""
        return self.load_file(self.file(*rows, columns=columns), **options)

    def load_file(self, path: Path, **options: bool) -> ImportOutcome:
        """Import a file and return the outcome."""
        return import_discipline(path, district=self.district, options=ImportOptions(**options), by=None)


def make_place(folder: Path) -> Place:
    """Make the district with the default code of conduct; one closed day and one half day in its calendar."""
    district = make.make_district("ONE")
    north, south = make.make_school(district, "0001"), make.make_school(district, "0002")
    year, next_year = make.make_school_year(district, 2021), make.make_school_year(district, 2022)
    students = {}
    for local_id in ("s1", "s2", "s3", "s4", "s5"):
        students[local_id] = make.make_student(district, local_id=local_id)
        school = south if local_id == "s5" else north
        make.enroll(students[local_id], school, year, refresh=False)
    make.enroll(students["s1"], north, next_year, refresh=False)
    make.make_student(district, local_id="unenrolled")
    make.make_staff(district, north, year, local_id="T1", given_name="Fern", family_name="Featherfell")
    district.calendar_days.create(day=date(2021, 3, 8), kind="closure")
    district.calendar_days.create(day=date(2021, 3, 9), kind="half_day")
    give_default_code(district, by=None)
    return Place(district, north, south, year, next_year, students, folder)


@pytest.fixture
def place(db, tmp_path) -> Place:
    return make_place(tmp_path)
