"""What an enrollment stands for when students are counted: the derived columns of Enrollment, rebuilt in one statement.

One value per student, dimension and school year, for numerators and denominators alike: the whole year goes by the
last day of enrollment, the count by the count day (CRDC: 1 October or the nearest school day). Federal tables that go
by the date of an incident read program status itself and not these columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max

from district.models import District, Enrollment, ProgramStatus, School, SchoolYear, level_of
from district.models.codes import LEVEL_ORDER
from district.sql import unequal

STUDENTS_AT_ONCE = 500
"""Ids in one statement when only some students are refreshed: below every database's limit of parameters."""

# `last_rank` 1 stands for the student in the whole year, `standing_rank` 1 on the count day. Two enrollments that end
# on the same day: the later begin, then the school with the higher key, so that the order of rows never matters.
_STANDING = """
WITH span AS (
  SELECT e.id, e.student_id, e.school_id, e.school_year_id,
         COALESCE(e.begins_on, y.starts_on) AS first_day, COALESCE(e.ends_on, y.ends_on) AS last_day
  FROM {enrollment} e JOIN {school_year} y ON y.id = e.school_year_id
  WHERE e.school_year_id = %(school_year)s {only}
), counted AS (
  SELECT span.*, CASE WHEN first_day <= %(count_day)s AND last_day >= %(count_day)s THEN 1 ELSE 0 END AS counted
  FROM span
), ranked AS (
  SELECT counted.*,
         ROW_NUMBER() OVER (PARTITION BY student_id
           ORDER BY last_day DESC, first_day DESC, school_id DESC) AS last_rank,
         ROW_NUMBER() OVER (PARTITION BY student_id
           ORDER BY counted DESC, last_day DESC, first_day DESC, school_id DESC) AS standing_rank
  FROM counted
)
SELECT r.id, r.counted = 1 AS is_on_count_day, r.last_rank = 1 AS is_last_in_year,
       r.standing_rank = 1 AS is_standing_on_count_day, {flags}
FROM ranked r LEFT JOIN {program} p
  ON p.student_id = r.student_id AND p.school_year_id = r.school_year_id
GROUP BY r.id, r.counted, r.last_rank, r.standing_rank
"""
_UPDATE = "UPDATE {enrollment} SET {assignments} FROM ({rebuilt}) s WHERE {enrollment}.id = s.id AND ({differs})"
_SERVED = "MAX(CASE WHEN p.{flag} IS TRUE AND {covered} THEN 1 ELSE 0 END) = 1"
_COVERED = "(p.begins_on IS NULL OR p.begins_on <= {day}) AND (p.ends_on IS NULL OR p.ends_on >= {day})"
_MARKS = ("is_on_count_day", "is_last_in_year", "is_standing_on_count_day")


def refresh(school_year: SchoolYear, students: Collection[int] | None = None) -> int:
    """Rebuild the derived columns of the year's enrollments, or of those of `students` (keys); return rows changed.

    Call it in the transaction of every write to an enrollment or program status of the year. It raises the year's
    revision, so that whatever was counted or copied from them is made anew. Program flags are true if any program
    status of the student and year that covers the day has them true, false without one, and null (unreported) while
    no import has brought program status for the year.
    """
    count_day = school_year.count_day()
    SchoolYear.objects.filter(pk=school_year.pk).update(revision=F("revision") + 1)
    if students is None:
        return _refresh(school_year, count_day, "", {})
    with transaction.atomic():
        return sum(
            _refresh(school_year, count_day, f"AND e.student_id IN ({', '.join(f'%({key})s' for key in some)})", some)
            for some in _chunks(students)
        )


def refresh_levels(district: District) -> int:
    """Give each school of `district` the highest grade of its latest year, and its level; return schools changed.

    Grades without a place in the order (ungraded, other, unreported) say nothing. A school without enrollment keeps
    what it has.
    """
    enrollments = Enrollment.objects.filter(school__district=district).order_by()
    latest = dict(enrollments.values_list("school").annotate(latest=Max("school_year__year")))
    grades: dict[int, set[str]] = {key: set() for key in latest}
    for key, year, grade in enrollments.values_list("school", "school_year__year", "grade").distinct():
        if latest[key] == year and grade in LEVEL_ORDER:
            grades[key].add(grade)
    changed = 0
    for school in School.objects.filter(pk__in=grades):
        highest = max(grades[school.pk], key=LEVEL_ORDER.index, default="")
        if (school.highest_grade, school.level) != (highest, level_of(highest)):
            school.highest_grade, school.level = highest, level_of(highest)
            school.save(update_fields=["highest_grade", "level", "updated_at"])
            changed += 1
    return changed


def _refresh(school_year: SchoolYear, count_day: date, only: str, students: dict[str, int]) -> int:
    columns = [*_MARKS, *Enrollment.PROGRAMS, *(f"{flag}_on_count_day" for flag in Enrollment.PROGRAMS)]
    enrollment = Enrollment._meta.db_table
    rebuilt = _STANDING.format(
        enrollment=enrollment,
        school_year=SchoolYear._meta.db_table,
        program=ProgramStatus._meta.db_table,
        only=only,
        flags=", ".join(_flags(school_year.programs_reported)),
    )
    statement = _UPDATE.format(
        enrollment=enrollment,
        rebuilt=rebuilt,
        assignments=", ".join(f"{column} = s.{column}" for column in columns),
        differs=" OR ".join(unequal(f"{enrollment}.{column}", f"s.{column}") for column in columns),
    )
    parameters: dict[str, Any] = {"school_year": school_year.pk, "count_day": count_day, **students}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def _flags(reported: bool) -> Iterator[str]:
    """The program columns: as of the last day of the enrollment, and as of the count day where it contains that."""
    last_day = _COVERED.format(day="r.last_day")
    counted = f"((r.counted = 1 AND {_COVERED.format(day='%(count_day)s')}) OR (r.counted = 0 AND {last_day}))"
    for suffix, covered in (("", last_day), ("_on_count_day", counted)):
        for flag in Enrollment.PROGRAMS:
            served = _SERVED.format(flag=flag, covered=covered) if reported else "CAST(NULL AS boolean)"
            yield f"{served} AS {flag}{suffix}"


def _chunks(students: Collection[int]) -> Iterator[dict[str, int]]:
    keys = sorted(set(students))
    for start in range(0, len(keys), STUDENTS_AT_ONCE):
        yield {f"student_{number}": key for number, key in enumerate(keys[start : start + STUDENTS_AT_ONCE])}
