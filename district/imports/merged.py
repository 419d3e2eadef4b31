"""Rows of a package about students whose records were merged: they speak of the student who was kept.

A source system may go on sending both records, or only the one that was merged away here. One row of users.csv speaks
for the student: that of the record that was kept, if it is there, else another one. What the other rows say of schools
and programs is taken as said of the same student. Nobody comes back, and a file that is read twice changes nothing.
"""

from __future__ import annotations

from district.imports.staging import Staging, fill
from district.models import Enrollment

# `n` 1 speaks for the student. `pointer_person` is the person of the record merged away to which the row's ids belong.
# Such a row never speaks when it is deleted: a source system that takes its duplicate away ends nobody's stay.
_SUBJECTS = """
SELECT s.user_id, s.line, s.student_id AS kept_id, k.person_id AS kept_person, m.person_id AS pointer_person,
       ROW_NUMBER() OVER (PARTITION BY s.student_id ORDER BY
         CASE WHEN m.id IS NOT NULL AND s.deleted IS TRUE THEN 4
              WHEN s.line IS NULL OR s.deleted IS TRUE THEN 2 ELSE 0 END + CASE WHEN m.id IS NULL THEN 0 ELSE 1 END,
         s.line, s.user_id) + CASE WHEN m.id IS NOT NULL AND s.deleted IS TRUE THEN 1 ELSE 0 END AS n
FROM {subject} s JOIN {district_student} k ON k.id = s.student_id
LEFT JOIN {district_student} m ON m.person_id = s.person_id AND m.merged_into_id = k.id
WHERE s.is_student IS TRUE AND k.id IN (
  SELECT x.merged_into_id FROM {district_student} x
  WHERE x.district_id = %(district)s AND x.merged_into_id IS NOT NULL
)
"""
_SAID_BY = """
SELECT o.user_id, s.user_id AS speaker
FROM {merged_subject} o LEFT JOIN {merged_subject} s ON s.kept_id = o.kept_id AND s.n = 1 WHERE o.n > 1
"""
LEFT_TWICE = """
DELETE FROM {stay} WHERE is_student IS TRUE AND user_id IN (
  SELECT user_id FROM {said_by} WHERE {stay}.source >= 8 OR speaker IS NULL
)
"""
SAID_OF_KEPT = """
UPDATE {stay} SET user_id = b.speaker FROM {said_by} b WHERE {stay}.user_id = b.user_id AND {stay}.is_student IS TRUE
"""

