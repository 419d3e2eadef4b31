"""What became of each row: created if it made any record, else updated if it changed any, else unchanged."""

from __future__ import annotations

from collections import Counter

from django.db import models

from district.imports.changes import Work
from district.imports.staging import fill
from district.imports.writing_places import KINDS
from district.sql import unequal

CREATED, UPDATED = 2, 1

# Rows of one file, each by the first that holds: what makes it count as created, as updated.
_FATES = """
SELECT fate, COUNT(*) FROM (
  SELECT CASE WHEN <created> THEN 2 WHEN <updated> THEN 1 ELSE 0 END AS fate FROM <rows>
) f GROUP BY fate
"""
_USERS = (
    "{subject} s WHERE s.line IS NOT NULL",
    "(s.deleted IS NOT TRUE AND (s.person_id IS NULL OR (s.is_student IS TRUE AND s.student_id IS NULL) "
    "OR (s.is_staff IS TRUE AND s.staff_id IS NULL))) "
    "OR s.line IN (SELECT line FROM {stay_fate} WHERE source = 3 AND fate = 2)",
    "s.person_id IN (SELECT id FROM {changed_person}) "
    "OR s.student_id IN (SELECT id FROM {changed_student} c WHERE <local_id_or_grade>) "
    "OR s.staff_id IN (SELECT id FROM {changed_staff}) "
    "OR s.student_id IN (SELECT student_id FROM {changed_enrollment} c WHERE <grade>) "
    "OR s.line IN (SELECT line FROM {stay_fate} WHERE source = 3) OR s.line IN (SELECT line FROM {ended_line})",
)
_DEMOGRAPHICS = (
    "{demographic} d JOIN {subject} s ON s.user_id = d.sourced_id AND s.is_student IS TRUE",
    "s.student_id IS NULL OR s.user_id IN (SELECT user_id FROM {match_student} WHERE id IS NULL AND source < 8)",
    "s.student_id IN (SELECT id FROM {changed_student} c WHERE <birth_race_or_sex>) "
    "OR s.student_id IN (SELECT student_id FROM {changed_enrollment} c WHERE <race_or_sex>)",
)
_PROGRAMS = ("{match_program} m", "m.id IS NULL", "m.id IN (SELECT id FROM {changed_programstatus})")
_STAYS_OF = (
    "{<table>} r",
    "r.line IN (SELECT line FROM {stay_fate} WHERE source IN (<sources>) AND fate = 2)",
    "r.line IN (SELECT line FROM {stay_fate} WHERE source IN (<sources>))",
)
# What a row says of a place, where that is new or changed. A new user needs no such reason to count as created.
_STAY_FATES = """
SELECT y.source, y.line, MAX(CASE WHEN m.id IS NULL THEN 2 ELSE 1 END) AS fate
FROM <match> m JOIN {stay} y ON y.user_id = m.user_id AND y.school = m.school AND y.year = m.year
LEFT JOIN <changed> c ON c.id = m.id
WHERE y.is_student IS <is_student> AND ((m.id IS NULL AND m.source < 8) OR (c.id IS NOT NULL AND (<dates>)))
GROUP BY y.source, y.line
"""
_ENDED_LINES = """
SELECT s.line FROM <ended> x JOIN <table> e ON e.id = x.id JOIN {subject} s ON s.<record>_id = e.<record>_id
WHERE s.line IS NOT NULL
"""


def count_fates(work: Work) -> Counter[int]:
    """Return how many rows of the files about people create something and how many change something."""
    staging = work.staging
    stays = [
        kind.sql(_STAY_FATES, changed="{" + _changed(kind.model) + "}", dates=_differs("begins_on", "ends_on"))
        for kind in KINDS
    ]
    staging.make_as("stay_fate", " UNION ALL ".join(stays))
    staging.index("stay_fate", "line")
    staging.make_as("ended_line", " UNION ALL ".join(kind.sql(_ENDED_LINES) for kind in KINDS))
    files: list[tuple[str, ...]] = [_USERS, _DEMOGRAPHICS]
    for table, sources in (("role", "2, 8"), ("enrollment", "1, 9")):
        files.append(tuple(fill(part, table=table, sources=sources) for part in _STAYS_OF))
    if work.package.has_programs:
        files.append(_PROGRAMS)
    counts: Counter[int] = Counter()
    for rows, created, updated in files:
        query = fill(
            fill(_FATES, rows=rows, created=created, updated=updated),
            local_id_or_grade=_differs("local_id", "grade"),
            grade=_differs("grade"),
            birth_race_or_sex=_differs("birth_date", "race", "sex"),
            race_or_sex=_differs("race", "sex"),
        )
        counts.update(dict(staging.rows(query)))
    return counts


def _differs(*fields: str) -> str:
    return " OR ".join(unequal(f"c.old_{field}", f"c.new_{field}") for field in fields)


def _changed(model: type[models.Model]) -> str:
    return f"changed_{model._meta.model_name}"
