"""What became of each row: created if it made any record, else updated if it changed any, else unchanged."""

from __future__ import annotations

from collections import Counter

from django.db import models

from district.imports.changes import Work
from district.imports.staging import fill
from district.imports.writing_places import KINDS

CREATED, UPDATED = 2, 1

_NEW_PEOPLE = """
SELECT 'users', s.line, 2 FROM {subject} s
LEFT JOIN {district_person} p ON p.id = s.person_id LEFT JOIN {district_student} st ON st.id = s.student_id
LEFT JOIN {district_staff} f ON f.id = s.staff_id
WHERE s.line IS NOT NULL AND (p.batch_id = %(batch)s OR st.batch_id = %(batch)s OR f.batch_id = %(batch)s)
"""
_CHANGED_PEOPLE = """
SELECT 'users', s.line, 1 FROM {subject} s WHERE s.line IS NOT NULL AND (
  s.person_id IN (SELECT id FROM {changed_person})
  OR s.student_id IN (SELECT id FROM {changed_student} c WHERE <differs>)
  OR s.staff_id IN (SELECT id FROM {changed_staff})
  OR s.student_id IN (SELECT student_id FROM {changed_enrollment} c WHERE c.old_grade IS DISTINCT FROM c.new_grade)
)
"""
_ENDED = """
SELECT 'users', s.line, 1 FROM {subject} s JOIN <table> e ON e.<record>_id = s.<record>_id
JOIN <ended> x ON x.id = e.id WHERE s.line IS NOT NULL
"""
# A stay is one thing that a row says: of which file, is told by its source.
_STAYS = """
SELECT CASE WHEN y.source = 3 THEN 'users' WHEN y.source IN (2, 8) THEN 'roles' ELSE 'enrollments' END, y.line,
       CASE WHEN m.id IS NULL THEN 2 ELSE 1 END
FROM {stay} y JOIN <match> m ON m.user_id = y.user_id AND m.school = y.school AND m.year = y.year
LEFT JOIN <changed> c ON c.id = m.id
WHERE y.is_student IS <is_student> AND ((m.id IS NULL AND m.source < 8) OR (c.id IS NOT NULL AND (
  c.old_begins_on IS DISTINCT FROM c.new_begins_on OR c.old_ends_on IS DISTINCT FROM c.new_ends_on)))
"""
_NEW_DEMOGRAPHICS = """
SELECT 'demographics', d.line, 2 FROM {demographic} d JOIN {subject} s ON s.user_id = d.sourced_id
JOIN {district_student} st ON st.id = s.student_id
WHERE st.batch_id = %(batch)s OR s.user_id IN (SELECT user_id FROM {match_student} WHERE id IS NULL AND source < 8)
"""
_CHANGED_DEMOGRAPHICS = """
SELECT 'demographics', d.line, 1 FROM {demographic} d JOIN {subject} s ON s.user_id = d.sourced_id
WHERE s.student_id IN (SELECT id FROM {changed_student} c WHERE <of_student>)
   OR s.student_id IN (SELECT student_id FROM {changed_enrollment} c WHERE <of_enrollment>)
"""
_PROGRAMS = """
SELECT 'studentPrograms', m.line, CASE WHEN m.id IS NULL THEN 2 ELSE 1 END FROM {match_program} m
WHERE m.id IS NULL OR m.id IN (SELECT id FROM {changed_programstatus})
"""
_COUNTS = """
SELECT file, fate, COUNT(*) FROM (SELECT file, line, MAX(fate) AS fate FROM {fate} GROUP BY file, line) f
GROUP BY file, fate
"""


def count_fates(work: Work) -> Counter[int]:
    """Return how many rows of the files about people created something and how many changed something."""
    staging, parameters = work.staging, work.parameters
    queries = [
        _NEW_PEOPLE,
        fill(_CHANGED_PEOPLE, differs=_differs("local_id", "grade")),
        _NEW_DEMOGRAPHICS,
        fill(
            _CHANGED_DEMOGRAPHICS,
            of_student=_differs("birth_date", "race", "sex"),
            of_enrollment=_differs("race", "sex"),
        ),
    ]
    for kind in KINDS:
        queries.append(kind.sql(_STAYS, changed="{" + _changed(kind.model) + "}"))
        if work.package.is_delta:
            queries.append(kind.sql(_ENDED))
    if work.package.has_programs:
        queries.append(_PROGRAMS)
    staging.make("roster_fate", "file text, line bigint, fate integer")
    for query in queries:
        staging.run("INSERT INTO roster_fate " + query, parameters)
    counts: Counter[int] = Counter()
    for _file, fate, count in staging.rows(_COUNTS.replace("{fate}", "roster_fate")):
        counts[fate] += count
    return counts


def _differs(*fields: str) -> str:
    return " OR ".join(f"c.old_{field} IS DISTINCT FROM c.new_{field}" for field in fields)


def _changed(model: type[models.Model]) -> str:
    return f"changed_{model._meta.model_name}"
