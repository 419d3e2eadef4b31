"""Appeals against a removal: filed, a hearing set, decided or withdrawn. Each step is a dated row."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import removal_states
from discipline.actions.due_process import lay_steps
from discipline.actions.removing import locked_for, overturn_removal
from discipline.judging import Case, judge_removal
from discipline.models import Appeal, AppealStatus, Removal
from district import audit
from district.models import User
from district.steps import StepNotAllowed, checked_note, checked_reason

SCHEDULE, DECIDE, WITHDRAW = "schedule", "decide", "withdraw"
STATES = Appeal.State
APPEAL_STEPS: dict[str, dict[str, str]] = {
    STATES.FILED: {SCHEDULE: STATES.SCHEDULED, DECIDE: STATES.DECIDED, WITHDRAW: STATES.WITHDRAWN},
    STATES.SCHEDULED: {SCHEDULE: STATES.SCHEDULED, DECIDE: STATES.DECIDED, WITHDRAW: STATES.WITHDRAWN},
    STATES.DECIDED: {},
    STATES.WITHDRAWN: {},
}
"""State → step → the state it leads to. A hearing can be set anew."""


def file_appeal(*, removal: Removal, to: str, filed_on: date, filed_by: str, note: str = "", by: User) -> Appeal:
    """Write down that an appeal was filed. A complaint under IDEA adds the steps of the expedited hearing.

    Raises ValidationError, StepNotAllowed when the removal was voided or overturned.
    """
    filed_by, note = checked_reason(filed_by, field="filed_by", missing=_("Say who filed it.")), checked_note(note)
    with transaction.atomic():
        removal = locked_for(removal, removal_states.APPEAL)
        _check_day(removal, filed_on, "filed_on", removal.incident.occurred_on)
        appeal = Appeal(removal=removal, to=to, filed_on=filed_on, filed_by=filed_by[:200])
        appeal.full_clean()
        appeal.save()
        _told(appeal, removal, filed_on, note, by, audit.Action.CREATE)
        if to == Appeal.To.EXPEDITED:
            _lay_anew(removal, by)
        return appeal


def schedule_hearing(*, appeal: Appeal, hearing_on: date, note: str = "", by: User) -> Appeal:
    """Set the day of the hearing, or another one. Raises ValidationError, StepNotAllowed."""
    note = checked_note(note)
    with transaction.atomic():
        stored, removal = _locked(appeal, SCHEDULE)
        if hearing_on < stored.filed_on:
            raise ValidationError({"hearing_on": _("This day is before the appeal.")})
        stored.hearing_on = hearing_on
        return _step(stored, removal, SCHEDULE, hearing_on, note, by)


def decide_appeal(*, appeal: Appeal, outcome: str, decided_on: date, note: str, by: User) -> Appeal:
    """Keep how an appeal ended. Overturned, the removal ends with the days served so far, in the same breath.

    What else it changes is changed on the removal itself. Raises ValidationError, StepNotAllowed.
    """
    note = checked_reason(note, field="note", missing=_("Say what was decided, and why."))
    if outcome not in Appeal.Outcome.values:
        raise ValidationError({"outcome": _("Choose how it ended.")})
    with transaction.atomic():
        stored, removal = _locked(appeal, DECIDE)
        _check_day(removal, decided_on, "decided_on", stored.filed_on)
        stored.outcome, stored.decided_on = outcome, decided_on
        _step(stored, removal, DECIDE, decided_on, note, by)
        if outcome == Appeal.Outcome.OVERTURNED:
            overturn_removal(removal=removal, reason=note, decided_on=decided_on, by=by)
        return stored


def withdraw_appeal(*, appeal: Appeal, on: date, note: str, by: User) -> Appeal:
    """Keep that an appeal was withdrawn. Raises ValidationError without words, StepNotAllowed."""
    note = checked_reason(note, field="note", missing=_("Say who withdrew it, and why."))
    with transaction.atomic():
        stored, removal = _locked(appeal, WITHDRAW)
        _check_day(removal, on, "on", stored.filed_on)
        return _step(stored, removal, WITHDRAW, on, note, by)


def _locked(appeal: Appeal, step: str) -> tuple[Appeal, Removal]:
    rows = Appeal.objects.select_for_update(of=("self",))
    stored = rows.select_related("removal__school__district", "removal__incident").get(pk=appeal.pk)
    allowed = APPEAL_STEPS[stored.state] if stored.removal.voided_at is None else {}
    if step not in allowed:
        message = _("The appeal is “%(state)s”, which does not allow this.") % {"state": stored.get_state_display()}
        raise StepNotAllowed(message, list(allowed))
    return stored, stored.removal


def _step(appeal: Appeal, removal: Removal, step: str, day: date, note: str, by: User) -> Appeal:
    appeal.state = APPEAL_STEPS[appeal.state][step]
    appeal.full_clean()
    appeal.save()
    _told(appeal, removal, day, note, by, audit.Action.UPDATE)
    return appeal


def _told(appeal: Appeal, removal: Removal, day: date, note: str, by: User, action: audit.Action) -> None:
    before = appeal.statuses.order_by("at", "pk").values_list("state", flat=True).last()
    AppealStatus.objects.create(appeal=appeal, state=appeal.state, at=timezone.now(), day=day, by=by, note=note)
    audit.record(
        action,
        by=by,
        target=appeal,
        district=removal.school.district_id,
        school=removal.school_id,
        student=removal.student_id,
        changes={"state": [before, appeal.state]} | ({"outcome": ["", appeal.outcome]} if appeal.outcome else {}),
        details={"day": day.isoformat()} | ({"note": note} if note else {}),
    )


def _lay_anew(removal: Removal, by: User) -> None:
    """Add the steps that an appeal brings; what the rules say about the removal is asked as of its decision."""
    terms = getattr(removal, "terms", None)
    decided_on = (terms.decided_on if terms else None) or removal.begins_on
    judgment = judge_removal(
        about=removal,
        kind=removal.kind,
        begins_on=removal.begins_on,
        ends_on=removal.ends_on,
        days=removal.days,
        decided_on=decided_on,
        case=Case(),
    )
    lay_steps(removal=removal, findings=judgment.evaluation.findings, versions=judgment.law.versions, by=by)


def _check_day(removal: Removal, day: date, field: str, first: date) -> None:
    if day > removal.school.district.today():
        raise ValidationError({field: _("This day has not come yet.")})
    if day < first:
        raise ValidationError({field: _("This day is too early.")})
