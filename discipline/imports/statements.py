"""The SQL that takes staged records over: the same statements on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from discipline.models import Incident, Involvement, Referral, ReferralStatus, Removal
from district.models import Student
from district.sql import unequal

INCIDENT = Incident._meta.db_table
INVOLVEMENT = Involvement._meta.db_table
BEHAVIOR = Involvement._meta.get_field("behavior").related_model._meta.db_table
REFERRAL = Referral._meta.db_table
REFERRAL_STATUS = ReferralStatus._meta.db_table
REMOVAL = Removal._meta.db_table
STUDENT = Student._meta.db_table
LINK = Removal.involvements.through._meta.db_table


def run(sql: str, params: Sequence[Any] = ()) -> None:
    """Execute one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def within(values: Collection[Any]) -> tuple[str, list[Any]]:
    """Return the condition that a column is one of `values`, and its parameters."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [list(values)]
    return f"IN ({', '.join(['%s'] * len(values))})", list(values)


def in_chunks(sql: str, size: int = 500) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a query on a staging table by chunks. It must select its `id` first and end in a condition."""
    last = 0
    while rows := fetch(f"{sql} AND s.id > %s ORDER BY s.id LIMIT %s", [last, size]):
        yield rows
        last = rows[-1][0]


def moment(at: datetime) -> Any:
    """Return a point in time as the database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(at)


def differs(columns: Sequence[str]) -> str:
    """Return the condition that record `m` and staged record `s` differ in one of `columns`; null equals null."""
    return "(" + " OR ".join(unequal(f"m.{column}", f"s.{column}") for column in columns) + ")"


FIND = {
    # By code: a behavior that was defined anew for another span of time is the same behavior.
    "staged_involvement": f"""
        SELECT COALESCE(
            (SELECT m.id FROM {INVOLVEMENT} m
             WHERE m.incident_id = i.pk AND m.student_id = s.student_id
             AND m.role = s.role AND m.behavior_id = s.behavior_id),
            (SELECT MIN(m.id) FROM {INVOLVEMENT} m LEFT JOIN {BEHAVIOR} b ON b.id = m.behavior_id
             WHERE m.incident_id = i.pk AND m.student_id = s.student_id
             AND m.role = s.role AND COALESCE(b.code, '') = s.code))
    """,  # noqa: S608
    "staged_referral": f"""
        SELECT m.id FROM {REFERRAL} m WHERE m.incident_id = i.pk AND m.student_id = s.student_id
    """,  # noqa: S608
    # The literal '' lets SQLite use the partial indexes.
    "staged_removal": f"""
        SELECT CASE WHEN s.identifier <> '' THEN
            (SELECT m.id FROM {REMOVAL} m WHERE m.school_year_id = s.school_year_id
             AND m.identifier = s.identifier AND NOT (m.identifier = ''))
        ELSE
            (SELECT m.id FROM {REMOVAL} m WHERE m.incident_id = i.pk AND m.student_id = s.student_id
             AND m.kind = s.kind AND m.begins_on = s.begins_on AND m.identifier = '')
        END
    """,  # noqa: S608
}
"""Staging table → the key of the record `m` that a staged record `s` of the incident `i` is, or null."""


def find_incidents(*, created: bool = False) -> None:
    """Give staged incidents that exist the key of the record with their number, and of the one it was merged into.

    `created`: they were just inserted.
    """
    run(f"""
        UPDATE staged_incident AS s SET own_pk = m.id, pk = COALESCE(m.merged_into_id, m.id)
        {", created = TRUE" if created else ""}
        FROM {INCIDENT} m WHERE s.pk IS NULL AND m.school_year_id = s.school_year_id AND m.identifier = s.identifier
    """)  # noqa: S608


def find(staged: str) -> None:
    """Give staged parts that exist on record the key of their record and of its incident.

    Of an incident that was merged into another, this finds what stayed behind as a double; see `merged_incidents`.
    """
    found = FIND[staged].replace("i.pk", "i.own_pk")
    run(f"""
        UPDATE {staged} AS s SET incident_id = i.own_pk, pk = ({found})
        FROM staged_incident i WHERE i.id = s.incident AND ({found}) IS NOT NULL
    """)  # noqa: S608


def adopt_new(staged: str, condition: str = "") -> None:
    """Give staged parts that were just inserted the key of their record, and mark them as created."""
    run(f"""
        UPDATE {staged} AS s SET created = TRUE, incident_id = i.pk, pk = ({FIND[staged]})
        FROM staged_incident i WHERE i.id = s.incident AND s.pk IS NULL {condition}
    """)  # noqa: S608


def has_stolen_numbers(staged: str) -> bool:
    """Say whether a removal number has become another student's, or of another kind, since the rows were checked."""
    sql = f"""
        SELECT 1 FROM {staged} s JOIN {REMOVAL} m ON m.id = s.pk JOIN {STUDENT} t ON t.id = m.student_id
        WHERE COALESCE(t.merged_into_id, t.id) <> s.student_id OR m.kind <> s.kind LIMIT 1
    """  # noqa: S608
    return bool(fetch(sql))


def names_merged_students(staged: str) -> bool:
    """Say whether the record of a student has been merged into another since the rows were checked."""
    sql = f"""
        SELECT 1 FROM {staged} s JOIN {STUDENT} t ON t.id = s.student_id WHERE t.merged_into_id IS NOT NULL LIMIT 1
    """  # noqa: S608
    return bool(fetch(sql))


