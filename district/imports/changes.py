"""Writes only what differs: one comparison, one UPDATE, and an audit event with before and after for each record.

The comparison only reads, so it is made before the transaction: while a large file is compared, people keep working.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from district import audit
from district.imports.package import RosterPackage
from district.imports.staging import CHUNK, Staging, fill
from district.models import District, ImportBatch, User
from district.sql import unequal

_CHANGED = """
SELECT t.id, t.uid, <school> AS school_id, <student> AS student_id, <columns>
FROM {<table>} t JOIN (<wanted>) w ON w.id = t.id <joins>
WHERE <differs>
"""
_UPDATE = "UPDATE {<table>} SET <assignments>, updated_at = %(now)s FROM {<changed>} c WHERE {<table>}.id = c.id"
# A unique column may pass from one record to another (two students whose ids were mixed up): set free first.
_SET_FREE = (
    "UPDATE {<table>} SET <field> = 'free:' || CAST({<table>}.uid AS text) FROM {<changed>} c "
    "WHERE {<table>}.id = c.id AND c.old_<field> <> c.new_<field>"
)
_CHUNK = "SELECT * FROM {<changed>} WHERE id > %(last)s ORDER BY id LIMIT %(count)s"


@dataclass(frozen=True)
class Work:
    """What every step needs. `batch` marks what is created; it is saved when the writing begins.

    `latest` holds the keys of the district's latest roster import and merge of students when the reading began.
    """

    staging: Staging
    package: RosterPackage
    district: District
    batch: ImportBatch
    by: User | None
    latest: tuple[int, int]

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that most statements share."""
        return {"district": self.district.pk, "batch": self.batch.pk}


@dataclass(frozen=True)
class Comparison:
    """The wanted state of some records of a model: `wanted` is a query of `id` and every one of `fields`.

    `unique` names the unique one of the fields. `school` and `student` are SQL on the record (`t`) and its `joins`
    for the audit event.
    """

    model: type[models.Model]
    fields: Sequence[str]
    wanted: str
    unique: str = ""
    school: str = "NULL"
    student: str = "NULL"
    joins: str = ""

    @property
    def name(self) -> str:
        """The table that holds the differences, for statements."""
        return f"changed_{self.model._meta.model_name}"


def compare(work: Work, comparison: Comparison, parameters: Mapping[str, Any] | None = None) -> int:
    """Find the records that differ from what is wanted; return how many there are. Writes nothing."""
    columns = ", ".join(f"t.{field} AS old_{field}, w.{field} AS new_{field}" for field in comparison.fields)
    query = fill(
        _CHANGED,
        school=_whole(comparison.school),
        student=_whole(comparison.student),
        columns=columns,
        wanted=comparison.wanted,
        joins=comparison.joins,
        differs=" OR ".join(unequal(f"t.{field}", f"w.{field}") for field in comparison.fields),
        table=comparison.model._meta.db_table,
    )
    count = work.staging.make_as(comparison.name, query, {"district": work.district.pk, **(parameters or {})})
    work.staging.index(comparison.name, "id")
    return count


def write_changes(work: Work, comparison: Comparison) -> None:
    """Update the records that were found to differ, with their audit events."""
    table = comparison.model._meta.db_table
    if comparison.unique:
        work.staging.run(fill(_SET_FREE, table=table, changed=comparison.name, field=comparison.unique))
    assignments = ", ".join(f"{field} = c.new_{field}" for field in comparison.fields)
    statement = fill(_UPDATE, table=table, changed=comparison.name, assignments=assignments)
    if work.staging.run(statement, {"now": connection.ops.adapt_datetimefield_value(timezone.now())}):
        audit.record_changes(_changes(work.staging, comparison), by=work.by, district=work.district, batch=work.batch)


def _whole(expression: str) -> str:
    """A column of a table made from NULL alone has no type on PostgreSQL."""
    return f"CAST({expression} AS bigint)"


def _changes(staging: Staging, comparison: Comparison) -> Iterator[audit.Change]:
    fields = comparison.fields
    flags = {f.name for f in comparison.model._meta.get_fields() if isinstance(f, models.BooleanField)}
    last = 0
    query = fill(_CHUNK, changed=comparison.name)
    while rows := list(staging.rows(query, {"last": last, "count": CHUNK})):
        for key, uid, school_id, student_id, *values in rows:
            last = key
            pairs = zip(fields, values[::2], values[1::2], strict=True)
            yield audit.Change(
                object_type=str(comparison.model._meta.model_name),
                object_uid=uid if isinstance(uid, UUID) else UUID(uid),
                changes={
                    field: [plain(old, field in flags), plain(new, field in flags)]
                    for field, old, new in pairs
                    if old != new
                },
                school_id=school_id,
                student_id=student_id,
            )


def plain(value: Any, is_flag: bool = False) -> Any:
    """Return a database value as JSON can hold it; SQLite gives a flag as 0 or 1."""
    if is_flag and value is not None:
        return bool(value)
    return value.isoformat() if isinstance(value, date) else value
