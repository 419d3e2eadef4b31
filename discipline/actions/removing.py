"""Removals by hand: ordered, changed with a reason, ticked off day by day. A changed removal keeps its former terms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import removal_states as states
from discipline.actions.due_process import lay_steps, set_not_needed
from discipline.actions.idea import open_if_asked
from discipline.actions.judging import check_judgment, keep_judgment
from discipline.actions.offering import Offer, record_offer
from discipline.actions.outcomes import tell_anew
from discipline.actions.terms import record_terms
from discipline.actions.voiding import void_removal
from discipline.counting import Terms, TermsFault, terms_of
from discipline.judging import Case, Judgment, judge_removal
from discipline.models import (
    DueProcessStep,
    LengthDifference,
    Referral,
    Removal,
    RemovalChange,
    RemovalKind,
    RemovalTerms,
    ServedDay,
)
from discipline.models.codes import SUSPENSIONS
from district import audit
from district.models import School, User
from district.models.places import calendar_of
from district.steps import StepNotAllowed, checked_reason

TERMS = ("begins_on", "ends_on", "days", "services_provided", "services")


def order_removal(
    *,
    referral: Referral,
    kind: str,
    begins_on: date,
    ends_on: date | None = None,
    days: Decimal | None = None,
    services_provided: bool | None = None,
    services: str = "",
    decided_on: date | None = None,
    offer: Offer | None = None,
    case: Case | None = None,
    by: User,
) -> Removal:
    """Order a removal of the referred student. Give its last day or its length; the other is counted from the calendar.

    `decided_on`: without it the first day, or today where that lies ahead. `offer` answers whether something
    restorative came first; any answer will do, none will not. `case` is what was stated to the rules. The rules'
    findings and the checklist of the law are written down with it.

    Raises ValidationError for terms that cannot be, without the answer, and while a rule or the matrix asks for a
    reason; StepNotAllowed when the referral was voided.
    """
    with transaction.atomic():
        rows = Referral.objects.select_for_update(of=("self",))
        referral = rows.select_related("school__district", "incident", "student", "school_year__district").get(
            pk=referral.pk
        )
        if referral.status == Referral.Status.VOIDED:
            raise StepNotAllowed(_("The referral was voided, so nothing can be ordered over it."), ())
        _check_kind(kind)
        if begins_on < referral.incident.occurred_on:
            raise ValidationError({"begins_on": _("It cannot begin before the incident.")})
        terms = _terms(referral.school, begins_on, ends_on, days)
        same = Removal.objects.filter(
            incident=referral.incident_id, student=referral.student_id, kind=kind, begins_on=begins_on, identifier=""
        )
        if same.exists():
            raise ValidationError({"begins_on": _("A removal of this kind from this day on is on record already.")})
        decided = decision_day(decided_on, begins_on, referral.incident.occurred_on, referral.school.district.today())
        judgment = judge_removal(about=referral, kind=kind, **vars(terms), decided_on=decided, case=case or Case())
        check_judgment(judgment)
        removal = Removal(
            incident=referral.incident,
            student=referral.student,
            school=referral.school,
            school_year=referral.school_year,
            kind=kind,
            **vars(terms),
            services_provided=services_provided,
            services=services,
            ordered_by=by,
        )
        removal.full_clean(exclude=["incident", "student", "school", "school_year"])
        removal.save()
        parts = referral.incident.involvements.responsible().filter(student=referral.student_id)
        removal.involvements.set(parts)
        answer = record_offer(removal, offer or Offer(), by=by)
        if decided != begins_on:
            record_terms(removal=removal, decided_on=decided, by=by)
        keep_judgment(judgment, removal, by=by)
        tell_anew(referral)
        steps = _lay(removal, judgment, by)
        open_if_asked(removal=removal, decided_on=decided, by=by)
        changes = audit.differences({}, audit.values_of(removal, ("kind", *TERMS)))
        details = {"offer": answer.answer if answer else "", "steps": len(steps)}
        _record(removal, audit.Action.CREATE, by, changes, details)
        return removal


def change_removal(
    *,
    removal: Removal,
    reason: str,
    begins_on: date,
    ends_on: date | None = None,
    days: Decimal | None = None,
    services_provided: bool | None = None,
    services: str = "",
    difference: str = "",
    change: str = states.CORRECT,
    kind: str = "",
    decided_on: date | None = None,
    case: Case | None = None,
    by: User,
) -> Removal:
    """Give `removal` new terms; the former ones stay on record, dated, with the reason.

    `change` is one of `ChangeKind` but overturning, `kind` the new kind of one that is converted. A longer or a
    converted removal is a new decision (`decided_on`, today without it): the rules are asked again, and the steps that
    count from the decision are due again. Every change brings the checklist up to date.

    Raises ValidationError for terms that cannot be, that change nothing or do not fit the change, and while a rule
    asks for a reason; StepNotAllowed when its state does not allow the change.
    """
    reason = checked_reason(reason, missing=_("Say why the terms change."))
    if difference and difference not in LengthDifference.values:
        raise ValidationError({"difference": _("Choose one of the reasons given.")})
    with transaction.atomic():
        removal = locked_for(removal, change)
        if begins_on < removal.incident.occurred_on:
            raise ValidationError({"begins_on": _("It cannot begin before the incident.")})
        terms = _terms(removal.school, begins_on, ends_on, days)
        check_change(removal, change, kind, terms)
        is_decided_anew = bool(kind) or removal.days is None or terms.days > removal.days
        today = removal.school.district.today()
        decided = decided_on or (today if is_decided_anew else _decided_on(removal))
        if is_decided_anew:
            decided = decision_day(decided, decided, removal.incident.occurred_on, today)
        judgment = judge_removal(
            about=removal, kind=kind or removal.kind, **vars(terms), decided_on=decided, case=case or Case()
        )
        if is_decided_anew:
            check_judgment(judgment)
        first_decided = _decided_on(removal)
        values = {**vars(terms), "services_provided": services_provided, "services": services}
        _write_change(removal, values, change, kind, reason, difference, by)
        known = decided if is_decided_anew and removal.days is not None else first_decided
        if (
            known != removal.begins_on
            or RemovalTerms.objects.filter(removal=removal, decided_on__isnull=False).exists()
        ):
            record_terms(removal=removal, decided_on=known, reason=reason, by=by)
        if is_decided_anew:
            keep_judgment(judgment, removal, by=by)
        _lay(_locked(removal), judgment, by, is_new_decision=is_decided_anew)
        if is_decided_anew:
            open_if_asked(removal=removal, decided_on=decided, by=by)
        return removal


def overturn_removal(*, removal: Removal, reason: str, decided_on: date, by: User) -> Removal:
    """Overturn a removal: no further day is served. School days before `decided_on` were lost and stay on record.

    Where none was, the removal is voided with the reason and counts nowhere. Raises ValidationError, StepNotAllowed.
    """
    reason = checked_reason(reason, missing=_("Say why it is overturned."))
    with transaction.atomic():
        removal = locked_for(removal, states.OVERTURN)
        decision_day(decided_on, decided_on, removal.incident.occurred_on, removal.school.district.today())
        calendar = calendar_of(removal.school.district, removal.school)
        last = decided_on - timedelta(days=1)
        if removal.ends_on and removal.ends_on <= last:
            values = {name: getattr(removal, name) for name in ("begins_on", "ends_on", "days")}
        elif removal.begins_on > last or not calendar.school_days(removal.begins_on, last):
            return void_removal(removal=removal, reason=reason, by=by)
        else:
            values = vars(_terms(removal.school, removal.begins_on, last, None))
        _write_change(removal, values, states.OVERTURN, "", reason, "", by)
        for step in removal.due_steps.filter(state="open").select_related("school"):
            set_not_needed(step=step, reason=reason, by=by)
        return removal


def mark_served(*, removal: Removal, day: date, mark: str, by: User) -> ServedDay:
    """Say whether `removal` was served on `day`. Marking the same again changes nothing and leaves no event.

    Raises ValidationError for a day that is none of its school days or has not come, StepNotAllowed when voided.
    """
    if mark not in ServedDay.Mark.values:
        raise ValidationError({"mark": _("Choose one of the marks given.")})
    with transaction.atomic():
        removal = _locked(removal)
        if day > removal.school.district.today():
            raise ValidationError({"day": _("This day has not come yet.")})
        if day < removal.begins_on or (removal.ends_on and day > removal.ends_on):
            raise ValidationError({"day": _("The removal does not cover this day.")})
        length = calendar_of(removal.school.district, removal.school).length_on(day)
        if not length:
            raise ValidationError({"day": _("There is no school on this day.")})
        row = ServedDay.objects.filter(removal=removal, day=day).first() or ServedDay(removal=removal, day=day)
        before = row.mark
        if before == mark:
            return row
        row.mark, row.length, row.verified_by = mark, length, by
        row.full_clean()
        row.save()
        _record(removal, audit.Action.UPDATE, by, {f"served {day.isoformat()}": [before or None, mark]})
        return row


def served_of(removal: Removal) -> Decimal:
    """School days that were ticked as served."""
    rows = removal.served_days.all()
    return sum((row.length for row in rows if row.mark == ServedDay.Mark.SERVED), Decimal(0))


def state_of(removal: Removal) -> str:
    """The state of a removal, from its dated changes."""
    last = removal.changes.order_by("at", "pk").last()
    return states.state_of(is_voided=removal.voided_at is not None, last_change=last.kind if last else "")


def locked_for(removal: Removal, change: str) -> Removal:
    """Return the removal as stored, under a lock. Raises StepNotAllowed when its state does not allow the change."""
    rows = Removal.objects.select_for_update(of=("self",))
    stored = rows.select_related("school__district", "incident", "student", "school_year__district").get(pk=removal.pk)
    allowed = states.STEPS[state_of(stored)]
    if change not in allowed:
        message = _("This removal has been voided.") if stored.voided_at else _("This removal was overturned.")
        raise StepNotAllowed(message, list(allowed))
    return stored


def decision_day(decided_on: date | None, begins_on: date, occurred_on: date, today: date) -> date:
    """The day of a decision: as given, else the first day or today. Raises ValidationError for one that cannot be."""
    day = decided_on or min(begins_on, today)
    if day < occurred_on:
        raise ValidationError({"decided_on": _("It cannot be decided before the incident.")})
    if day > today:
        raise ValidationError({"decided_on": _("This day has not come yet.")})
    return day


def check_change(removal: Removal, change: str, kind: str, terms: Terms) -> None:
    """Raise ValidationError where new terms are not what the kind of change says, StepNotAllowed for a stay without
    an appeal that is pending.
    """
    before, after = removal.days, terms.days
    if kind and (change != states.CONVERT or kind == removal.kind or {kind, removal.kind} - set(SUSPENSIONS)):
        raise ValidationError({"kind": _("Only suspensions are converted, from in school to out of school or back.")})
    if change == states.CONVERT and not kind:
        raise ValidationError({"kind": _("Say what it is converted to.")})
    if change == states.REDUCE and before is not None and after >= before:
        raise ValidationError({"days": _("This is not shorter than before.")})
    if change == states.EXTEND and before is not None and after <= before:
        raise ValidationError({"days": _("This is not longer than before.")})
    if change == states.STAY:
        if not removal.appeals.pending().exists():
            raise StepNotAllowed(_("It can be put off only while an appeal is pending."), (states.APPEAL,))
        if terms.begins_on <= removal.begins_on and (before is None or after >= before):
            raise ValidationError({"begins_on": _("Put off, it begins later, or ends with the days served so far.")})


def _write_change(
    removal: Removal, values: dict[str, Any], change: str, kind: str, reason: str, difference: str, by: User
) -> None:
    """Set new terms and write the former ones as a dated row. Raises ValidationError when nothing differs."""
    former = {name: getattr(removal, name) for name in TERMS if name != "services"}
    kind_before = removal.kind
    before = audit.values_of(removal, ("kind", *TERMS))
    removal.kind = kind or removal.kind
    for name, value in values.items():
        setattr(removal, name, value)
    removal.full_clean()
    changes = audit.differences(before, audit.values_of(removal, ("kind", *TERMS)))
    if not changes and change != states.OVERTURN:
        raise ValidationError({"begins_on": _("These are the terms that stand already.")})
    RemovalChange.objects.create(
        removal=removal,
        at=timezone.now(),
        by=by,
        reason=reason,
        kind=change,
        removal_kind=kind_before if kind else "",
        difference=difference,
        **former,
    )
    removal.save()
    _record(removal, audit.Action.UPDATE, by, changes, {"reason": reason, "difference": difference, "change": change})


def _decided_on(removal: Removal) -> date:
    terms = RemovalTerms.objects.filter(removal=removal).first()
    return (terms.decided_on if terms else None) or removal.begins_on


def _lay(removal: Removal, judgment: Judgment, by: User, *, is_new_decision: bool = False) -> list[DueProcessStep]:
    return lay_steps(
        removal=removal,
        findings=judgment.evaluation.findings,
        versions=judgment.law.versions,
        by=by,
        is_new_decision=is_new_decision,
    )


def _locked(removal: Removal) -> Removal:
    rows = Removal.objects.select_for_update(of=("self",)).select_related(
        "school__district", "incident", "student", "school_year__district"
    )
    stored = rows.get(pk=removal.pk)
    if stored.voided_at is not None:
        raise StepNotAllowed(_("This removal has been voided."), ())
    return stored


def _check_kind(kind: str) -> None:
    if kind not in RemovalKind.values:
        raise ValidationError({"kind": _("Choose one of the kinds given.")})


def _terms(school: School, begins_on: date, ends_on: date | None, days: Decimal | None) -> Terms:
    """Whole terms by the school's calendar. Raises ValidationError in plain words."""
    if days is not None:
        days = days.quantize(Decimal("0.01")) if days.is_finite() and abs(days) < 10_000 else Decimal(0)
    try:
        return terms_of(calendar_of(school.district, school), begins_on, ends_on=ends_on, days=days)
    except TermsFault as fault:
        raise ValidationError({fault.field: _FAULTS[fault.code] % {"limit": fault.limit}}) from fault


_FAULTS = {
    "required": gettext_lazy("Give the number of school days, or the last day."),
    "not_positive": gettext_lazy("Give a number of school days above 0."),
    "too_far": gettext_lazy("This goes beyond the school calendar that was entered."),
    "order": gettext_lazy("The last day is before the first."),
    "no_school": gettext_lazy("There is no school between these days."),
    "too_long": gettext_lazy("There are only %(limit)s school days between these days."),
}


def _record(
    removal: Removal,
    action: audit.Action,
    by: User,
    changes: dict[str, list[Any]],
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action,
        by=by,
        target=removal,
        district=removal.school.district_id,
        school=removal.school_id,
        student=removal.student_id,
        changes=changes,
        details={name: value for name, value in (details or {}).items() if value},
    )