def find_links(staged: str) -> None:
    """Find which involvements a removal answers already; the others are to be made."""
    run(f"""
        UPDATE {staged} AS s SET removal_id = r.pk, involvement_id = v.pk, created = NOT EXISTS (
            SELECT 1 FROM {LINK} m WHERE m.removal_id = r.pk AND m.involvement_id = v.pk)
        FROM staged_removal r, staged_involvement v WHERE r.id = s.removal AND v.id = s.involvement
    """)  # noqa: S608


def mark_changed_incidents(columns: Sequence[str]) -> None:
    """Mark staged incidents that differ from their record. One that was merged into another changes neither."""
    run(f"""
        UPDATE staged_incident AS s SET changed = TRUE WHERE s.pk = s.own_pk
        AND EXISTS (SELECT 1 FROM {INCIDENT} m WHERE m.id = s.pk AND {differs(columns)})
    """)  # noqa: S608


def mark_changed(staged: str, table: str, columns: Sequence[str], condition: str = "") -> None:
    """Mark staged parts that differ from their record; a voided record, or one being voided, is left as it is."""
    run(f"""
        UPDATE {staged} AS s SET changed = TRUE WHERE s.pk IS NOT NULL AND s.terms <> '' AND s.void_line IS NULL
        AND EXISTS (SELECT 1 FROM {table} m WHERE m.id = s.pk AND m.voided_at IS NULL AND {differs(columns)})
        {condition}
    """)  # noqa: S608


def update_changed(staged: str, table: str, columns: Sequence[str], now: datetime) -> None:
    """Write the marked changes."""
    assignments = ", ".join(f"{column} = s.{column}" for column in columns)
    run(
        f"""
        UPDATE {table} SET {assignments}, updated_at = %s FROM {staged} s
        WHERE s.pk = {table}.id AND s.changed
        """,  # noqa: S608
        [moment(now)],
    )


def insert_new(
    staged: str, table: str, columns: Sequence[str], constants: dict[str, Any], now: datetime, condition: str = ""
) -> None:
    """Insert the staged records that were not found.

    `columns` are taken from the staged record `s`, or from its incident `i` (written `name=i.name`); `constants` are
    the same for all.
    """
    pairs = [(name, expression or f"s.{name}") for name, _, expression in (c.partition("=") for c in columns)]
    constants = {**constants, "created_at": moment(now), "updated_at": moment(now)}
    names = ", ".join([name for name, _ in pairs] + list(constants))
    values = ", ".join([expression for _, expression in pairs] + ["%s"] * len(constants))
    joined = "" if staged == "staged_incident" else "JOIN staged_incident i ON i.id = s.incident"
    run(
        f"""
        INSERT INTO {table} ({names}) SELECT {values} FROM {staged} s {joined}
        WHERE s.pk IS NULL {condition} ORDER BY s.id
        """,  # noqa: S608
        list(constants.values()),
    )


def insert_links(staged: str) -> None:
    """Link removals to the involvements that they answer."""
    run(f"""
        INSERT INTO {LINK} (removal_id, involvement_id)
        SELECT s.removal_id, s.involvement_id FROM {staged} s WHERE s.created
        GROUP BY s.removal_id, s.involvement_id ORDER BY MIN(s.id)
    """)  # noqa: S608


def mark_voiding(staged: str, table: str) -> None:
    """Mark staged records that a row voids and that stand."""
    run(f"""
        UPDATE {staged} AS s SET voiding = TRUE WHERE s.void_line IS NOT NULL
        AND EXISTS (SELECT 1 FROM {table} m WHERE m.id = s.pk AND m.voided_at IS NULL)
    """)  # noqa: S608


def write_voiding(staged: str, table: str, values: dict[str, Any]) -> None:
    """Void the marked records."""
    assignments = ", ".join(f"{column} = %s" for column in values)
    run(
        f"UPDATE {table} SET {assignments} WHERE id IN (SELECT s.pk FROM {staged} s WHERE s.voiding)",  # noqa: S608
        list(values.values()),
    )


def count_fates() -> dict[int, int]:
    """Count rows of the file: 2 → rows that made a record, 1 → rows that changed one and made none."""
    created = ("staged_incident", "staged_involvement", "staged_referral", "staged_removal")
    changed = ("staged_incident", "staged_involvement", "staged_removal")
    voided = ("staged_involvement", "staged_removal")
    parts = [f"SELECT line, 2 AS fate FROM {name} WHERE created" for name in created]  # noqa: S608
    parts += [f"SELECT line, 1 AS fate FROM {name} WHERE changed" for name in changed]  # noqa: S608
    parts += [f"SELECT void_line, 1 AS fate FROM {name} WHERE voiding" for name in voided]  # noqa: S608
    parts += ["SELECT line, 1 AS fate FROM staged_link WHERE created"]
    sql = f"""
        SELECT fate, COUNT(*) FROM (
            SELECT line, MAX(fate) AS fate FROM ({" UNION ALL ".join(parts)}) AS part GROUP BY line
        ) AS line_fate GROUP BY fate
    """  # noqa: S608
    return dict(fetch(sql))
