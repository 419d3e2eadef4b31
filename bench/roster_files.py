"""Roster packages for the import benchmarks: one student a row, with every fault an import must find."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import gen

SCHOOLS = 200
HEADER = (
    "sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds",
    "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades",
    "password",
)  # fmt: skip
RACE_COLUMNS = (
    "hispanicOrLatinoEthnicity", "americanIndianOrAlaskaNative", "asian", "nativeHawaiianOrOtherPacificIslander",
    "blackOrAfricanAmerican", "white", "demographicRaceTwoOrMoreRaces",
)  # fmt: skip
"""In the order of `gen.RACES`."""


@dataclass(frozen=True)
class Package:
    """A folder in OneRoster 1.1, with how many of its students are new, changed or bad."""

    folder: Path
    students: int
    bad: int = 0
    changed: int = 0


def write_package(
    folder: Path, students: int, *, year: int, bad: float = 0, repeated: float = 0, changed: float = 0
) -> Package:
    """Write users.csv, demographics.csv and what they refer to, the ids in no order.

    `bad` is the share of users with a fault of their own, `repeated` that of rows whose id stands in an earlier row
    too, `changed` that of students whose name differs from the package without changes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(gen.SEED)
    order = rng.permutation(students)
    is_bad = rng.random(students) < bad
    is_repeated = rng.random(students) < repeated
    is_changed = rng.random(students) < changed
    _write_places(folder, year)
    races, sexes = rng.integers(0, len(gen.RACES), students), rng.integers(0, 2, students)
    grades, schools = rng.integers(0, 13, students), rng.integers(0, SCHOOLS, students)
    with (folder / "users.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for n in order.tolist():
            number = order[n - 1] if is_repeated[n] else n
            grade = "99" if is_bad[n] else gen.GRADES[grades[n]]
            family = f"Changed{n % 97}" if is_changed[n] else f"Family{n * 7919 % 100_003}"
            local_id = f"{number * 7_368_787 % 10_000_019:08d}"
            row = (f"u-{number}", "", "", "true", f"s-{schools[n]}", "student", f"u{number}", "", f"Given{n % 997}")
            writer.writerow((*row, family, "", local_id, "", "", "", "", grade, ""))
    with (folder / "demographics.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sourcedId", "status", "dateLastModified", "birthDate", "sex", *RACE_COLUMNS,
                         "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth",
                         "publicSchoolResidenceStatus"))  # fmt: skip
        for n in order.tolist():
            day = dt.date(2006 + n % 12, 1 + n % 11, 1 + n % 27).isoformat()
            flags = ["true" if place == races[n] else "false" for place in range(len(RACE_COLUMNS))]
            writer.writerow((f"u-{n}", "", "", day, ("female", "male")[sexes[n]], *flags, "", "", "", ""))
    return Package(folder, students, int((is_bad | is_repeated).sum()), int(is_changed.sum()))


def _write_places(folder: Path, year: int) -> None:
    present = ("academicSessions", "demographics", "orgs", "users")
    every = ("academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
             "demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users")  # fmt: skip
    modes = [(f"file.{name}", "bulk" if name in present else "absent") for name in every]
    _write(folder, "manifest", [("propertyName", "value"), ("manifest.version", "1.0"),
                                ("oneroster.version", "1.1"), *modes])  # fmt: skip
    header = ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId")
    schools = [(f"s-{n}", "", "", f"School {n}", "school", f"{n:04d}", "d-1") for n in range(SCHOOLS)]
    _write(folder, "orgs", [header, ("d-1", "", "", "Synthetic district", "district", "1", ""), *schools])
    header = ("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate",
              "parentSourcedId", "schoolYear")  # fmt: skip
    span = (dt.date(year - 1, 9, 1).isoformat(), dt.date(year, 6, 20).isoformat())
    _write(folder, "academicSessions", [header, ("y-1", "", "", str(year), "schoolYear", *span, "", str(year))])


def _write(folder: Path, name: str, rows: list[tuple[str, ...]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
