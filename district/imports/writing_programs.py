"""Program status of students, year by year, as studentPrograms.csv gives it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from district import audit
from district.imports.changes import Comparison, Work, compare, plain, write_changes
from district.imports.staging import fill
from district.models import Enrollment, ProgramStatus
from district.sql import equal

_FLAGS = ", ".join(Enrollment.PROGRAMS)
# The cast keeps the type of the key: without it SQLite would not use an index on it.
_MATCH = """
SELECT p.line, p.year, p.user_id, <flags>, p.begins_on, p.ends_on, CAST((
  SELECT MIN(r.id) FROM {district_programstatus} r
  WHERE r.student_id = s.student_id AND r.school_year_id = y.school_year_id
    AND <same_begin>
) AS bigint) AS id
FROM {program} p JOIN {subject} s ON s.user_id = p.user_id JOIN {year} y ON y.year = p.year
"""
_NEW = """
INSERT INTO {district_programstatus} (uid, student_id, school_year_id, <flags>, begins_on, ends_on, batch_id)
SELECT {new_uid}, s.student_id, y.school_year_id, <flags>, m.begins_on, m.ends_on, %(batch)s
FROM {match_program} m JOIN {subject} s ON s.user_id = m.user_id JOIN {year} y ON y.year = m.year
WHERE m.id IS NULL AND s.student_id IS NOT NULL ORDER BY y.school_year_id, s.student_id, m.begins_on
"""
# Of students in the file. Those who have left are in none, and keep the status they had on their last day.
_GONE = """
SELECT r.id, r.uid, r.student_id, r.school_year_id, <flags>, r.begins_on, r.ends_on
FROM {district_programstatus} r JOIN {year} y ON y.school_year_id = r.school_year_id
JOIN {subject} s ON s.student_id = r.student_id AND s.line IS NOT NULL
WHERE y.year IN (SELECT year FROM {program_year})
  AND NOT EXISTS (SELECT 1 FROM {match_program} m WHERE m.id = r.id)
  AND s.user_id NOT IN (SELECT user_id FROM {refused_user})
"""


_COMPARISON = Comparison(
    ProgramStatus,
    (*Enrollment.PROGRAMS, "ends_on"),
    fill(
        "SELECT m.id, <flags>, m.ends_on FROM {match_program} m WHERE m.id IS NOT NULL",
        flags=", ".join(f"m.{flag}" for flag in Enrollment.PROGRAMS),
    ),
    student="t.student_id",
)
_NOTHING = "SELECT id, student_id, school_year_id FROM {district_programstatus} WHERE 1 = 0"


def prepare_programs(work: Work) -> None:
    """Find the program status that the package changes, and, for a bulk file, what its students no longer have."""
    staging = work.staging
    staging.make_as("match_program", fill(_MATCH, flags=_named("p"), same_begin=equal("r.begins_on", "p.begins_on")))
    staging.index("match_program", "id")
    compare(work, _COMPARISON)
    staging.make_as("program_year", "SELECT DISTINCT year FROM {program}")
    staging.make_as("gone_program", _NOTHING if work.package.is_delta else fill(_GONE, flags=_named("r")))


def write_programs(work: Work) -> None:
    """Bring program status up to date."""
    write_changes(work, _COMPARISON)
    if work.staging.run("DELETE FROM {district_programstatus} WHERE id IN (SELECT id FROM {gone_program})"):
        audit.record_changes(_removed(work), by=work.by, district=work.district, batch=work.batch)
    work.staging.run(fill(_NEW, flags=_FLAGS), work.parameters)


def _named(row: str) -> str:
    return ", ".join(f"{row}.{flag}" for flag in Enrollment.PROGRAMS)


def _removed(work: Work) -> Iterator[audit.Change]:
    query = f"SELECT uid, student_id, {_FLAGS}, begins_on, ends_on FROM {{gone_program}} ORDER BY id"  # noqa: S608
    for uid, student_id, *values in work.staging.rows(query):
        fields = (*Enrollment.PROGRAMS, "begins_on", "ends_on")
        yield audit.Change(
            object_type="programstatus",
            object_uid=uid if isinstance(uid, UUID) else UUID(uid),
            changes={
                field: [plain(value, field in Enrollment.PROGRAMS), None]
                for field, value in zip(fields, values, strict=True)
                if value is not None
            },
            student_id=student_id,
            details={"removed": True},
        )
