"""What every verb of this floor does the same way: lock, validate, save, and append the audit event with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.access import Permission
from district.models import District, Record, School, User
from district.steps import StepNotAllowed, checked_reason

Kept = TypeVar("Kept", bound=Record)
NOT_AUDITED = frozenset({"id", "uid", "created_at", "updated_at", "by", "decided_by", "voided_by"})


def locked(record: Kept) -> Kept:
    """Return the record as it is stored now, locked until the transaction ends."""
    return type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)


def audited(record: Record) -> dict[str, Any]:
    """Return the values of a record that its audit event names."""
    names = [field.name for field in record._meta.concrete_fields if field.name not in NOT_AUDITED]
    return audit.values_of(record, names)


def add(
    record: Kept, *, by: User | None, district: District | int, school: School | int | None = None, **details: Any
) -> Kept:
    """Validate and save a new record with its audit event. Raises ValidationError."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A record and its audit event are written in one transaction.")
    record.full_clean()
    record.save()
    values = {name: value for name, value in audited(record).items() if value not in (None, "", False)}
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=record,
        district=district,
        school=school,
        changes=audit.differences({}, values),
        details=details,
    )
    return record


def change(
    record: Kept,
    values: Mapping[str, Any],
    *,
    by: User | None,
    district: District | int,
    action: audit.Action = audit.Action.UPDATE,
    **details: Any,
) -> dict[str, list[Any]]:
    """Set `values` on a locked record, validate, save what differs with its audit event; return what differs.

    Raises ValidationError. No event when nothing differs.
    """
    before = audit.values_of(record, values)
    for name, value in values.items():
        setattr(record, name, value)
    record.full_clean()
    changes = audit.differences(before, audit.values_of(record, values))
    if changes:
        record.save(update_fields=[*changes, "updated_at"])
        audit.record(action, by=by, target=record, district=district, changes=changes, details=details)
    return changes


def void(record: Any, *, reason: str, by: User | None, district: District | int) -> None:
    """Void a locked record with a reason. Raises ValidationError without one, StepNotAllowed a second time."""
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    if record.voided_at is not None:
        raise StepNotAllowed(_("This has been voided already."), [])
    record.voided_at, record.void_reason, record.voided_by = timezone.now(), reason, by
    record.save(update_fields=["voided_at", "void_reason", "voided_by", "updated_at"])
    audit.record(
        audit.Action.VOID,
        by=by,
        target=record,
        district=district,
        changes={"voided_at": [None, record.voided_at.isoformat()], "void_reason": ["", reason]},
    )


def refuse_future(day: date | None, today: date, field: str) -> None:
    """Raise ValidationError for a day that has not come yet: what has not happened cannot be recorded."""
    if day and day > today:
        raise ValidationError({field: _("This day has not come yet.")})


def refuse_before(day: date | None, first: date | None, field: str, words: str) -> None:
    """Raise ValidationError with `words` for a day before `first`."""
    if day and first and day < first:
        raise ValidationError({field: words})


def refuse_out_of_scope(record: Any, permission: Permission, by: User | None) -> None:
    """Raise ValidationError for a record, just written, that lies outside what `by` may write.

    A form limits each choice; whether the choices together stay within one's own organization or schools is seen here.
    """
    rows = type(record)._default_manager.filter(pk=record.pk)
    if by is not None and not rows.allowed(by, permission).exists():
        raise ValidationError(_("You may write this only for your own organization or schools. Name them."))
