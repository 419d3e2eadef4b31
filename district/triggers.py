"""Tables to which rows are only ever added, by triggers, on either database.

Whoever owns the tables could drop the triggers: on PostgreSQL the application therefore runs under a role that owns
nothing (docs/administration.md), and a check says so when a trigger is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from district.models import AuditEvent

REFUSAL = "The audit trail is append-only."
TABLES = (AuditEvent._meta.db_table,)
FUNCTION = "district_refuse_change"

# Only built-ins, because the connection sets trusted_schema=OFF. REPLACE deletes without firing a delete trigger
# unless the connection also sets recursive_triggers=ON, which the settings do.
SQLITE = {
    "no_update": "CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    "no_delete": "CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
}
POSTGRESQL = {
    "no_change": "CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
    "no_truncate": "CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
}
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def install_append_only(connection: BaseDatabaseWrapper, table: str) -> None:
    """Refuse every UPDATE, DELETE, REPLACE and TRUNCATE of `table` from now on; harmless when already installed.

    Every migration that alters such a table calls this last: SQLite remakes a table to alter it and silently drops
    its triggers. A refused statement raises django.db.IntegrityError on both databases.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for name, statement in _statements(connection, table).items():
            cursor.execute(_drop(connection, name, table))
            cursor.execute(statement)


def uninstall_append_only(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers of `table` away: for a migration backwards and for the flush between tests, nothing else."""
    with connection.cursor() as cursor:
        for name in _statements(connection, table):
            cursor.execute(_drop(connection, name, table))


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should be there and are not (or are switched off), sorted."""
    expected = {name for table in TABLES for name in _statements(connection, table)}
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(expected - {name for (name,) in cursor.fetchall()})


def is_migrated(connection: BaseDatabaseWrapper) -> bool:
    """Say whether every migration is applied; before that, a missing trigger is no fault."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@contextmanager
def removed(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Do without the triggers for the flush after a transactional test, and put them back."""
    for table in TABLES:
        uninstall_append_only(connection, table)
    try:
        yield
    finally:
        for table in TABLES:
            install_append_only(connection, table)


def _statements(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    templates = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    return {
        f"{table}_{suffix}": template.format(
            name=f"{table}_{suffix}", table=connection.ops.quote_name(table), refusal=REFUSAL, function=FUNCTION
        )
        for suffix, template in templates.items()
    }


def _drop(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    if connection.vendor == "postgresql":
        return f"DROP TRIGGER IF EXISTS {name} ON {connection.ops.quote_name(table)}"
    return f"DROP TRIGGER IF EXISTS {name}"
