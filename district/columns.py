"""How a list shows the records of a model, column by column: once, for the API and for the files of both doors.

A row is read as plain values, not as a model instance: making instances costs several times the query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.enums import ChoicesType
from django.utils.functional import Promise

from district.access import GRANTS, Permission

if TYPE_CHECKING:
    from district.models import User

CHUNK = 1000
"""Rows read at a time; the lists of related values are gathered once a chunk."""

UNREPORTED = "UNREPORTED"
"""What a program flag says when nobody reported it."""


class Kind(StrEnum):
    """What the values of a column are, as JSON and in a file."""

    ID = "id"  # UUID, a string
    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"  # ISO 8601
    TIME = "time"  # HH:MM
    MOMENT = "moment"  # ISO 8601 in UTC
    DAYS = "days"  # school days, a decimal string without trailing zeros
    DECIMAL = "decimal"  # any other number with decimals, written the same way
    YES_NO = "yes_no"
    IS_SET = "is_set"  # a boolean: whether the stored value is there
    FLAG = "flag"  # a boolean or "UNREPORTED"
    TEXTS = "texts"  # a list of strings
    OBJECTS = "objects"  # a list of objects with the columns `parts`


Gather = Callable[[Sequence[int], "User"], Mapping[int, Any]]
"""Primary keys of a chunk of rows and who reads them → primary key → its value (a list for TEXTS, OBJECTS)."""


@dataclass(frozen=True)
class Column:
    """One field of a record: its name in the API and in files, its label on a page, and where its value is.

    `path` is the way from the model to the stored value; a column without one is gathered for many rows at once.
    `needs` is a permission without which the column does not exist for a reader.
    """

    name: str
    label: str | Promise
    path: str = ""
    kind: Kind = Kind.TEXT
    choices: ChoicesType | None = None
    is_nullable: bool = False
    is_blank: bool = False
    needs: Permission | None = None
    gather: Gather | None = None
    parts: tuple[Column, ...] = ()


@dataclass(frozen=True)
class RecordTable:
    """The columns of a model's list, those that only the single record adds, and how its reads are audited.

    `places` names the ways to the district, school and student of a row, for the audit trail. Rows about students
    (`about_students`) leave a trace when listed or viewed, and a file of them needs Permission.RECORDS_EXPORT.
    """

    model: type[Any]
    name: str
    columns: tuple[Column, ...]
    details: tuple[Column, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    about_students: bool = False

    def columns_for(self, user: User, *, detail: bool = False) -> tuple[Column, ...]:
        """Return the columns that exist for `user`, in order; `detail` adds those of the single record."""
        columns = self.columns + self.details if detail else self.columns
        return tuple(column for column in columns if is_open(self.model, column.needs, user))

    def tuples(
        self, queryset: models.QuerySet, user: User, *, detail: bool = False, streamed: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """Yield each row as the values of `columns_for(user)`; `streamed` keeps only one chunk in memory."""
        columns = self.columns_for(user, detail=detail)
        stored = [column for column in columns if column.path]
        places = [stored.index(column) + 1 if column.path else None for column in columns]
        values = queryset.values_list("pk", *(column.path for column in stored))
        rows = iter(values.iterator(chunk_size=CHUNK) if streamed else values)
        while chunk := list(islice(rows, CHUNK)):
            keys = [row[0] for row in chunk]
            gathered = {column.name: column.gather(keys, user) for column in columns if column.gather}
            if not gathered:
                yield from (row[1:] for row in chunk)
                continue
            for row in chunk:
                yield tuple(
                    row[place] if place is not None else gathered[column.name].get(row[0], _nothing(column.kind))
                    for place, column in zip(places, columns, strict=True)
                )

    def objects(self, queryset: models.QuerySet, user: User, *, detail: bool = False) -> list[dict[str, Any]]:
        """Return the rows as the API shows them: field name → value that JSON can hold."""
        columns = [(column.name, JSON_OF.get(column.kind)) for column in self.columns_for(user, detail=detail)]
        return [
            {name: json_of(value) if json_of else value for (name, json_of), value in zip(columns, row, strict=True)}
            for row in self.tuples(queryset, user, detail=detail)
        ]

    def object_of(self, record: Any, user: User, gathered: Mapping[str, Any]) -> dict[str, Any]:
        """Return one record in memory as the API shows it, without a query: what was just made is known already.

        `gathered` holds, as JSON values, what the columns without a path would be gathered to.
        """
        shown = {}
        for column in self.columns_for(user, detail=True):
            if not column.path:
                shown[column.name] = gathered[column.name]
                continue
            value = record
            for name in column.path.split("__"):
                value = getattr(value, name) if value is not None else None
            json_of = JSON_OF.get(column.kind)
            shown[column.name] = json_of(value) if json_of else value
        return shown

    def cells(self, queryset: models.QuerySet, user: User) -> Iterator[list[object]]:
        """Yield the rows as a file holds them, streamed: dates and numbers stay what they are, a list is one text."""
        cell_of = [CELL_OF.get(column.kind) for column in self.columns_for(user)]
        for row in self.tuples(queryset, user, streamed=True):
            yield [make(value) if make else value for make, value in zip(cell_of, row, strict=True)]


def is_open(model: type[Any], needs: Permission | None, user: User) -> bool:
    """Say whether every grant through which `user` reads `model` also holds `needs`.

    Rights are per grant: one that reads the rows of a school without this permission closes the column, so that it
    never shows through the rights of another grant. A model that several permissions open names them all
    (`read_permissions`).
    """
    if needs is None:
        return True
    reading = set(getattr(model, "read_permissions", (model.read_permission,)))
    return all(needs in GRANTS[grant.role] for grant in user.active_grants if reading & GRANTS[grant.role])


def days_text(days: Decimal | None) -> str | None:
    """Return school days without trailing zeros and without exponent: 10.00 → "10", 0.50 → "0.5"."""
    return None if days is None else format(days.normalize(), "f")


def listed(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    """Gather (key, value) pairs into key → values, in their order and each once."""
    found: dict[int, dict[Any, None]] = {}
    for key, value in pairs:
        found.setdefault(key, {})[value] = None
    return {key: list(values) for key, values in found.items()}


def grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    """Gather (key, value) pairs into key → values, in their order."""
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def objects(queryset: models.QuerySet, key: str, columns: Sequence[Column]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (value of `key`, the columns as the API shows them) of each row."""
    shown = [(column.name, JSON_OF.get(column.kind)) for column in columns]
    for row in queryset.values_list(key, *(column.path for column in columns)):
        yield (
            row[0],
            {name: json_of(value) if json_of else value for (name, json_of), value in zip(shown, row[1:], strict=True)},
        )


