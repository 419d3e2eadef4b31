"""The people of a package whose records are kept: students and staff, matched to those the district already has."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.imports.checking import reason_of, unknown_grade
from district.imports.refusing import ROLES, USERS, Refusing
from district.imports.staging import fill

# Guardians and other relations are neither; a user may be both a student and staff (OneRoster 1.2).
_KINDS = """
SELECT user_id,
       MAX(CASE WHEN title = 'student' THEN 1 ELSE 0 END) AS is_student,
       MAX(CASE WHEN title NOT IN ('student', 'guardian', 'parent', 'relative') THEN 1 ELSE 0 END) AS is_staff,
       MIN(CASE WHEN title NOT IN ('student', 'guardian', 'parent', 'relative')
           THEN (CASE WHEN is_primary IS TRUE THEN '0' ELSE '1' END) || title END) AS ranked_title
FROM {role} WHERE deleted IS NOT TRUE AND title <> '' GROUP BY user_id
"""
_SUBJECTS = """
INSERT INTO {subject}
SELECT u.sourced_id, u.line, u.deleted, <is_student>, <is_staff>, u.local_id, <title>, u.grade, p.id,
       COALESCE(s.merged_into_id, s.id), f.id
FROM {user} u LEFT JOIN {user_kind} k ON k.user_id = u.sourced_id
LEFT JOIN {district_person} p
  ON p.district_id = %(district)s AND p.sourced_id = u.sourced_id AND NOT (p.sourced_id = '')
LEFT JOIN {district_student} s ON s.person_id = p.id LEFT JOIN {district_staff} f ON f.person_id = p.id
WHERE <is_student> OR <is_staff>
"""
_TITLED = "CASE WHEN k.user_id IS NULL THEN f.title ELSE substr(k.ranked_title, 2) END"
# Version → whether a row of users.csv is a student, is staff, and its role in the roster.
_BY_USER = (
    "CASE WHEN u.deleted IS TRUE THEN s.id IS NOT NULL ELSE u.title = 'student' END",
    "CASE WHEN u.deleted IS TRUE THEN f.id IS NOT NULL "
    "ELSE u.title NOT IN ('student', 'guardian', 'parent', 'relative') END",
    "u.title",
)
_BY_ROLE = ("COALESCE(k.is_student, 0) = 1", "COALESCE(k.is_staff, 0) = 1", _TITLED)
_BY_ROLE_OR_RECORD = (
    "(COALESCE(k.is_student, 0) = 1 OR s.id IS NOT NULL)",
    "(COALESCE(k.is_staff, 0) = 1 OR f.id IS NOT NULL)",
    _TITLED,
)
# People whom a delta names without their row of users.csv.
_KNOWN = """
INSERT INTO {subject}
SELECT p.sourced_id, NULL, FALSE, (COALESCE(k.is_student, 0) = 1 OR s.id IS NOT NULL),
       (COALESCE(k.is_staff, 0) = 1 OR f.id IS NOT NULL), COALESCE(s.local_id, f.local_id, p.sourced_id),
       COALESCE(substr(k.ranked_title, 2), f.title, ''), COALESCE(s.grade, 'UNREPORTED'), p.id,
       COALESCE(s.merged_into_id, s.id), f.id
FROM {district_person} p LEFT JOIN {user_kind} k ON k.user_id = p.sourced_id
LEFT JOIN {district_student} s ON s.person_id = p.id LEFT JOIN {district_staff} f ON f.person_id = p.id
WHERE p.district_id = %(district)s AND NOT (p.sourced_id = '') AND p.sourced_id IN (
  SELECT user_id FROM {role} UNION SELECT sourced_id FROM {demographic}
  UNION SELECT user_id FROM {enrollment} UNION SELECT user_id FROM {program}
) AND NOT EXISTS (SELECT 1 FROM {user} u WHERE u.sourced_id = p.sourced_id)
"""
# Records made before the first roster have no roster id: the local id finds them.
_ADOPTED = """
UPDATE {subject} SET person_id = r.person_id, <record>_id = <kept>
FROM {district_<record>} r JOIN {district_person} p ON p.id = r.person_id AND p.sourced_id = ''
WHERE {subject}.person_id IS NULL AND {subject}.is_<record> IS TRUE
  AND r.district_id = %(district)s AND r.local_id = {subject}.local_id
