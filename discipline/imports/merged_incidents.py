"""Rows of an incident that was merged into another: they find what moved there, and what stayed behind as a double.

What is new goes to the kept incident. The kept incident may be in the same file under its own number: where both name
the same part, that number has the word. Nothing here runs while no row names a merged incident.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from . import statements as sql

_IS_MERGED = "i.own_pk <> i.pk"
_SAME = {
    "staged_involvement": "t.student_id = s.student_id AND t.role = s.role AND t.code = s.code",
    "staged_referral": "t.student_id = s.student_id",
    "staged_removal": """
        t.student_id = s.student_id AND t.kind = s.kind AND t.begins_on = s.begins_on AND t.identifier = s.identifier
    """,
}
"""Staging table → when two staged records `s` and `t` of one incident are the same."""


def are_named() -> bool:
    """Say whether a row of the file names an incident that was merged into another."""
    return bool(sql.fetch("SELECT 1 FROM staged_incident i WHERE i.own_pk <> i.pk LIMIT 1"))


def find_in_kept(staged: str) -> None:
    """Find parts of merged incidents among those of the kept one, where they are no doubles."""
    sql.run(f"CREATE INDEX IF NOT EXISTS {staged}_pk ON {staged} (pk)")
    found = sql.FIND[staged]
    sql.run(f"""
        UPDATE {staged} AS s SET incident_id = i.pk, pk = ({found})
        FROM staged_incident i WHERE i.id = s.incident AND s.pk IS NULL AND {_IS_MERGED} AND ({found}) IS NOT NULL
    """)  # noqa: S608


def own_words(staged: str) -> str:
    """Return the condition that no other row states the record of `s` with more right: under the kept incident's own
    number, or earlier under that of another merged one.
    """
    return f"""
        AND NOT EXISTS (
            SELECT 1 FROM staged_incident i JOIN {staged} t ON t.pk = s.pk AND t.id <> s.id
            JOIN staged_incident j ON j.id = t.incident
            WHERE i.id = s.incident AND {_IS_MERGED} AND (j.own_pk = j.pk OR t.id < s.id))
    """  # noqa: S608


def insert_new(staged: str, table: str, columns: Sequence[str], constants: dict[str, Any], now: datetime) -> None:
    """Insert what was not found: first under the incidents' own numbers, then what only a merged number names."""
    sql.insert_new(staged, table, columns, constants, now, "AND i.own_pk = i.pk")
    sql.adopt_new(staged, "AND i.own_pk = i.pk")
    find_in_kept(staged)
    first = f"""
        AND NOT EXISTS (
            SELECT 1 FROM {staged} t JOIN staged_incident j ON j.id = t.incident
            WHERE t.pk IS NULL AND t.id < s.id AND j.pk = i.pk AND {_SAME[staged]})
    """  # noqa: S608
    sql.insert_new(staged, table, columns, constants, now, first)
    sql.adopt_new(staged, f"AND EXISTS (SELECT 1 FROM {table} n WHERE n.uid = s.uid)")  # noqa: S608
    find_in_kept(staged)
