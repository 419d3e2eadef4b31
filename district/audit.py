"""The one place that writes the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.utils import timezone

from district.models import AuditEvent, RoleGrant

if TYPE_CHECKING:
    from district.models import District, ImportBatch, School, Student, User

Action = AuditEvent.Action
READS = frozenset({Action.VIEW, Action.SEARCH, Action.EXPORT, Action.LIMIT, Action.SIGN_IN, Action.SIGN_OUT})


@dataclass(frozen=True)
class RequestContext:
    """Where a request came from; empty on the command line."""

    request_id: str = ""
    ip: str = ""
    token: str = ""  # the prefix of the API token, where one was used


NO_REQUEST = RequestContext()
request_context: ContextVar[RequestContext] = ContextVar("request_context", default=NO_REQUEST)


def record(
    action: AuditEvent.Action,
    *,
    by: User | None,
    target: models.Model | None = None,
    district: District | int | None = None,
    school: School | int | None = None,
    student: Student | int | None = None,
    batch: ImportBatch | None = None,
    changes: dict[str, list[Any]] | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event. A write must record its event in its own transaction, so that both stand or neither.

    `changes` maps a field to [before, after]; `details` holds counts, filters and reasons, never a student's name, and
    which API token was used.
    Raises RuntimeError when a write is recorded outside a transaction.
    """
    if action not in READS and not connection.in_atomic_block:
        raise RuntimeError(f"The audit event “{action}” must be written in the transaction of what it records.")
    context = request_context.get()
    return AuditEvent.objects.create(
        uid=uuid.uuid4(),
        at=timezone.now(),
        action=action,
        actor_id=by.pk if by else None,
        actor=by.email if by else "",
        district_id=_key(district),
        school_id=_key(school),
        student_id=_key(student),
        batch_id=_key(batch),
        object_type=(target._meta.model_name or "") if target is not None else "",
        object_uid=getattr(target, "uid", None),
        changes=changes or {},
        details=(details or {}) | ({"token": context.token} if context.token else {}),
        request_id=context.request_id,
        ip=context.ip,
    )


def record_views(
    targets: Iterable[tuple[models.Model, int | None]],
    *,
    by: User,
    district: int | None = None,
    school: int | None = None,
) -> None:
    """Append the event of a view for each of `targets` (record, key of the student it is about), in one statement."""
    context = request_context.get()
    AuditEvent.objects.bulk_create(
        AuditEvent(
            uid=uuid.uuid4(),
            at=timezone.now(),
            action=Action.VIEW,
            actor_id=by.pk,
            actor=by.email,
            district_id=district,
            school_id=school,
            student_id=student,
            object_type=target._meta.model_name or "",
            object_uid=getattr(target, "uid", None),
            details={"token": context.token} if context.token else {},
            request_id=context.request_id,
            ip=context.ip,
        )
        for target, student in targets
    )


def values_of(record: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return `fields` of `record` as values that JSON can hold: related records by uid, dates in ISO 8601."""
    return {field: _plain(getattr(record, field)) for field in fields}


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return what changed, field → [before, after], for `changes` of an event."""
    return {field: [before.get(field), value] for field, value in after.items() if before.get(field) != value}


def home_district(user: User) -> int | None:
    """Return the key of the one district in which `user` has grants, so that its auditors see account events.

    None when there is none or more than one.
    """
    districts = set(RoleGrant.objects.filter(user=user).values_list("district", flat=True))
    return districts.pop() if len(districts) == 1 else None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, models.Model):
        return str(getattr(value, "uid", value.pk))
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Change:
    """One record that an import changed: its model and public id, whom it concerns, field → [before, after]."""

    object_type: str
    object_uid: uuid.UUID
    changes: dict[str, list[Any]]
    action: AuditEvent.Action = Action.UPDATE
    school_id: int | None = None
    student_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record_changes(changes: Iterable[Change], *, by: User | None, district: District, batch: ImportBatch) -> None:
    """Append one event for each record that an import changed, in the transaction of the import.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The audit events of an import must be written in its transaction.")
    context = request_context.get()
    shared = AuditEvent(
        uid=uuid.uuid4(),
        at=timezone.now(),
        actor_id=by.pk if by else None,
        actor=by.email if by else "",
        district_id=district.pk,
        batch_id=batch.pk,
        request_id=context.request_id,
        ip=context.ip,
    )
    # One statement whose shared values are prepared once, instead of bulk_create of instances, which takes several
    # times as long: a new school year changes the grade of every student.
    fields = [field for field in AuditEvent._meta.concrete_fields if not field.primary_key]
    prepared = {field.attname: field.get_db_prep_save(getattr(shared, field.attname), connection) for field in fields}
    own = [field for field in fields if field.attname in _OWN]
    uid_field = AuditEvent._meta.get_field("uid")
    statement = _APPEND.format(
        table=connection.ops.quote_name(AuditEvent._meta.db_table),
        columns=", ".join(connection.ops.quote_name(str(field.column)) for field in fields),
        marks=", ".join(["%s"] * len(fields)),
    )
    rows = (
        [
            *(
                prepared
                | {field.attname: field.get_db_prep_save(getattr(change, field.attname), connection) for field in own}
                | {"uid": uid_field.get_db_prep_save(uuid.uuid4(), connection)}
            ).values()
        ]
        for change in changes
    )
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, 1_000)):
            cursor.executemany(statement, chunk)


_OWN = frozenset(Change.__dataclass_fields__)
_APPEND = "INSERT INTO {table} ({columns}) VALUES ({marks})"


def _key(value: models.Model | int | None) -> int | None:
    return value.pk if isinstance(value, models.Model) else value
