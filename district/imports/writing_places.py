"""Enrollments and staff assignments: what the package says of each person, school and year, and who is gone from it.

Nothing is ever deleted: people who are gone end on the earlier of the day of the import and the end of the year, and
stay in that year's cumulative count. People who come back are open again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _

from district.imports.changes import Comparison, Work, compare, write_changes
from district.imports.layout import BULK, DELTA
from district.imports.staging import fill
from district.imports.years import PlannedYear
from district.models import Enrollment, StaffAssignment
from district.spreadsheets import TableError

MOST_ENDED = 10
"""Percent of the open places that one bulk file may end without --allow-shrink."""


@dataclass(frozen=True)
class Kind:
    """Students and their enrollments, or staff and their assignments."""

    record: str
    model: type[models.Model]

    @property
    def is_student(self) -> bool:
        """Whether these are students."""
        return self.record == "student"

    def sql(self, template: str, **parts: str) -> str:
        """Return SQL for this kind: `<record>`, `<table>` of the places, `<match>` of what the package says."""
        return fill(
            template,
            record=self.record,
            table="{" + self.model._meta.db_table + "}",
            match="{match_" + self.record + "}",
            ended="{ended_" + self.record + "}",
            is_student="TRUE" if self.is_student else "FALSE",
            **parts,
        )


STUDENTS, STAFF = Kind("student", Enrollment), Kind("staff", StaffAssignment)
KINDS = (STUDENTS, STAFF)

# `id` is the place that exists already, or NULL; `source` from 8 on says that the person is no longer there.
_MATCH = """
SELECT p.user_id, p.school, p.source, p.begins_on, p.ends_on, p.year,
       y.last_day, y.ends_on AS year_ends_on, y.is_primary, s.grade, s.line, e.id
FROM {place} p
JOIN {subject} s ON s.user_id = p.user_id AND s.is_<record> IS TRUE AND s.deleted IS NOT TRUE
JOIN {school} c ON c.sourced_id = p.school
JOIN {year} y ON y.year = p.year
LEFT JOIN <table> e
  ON e.<record>_id = s.<record>_id AND e.school_year_id = y.school_year_id AND e.school_id = c.school_id
WHERE p.is_student IS <is_student>
"""
_END = "CASE WHEN e.begins_on > y.last_day THEN e.begins_on ELSE y.last_day END"
_IS_OPEN = f"(e.ends_on IS NULL OR e.ends_on > {_END})"
_NOT_NAMED = "NOT EXISTS (SELECT 1 FROM <match> m WHERE m.id = e.id AND m.source < 8)"
_OPEN = f"SELECT COUNT(*) FROM <table> e JOIN {{year}} y ON y.school_year_id = e.school_year_id WHERE y.year IN (<years>) AND {_IS_OPEN}"  # noqa: E501, S608
# People of a refused row are not gone: they are in the file.
_GONE = f"""
SELECT e.id, {_END} AS ends_on FROM <table> e JOIN {{year}} y ON y.school_year_id = e.school_year_id
WHERE y.year IN (<years>) AND {_IS_OPEN} AND {_NOT_NAMED}
  AND e.<record>_id NOT IN (
    SELECT r.id FROM {{refused_user}} f JOIN {{district_person}} p
      ON p.district_id = %(district)s AND p.sourced_id = f.user_id AND NOT (p.sourced_id = '')
    JOIN {{district_<record>}} r ON r.person_id = p.id
  )
"""  # noqa: S608
# A delta ends the people it deletes, and (1.1) those places of a user that the user's list no longer names.
_LEFT = f"""
SELECT id, MIN(ends_on) AS ends_on FROM (
SELECT e.id, {_END} AS ends_on FROM <table> e JOIN {{year}} y ON y.school_year_id = e.school_year_id
JOIN {{subject}} s ON s.<record>_id = e.<record>_id
WHERE (y.in_file IS TRUE OR y.is_primary IS TRUE) AND {_IS_OPEN} AND (s.deleted IS TRUE OR <moved>) AND {_NOT_NAMED}
UNION
SELECT e.id, COALESCE(m.ends_on, {_END}) FROM <match> m JOIN <table> e ON e.id = m.id
JOIN {{year}} y ON y.school_year_id = e.school_year_id
WHERE m.source >= 8 AND {_IS_OPEN} AND NOT EXISTS (
  SELECT 1 FROM {{subject}} s WHERE s.<record>_id = e.<record>_id AND s.deleted IS TRUE
)) gone GROUP BY id
"""  # noqa: S608
_NOBODY = "SELECT CAST(NULL AS bigint) AS id, CAST(NULL AS date) AS ends_on WHERE 1 = 0"
# By source of the place, in a delta: a list of schools has no dates and only opens again what was ended; the dates of a
# class are those of one of several classes, so they never put off the begin.
_BEGINS = """
CASE WHEN m.id IS NULL THEN e.begins_on
     WHEN m.source = 3 AND <users_delta> THEN e.begins_on
     WHEN m.source = 1 AND <enrollments_delta> AND m.begins_on IS NOT NULL
          AND (e.begins_on IS NULL OR e.begins_on < m.begins_on) THEN e.begins_on
     ELSE m.begins_on END
