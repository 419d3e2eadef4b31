"""Removals by hand: ordered, changed with a reason, ticked off day by day. A changed removal keeps its former terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions.outcomes import tell_anew
from discipline.counting import Terms, TermsFault, terms_of
from discipline.models import LengthDifference, Referral, Removal, RemovalChange, RemovalKind, ServedDay
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
    by: User,
) -> Removal:
    """Order a removal of the referred student. Give its last day or its length; the other is counted from the calendar.

    Raises ValidationError for terms that cannot be, StepNotAllowed when the referral was voided.
    """
    with transaction.atomic():
        rows = Referral.objects.select_for_update(of=("self",)).select_related("school__district", "incident")
        referral = rows.get(pk=referral.pk)
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
        removal = Removal(
            incident=referral.incident,
            student_id=referral.student_id,
            school=referral.school,
            school_year_id=referral.school_year_id,
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
        tell_anew(referral)
        _record(removal, audit.Action.CREATE, by, audit.differences({}, audit.values_of(removal, ("kind", *TERMS))))
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
    by: User,
) -> Removal:
    """Give `removal` new terms; the former ones stay on record, dated, with the reason.

    Raises ValidationError for terms that cannot be or that change nothing, StepNotAllowed when it was voided.
    """
    reason = checked_reason(reason, missing=_("Say why the terms change."))
    if difference and difference not in LengthDifference.values:
        raise ValidationError({"difference": _("Choose one of the reasons given.")})
    with transaction.atomic():
        removal = _locked(removal)
        if begins_on < removal.incident.occurred_on:
            raise ValidationError({"begins_on": _("It cannot begin before the incident.")})
        terms = _terms(removal.school, begins_on, ends_on, days)
        former = {name: getattr(removal, name) for name in TERMS}
        before = audit.values_of(removal, TERMS)
        for name, value in {**vars(terms), "services_provided": services_provided, "services": services}.items():
            setattr(removal, name, value)
        removal.full_clean()
        changes = audit.differences(before, audit.values_of(removal, TERMS))
        if not changes:
            raise ValidationError({"begins_on": _("These are the terms that stand already.")})
        former.pop("services")
        RemovalChange.objects.create(
            removal=removal, at=timezone.now(), by=by, reason=reason, difference=difference, **former
        )
        removal.save()
        _record(removal, audit.Action.UPDATE, by, changes, {"reason": reason, "difference": difference})
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


def _locked(removal: Removal) -> Removal:
    rows = Removal.objects.select_for_update(of=("self",)).select_related("school__district", "incident")
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
