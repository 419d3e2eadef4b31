"""Facts beside a removal that decide whether its days count in the IDEA clock; former ones stay with their reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.models import Removal, RemovalKind, RemovalTerms, RemovalTermsChange
from district import audit
from district.models import User
from district.steps import StepNotAllowed, checked_reason

CONDITIONS = ("progress_in_curriculum", "iep_services_continued", "with_peers")
BUS = ("bus_is_service", "bus_alternative")
INTERIM = (RemovalKind.IAES_PERSONNEL, RemovalKind.IAES_HEARING_OFFICER)
IN_SCHOOL = (RemovalKind.ISS, RemovalKind.CLASS)


def record_terms(*, removal: Removal, reason: str = "", by: User | None, **facts: Any) -> RemovalTerms:
    """Keep facts that bear on whether the days of `removal` count; those not named stay as they are.

    What stood there before stays on record with the reason. Raises ValidationError for a fact that cannot be or does
    not belong to the kind of removal, and for a change without a reason; StepNotAllowed when it was voided.
    """
    if unknown := [name for name in facts if name not in RemovalTerms.FACTS]:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})
    with transaction.atomic():
        removal = locked(removal)
        terms = RemovalTerms.objects.filter(removal=removal).first()
        is_new = terms is None
        if is_new and not any(value not in (None, "") for value in facts.values()):
            raise ValidationError(_("Say at least one fact about the removal."))
        terms = terms or RemovalTerms(removal=removal)
        before = audit.values_of(terms, RemovalTerms.FACTS)
        for name, value in facts.items():
            setattr(terms, name, value)
        _check_terms(terms, removal)
        changes = audit.differences({} if is_new else before, audit.values_of(terms, RemovalTerms.FACTS))
        if not changes and not is_new:
            return terms
        if not is_new:
            reason = checked_reason(reason, missing=_("Say why this is recorded differently now."))
            RemovalTermsChange.objects.create(
                terms=terms, at=timezone.now(), by=by, reason=reason, former={name: before[name] for name in changes}
            )
        terms.save()
        said = {name: change for name, change in changes.items() if change[1] not in (None, "")} if is_new else changes
        action = audit.Action.CREATE if is_new else audit.Action.UPDATE
        record_beside(action, terms, removal, by, said, {"reason": reason})
        return terms


def confirm_informal(*, removal: Removal, reason: str, by: User) -> RemovalTerms:
    """Confirm that a student was sent home, as a family says: from now on its days count for certain.

    Raises ValidationError without a reason, StepNotAllowed when nobody alleges it or it is confirmed already.
    """
    terms = RemovalTerms.objects.filter(removal=removal).first()
    if terms is None or terms.standing != RemovalTerms.Standing.ALLEGED:
        raise StepNotAllowed(_("There is nothing to confirm about this removal."), ())
    reason = checked_reason(reason, missing=_("Say how you know."))
    return record_terms(removal=removal, standing=RemovalTerms.Standing.CONFIRMED, reason=reason, by=by)


def _check_terms(terms: RemovalTerms, removal: Removal) -> None:
    terms.clean_fields(exclude=["removal"])
    errors: dict[str, str] = {}
    if removal.kind not in IN_SCHOOL:
        errors |= _given(terms, CONDITIONS, _("This is about removals within the school."))
    if removal.kind != RemovalKind.BUS:
        errors |= _given(terms, BUS, _("This is about bus suspensions."))
    if removal.kind != RemovalKind.INFORMAL and terms.standing == RemovalTerms.Standing.ALLEGED:
        errors["standing"] = _("Only an informal removal is alleged.")
    if removal.kind not in INTERIM:
        errors |= _given(terms, ("interim_reason",), _("This is about interim settings."))
    officer = terms.interim_reason == RemovalTerms.InterimReason.HEARING_OFFICER
    if terms.interim_reason and officer != (removal.kind == RemovalKind.IAES_HEARING_OFFICER):
        errors["interim_reason"] = _("A hearing officer's order and the three special circumstances are different.")
    if terms.minutes_removed is not None and terms.day_minutes is None:
        errors["day_minutes"] = _("Say how many minutes of instruction that school day had.")
    elif terms.minutes_removed is not None and terms.minutes_removed > (terms.day_minutes or 0):
        errors["minutes_removed"] = _("This is more than the school day had.")
    if terms.decided_on and terms.decided_on < removal.incident.occurred_on:
        errors["decided_on"] = _("It cannot be decided before the incident.")
    elif terms.decided_on and terms.decided_on > removal.school.district.today():
        errors["decided_on"] = _("This day has not come yet.")
    if errors:
        raise ValidationError(errors)


def _given(terms: RemovalTerms, names: tuple[str, ...], message: str) -> dict[str, str]:
    return {name: message for name in names if getattr(terms, name) not in (None, "")}


def locked(removal: Removal, *, although_voided: bool = False) -> Removal:
    """Return the removal as stored, under a lock. Raises StepNotAllowed when it was voided."""
    rows = Removal.objects.select_for_update(of=("self",)).select_related("school__district", "incident", "student")
    stored = rows.get(pk=removal.pk)
    if stored.voided_at is not None and not although_voided:
        raise StepNotAllowed(_("This removal has been voided."), ())
    return stored


def record_beside(
    action: audit.Action,
    row: Any,
    removal: Removal,
    by: User | None,
    changes: dict[str, list[Any]],
    details: dict[str, Any] | None = None,
) -> None:
    """Append the event of a row that stands beside a removal."""
    audit.record(
        action,
        by=by,
        target=row,
        district=removal.school.district_id,
        school=removal.school_id,
        student=removal.student_id,
        changes=changes,
        details={name: value for name, value in (details or {}).items() if value},
    )