"""
_ENDS = """
CASE WHEN x.id IS NOT NULL THEN x.ends_on
     WHEN m.id IS NULL THEN e.ends_on
     WHEN m.source = 3 AND <users_delta> AND NOT COALESCE(e.ends_on <= m.last_day AND e.ends_on < m.year_ends_on, FALSE)
          THEN e.ends_on
     ELSE m.ends_on END
"""
_TOUCHED = "SELECT id FROM <match> WHERE id IS NOT NULL AND source < 8 UNION SELECT id FROM <ended>"
_WANTED = """
SELECT e.id, <begins> AS begins_on, <ends> AS ends_on <more>
FROM (<touched>) t JOIN <table> e ON e.id = t.id
LEFT JOIN <match> m ON m.id = e.id AND m.source < 8
LEFT JOIN <ended> x ON x.id = e.id <joins>
"""
# Race and sex are one value for the student and year: they go to every enrollment of the years of the file.
_DEMOGRAPHICS = """
UNION SELECT e.id FROM {demographic} d JOIN {subject} s ON s.user_id = d.sourced_id
JOIN {district_enrollment} e ON e.student_id = s.student_id
JOIN {year} y ON y.school_year_id = e.school_year_id WHERE <in_scope>
"""
_STUDENT_COLUMNS = """,
COALESCE(d.race, e.race) AS race, COALESCE(d.sex, e.sex) AS sex,
CASE WHEN m.is_primary IS TRUE AND m.line IS NOT NULL THEN m.grade ELSE e.grade END AS grade
"""
_STUDENT_JOINS = """
LEFT JOIN {year} y ON y.school_year_id = e.school_year_id
LEFT JOIN {subject} s ON s.student_id = e.student_id
LEFT JOIN {demographic} d ON d.sourced_id = s.user_id AND <in_scope>
"""
# Of a year that the file does not hold, an enrollment made now shares race and sex with the student's others.
# The sign keeps SQLite from the index of the year, under which all its enrollments stand.
_SAME_YEAR = "{district_enrollment} o WHERE o.student_id = s.student_id AND +o.school_year_id = y.school_year_id"
_NEW_ENROLLMENTS = """
INSERT INTO {district_enrollment}
  (uid, student_id, school_id, school_year_id, begins_on, ends_on, race, sex, grade, is_on_count_day, is_last_in_year,
   is_standing_on_count_day, batch_id)
SELECT {new_uid}, s.student_id, c.school_id, y.school_year_id, m.begins_on, m.ends_on,
       COALESCE((SELECT MIN(o.race) FROM <same_year>), r.race),
       COALESCE((SELECT MIN(o.sex) FROM <same_year>), r.sex), m.grade, FALSE, FALSE, FALSE, %(batch)s