def _nothing(kind: Kind) -> list[Any] | None:
    """What a row shows of which nothing was gathered."""
    return [] if kind in (Kind.TEXTS, Kind.OBJECTS) else None


def _iso(value: Any) -> str | None:
    return None if value is None else value.isoformat()


JSON_OF: dict[Kind, Callable[[Any], Any]] = {
    Kind.ID: lambda value: None if value is None else str(value),
    Kind.DATE: _iso,
    Kind.TIME: lambda value: None if value is None else f"{value:%H:%M}",
    Kind.MOMENT: lambda value: None if value is None else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    Kind.DAYS: days_text,
    Kind.DECIMAL: days_text,
    Kind.FLAG: lambda value: UNREPORTED if value is None else value,
    Kind.IS_SET: lambda value: value is not None,
}
CELL_OF: dict[Kind, Callable[[Any], object]] = {
    Kind.ID: JSON_OF[Kind.ID],
    Kind.TIME: JSON_OF[Kind.TIME],
    Kind.MOMENT: JSON_OF[Kind.MOMENT],
    Kind.DAYS: lambda value: None if value is None else Decimal(format(value.normalize(), "f")),
    Kind.DECIMAL: lambda value: None if value is None else Decimal(format(value.normalize(), "f")),
    Kind.FLAG: JSON_OF[Kind.FLAG],
    Kind.IS_SET: JSON_OF[Kind.IS_SET],
    Kind.TEXTS: "; ".join,
}
