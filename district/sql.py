"""What the two databases say in their own words: nulls that are equal, a write that does not wait, and their errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection, transaction

PATIENCE = "50ms"
"""How long a brief write waits for another's row on PostgreSQL; on SQLite it does not wait at all."""

OURS = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE}
"""What SQLite answers to a statement that is wrong, under the same name as trouble with the file or its lock."""
TROUBLE = ("08", "40", "53", "57", "58", "55P03")
"""Beginnings of PostgreSQL's SQLSTATE: connection, deadlock, out of resources, cancelled, system, lock not available.

Source: PostgreSQL 15, appendix A. The other states that drivers also call operational are faults of a statement.
"""


def is_unavailable(error: BaseException | None) -> bool:
    """Say whether `error` means that the database does not answer now and may later; else a statement is wrong."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    driver = error.__cause__
    code = getattr(driver, "sqlite_errorcode", None)
    if code is not None:
        return (code & 0xFF) not in OURS  # the rest of the code says where it happened
    state = getattr(driver, "sqlstate", None)
    return state is None or state.startswith(TROUBLE)


def unequal(left: str, right: str) -> str:
    """Return the condition that two expressions differ; two nulls do not."""
    return f"{left} {'IS DISTINCT FROM' if connection.vendor == 'postgresql' else 'IS NOT'} {right}"


def equal(left: str, right: str) -> str:
    """Return the condition that two expressions are the same; two nulls are."""
    return f"{left} {'IS NOT DISTINCT FROM' if connection.vendor == 'postgresql' else 'IS'} {right}"


@contextmanager
def brief_write() -> Iterator[None]:
    """A transaction that a reader makes by the way: rather than wait for somebody else's write, it gives up.

    Raises OperationalError when another transaction holds what it needs.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                cursor.execute("SELECT current_setting('lock_timeout')")
                (before,) = cursor.fetchone()
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
                yield
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
            return
        cursor.execute("PRAGMA busy_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
