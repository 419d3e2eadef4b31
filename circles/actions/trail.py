"""What every verb about a case does the same way: lock it, refuse what its state forbids, save with the audit event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import Circle, CircleStatus
from commitments.actions.recording import audited
from district import audit
from district.models import Record, User
from district.steps import StepNotAllowed, checked_reason

Kept = TypeVar("Kept", bound=Record)
WITHHELD = frozenset(
    {
        *("text", "evidence", "override_reason", "conflict", "witness"),
        *("role", "supporter_of", "prepared_on"),
        *("sealed", "outcome"),
    }
)
"""Words of a case and what is known of its people: the trail, which others read, says only that they were set."""
SET = "set"


def locked_case(circle: Circle, step: str = "") -> Circle:
    """Return the case as stored, locked. Raises StepNotAllowed when its state does not allow the step."""
    rows = Circle.objects.select_for_update(of=("self",)).select_related("school__district", "practice", "referral")
    stored = rows.get(pk=circle.pk)
    if stored.voided_at is not None:
        raise StepNotAllowed(_("This case was voided."), [])
    if step and step not in states.STEPS[stored.status]:
        raise StepNotAllowed(refusal_words(stored), states.STEPS[stored.status])
    return stored


def refuse_closed(circle: Circle) -> None:
    """Raise StepNotAllowed for a closed case: it is final."""
    if circle.status == states.CLOSED:
        raise StepNotAllowed(refusal_words(circle), [])


def refuse_held(circle: Circle) -> None:
    """Raise StepNotAllowed once it was held: who was there is on record."""
    if circle.status not in states.BEFORE_IT_IS_HELD:
        raise StepNotAllowed(refusal_words(circle), states.STEPS[circle.status])


def refusal_words(circle: Circle) -> str:
    """Return the sentence that says why the state of a case does not allow a step."""
    return _("The case is “%(status)s”, which does not allow this.") % {"status": circle.get_status_display()}


def move(circle: Circle, step: str, *, by: User | None, on: date | None = None, reason: str = "") -> Circle:
    """Take a locked case one step further: its state, the dated row, the trail. Other fields are saved with it."""
    before, after = circle.status, states.STEPS[circle.status][step]
    circle.status = after
    circle.full_clean()
    circle.save()
    date_state(circle, by=by, on=on, reason=reason)
    # The trail keeps what people outside the team may read: neither who declined nor that a day fell for want of a yes.
    told = [states.told_past(before), states.told_past(after)]
    changes = {"status": told} if told[0] != told[1] else {"stage": [SET, SET]}
    said: dict[str, Any] = {"reason": states.told_reason(reason)} if reason and after == states.CLOSED else {}
    record(circle, audit.Action.UPDATE, by=by, changes=changes, **said)
    return circle


def date_state(circle: Circle, *, by: User | None, on: date | None = None, reason: str = "") -> None:
    """Add the dated row of the present state."""
    CircleStatus.objects.create(
        circle=circle,
        status=circle.status,
        on=on or circle.school.district.today(),
        at=timezone.now(),
        by=by,
        reason=reason,
    )


def keep(row: Kept, circle: Circle, *, by: User | None, student: int | None = None, **details: Any) -> Kept:
    """Validate and save a new row of a case with its audit event. Raises ValidationError."""
    row.full_clean()
    row.save()
    kept = audited(row).items()
    # The name of somebody who is no student here stays with the case team, and out of the trail.
    values = {name: value for name, value in kept if name != "name" and value not in (None, "", False)}
    record(
        circle,
        audit.Action.CREATE,
        by=by,
        target=row,
        student=student,
        changes=_told(audit.differences({}, values)),
        **details,
    )
    return row


def mend(
    row: Record,
    values: Mapping[str, Any],
    circle: Circle,
    *,
    by: User | None,
    student: int | None = None,
    **details: Any,
) -> None:
    """Set `values` on a row of a case, save what differs with its audit event. Raises ValidationError."""
    before = audit.values_of(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    changes = audit.differences(before, audit.values_of(row, values))
    if changes:
        row.save(update_fields=[*changes, "updated_at"])
        record(circle, audit.Action.UPDATE, by=by, target=row, student=student, changes=_told(changes), **details)


def take_out(row: Any, circle: Circle, *, reason: str, by: User | None, student: int | None = None) -> None:
    """Void a row of a case, or the case itself. Why stands on it for the case team, and in the trail only that it does.

    Raises ValidationError without a reason, StepNotAllowed a second time.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    if row.voided_at is not None:
        raise StepNotAllowed(_("This has been voided already."), [])
    row.voided_at, row.void_reason, row.voided_by = timezone.now(), reason, by
    row.save(update_fields=["voided_at", "void_reason", "voided_by", "updated_at"])
    changes = {"voided_at": [None, row.voided_at.isoformat()], "void_reason": ["", SET]}
    record(circle, audit.Action.VOID, by=by, target=row, student=student, changes=changes)


def _told(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """The changes of a row as the trail holds them."""
    return {
        name: [SET if value else value for value in values] if name in WITHHELD else values
        for name, values in changes.items()
    }


def record(
    circle: Circle,
    action: audit.Action,
    *,
    by: User | None,
    target: Record | None = None,
    student: int | None = None,
    changes: Mapping[str, list[Any]] | None = None,
    **details: Any,
) -> None:
    """Append the audit event of something done in a case."""
    audit.record(
        action,
        by=by,
        target=target or circle,
        district=circle.school.district_id,
        school=circle.school_id,
        student=student,
        changes=dict(changes or {}),
        details=details | ({"circle": str(circle.uid)} if target and target != circle else {}),
    )