_SILENT = """
UPDATE {subject} SET is_student = FALSE, student_id = NULL WHERE user_id IN (SELECT user_id FROM {said_by})
"""
_SPEAKING = """
UPDATE {subject} SET person_id = m.kept_person FROM {merged_subject} m
WHERE {subject}.user_id = m.user_id AND m.n = 1 AND m.pointer_person IS NOT NULL
"""
# The ids by which the file knows the student now are those of the kept record; what it had before stays as a pointer.
_GIVEN_UP = """
SELECT kept_person, pointer_person FROM {merged_subject}
WHERE n = 1 AND pointer_person IS NOT NULL AND line IS NOT NULL
"""
IDS_GIVEN_UP = """
UNION ALL
SELECT p.id, k.sourced_id, p.given_name, p.middle_name, p.family_name, p.search_name, p.email
FROM {given_up} g JOIN {district_person} k ON k.id = g.kept_person JOIN {district_person} p ON p.id = g.pointer_person
"""
LOCAL_IDS_GIVEN_UP = """
UNION ALL
SELECT m.id, k.local_id, m.birth_date, m.race, m.sex, m.grade
FROM {subject} s JOIN {district_student} k ON k.id = s.student_id
JOIN {district_student} m ON m.merged_into_id = k.id AND m.local_id = s.local_id
WHERE s.is_student IS TRUE AND s.line IS NOT NULL AND s.deleted IS NOT TRUE AND s.local_id <> k.local_id
"""
# Of two program rows that begin on one day the first stays, with what either says.
_PROGRAMS = """
SELECT MIN(CASE WHEN n = 1 THEN line END) AS line, <flags>,
       CASE WHEN COUNT(ends_on) < COUNT(*) THEN NULL ELSE MAX(ends_on) END AS ends_on
FROM (
  SELECT p.*, b.speaker, ROW_NUMBER() OVER (PARTITION BY COALESCE(b.speaker, p.user_id), p.year, p.begins_on
    ORDER BY CASE WHEN b.speaker IS NULL THEN 0 ELSE 1 END, p.line) AS n
  FROM {program} p LEFT JOIN {said_by} b ON b.user_id = p.user_id
  WHERE b.user_id IS NOT NULL OR p.user_id IN (SELECT speaker FROM {said_by})
) ranked GROUP BY COALESCE(speaker, user_id), year, begins_on
"""
_FLAG = "MAX(CASE WHEN <flag> IS TRUE THEN 1 ELSE 0 END) = 1 AS <flag>"
_JOIN_PROGRAMS = "UPDATE {program} SET <assignments> FROM {joined_program} j WHERE {program}.line = j.line"
_OTHER_PROGRAMS = """
DELETE FROM {program} WHERE line NOT IN (SELECT line FROM {joined_program}) AND (
  user_id IN (SELECT user_id FROM {said_by}) OR user_id IN (SELECT speaker FROM {said_by})
)
"""
_PROGRAMS_OF_KEPT = """
UPDATE {program} SET user_id = b.speaker FROM {said_by} b WHERE {program}.user_id = b.user_id
"""
# Birth date, race and sex are those of the row that speaks; what it leaves open another row may say.
_KNOWN_DEMOGRAPHICS = """
SELECT b.speaker, MIN(a.line) AS line, MAX(a.birth_date) AS birth_date,
       COALESCE(MAX(CASE WHEN a.race <> 'UNREPORTED' THEN a.race END), 'UNREPORTED') AS race,
       COALESCE(MAX(CASE WHEN a.sex <> 'UNREPORTED' THEN a.sex END), 'UNREPORTED') AS sex
FROM {demographic} a JOIN {said_by} b ON b.user_id = a.sourced_id
WHERE a.deleted IS NOT TRUE GROUP BY b.speaker
"""
_FILL_DEMOGRAPHICS = """
UPDATE {demographic} SET birth_date = COALESCE({demographic}.birth_date, k.birth_date),
  race = CASE WHEN {demographic}.race = 'UNREPORTED' THEN k.race ELSE {demographic}.race END,
  sex = CASE WHEN {demographic}.sex = 'UNREPORTED' THEN k.sex ELSE {demographic}.sex END
FROM {known_demographic} k WHERE {demographic}.sourced_id = k.speaker AND {demographic}.deleted IS NOT TRUE
"""
_DEMOGRAPHICS_OF_KEPT = """
UPDATE {demographic} SET sourced_id = k.speaker, birth_date = k.birth_date, race = k.race, sex = k.sex
FROM {known_demographic} k WHERE {demographic}.line = k.line
  AND k.speaker NOT IN (SELECT sourced_id FROM {demographic} WHERE sourced_id IS NOT NULL)
"""
# Nobody is gone from a file whose row was only refused, under whichever of the ids.
_REFUSED = """
INSERT INTO {refused_user}
SELECT kp.sourced_id FROM {refused_user} f
JOIN {district_person} p ON p.district_id = %(district)s AND p.sourced_id = f.user_id AND NOT (p.sourced_id = '')
JOIN {district_student} m ON m.person_id = p.id
JOIN {district_student} k ON k.id = m.merged_into_id JOIN {district_person} kp ON kp.id = k.person_id
"""


def find_speakers(staging: Staging, district: int) -> None:
    """Fill `said_by`: user ids whose rows do not speak for their student, and the one that does (none: nobody)."""
    staging.make_as("merged_subject", _SUBJECTS, {"district": district})
    staging.make_as("said_by", _SAID_BY)
    staging.index("said_by", "user_id")


def follow_merges(staging: Staging, district: int) -> None:
    """Let one row speak for each merged student, and take what the others say as said of the same student.

    Call it when the stays are found, before anything is compared with the district's records.
    """
    staging.make_as("given_up", _GIVEN_UP)
    staging.run(_REFUSED, {"district": district})
    if not staging.number("SELECT COUNT(*) FROM {merged_subject}"):
        return
    staging.run(_SILENT)
    staging.run(_SPEAKING)
    flags = Enrollment.PROGRAMS
    staging.make_as("joined_program", fill(_PROGRAMS, flags=", ".join(fill(_FLAG, flag=flag) for flag in flags)))
    assignments = ", ".join(f"{name} = j.{name}" for name in (*flags, "ends_on"))
    staging.run(fill(_JOIN_PROGRAMS, assignments=assignments))
    staging.run(_OTHER_PROGRAMS)
    staging.run(_PROGRAMS_OF_KEPT)
    staging.make_as("known_demographic", _KNOWN_DEMOGRAPHICS)
    staging.run(_FILL_DEMOGRAPHICS)
    staging.run(_DEMOGRAPHICS_OF_KEPT)
