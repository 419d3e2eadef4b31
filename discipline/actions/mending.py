"""What may be done with an incident afterwards: mend it, void a part, write down what a family heard."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import referral_states as states
from discipline.actions.incidents import check_moment, check_texts, codes_of, locked, record
from discipline.models import ContactWay, FamilyContact, Incident, Involvement, Referral
from district import audit
from district.access import Permission
from district.models import Student, User
from district.steps import StepNotAllowed, checked_note, checked_reason

AMENDABLE = ("occurred_time", "is_time_exact", "location", "description", "tried_first")
"""What may be mended of an incident afterwards; the day and the school are what it is filed under."""


def amend_incident(*, incident: Incident, by: User, **values: Any) -> Incident:
    """Mend time, place or words of an incident; no event when nothing differs. The audit trail keeps no narrative.

    Those who decide at its school may always, its writer until the review begins (`may_amend`). Raises ValidationError
    for a field that may not change or a value that is not valid, StepNotAllowed also when it was merged.
    """
    if unknown := [name for name in values if name not in AMENDABLE]:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})
    with transaction.atomic():
        incident = locked(incident)
        if refusal := amend_refusal(incident, by):
            raise StepNotAllowed(refusal, ())
        if "tried_first" in values:
            values["tried_first"] = codes_of(values["tried_first"])
        before = audit.values_of(incident, values)
        for name, value in values.items():
            setattr(incident, name, value)
        incident.is_time_exact = incident.is_time_exact and incident.occurred_time is not None
        check_moment(incident)
        check_texts(incident)
        changes = audit.differences(before, audit.values_of(incident, values))
        if not changes:
            return incident
        if "description" in changes:
            changes["description"] = ["…", "…"]
            incident.described_by = by if incident.description else None
        incident.save()
        record(incident, audit.Action.UPDATE, by, changes=changes)
        return incident


def may_amend(incident: Incident, by: User) -> bool:
    """Say whether `by` wrote the incident and no review of it has begun, or it waits for their answer."""
    statuses = set(incident.referrals.countable().values_list("status", flat=True))
    return incident.logged_by_id == by.pk and incident.merged_into_id is None and statuses <= states.WITH_REPORTER


def amend_refusal(incident: Incident, by: User) -> str:
    """Return why `by` may not mend the incident now; empty when they may."""
    if incident.merged_into_id is not None:
        return _("This incident was merged into another. Go on there.")
    if may_amend(incident, by) or by.can(Permission.REFERRAL_DECIDE, incident.school):
        return ""
    return _("The review has begun. Tell the reviewer what should be mended.")


def void_part(*, involvement: Involvement, reason: str, by: User) -> Involvement:
    """Void one part in an incident: it stays on record with the reason.

    The last standing part of a referred student stays: their referral must be voided instead. Raises ValidationError,
    StepNotAllowed when it is voided already.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    with transaction.atomic():
        incident = locked(involvement.incident)
        part = Involvement.objects.get(pk=involvement.pk)
        if part.voided_at is not None:
            raise StepNotAllowed(_("This part has been voided already."), ())
        others = incident.involvements.responsible().filter(student=part.student_id).exclude(pk=part.pk)
        referred = incident.referrals.countable().filter(student=part.student_id)
        if part.role == Involvement.Role.RESPONSIBLE and not others.exists() and referred.exists():
            raise StepNotAllowed(_("It is what the referral is over. Void the referral instead."), ())
        part.voided_at, part.void_reason = timezone.now(), reason
        part.save()
        record(incident, audit.Action.VOID, by, student=part.student_id, details={"reason": reason, "part": part.role})
        return part


def log_family_contact(*, incident: Incident, student: Student, way: str, note: str = "", by: User) -> FamilyContact:
    """Write down that the family of a student heard from the school. Raises ValidationError."""
    if way not in ContactWay.values:
        raise ValidationError({"way": _("Choose one of the ways given.")})
    note = checked_note(note)
    with transaction.atomic():
        incident = locked(incident)
        if not incident.involvements.standing().filter(student=student).exists():
            raise ValidationError({"student": _("This student has no part in the incident.")})
        row = FamilyContact.objects.create(
            incident=incident, student=student, way=way, at=timezone.now(), by=by, note=note
        )
        record(incident, audit.Action.UPDATE, by, student=student.pk, details={"family_contact": way})
        return row


def families_known_to(incident: Incident, by: User) -> models.QuerySet:
    """Return the keys of the students whose families `by` may say to have heard: every participant for those who
    decide at its school, those they referred for its reporters.
    """
    if by.can(Permission.REFERRAL_DECIDE, incident.school):
        return incident.involvements.standing().order_by().values("student")
    return Referral.objects.made_by(by).filter(incident=incident).order_by().values("student")
