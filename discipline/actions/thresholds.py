"""Thresholds: kept by the district, reached by students, looked after by somebody who says what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.models import Incident, Involvement, Referral, Threshold, ThresholdTask
from district import audit
from district.models import District, User
from district.models.places import calendar_of
from district.steps import StepNotAllowed, checked_reason

TAKE, FINISH, OVERRIDE = "take", "finish", "override"
STATES = ThresholdTask.State
TASK_STEPS: dict[str, dict[str, str]] = {
    STATES.OPEN: {TAKE: STATES.OPEN, FINISH: STATES.DONE, OVERRIDE: STATES.OVERRIDDEN},
    STATES.DONE: {},
    STATES.OVERRIDDEN: {},
}
"""State of a task → step → the state it leads to. Taking it hands it to another person."""


def add_threshold(*, district: District, by: User, **values: Any) -> Threshold:
    """Keep a threshold from now on. Raises ValidationError, also for a title that stands already."""
    with transaction.atomic():
        row = Threshold(district=district, created_by=by, **values)
        row.full_clean()
        row.save()
        names = ("title", "count", "days", "level", "category", "action", "within_days")
        _record(row, audit.Action.CREATE, by, audit.differences({}, audit.values_of(row, names)))
        return row


def end_threshold(*, threshold: Threshold, reason: str, by: User) -> Threshold:
    """End a threshold; its tasks stay. Raises ValidationError without a reason, StepNotAllowed when it ended."""
    reason = checked_reason(reason, missing=_("Say why it ends."))
    with transaction.atomic():
        stored = Threshold.objects.select_for_update(of=("self",)).get(pk=threshold.pk)
        if stored.ended_at is not None:
            raise StepNotAllowed(_("This threshold has ended already."), ())
        stored.ended_at, stored.end_reason = timezone.now(), reason
        stored.save()
        _record(stored, audit.Action.UPDATE, by, {"ended_at": [None, stored.ended_at.isoformat()]}, reason)
        return stored


def check_thresholds(incident: Incident, referrals: Iterable[Referral], *, by: User) -> list[ThresholdTask]:
    """Give each threshold that a new referral makes a student reach its task, unless one is open already.

    Call it in the transaction that writes the referrals. One query where the district keeps no threshold.
    """
    thresholds = list(Threshold.objects.filter(district=incident.school.district_id, ended_at=None))
    made = []
    for referral in referrals if thresholds else ():
        for threshold in thresholds:
            counted = _counted(threshold, incident, referral)
            if counted < threshold.count or _has_open_task(threshold, referral):
                continue
            made.append(_make(threshold, incident, referral, counted, by))
    return made


def are_kept(district: str) -> Exists:
    """Whether the district of a row keeps any threshold; `district` is the way from the row to it."""
    return Exists(Threshold.objects.filter(district=OuterRef(district), ended_at=None))


def _counted(threshold: Threshold, incident: Incident, referral: Referral) -> int:
    """Referrals of the student in the days up to the incident; none when this one is not of the kind."""
    named = Involvement.objects.responsible().filter(incident=OuterRef("incident"), student=OuterRef("student"))
    if threshold.level:
        named = named.filter(behavior__level=threshold.level)
    if threshold.category:
        named = named.filter(behavior__category=threshold.category)
    first = incident.occurred_on - timedelta(days=threshold.days - 1)
    rows = Referral.objects.countable().filter(
        student=referral.student_id,
        school__district=incident.school.district_id,
        incident__occurred_on__range=(first, incident.occurred_on),
    )
    keys = set(rows.filter(Exists(named)).values_list("pk", flat=True))
    return len(keys) if referral.pk in keys else 0


def _has_open_task(threshold: Threshold, referral: Referral) -> bool:
    return ThresholdTask.objects.filter(threshold=threshold, student=referral.student_id, state=STATES.OPEN).exists()


def _make(threshold: Threshold, incident: Incident, referral: Referral, counted: int, by: User) -> ThresholdTask:
    school = incident.school
    try:
        due = calendar_of(school.district, school).nth_school_day_after(school.district.today(), threshold.within_days)
    except ValueError:
        due = None
    task = ThresholdTask.objects.create(
        threshold=threshold,
        student_id=referral.student_id,
        school=school,
        referral=referral,
        counted=counted,
        due_on=due,
    )
    _record_task(task, audit.Action.CREATE, by, {"state": [None, task.state]}, {"counted": counted})
    return task


def take_task(*, task: ThresholdTask, by: User) -> ThresholdTask:
    """Look after a task from now on. Raises StepNotAllowed when it is closed or one's own already."""
    with transaction.atomic():
        stored = _locked(task, TAKE)
        if stored.owner_id == by.pk:
            raise StepNotAllowed(_("You look after this already."), (FINISH, OVERRIDE))
        before, stored.owner = stored.owner_id, by
        stored.save()
        _record_task(stored, audit.Action.UPDATE, by, {"owner": [before, by.pk]})
        return stored


def close_task(*, task: ThresholdTask, step: str, note: str, by: User) -> ThresholdTask:
    """Close a task: `finish` says what was done, `override` why nothing is. Raises ValidationError, StepNotAllowed."""
    if step not in (FINISH, OVERRIDE):
        raise ValidationError({"step": _("Choose one of the steps given.")})
    missing = _("Say what was done.") if step == FINISH else _("Say why it is not done.")
    note = checked_reason(note, field="note", missing=missing)
    with transaction.atomic():
        stored = _locked(task, step)
        before = stored.state
        stored.state = TASK_STEPS[before][step]
        stored.closed_on, stored.closed_by, stored.note = stored.school.district.today(), by, note
        stored.owner = stored.owner or by
        stored.full_clean(exclude=["threshold", "student", "school", "referral"])
        stored.save()
        _record_task(stored, audit.Action.UPDATE, by, {"state": [before, stored.state]}, {"note": note})
        return stored


def _locked(task: ThresholdTask, step: str) -> ThresholdTask:
    rows = ThresholdTask.objects.select_for_update(of=("self",)).select_related("school__district", "owner")
    stored = rows.get(pk=task.pk)
    allowed = TASK_STEPS[stored.state]
    if step not in allowed:
        words = _("The task is “%(state)s”, which does not allow this.") % {"state": stored.get_state_display()}
        raise StepNotAllowed(words, list(allowed))
    return stored


def _record(row: Threshold, action: audit.Action, by: User, changes: dict[str, list[Any]], reason: str = "") -> None:
    details = {"reason": reason} if reason else {}
    audit.record(action, by=by, target=row, district=row.district_id, changes=changes, details=details)


def _record_task(
    task: ThresholdTask,
    action: audit.Action,
    by: User,
    changes: dict[str, list[Any]],
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action,
        by=by,
        target=task,
        district=task.school.district_id,
        school=task.school_id,
        student=task.student_id,
        changes=changes,
        details=details or {},
    )
