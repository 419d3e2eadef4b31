"""Temporary tables that hold the accepted rows of a file until they are written, in flat memory and without a lock.

Only the connection that made them sees them, they are no part of the database proper, and they vanish with it. Values
go in as text in the form of either database (ISO dates, decimal strings, UUIDs as hexadecimal digits).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db import connection, models

from .statements import fetch, within

_ID = models.BigIntegerField()
_TEXT = models.TextField()
_DATE = models.DateField()
_TIME = models.TimeField()
_BOOLEAN = models.BooleanField()
_UUID = models.UUIDField()
_DAYS = models.DecimalField(max_digits=6, decimal_places=2)

Columns = dict[str, models.Field]


@dataclass(slots=True)
class Staged:
    """One staged record: what later rows of the file are compared with, and the values still to be stored.

    `terms` is what the rows state, JSON of field → text; "" when only a voiding row has named it.
    """

    id: int
    new: bool
    terms: str = ""
    void_line: int | None = None
    student_id: int = 0
    kind: str = ""
    school_id: int = 0
    values: dict[str, Any] = field(default_factory=dict)


class StagingTable:
    """One temporary table, keyed by the text that makes its record the same record in the file."""

    def __init__(self, name: str, columns: Columns, remembered: Sequence[str] = ()) -> None:
        self.name = name
        self.columns: Columns = {"id": _ID, "key": _TEXT, "line": _ID, "pk": _ID, "created": _BOOLEAN, **columns}
        self._remembered = ("key", "id", *remembered)
        self._numbers = count(1)
        self._known: dict[str, Staged] = {}

    def create(self) -> None:
        """Make the table anew and empty."""
        self.drop()
        columns = ", ".join(f"{name} {column.db_type(connection)}" for name, column in self.columns.items())
        with connection.cursor() as cursor:
            # Room on each page, so that a key found later is written beside its row and no index is touched.
            room = "WITH (fillfactor = 60)" if connection.vendor == "postgresql" else ""
            cursor.execute(f"CREATE TEMPORARY TABLE {self.name} ({columns}, PRIMARY KEY (id)) {room}")
            cursor.execute(f"CREATE UNIQUE INDEX {self.name}_key ON {self.name} (key)")

    def drop(self) -> None:
        """Remove the table and forget what it held."""
        self._numbers, self._known = count(1), {}
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.name}")

    def recall(self, keys: Iterable[str]) -> None:
        """Load what earlier chunks staged under `keys`, so that `get` finds it."""
        wanted = list(dict.fromkeys(keys))
        self._known = {}
        if not wanted:
            return
        condition, values = within(wanted)
        columns = ", ".join(self._remembered)
        for key, number, *rest in fetch(f"SELECT {columns} FROM {self.name} WHERE key {condition}", values):  # noqa: S608
            self._known[key] = Staged(number, False, **dict(zip(self._remembered[2:], rest, strict=True)))

    def get(self, key: str) -> Staged | None:
        """Return the record staged under `key` in this chunk or recalled."""
        return self._known.get(key)

    def add(self, key: str, line: int, **values: Any) -> Staged:
        """Stage a new record, first named in `line`."""
        number = next(self._numbers)
        remembered = {name: values[name] for name in self._remembered[2:] if values.get(name) is not None}
        stored = {"id": number, "key": key, "line": line, "created": False, "changed": False, **values}
        staged = self._known[key] = Staged(number, True, **remembered, values=stored)
        return staged

    def store(self) -> None:
        """Write what this chunk staged or changed."""
        new = [staged.values for staged in self._known.values() if staged.new]
        self._insert([[values.get(name) for name in self.columns] for values in new])
        for staged in self._known.values():
            if staged.values and not staged.new:
                assignments = ", ".join(f"{name} = %s" for name in staged.values)
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"UPDATE {self.name} SET {assignments} WHERE id = %s",  # noqa: S608
                        [*staged.values.values(), staged.id],
                    )
        self._known = {}

    def _insert(self, rows: list[list[Any]]) -> None:
        if not rows:
            return
        columns = ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                return
            places = ", ".join(["%s"] * len(self.columns))
            cursor.executemany(f"INSERT INTO {self.name} ({columns}) VALUES ({places})", rows)  # noqa: S608


_RECORD: Columns = {"uid": _UUID, "terms": _TEXT, "changed": _BOOLEAN}
_PART: Columns = {"incident": _ID, "incident_id": _ID, "student_id": _ID}
_VOID: Columns = {"void_line": _ID, "voiding": _BOOLEAN}
INCIDENT_COLUMNS: Columns = {
    **_RECORD,
    "own_pk": _ID,
    "school_id": _ID,
    "school_year_id": _ID,
    "identifier": _TEXT,
    "occurred_on": _DATE,
    "occurred_time": _TIME,
    "location": _TEXT,
}
INVOLVEMENT_COLUMNS: Columns = {
    **_RECORD,
    **_VOID,
    **_PART,
    "role": _TEXT,
    "code": _TEXT,
    "behavior_id": _ID,
    "description": _TEXT,
    "reported_by": _TEXT,
    "reported_by_staff_id": _ID,
    "law_enforcement": _TEXT,
    "response": _TEXT,
}
REFERRAL_COLUMNS: Columns = {"uid": _UUID, "status_uid": _UUID, **_PART}
REMOVAL_COLUMNS: Columns = {
    **_RECORD,
    **_VOID,
    **_PART,
    "school_id": _ID,
    "school_year_id": _ID,
    "identifier": _TEXT,
    "kind": _TEXT,
    "begins_on": _DATE,
    "ends_on": _DATE,
    "days": _DAYS,
    "services_provided": _BOOLEAN,
}
LINK_COLUMNS: Columns = {"removal": _ID, "removal_id": _ID, "involvement": _ID, "involvement_id": _ID}
"""Beside these, every staging table has `id`, `key`, `line`, `pk` (of the record) and `created`.

A column that ends in `_id` holds the key of a record; `incident`, `removal`, `involvement` the `id` of a staged one.
"""


class Staging:
    """The staging tables of one discipline file."""

    def __init__(self) -> None:
        stated = ("terms", "void_line")
        self.incidents = StagingTable("staged_incident", INCIDENT_COLUMNS, ("terms",))
        self.involvements = StagingTable("staged_involvement", INVOLVEMENT_COLUMNS, stated)
        self.referrals = StagingTable("staged_referral", REFERRAL_COLUMNS)
        self.removals = StagingTable("staged_removal", REMOVAL_COLUMNS, (*stated, "student_id", "kind", "school_id"))
        self.links = StagingTable("staged_link", LINK_COLUMNS)
        self.tables = (self.incidents, self.involvements, self.referrals, self.removals, self.links)

    def __enter__(self) -> Staging:
        for table in self.tables:
            table.create()
        return self

    def __exit__(self, *_: object) -> None:
        for table in self.tables:
            table.drop()

    def store(self) -> None:
        """Write what this chunk staged or changed."""
        for table in self.tables:
            table.store()


def new_uid() -> str:
    """Return a fresh public id in the form that both databases take."""
    return uuid.uuid4().hex
