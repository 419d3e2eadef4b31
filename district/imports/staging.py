"""Temporary tables of this connection into which a package is read: the records of the product are not touched.

Nothing here takes the write lock of SQLite, so people keep working while a large file is checked. The tables vanish
with the connection, so a killed import leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Self

from django.db import connection

from district.models import Enrollment

CHUNK = 10_000
"""Rows in memory at once."""

TEXT, WHOLE, FLAG, DAY = "text", "bigint", "boolean", "date"

_ROW = {"line": WHOLE, "sourced_id": TEXT, "deleted": FLAG}
_SPAN = {"begins_on": DAY, "ends_on": DAY}
TABLES: dict[str, dict[str, str]] = {
    "org": {**_ROW, "name": TEXT, "type": TEXT, "identifier": TEXT, "parent": TEXT},
    "session": {**_ROW, "type": TEXT, "starts_on": DAY, "ends_on": DAY, "parent": TEXT, "named_year": WHOLE},
    "course": {**_ROW, "school_year": TEXT, "org": TEXT},
    "class": {**_ROW, "course": TEXT, "school": TEXT},
    "class_term": {"line": WHOLE, "value": TEXT},
    "user": {
        **_ROW,
        "title": TEXT,
        "local_id": TEXT,
        "given_name": TEXT,
        "middle_name": TEXT,
        "family_name": TEXT,
        "search_name": TEXT,
        "email": TEXT,
        "grade": TEXT,
        "primary_org": TEXT,
    },
    "user_org": {"line": WHOLE, "value": TEXT},
    "user_agent": {"line": WHOLE, "value": TEXT},
    "role": {**_ROW, "user_id": TEXT, "title": TEXT, "is_primary": FLAG, "org": TEXT, **_SPAN},
    "demographic": {**_ROW, "birth_date": DAY, "race": TEXT, "sex": TEXT},
    "enrollment": {**_ROW, "class": TEXT, "school": TEXT, "user_id": TEXT, "role": TEXT, **_SPAN},
    "program": {"line": WHOLE, "user_id": TEXT, "year": WHOLE, **dict.fromkeys(Enrollment.PROGRAMS, FLAG), **_SPAN},
    # What follows is worked out from the files above and from the district's records.
    "bad_row": {"line": WHOLE, "value": TEXT},
    "refused_user": {"user_id": TEXT},
    "year": {
        "year": WHOLE,
        "starts_on": DAY,
        "ends_on": DAY,
        "last_day": DAY,
        "in_file": FLAG,
        "is_primary": FLAG,
        "school_year_id": WHOLE,
    },
    "session_year": {"sourced_id": TEXT, "year": WHOLE},
    "school": {"sourced_id": TEXT, "school_id": WHOLE},
    "subject": {
        "user_id": TEXT,
        "line": WHOLE,
        "deleted": FLAG,
        "is_student": FLAG,
        "is_staff": FLAG,
        "local_id": TEXT,
        "title": TEXT,
        "grade": TEXT,
        "person_id": WHOLE,
        "student_id": WHOLE,
        "staff_id": WHOLE,
    },
    "stay": {
        "source": WHOLE,
        "line": WHOLE,
        "is_student": FLAG,
        "user_id": TEXT,
        "school": TEXT,
        "year": WHOLE,
        **_SPAN,
    },
    "place": {"is_student": FLAG, "user_id": TEXT, "school": TEXT, "year": WHOLE, "source": WHOLE, **_SPAN},
}
NAMES = {name: f"roster_{name}" for name in TABLES}


def fill(template: str, **parts: str) -> str:
    """Return SQL with `<name>` replaced by a part; `{table}` stays for `Staging`."""
    for name, part in parts.items():
        template = template.replace(f"<{name}>", part)
    return template


class Staging:
    """The staging tables, and the SQL that is run on them.

    Statements name a staging table as `{user}` and a table of the product as `{district_person}`; parameters are
    named (`%(year)s`).
    """

    def __init__(self) -> None:
        self.vendor = connection.vendor
        self._tables = NAMES | {
            name: connection.ops.quote_name(name) for name in connection.introspection.django_table_names()
        }
        # `IS TRUE` on a row that was deleted is the same on both; only new ids need their own words.
        self._tables["new_uid"] = "gen_random_uuid()" if self.vendor == "postgresql" else _SQLITE_UUID
        self._made: list[str] = []

    def __enter__(self) -> Self:
        for name, columns in TABLES.items():
            self.make(NAMES[name], ", ".join(f'"{column}" {kind}' for column, kind in columns.items()))
        return self

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            for name in self._made:
                cursor.execute(f"DROP TABLE IF EXISTS {name}")

    def make(self, name: str, columns: str) -> None:
        """Make an empty temporary table."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
        self._made.append(name)

    def make_as(self, name: str, query: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Make a temporary table of the rows of a query; return how many there are. `{name}` names it from then on."""
        self._tables[name] = f"roster_{name}"
        self.run(f"DROP TABLE IF EXISTS roster_{name}")
        self.run(f"CREATE TEMPORARY TABLE roster_{name} AS " + query, parameters)
        self._made.append(f"roster_{name}")
        return self.number(fill(_COUNT, table="{" + name + "}"))

    def load(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Append rows of values in the order of the columns, without the write lock of the database."""
        rows = iter(rows)
        while chunk := list(islice(rows, CHUNK)):
            if self.vendor == "postgresql":
                self._copy(name, chunk)
            else:
                self._insert(name, chunk)

    def run(self, statement: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Run a statement and return the number of rows it wrote."""
        with connection.cursor() as cursor:
            cursor.execute(self._named(statement), dict(parameters) if parameters else None)
            return cursor.rowcount

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, a chunk in memory at a time."""
        with connection.cursor() as cursor:
            cursor.execute(self._named(query), dict(parameters) if parameters else None)
            while chunk := cursor.fetchmany(CHUNK):
                yield from chunk

    def number(self, query: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Return the one number that a query gives; 0 for none."""
        return next(self.rows(query, parameters))[0] or 0

    def index(self, name: str, *columns: str) -> None:
        """Index a staging table once it is filled, and tell the planner how large it is."""
        listed = ", ".join(f'"{column}"' for column in columns)
        table = self._tables[name]
        self.run(f"CREATE INDEX {table}_{'_'.join(columns)} ON {table} ({listed})")
        self.analyze(name)

    def analyze(self, name: str) -> None:
        """Tell the planner of PostgreSQL how large a staging table is; nobody else looks at a temporary table."""
        if self.vendor == "postgresql":
            self.run(f"ANALYZE {self._tables[name]}")

    def _named(self, statement: str) -> str:
        return statement.format_map(self._tables)

    def _insert(self, name: str, chunk: list[Sequence[Any]]) -> None:
        marks = ", ".join(["%s"] * len(TABLES[name]))
        with connection.cursor() as cursor, _deferred(cursor):
            cursor.executemany(f"INSERT INTO {NAMES[name]} VALUES ({marks})", chunk)  # noqa: S608 - own table

    def _copy(self, name: str, chunk: list[Sequence[Any]]) -> None:
        with connection.cursor() as cursor, cursor.copy(f"COPY {NAMES[name]} FROM STDIN") as copy:
            for row in chunk:
                copy.write_row(row)


_COUNT = "SELECT COUNT(*) FROM <table>"
# Version 4, as the ids that Python makes; made of few calls, for the write lock is held meanwhile.
_SQLITE_UUID = (
    "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || 'a' || substr(hex(randomblob(8)), 2))"
)


@contextmanager
def _deferred(cursor: Any) -> Iterator[None]:
    """One transaction for a chunk, begun DEFERRED: Django's own would take the write lock of the whole database."""
    if connection.in_atomic_block:
        yield
        return
    cursor.execute("BEGIN DEFERRED")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