"""
_ADOPTABLE = """
SELECT COUNT(*) FROM {district_<record>} r JOIN {district_person} p ON p.id = r.person_id
WHERE r.district_id = %(district)s AND p.sourced_id = ''
"""
_SAME_LOCAL_ID = """
SELECT line, local_id FROM (
  SELECT line, local_id, ROW_NUMBER() OVER (PARTITION BY local_id ORDER BY line) AS n
  FROM {subject} WHERE is_<record> IS TRUE AND deleted IS NOT TRUE AND line IS NOT NULL
) ranked WHERE n > 1
"""
_TAKEN_LOCAL_ID = """
SELECT u.line, u.local_id FROM {subject} u
JOIN {district_<record>} r ON r.district_id = %(district)s AND r.local_id = u.local_id
WHERE u.is_<record> IS TRUE AND u.deleted IS NOT TRUE AND u.line IS NOT NULL
  AND (u.<record>_id IS NULL OR u.<record>_id <> <kept>)
  AND (<merged> OR NOT EXISTS (
    SELECT 1 FROM {subject} o WHERE o.<record>_id = r.id AND o.deleted IS NOT TRUE AND o.local_id <> r.local_id
  ))
"""
# A record `r` that was merged stands for the one that was kept, and the ids of both stay with that student for good.
_KEPT = {"student": "COALESCE(r.merged_into_id, r.id)", "staff": "r.id"}
_MERGED = {
    "student": (
        "(r.merged_into_id IS NOT NULL OR EXISTS (SELECT 1 FROM {district_student} m WHERE m.merged_into_id = r.id))"
    ),
    "staff": "FALSE",
}
_UNKNOWN_GRADE = """
SELECT line, substr(grade, 2) FROM {subject} WHERE is_student IS TRUE AND line IS NOT NULL AND grade LIKE '?%%'
"""
RECORDS = ("student", "staff")


def build_subjects(refusing: Refusing) -> None:
    """Fill the staging table `subject` from users, roles and the district's records; refuse users that clash.

    Two students, or two members of staff, of a district cannot have one local id: the later row is refused.
    """
    staging, package, parameters = refusing.staging, refusing.package, {"district": refusing.district.pk}
    staging.make_as("user_kind", _KINDS)
    staging.index("user_kind", "user_id")
    by_role = _BY_ROLE_OR_RECORD if package.is_delta else _BY_ROLE
    is_student, is_staff, title = _BY_USER if package.version == "1.1" else by_role
    staging.run(fill(_SUBJECTS, is_student=is_student, is_staff=is_staff, title=title), parameters)
    if package.modes.get("users") != "bulk":
        staging.run(_KNOWN, parameters)
    staging.index("subject", "user_id")
    staging.index("subject", "student_id")
    staging.index("subject", "staff_id")
    for record in RECORDS:
        if staging.number(fill(_ADOPTABLE, record=record), parameters):
            staging.run(fill(_ADOPTED, record=record, kept=_KEPT[record]), parameters)
    refuse_clashes(refusing)


def refuse_clashes(refusing: Refusing) -> None:
    """Refuse users with a local id that another has, and students with an unknown grade, and what refers to them."""
    refused = refusing.refuse(
        USERS, _UNKNOWN_GRADE, column="grades", reason=unknown_grade, code="unknown_grade", parameters={}
    )
    for record in RECORDS:
        for query, words in (
            (_SAME_LOCAL_ID, _("The local id %(value)s stands in an earlier row too.")),
            (_TAKEN_LOCAL_ID, _("The local id %(value)s belongs to another person of the district.")),
        ):
            refused += refusing.refuse(
                USERS,
                fill(query, record=record, kept=_KEPT[record], merged=_MERGED[record]),
                column="identifier",
                reason=reason_of(words),
                code="duplicate_local_id",
            )
            if refused:
                _forget_refused(refusing)
    if refused:
        refusing.dangling(ROLES, "userSourcedId", "user_id", USERS)


def _forget_refused(refusing: Refusing) -> None:
    refusing.staging.run(
        "DELETE FROM {subject} WHERE line IS NOT NULL AND line NOT IN (SELECT line FROM {user} WHERE line IS NOT NULL)"
    )