FROM <new> JOIN {district_student} r ON r.id = s.student_id
ORDER BY y.school_year_id, c.school_id, s.student_id
"""
_NEW_ASSIGNMENTS = """
INSERT INTO {district_staffassignment} (uid, staff_id, school_id, school_year_id, begins_on, ends_on, batch_id)
SELECT {new_uid}, s.staff_id, c.school_id, y.school_year_id, m.begins_on, m.ends_on, %(batch)s
FROM <new> ORDER BY y.school_year_id, c.school_id, s.staff_id
"""
_NEW = """
(SELECT * FROM <match> WHERE id IS NULL AND source < 8) m
JOIN {subject} s ON s.user_id = m.user_id AND s.<record>_id IS NOT NULL
JOIN {school} c ON c.sourced_id = m.school JOIN {year} y ON y.year = m.year
"""
_HELD_YEARS = "SELECT DISTINCT year FROM {place} WHERE is_student IS <is_student> AND source < 8"


def prepare_places(work: Work, years: Sequence[PlannedYear], today: date, *, allow_shrink: bool) -> int:
    """Find the enrollments and assignments that the package changes or ends; return how many it ends.

    Raises TableError `too_many_ended` for a file that lacks too many people.
    """
    ended = 0
    for kind in KINDS:
        work.staging.make_as(f"match_{kind.record}", kind.sql(_MATCH))
        work.staging.index(f"match_{kind.record}", "id")
        work.staging.index(f"match_{kind.record}", "user_id")
        ended += _find_ended(work, kind, years, today, allow_shrink=allow_shrink)
        compare(work, _comparison(work, kind, years))
    return ended


def write_places(work: Work, years: Sequence[PlannedYear]) -> None:
    """Update the enrollments and assignments that differ and make the new ones."""
    for kind, statement in ((STUDENTS, fill(_NEW_ENROLLMENTS, same_year=_SAME_YEAR)), (STAFF, _NEW_ASSIGNMENTS)):
        write_changes(work, _comparison(work, kind, years))
        work.staging.run(kind.sql(fill(statement, new=_NEW)), work.parameters)


def _find_ended(work: Work, kind: Kind, years: Sequence[PlannedYear], today: date, *, allow_shrink: bool) -> int:
    staging, name = work.staging, f"ended_{kind.record}"
    replaced = [] if work.package.is_delta else _replaced_years(work, kind, years, today)
    listed = ", ".join(map(str, replaced))
    query = _NOBODY
    if work.package.is_delta:
        has_lists = work.package.version == "1.1" and work.package.modes.get("users") == DELTA
        moved = "(s.line IS NOT NULL AND y.is_primary IS TRUE)" if has_lists else "FALSE"
        query = kind.sql(_LEFT, moved=moved)
    elif replaced:
        query = kind.sql(_GONE, years=listed)
    count = staging.make_as(name, query, {"district": work.district.pk})
    staging.index(name, "id")
    if replaced and count and not allow_shrink:
        was_open = staging.number(kind.sql(_OPEN, years=listed))
        if count * 100 > was_open * MOST_ENDED:
            raise TableError("too_many_ended", _shrunk(kind, count, was_open, replaced), "users.csv")
    return count


def _replaced_years(work: Work, kind: Kind, years: Sequence[PlannedYear], today: date) -> list[int]:
    """The years that a bulk file replaces for this kind of people: those in which it enrolls any.

    With OneRoster 1.1 that is the primary year only: of others the file may hold some enrollments, never all. A year
    that is over is left alone when the file holds a later one: it has ended by itself.
    """
    if work.package.modes.get("users") != BULK:
        return []
    held = {year for (year,) in work.staging.rows(kind.sql(_HELD_YEARS))}
    has_sessions = any(year.in_file for year in years)
    candidates = [
        year
        for year in years
        if year.year in held and (year.in_file if has_sessions and work.package.version == "1.2" else year.is_primary)
    ]
    latest = max((year.year for year in candidates), default=0)
    return [year.year for year in candidates if year.year == latest or year.ends_on >= today]


def _shrunk(kind: Kind, count: int, was_open: int, years: list[int]) -> str:
    values = {
        "count": count,
        "open": was_open,
        "years": ", ".join(map(str, sorted(years))),
        "percent": MOST_ENDED,
    }
    if kind.is_student:
        words = _("The file would end %(count)d of %(open)d open enrollments of %(years)s, more than %(percent)d %%.")
    else:
        words = _("The file would end %(count)d of %(open)d staff assignments of %(years)s, more than %(percent)d %%.")
    return f"{words % values} " + _("Is it complete? --allow-shrink imports it all the same.")


def _comparison(work: Work, kind: Kind, years: Sequence[PlannedYear]) -> Comparison:
    fields = ["begins_on", "ends_on"]
    parts = {"touched": _TOUCHED, "more": "", "joins": ""}
    if kind.is_student:
        in_scope = "y.in_file IS TRUE" if any(year.in_file for year in years) else "y.is_primary IS TRUE"
        fields += ["race", "sex", "grade"]
        parts = {
            "touched": _TOUCHED + fill(_DEMOGRAPHICS, in_scope=in_scope),
            "more": _STUDENT_COLUMNS,
            "joins": fill(_STUDENT_JOINS, in_scope=in_scope),
        }
    deltas = {
        f"{name}_delta": "TRUE" if work.package.modes.get(name) == DELTA else "FALSE"
        for name in ("users", "enrollments")
    }
    wanted = kind.sql(fill(_WANTED, begins=_BEGINS, ends=_ENDS, **parts), **deltas)
    student = "t.student_id" if kind.is_student else "NULL"
    return Comparison(kind.model, fields, wanted, school="t.school_id", student=student)
