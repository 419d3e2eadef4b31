"""Who was where and when: one stay for each thing a package says, then one place for each person, school and year.

Dates outside the school year are clipped. What enrollments.csv says of a student in a school wins over roles.csv, and
that over the mere list of schools in users.csv (OneRoster 1.1), for the last has no dates.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.imports.merged import LEFT_TWICE, SAID_OF_KEPT
from district.imports.package import RosterPackage
from district.imports.staging import Staging, fill

BY_ENROLLMENT, BY_ROLE, BY_USER, LEFT_ROLE, LEFT_CLASS = 1, 2, 3, 8, 9
"""What a place was read from. From `LEFT_ROLE` on: a delta says only that the person is no longer there."""

_SCHOOL_OF_FILE = "SELECT sourced_id, 0 FROM {org} WHERE type = 'school' AND deleted IS NOT TRUE"
_SCHOOL_OF_RECORD = """
SELECT s.sourced_id, s.id FROM {district_school} s
WHERE s.district_id = %(district)s AND s.sourced_id <> ''
  AND NOT EXISTS (SELECT 1 FROM {org} o WHERE o.sourced_id = s.sourced_id)
"""
_CLIPPED = """
CASE WHEN <row>.begins_on < y.starts_on THEN y.starts_on ELSE <row>.begins_on END,
CASE WHEN <row>.ends_on > y.ends_on THEN y.ends_on ELSE <row>.ends_on END
"""
_TOUCHES = """
(<row>.begins_on IS NULL OR <row>.begins_on <= y.ends_on) AND (<row>.ends_on IS NULL OR <row>.ends_on >= y.starts_on)
"""
# OneRoster 1.1: every school of the list, in the primary year.
_FROM_USERS = """
INSERT INTO {stay}
SELECT 3, u.line, u.title = 'student', u.sourced_id, o.value, y.year, NULL, NULL
FROM {user} u JOIN {user_org} o ON o.line = u.line JOIN {school} c ON c.sourced_id = o.value
JOIN {year} y ON y.is_primary IS TRUE
WHERE u.deleted IS NOT TRUE AND u.title NOT IN ('guardian', 'parent', 'relative')
"""
# OneRoster 1.2: each year of the file that the dates touch; without dates the latest.
_FROM_ROLES = """
INSERT INTO {stay}
SELECT CASE WHEN r.deleted IS TRUE THEN 8 ELSE 2 END, r.line, r.title = 'student', r.user_id, r.org, y.year, <clipped>
FROM {role} r JOIN {school} c ON c.sourced_id = r.org
JOIN {year} y ON <in_scope> AND CASE
  WHEN r.deleted IS TRUE THEN y.is_primary IS TRUE
  WHEN r.begins_on IS NULL AND r.ends_on IS NULL THEN y.year = (SELECT MAX(year) FROM {year} y WHERE <in_scope>)
  ELSE <touches> END
WHERE r.title NOT IN ('guardian', 'parent', 'relative', '')
"""
# The year of the class's terms; without them the years that the dates touch, and without dates the primary year.
_FROM_ENROLLMENTS = """
INSERT INTO {stay}
SELECT CASE WHEN e.deleted IS TRUE THEN 9 ELSE 1 END, e.line, TRUE, e.user_id, e.school, y.year, <clipped>
FROM {enrollment} e JOIN {subject} s ON s.user_id = e.user_id AND s.is_student IS TRUE
JOIN {school} c ON c.sourced_id = e.school
LEFT JOIN {class_year} k ON k.sourced_id = e.class
JOIN {year} y ON CASE
  WHEN k.year IS NOT NULL THEN y.year = k.year AND <touches>
  WHEN e.deleted IS TRUE OR (e.begins_on IS NULL AND e.ends_on IS NULL) THEN y.is_primary IS TRUE
  ELSE <in_scope> AND <touches> END
WHERE e.role = 'student'
"""
_CLASS_YEARS = """
SELECT DISTINCT c.sourced_id, y.year FROM {class} c
JOIN {class_term} t ON t.line = c.line JOIN {session_year} y ON y.sourced_id = t.value
"""
# Begin: the earliest, an empty one being the first day of the year; end: the latest, an empty one being the last day.
_PLACES = """
INSERT INTO {place}
SELECT is_student, user_id, school, year, best,
       CASE WHEN COUNT(begins_on) < COUNT(*) THEN NULL ELSE MIN(begins_on) END,
       CASE WHEN COUNT(ends_on) < COUNT(*) THEN NULL ELSE MAX(ends_on) END
FROM (
  SELECT s.*, MIN(source) OVER (PARTITION BY is_student, user_id, school, year) AS best FROM {stay} s
) ranked WHERE source = best
GROUP BY is_student, user_id, school, year, best
"""
_NOWHERE = """
SELECT COUNT(*) FROM {<table>} r
WHERE r.deleted IS NOT TRUE AND r.<role> = 'student' AND (r.begins_on IS NOT NULL OR r.ends_on IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM {stay} s WHERE s.line = r.line AND s.source = <source>)
"""


def find_places(staging: Staging, package: RosterPackage, district: int) -> None:
    """Fill the staging tables `school` (not yet with keys of new ones), `stay` and `place`."""
    parameters = {"district": district}
    staging.run("INSERT INTO {school} " + _SCHOOL_OF_FILE)
    if package.modes.get("orgs") != "bulk":
        staging.run("INSERT INTO {school} " + _SCHOOL_OF_RECORD, parameters)
    staging.index("school", "sourced_id")
    staging.make_as("class_year", _CLASS_YEARS)
    staging.index("class_year", "sourced_id")
    with_sessions = staging.number("SELECT COUNT(*) FROM {year} WHERE in_file IS TRUE") > 0
    of_roles, of_enrollments = ("y.in_file IS TRUE",) * 2 if with_sessions else ("y.is_primary IS TRUE", "1 = 1")
    if package.version == "1.1":
        staging.run(_FROM_USERS)
    staging.run(_stays(_FROM_ROLES, "r", of_roles))
    staging.run(_stays(_FROM_ENROLLMENTS, "e", of_enrollments))
    staging.run(LEFT_TWICE)
    staging.run(SAID_OF_KEPT)
    staging.index("stay", "line")
    staging.run(_PLACES)
    staging.index("place", "user_id")
    for table, role, source in (("role", "title", BY_ROLE), ("enrollment", "role", BY_ENROLLMENT)):
        count = staging.number(fill(_NOWHERE, table=table, role=role, source=str(source)))
        if count:
            message = _("%(count)d rows of %(file)s lie outside every school year of the file and say nothing here.")
            package.warnings.append(message % {"count": count, "file": f"{table}s.csv"})


def _stays(template: str, row: str, in_scope: str) -> str:
    clipped = fill(_CLIPPED, row=row)
    return fill(template, clipped=clipped, touches=fill(_TOUCHES, row=row), in_scope=in_scope)
