"""Voiding: nothing is deleted, a mistake stays on record with the reason and counts nowhere."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import referral_states as states
from discipline.actions.outcomes import tell_anew
from discipline.models import Referral, ReferralStatus, Removal
from district import audit
from district.models import User
from district.steps import StepNotAllowed, checked_reason

CHANGED_BY_IMPORT = "Changed by an import"
VOIDED_BY_IMPORT = "Voided by an import"
RESTORED_BY_IMPORT = "Behavior added by an import"
"""Reasons that an import writes down; kept in English, because they are part of the record."""


def removal_steps(removal: Removal) -> tuple[str, ...]:
    """Return the steps that may follow: a standing removal can be voided, a voided one is final."""
    return (states.VOID,) if removal.voided_at is None else ()


def void_removal(*, removal: Removal, reason: str, by: User | None) -> Removal:
    """Void `removal`: it stays on record with the reason and counts nowhere.

    Raises ValidationError without a reason, StepNotAllowed when it is voided already.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    with transaction.atomic():
        removal = Removal.objects.select_for_update(of=("self",)).select_related("school").get(pk=removal.pk)
        if states.VOID not in removal_steps(removal):
            raise StepNotAllowed(_("This removal has been voided already."), list(removal_steps(removal)))
        removal.voided_at, removal.void_reason, removal.voided_by = timezone.now(), reason, by
        # Whether services were provided may be unknown (null), which full_clean takes for a field left blank.
        removal.full_clean()
        removal.save()
        for referral in Referral.objects.filter(incident=removal.incident_id, student=removal.student_id):
            tell_anew(referral)
        audit.record(
            audit.Action.VOID,
            by=by,
            target=removal,
            district=removal.school.district_id,
            school=removal.school_id,
            student=removal.student_id,
            changes={"voided_at": [None, removal.voided_at.isoformat()], "void_reason": ["", reason]},
        )
        return removal


def void_referral(*, referral: Referral, reason: str, by: User | None) -> Referral:
    """Void `referral` with a dated row that holds the reason; what it said stays on record and counts nowhere.

    Raises ValidationError without a reason, StepNotAllowed when it is voided already.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    with transaction.atomic():
        referral = Referral.objects.select_for_update(of=("self",)).select_related("school").get(pk=referral.pk)
        before, steps = referral.status, states.STEPS[referral.status]
        if states.VOID not in steps:
            raise StepNotAllowed(_("This referral has been voided already."), list(steps))
        referral.status = Referral.Status.VOIDED
        referral.full_clean()
        referral.save()
        row = ReferralStatus(referral=referral, status=referral.status, at=timezone.now(), by=by, note=reason)
        row.full_clean()
        row.save()
        audit.record(
            audit.Action.VOID,
            by=by,
            target=referral,
            district=referral.school.district_id,
            school=referral.school_id,
            student=referral.student_id,
            changes={"status": [before, referral.status]},
            details={"reason": reason},
        )
        return referral
