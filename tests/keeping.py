"""Keeps the rows that a fixture made, so that the next test gets the same ones without making them again.

Making the small world takes hundreds of verbs with their checks and audit events; writing its rows back takes a
statement a table. Rows are kept as the database itself writes them down, so nothing is converted on the way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, transaction


class Kept:
    """What one function made in an empty database: its rows, and what it returned."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self.build = build
        self.day: date | None = None
        self.begun_with: list[Any] = []
        self.rows: dict[str, Any] = {}
        self.made: Any = None

    def give(self) -> Any:
        """Return what `build` returns, with its rows in the database.

        It is built anew on another day (of a frozen clock too) and where the database holds what it did not hold then.
        """
        tables = connection.introspection.django_table_names(only_existing=False)
        holds = _latest(tables)
        if self.day == date.today() and holds == self.begun_with:
            with transaction.atomic():
                for table, rows in self.rows.items():
                    _write(table, rows)
            return copy.deepcopy(self.made)
        made = self.build()
        if self.day is None:
            self.day, self.begun_with = date.today(), holds
            grown = [
                table
                for table, before, after in zip(tables, holds, _latest(tables), strict=True)
                if before is None and after is not None
            ]
            self.rows = {table: _read(table) for table in grown}
            self.made = copy.deepcopy(made)
        return made


def _latest(tables: list[str]) -> list[Any]:
    """Something that tells what each table holds: None for an empty one."""
    ends = ", ".join(f"(SELECT count(*) FROM {connection.ops.quote_name(table)})" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ends}")
        return [count or None for count in cursor.fetchone()]


def _read(table: str) -> Any:
    name = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {name} TO STDOUT") as lines:
            return b"".join(bytes(line) for line in lines)
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        literals = " || ',' || ".join(f"quote({connection.ops.quote_name(column)})" for column in columns)
        cursor.execute(f"SELECT {literals} FROM {name}")  # noqa: S608
        return ", ".join(f"({row})" for (row,) in cursor.fetchall())


def _write(table: str, rows: Any) -> None:
    name = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as lines:
            lines.write(rows)
        return
    with connection.cursor() as cursor:
        cursor.cursor.execute(f"INSERT INTO {name} VALUES {rows}")  # noqa: S608
