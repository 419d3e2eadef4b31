"""The one place that writes the audit trail."""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.utils import timezone

from district.models import AuditEvent

if TYPE_CHECKING:
    from district.models import District, ImportBatch, School, Student, User

Action = AuditEvent.Action
READS = frozenset({Action.VIEW, Action.SEARCH, Action.EXPORT, Action.SIGN_IN, Action.SIGN_OUT})


@dataclass(frozen=True)
class RequestContext:
    """Where a request came from; empty on the command line."""

    request_id: str = ""
    ip: str = ""


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

    `changes` maps a field to [before, after]; `details` holds counts, filters and reasons, never a student's name.
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
        object_type=target._meta.model_name if target is not None else "",
        object_uid=getattr(target, "uid", None),
        changes=changes or {},
        details=details or {},
        request_id=context.request_id,
        ip=context.ip,
    )


def _key(value: models.Model | int | None) -> int | None:
    return value.pk if isinstance(value, models.Model) else value
