"""Writes small OneRoster packages for tests: each file a list of dictionaries, columns that are not given empty."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

from district.importing import ImportOptions, ImportOutcome
from district.imports import import_roster
from district.models import District

RECORD = ["sourcedId", "status", "dateLastModified"]
RACES = [
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
    "hispanicOrLatinoEthnicity",
]
USERS = [
    "enabledUser",
    "username",
    "userIds",
    "givenName",
    "familyName",
    "middleName",
    "identifier",
    "email",
    "agentSourcedIds",
    "grades",
    "password",
]
COLUMNS = {
    "manifest": ["propertyName", "value"],
    "orgs": [*RECORD, "name", "type", "identifier", "parentSourcedId"],
    "academicSessions": [*RECORD, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"],
    "courses": [*RECORD, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"],
    "classes": [*RECORD, "title", "courseSourcedId", "classCode", "classType", "schoolSourcedId", "termSourcedIds"],
    "users": [*RECORD, *USERS, "orgSourcedIds", "role"],
    "roles": [*RECORD, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"],
    "demographics": [*RECORD, "birthDate", "sex", *RACES],
    "enrollments": [*RECORD, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"],
    "studentPrograms": [
        "userSourcedId",
        "schoolYear",
        "idea",
        "section504",
        "englishLearner",
        "economicallyDisadvantaged",
        "homeless",
        "fosterCare",
        "beginDate",
        "endDate",
    ],
}
NOW = "2020-10-01T08:00:00Z"

Rows = list[dict[str, str]]


def session(year: int = 2021, **fields: str) -> dict[str, str]:
    """Return a school year from 20 August to 10 June."""
    row = {"sourcedId": f"y{year}", "type": "schoolYear", "startDate": f"{year - 1}-08-20", "endDate": f"{year}-06-10"}
    return row | {"schoolYear": str(year)} | fields


def org(name: str, **fields: str) -> dict[str, str]:
    """Return a school with the code and sourcedId `name`."""
    return {"sourcedId": name, "name": f"School {name}", "type": "school", "identifier": name} | fields


def student(name: str, org: str = "A", **fields: str) -> dict[str, str]:
    """Return a student of OneRoster 1.1 with the sourcedId `name`."""
    row = {"sourcedId": name, "role": "student", "orgSourcedIds": org, "givenName": f"Given{name}", "grades": "9"}
    return row | {"familyName": "Fictional", "identifier": f"id-{name}"} | fields


def teacher(name: str, org: str = "A", **fields: str) -> dict[str, str]:
    """Return a teacher of OneRoster 1.1 with the sourcedId `name`."""
    return student(name, org, role="teacher", grades="") | fields


def changed(row: dict[str, str], status: str = "active") -> dict[str, str]:
    """Return a row as a delta file has it."""
    return row | {"status": status, "dateLastModified": NOW}


def write_package(
    path: Path, *, mode: str = "bulk", version: str = "1.1", manifest: bool = True, **files: Rows
) -> Path:
    """Write a package: a zip if `path` ends in .zip, else a folder."""
    tables = {name: rows for name, rows in files.items() if rows is not None}
    if manifest:
        stated = [{"propertyName": "manifest.version", "value": "1.0"}]
        stated.append({"propertyName": "oneroster.version", "value": version})
        for name in [*COLUMNS][1:-1]:
            stated.append({"propertyName": f"file.{name}", "value": mode if name in tables else "absent"})
        tables["manifest"] = stated
    folder = path.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, rows in tables.items():
        columns = [*COLUMNS[name], *(set().union(*rows, set()) - set(COLUMNS[name]))]
        if name == "users" and version == "1.2":
            columns = [column for column in columns if column not in ("orgSourcedIds", "role")]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    if path.suffix != ".zip":
        return folder
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for file in folder.iterdir():
            package.write(file, file.name)
    return path


def bulk(path: Path, users: Rows, **files: Rows) -> Path:
    """Write a bulk package of OneRoster 1.1 with the district D, the schools A and B and the school year 2021."""
    orgs = [{"sourcedId": "D", "name": "District", "type": "district", "identifier": "D"}, org("A"), org("B")]
    return write_package(path, users=users, orgs=files.pop("orgs", orgs), **{"academicSessions": [session()], **files})


def run(path: Path, district: District, **options: bool) -> ImportOutcome:
    """Import a package from the command line's side."""
    return import_roster(path, district=district, options=ImportOptions(**options), by=None)


def summary(outcome: ImportOutcome) -> tuple[int, ...]:
    """Return read, created, updated, unchanged, refused, ended."""
    names = ("read", "created", "updated", "unchanged", "refused", "ended")
    return tuple(getattr(outcome, name) for name in names)


def faults(outcome: ImportOutcome) -> list[tuple]:
    """Return (file, line, column, code) of each fault."""
    return [(fault.file, fault.line, fault.column, fault.code) for fault in outcome.report]
