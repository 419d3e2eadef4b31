"""What the two databases say in their own words: comparison where null equals null, and a write that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

PATIENCE = "50ms"
"""How long a brief write waits for another's row on PostgreSQL; on SQLite it does not wait at all."""


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
