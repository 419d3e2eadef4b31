"""One district's counts from the Civil Rights Data Collection (CRDC), read from the compact files.

The compact counts have one row per school, group of students, race and sex. Negative values are reserve codes
(suppressed, skipped, not applicable): they are unknown, never 0, and are simply absent from what is loaded.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

RACES = ("HI", "AM", "AS", "HP", "BL", "WH", "TR")
SEXES = ("M", "F")
GRADES = ("PK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "UG")

# Columns of the source that count students with at least one of the kind. Transfers to an alternative school and
# expulsions under zero tolerance are subsets of the expulsions, asked separately, so they are never added.
DISCIPLINE = (
    "iss",
    "oss_single",
    "oss_multiple",
    "expelled_services",
    "expelled_no_services",
    "referred",
    "arrested",
)
_REMOVALS = ("iss", "oss_single", "oss_multiple", "expelled_services", "expelled_no_services")

# The source columns that make up the numerator of each measure of the suspension rates. Students arrested are among
# those referred to law enforcement. Office referrals are not in the source: unknown where all of discipline is.
NUMERATORS: Mapping[str, tuple[str, ...]] = {
    "oss": ("oss_single", "oss_multiple"),
    "oss_multiple": ("oss_multiple",),
    "iss": ("iss",),
    "suspension": ("iss", "oss_single", "oss_multiple"),
    "expulsion": ("expelled_services", "expelled_no_services"),
    "law_enforcement": ("referred",),
    "arrest": ("arrested",),
    "any_removal": _REMOVALS,
    "referral": DISCIPLINE,
}


class Cell(NamedTuple):
    """The students of one school who share race, sex and IDEA status; `school` is the school code."""

    school: str
    race: str
    sex: str
    idea: bool


class SourceSchool(NamedTuple):
    """A school as the source has it; `grades` are CEDS grade levels."""

    code: str
    name: str
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrdcDistrict:
    """Counts of one district for one school year; keys whose value the source reserves are absent.

    enrolled: students on the fall count day; IDEA `false` is all less IDEA, so it holds section-504-only students.
    section504, english_learners: students on the count day by school, race and sex.
    discipline: students with at least one, by measure of `DISCIPLINE`. The IDEA `false` cells hold students without
        disabilities only: the source gives no race for the discipline of section-504-only students.
    oss_instances: out-of-school suspensions by school and IDEA status.
    days_missed: school days missed because of them, by school, race and sex (section-504-only students included).
    """

    district_id: str
    name: str
    state: str
    schools: tuple[SourceSchool, ...]
    enrolled: Mapping[Cell, int]
    section504: Mapping[tuple[str, str, str], int]
    english_learners: Mapping[tuple[str, str, str], int]
    discipline: Mapping[Cell, Mapping[str, int]]
    oss_instances: Mapping[tuple[str, bool], int]
    days_missed: Mapping[tuple[str, str, str], int]


def school_code(nces_id: str) -> str:
    """School code of a 12-digit NCES school id: its last five digits, as text with leading zeros.

    `99999` is a real code: a school that has no number of its own. ValueError if the id is not 12 digits.
    """
    if len(nces_id) != 12 or not nces_id.isdigit():
        raise ValueError(f"{nces_id!r} is not a 12-digit NCES school id")
    return nces_id[7:]


def load_district(counts_csv: str | Path, schools_csv: str | Path) -> CrdcDistrict:
    """Counts of the one district in the two compact files.

    ValueError if the files name more than one district, a school twice or a school that the other file lacks.
    """
    school_rows = _rows(schools_csv)
    if len({row["district"] for row in school_rows}) != 1:
        raise ValueError(f"{schools_csv} does not hold exactly one district")
    schools = tuple(
        SourceSchool(school_code(row["school"]), row["school_name"], tuple(row["grades"].split()))
        for row in school_rows
    )
    codes = {school.code for school in schools}
    if len(codes) != len(schools):
        raise ValueError(f"{schools_csv} names a school code twice")
    table = {
        (school_code(row["school"]), row["group"], row["race"], row["sex"]): _counts(row) for row in _rows(counts_csv)
    }
    if {key[0] for key in table} != codes:
        raise ValueError(f"{counts_csv} and {schools_csv} do not hold the same schools")
    first = school_rows[0]
    return CrdcDistrict(
        district_id=first["district"],
        name=first["district_name"],
        state=first["state"],
        schools=schools,
        enrolled=_enrolled(table, codes),
        section504=_by_race_and_sex(table, "504", "enrolled"),
        english_learners=_by_race_and_sex(table, "lep", "enrolled"),
        discipline={cell: _discipline(table, cell) for cell in _cells(codes)},
        oss_instances=_oss_instances(table),
        days_missed=_by_race_and_sex(table, "all", "days_missed"),
    )


def not_reported(district: CrdcDistrict) -> list[tuple[str, str]]:
    """(school code, measure) for every numerator that the source reserves in all its cells: unknown, not zero.

    The measures are those of the suspension rates. A school with some cells reserved is not listed: its figures are
    sums of the rest.
    """
    reported: dict[str, set[str]] = {school.code: set() for school in district.schools}
    for cell, counts in district.discipline.items():
        reported[cell.school].update(counts)
    return [
        (school.code, measure)
        for school in district.schools
        for measure, columns in NUMERATORS.items()
        if reported[school.code].isdisjoint(columns)
    ]


_Table = Mapping[tuple[str, str, str, str], Mapping[str, int]]


def _rows(path: str | Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _counts(row: Mapping[str, str]) -> dict[str, int]:
    """The row's numbers without empty cells (no such column) and reserve codes."""
    columns = ("enrolled", "days_missed", "oss_instances", *DISCIPLINE)
    return {name: int(row[name]) for name in columns if row[name] and not row[name].startswith("-")}


def _cells(codes: set[str]) -> list[Cell]:
    return [
        Cell(code, race, sex, idea)
        for code in sorted(codes)
        for race in RACES
        for sex in SEXES
        for idea in (True, False)
    ]


def _enrolled(table: _Table, codes: set[str]) -> dict[Cell, int]:
    enrolled = {}
    for cell in _cells(codes):
        served = table[cell.school, "idea", cell.race, cell.sex].get("enrolled", 0)
        everyone = table[cell.school, "all", cell.race, cell.sex].get("enrolled", 0)
        enrolled[cell] = served if cell.idea else everyone - served
        if enrolled[cell] < 0:
            raise ValueError(f"more IDEA students than students in {cell}")
    return enrolled


def _discipline(table: _Table, cell: Cell) -> dict[str, int]:
    row = table[cell.school, "idea" if cell.idea else "wodis", cell.race, cell.sex]
    return {measure: row[measure] for measure in DISCIPLINE if measure in row}


def _oss_instances(table: _Table) -> dict[tuple[str, bool], int]:
    return {
        (code, group == "idea"): row["oss_instances"]
        for (code, group, race, sex), row in table.items()
        if group in ("idea", "wodis") and race == sex == "ALL" and "oss_instances" in row
    }


def _by_race_and_sex(table: _Table, group: str, column: str) -> dict[tuple[str, str, str], int]:
    return {
        (code, race, sex): row[column]
        for (code, row_group, race, sex), row in table.items()
        if row_group == group and race != "ALL" and column in row
    }
