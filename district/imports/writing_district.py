"""The district's roster id, its schools and its school years: few records, so they are written one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import models

from district import audit
from district.imports.changes import Work
from district.imports.fates import CREATED, UPDATED
from district.imports.years import SCHOOL_YEAR, PlannedYear
from district.models import District, School, SchoolYear

_SCHOOLS = """
SELECT sourced_id, name, CASE WHEN identifier <> '' THEN identifier ELSE sourced_id END AS code, deleted
FROM {org} WHERE type = 'school' ORDER BY code, sourced_id
"""
_KEYS = """
UPDATE {school} SET school_id = s.id FROM {district_school} s
WHERE s.district_id = %(district)s AND s.sourced_id = {school}.sourced_id AND s.sourced_id <> ''
"""
# Schools made before the first roster have no roster id: the code finds them.
_ADOPTED_KEYS = """
UPDATE {school} SET school_id = s.id FROM {district_school} s JOIN {org} o
  ON s.code = CASE WHEN o.identifier <> '' THEN o.identifier ELSE o.sourced_id END
WHERE s.district_id = %(district)s AND s.sourced_id = '' AND o.type = 'school' AND o.deleted IS NOT TRUE
  AND o.sourced_id = {school}.sourced_id
"""


def write_district(work: Work, district: District, fates: Counter[int]) -> None:
    """Remember the roster id of the district at its first import."""
    found = next(
        work.staging.rows("SELECT sourced_id FROM {org} WHERE type = 'district' AND deleted IS NOT TRUE"), None
    )
    if found and not district.sourced_id:
        _change(work, district, {"sourced_id": found[0]})
        fates[UPDATED] += 1


def write_schools(work: Work, fates: Counter[int]) -> None:
    """Make and update schools, close those that a delta deletes, and give the staged schools their keys."""
    known = {school.sourced_id: school for school in School.objects.filter(district=work.district)}
    unnamed = {
        school.code: school for school in School.objects.filter(district=work.district, sourced_id="")
    }  # made before the first roster
    wanted: list[tuple[School, dict[str, Any]]] = []
    made: list[School] = []
    for sourced_id, name, code, deleted in work.staging.rows(_SCHOOLS):
        school = known.get(sourced_id) or unnamed.get(code)
        if deleted:
            if school and not school.closed_on:
                wanted.append((school, {"closed_on": work.district.today()}))
        elif school is None:
            made.append(School(district=work.district, sourced_id=sourced_id, code=code, name=name, batch=work.batch))
        else:
            values = {"sourced_id": sourced_id, "code": code, "name": name}
            if work.package.modes.get("orgs") == "delta":
                values["closed_on"] = None
            if any(getattr(school, field) != value for field, value in values.items()):
                wanted.append((school, values))
    for school, values in wanted:
        if values.get("code", school.code) != school.code:  # codes may be exchanged: set them free first
            School.objects.filter(pk=school.pk).update(code=f"free:{school.uid}")
    for school, values in wanted:
        _change(work, school, values)
    School.objects.bulk_create(made)
    fates[CREATED] += len(made)
    fates[UPDATED] += len(wanted)
    find_schools(work)


def find_schools(work: Work) -> None:
    """Give the staged schools the keys of those that exist."""
    for statement in (_KEYS, _ADOPTED_KEYS):
        work.staging.run(statement, {"district": work.district.pk})


def write_years(work: Work, years: list[PlannedYear], fates: Counter[int]) -> set[int]:
    """Make and update the school years of the file; return the keys of those whose figures must be rebuilt."""
    changed: set[int] = set()
    reported = _reported_years(work)
    for planned in years:
        values: dict[str, Any] = {}
        if planned.in_file:
            values = {"starts_on": planned.starts_on, "ends_on": planned.ends_on, "sourced_id": planned.sourced_id}
        if planned.year in reported:
            values["programs_reported"] = True
        if planned.key is None:
            made = SchoolYear.objects.create(district=work.district, year=planned.year, batch=work.batch, **values)
            key, fate = made.pk, CREATED
        else:
            key, fate = planned.key, 0
            year = SchoolYear.objects.get(pk=key)
            before = {field: getattr(year, field) for field in values}
            if before != values:
                _change(work, year, values)
                changed.add(key)
                dates = ("starts_on", "ends_on", "sourced_id")
                fate = UPDATED if any(before.get(field) != values.get(field) for field in dates) else 0
        if fate:
            fates[fate] += _session_rows(work, planned)
        work.staging.run(
            "UPDATE {year} SET school_year_id = %(key)s WHERE year = %(year)s", {"key": key, "year": planned.year}
        )
    return changed


def _reported_years(work: Work) -> set[int]:
    """The years for which the package brings program status; an empty file brings it for the primary year."""
    if not work.package.has_programs:
        return set()
    years = {year for (year,) in work.staging.rows("SELECT DISTINCT year FROM {program}")}
    return years or {year for (year,) in work.staging.rows("SELECT year FROM {year} WHERE is_primary IS TRUE")}


def _session_rows(work: Work, planned: PlannedYear) -> int:
    return work.staging.number(
        "SELECT COUNT(*) FROM {session} s JOIN {session_year} y ON y.sourced_id = s.sourced_id "
        "WHERE s.type = %(type)s AND s.deleted IS NOT TRUE AND y.year = %(year)s",
        {"type": SCHOOL_YEAR, "year": planned.year},
    )


def _change(work: Work, record: models.Model, values: dict[str, Any]) -> None:
    before = audit.values_of(record, values)
    for field, value in values.items():
        setattr(record, field, value)
    record.save(update_fields=[*values, "updated_at"])
    audit.record(
        audit.Action.UPDATE,
        by=work.by,
        target=record,
        district=work.district,
        school=record if isinstance(record, School) else None,
        batch=work.batch,
        changes=audit.differences(before, audit.values_of(record, values)),
    )
