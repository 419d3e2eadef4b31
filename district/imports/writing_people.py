"""Persons, students and staff of a package: those that changed are updated, new ones are made."""

from __future__ import annotations

from district.imports.changes import Comparison, Work, compare, write_changes
from district.imports.merged import IDS_GIVEN_UP, LOCAL_IDS_GIVEN_UP
from district.imports.staging import fill
from district.models import Person, Staff, Student

_PERSON = Comparison(
    Person,
    ("sourced_id", "given_name", "middle_name", "family_name", "search_name", "email"),
    fill(
        """
    SELECT s.person_id AS id, u.sourced_id, u.given_name, u.middle_name, u.family_name, u.search_name, u.email
    FROM {user} u JOIN {subject} s ON s.user_id = u.sourced_id
    WHERE s.person_id IS NOT NULL AND u.deleted IS NOT TRUE <given_up>
    """,
        given_up=IDS_GIVEN_UP,
    ),
    unique="sourced_id",
    student="st.id",
    joins="LEFT JOIN {district_student} st ON st.person_id = t.id",
)
_NEW_PERSONS = """
INSERT INTO {district_person}
  (uid, district_id, given_name, middle_name, family_name, search_name, email, sourced_id, batch_id)
SELECT {new_uid}, %(district)s, u.given_name, u.middle_name, u.family_name, u.search_name, u.email, u.sourced_id,
       %(batch)s
FROM {subject} s JOIN {user} u ON u.line = s.line
WHERE s.person_id IS NULL AND s.deleted IS NOT TRUE ORDER BY u.sourced_id
"""
_PERSON_KEYS = """
UPDATE {subject} SET person_id = p.id FROM {district_person} p
WHERE {subject}.person_id IS NULL AND p.district_id = %(district)s AND p.sourced_id = {subject}.user_id
  AND NOT (p.sourced_id = '')
"""
# Where the file says nothing (no row of users.csv or of demographics.csv), what was known stays.
_STUDENT = Comparison(
    Student,
    ("local_id", "birth_date", "race", "sex", "grade"),
    fill(
        """
    SELECT r.id,
           CASE WHEN s.line IS NOT NULL AND s.deleted IS NOT TRUE THEN s.local_id ELSE r.local_id END AS local_id,
           CASE WHEN d.line IS NOT NULL THEN d.birth_date ELSE r.birth_date END AS birth_date,
           COALESCE(d.race, r.race) AS race, COALESCE(d.sex, r.sex) AS sex,
           CASE WHEN s.line IS NOT NULL AND s.deleted IS NOT TRUE THEN s.grade ELSE r.grade END AS grade
    FROM {subject} s JOIN {district_student} r ON r.id = s.student_id
    LEFT JOIN {demographic} d ON d.sourced_id = s.user_id
    WHERE s.is_student IS TRUE <given_up>
    """,
        given_up=LOCAL_IDS_GIVEN_UP,
    ),
    unique="local_id",
    student="t.id",
)
_STAFF = Comparison(
    Staff,
    ("local_id", "title"),
    """
    SELECT s.staff_id AS id, s.local_id, s.title FROM {subject} s
    WHERE s.is_staff IS TRUE AND s.staff_id IS NOT NULL AND s.line IS NOT NULL AND s.deleted IS NOT TRUE
    """,
    unique="local_id",
)
_NEW_STUDENTS = """
INSERT INTO {district_student} (uid, person_id, district_id, local_id, birth_date, race, sex, grade, batch_id)
SELECT {new_uid}, s.person_id, %(district)s, s.local_id, d.birth_date, COALESCE(d.race, 'UNREPORTED'),
       COALESCE(d.sex, 'UNREPORTED'), s.grade, %(batch)s
FROM {subject} s LEFT JOIN {demographic} d ON d.sourced_id = s.user_id
WHERE s.is_student IS TRUE AND s.student_id IS NULL AND s.person_id IS NOT NULL AND s.deleted IS NOT TRUE
ORDER BY s.person_id
"""
_NEW_STAFF = """
INSERT INTO {district_staff} (uid, person_id, district_id, local_id, title, batch_id)
SELECT {new_uid}, s.person_id, %(district)s, s.local_id, s.title, %(batch)s
FROM {subject} s
WHERE s.is_staff IS TRUE AND s.staff_id IS NULL AND s.person_id IS NOT NULL AND s.deleted IS NOT TRUE
ORDER BY s.person_id
"""
_RECORD_KEYS = """
UPDATE {subject} SET <record>_id = r.id FROM {district_<record>} r
WHERE {subject}.<record>_id IS NULL AND {subject}.is_<record> IS TRUE AND r.person_id = {subject}.person_id
"""


_COMPARISONS = (_PERSON, _STUDENT, _STAFF)


def prepare_people(work: Work) -> None:
    """Find the persons, students and staff that the package changes."""
    for comparison in _COMPARISONS:
        compare(work, comparison)


def write_people(work: Work) -> None:
    """Update and make persons, students and staff, and give the staged subjects their keys."""
    run, parameters = work.staging.run, work.parameters
    for comparison in _COMPARISONS:
        write_changes(work, comparison)
    if run(_NEW_PERSONS, parameters):
        run(_PERSON_KEYS, parameters)
    for record, statement in (("student", _NEW_STUDENTS), ("staff", _NEW_STAFF)):
        if run(statement, parameters):
            run(fill(_RECORD_KEYS, record=record))
    work.staging.analyze("subject")
