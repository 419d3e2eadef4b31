"""Removing what is left of deleted rows from the database's own files.

A deleted row is out of every query at once; its bytes are not out of the file. SQLite overwrites them (`secure_delete`)
but keeps earlier pages in the write-ahead log until that is emptied; PostgreSQL keeps them until the table is written
anew. Copies outside the database (backups, archived log segments, replicas) go in their own time.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from typing import Any

from django.db import OperationalError, connection, models

logger = logging.getLogger(__name__)
TRIES, PAUSE = 5, 2
"""How often a table is written anew while PostgreSQL keeps deleted rows, and seconds between; later runs go on."""


def erase(tables: Sequence[type[models.Model]]) -> bool:
    """Write the tables anew without what was deleted, and empty SQLite's write-ahead log. Says whether it was done.

    Not inside a transaction, not by a role of PostgreSQL that does not own the tables, and not while others hold them
    for longer than the database waits.
    """
    if connection.in_atomic_block:
        return False
    names = [model._meta.db_table for model in tables]
    try:
        return _sqlite() if connection.vendor == "sqlite" else _postgres(names)
    except OperationalError as error:
        logger.warning("Deleted rows could not be removed from the files now: %s", type(error).__name__)
        return False


def _sqlite() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, _pages, _moved = cursor.fetchone()
    return not is_busy


def _postgres(names: Sequence[str]) -> bool:
    """Write each table anew, and again while PostgreSQL keeps deleted rows for a snapshot that somebody still holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_has_role(current_user, relowner, 'MEMBER')) FROM pg_class WHERE relname = ANY(%s) "
            "AND relkind = 'r' AND relnamespace = current_schema()::regnamespace",
            [list(names)],
        )
        if not cursor.fetchone()[0]:
            return False
    waiting = list(names)
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE)
        waiting = [name for name in waiting if not _written_anew(name)]
        if not waiting:
            return True
    return False


def _written_anew(name: str) -> bool:
    """Write a table anew, and say whether no deleted row was kept: PostgreSQL tells how many cannot be removed yet."""
    kept: list[int] = []

    def note(notice: Any) -> None:
        if found := re.match(r"\d+", notice.message_detail or ""):
            kept.append(int(found.group()))

    connection.ensure_connection()
    wire: Any = connection.connection
    wire.add_notice_handler(note)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '30s'")
            cursor.execute(f"VACUUM (FULL, ANALYZE, VERBOSE) {connection.ops.quote_name(name)}")
    finally:
        wire.remove_notice_handler(note)
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    return bool(kept) and not any(kept)
