"""What the record of circles says to a referral: that its restorative response was completed, or did not hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import referral_states as states
from discipline.actions.outcomes import tell_anew
from discipline.models import RESTORATIVE_RESPONSES, Referral, ReferralResponse, ReferralStatus
from district import audit
from district.models import User


@transaction.atomic
def record_circle(
    *, referral: Referral, response: str, on: date, source: str, by: User | None
) -> ReferralResponse | None:
    """Note on a referral that a circle over it was completed; `on` is the day it was held, `source` names its record.

    The standing response of that kind is completed; where there is none, one is added. The state of the referral stays
    with those who decide it. Repeated, it changes nothing; a voided referral takes nothing (None). Raises
    ValidationError for a response that is not restorative.
    """
    if response not in RESTORATIVE_RESPONSES:
        raise ValidationError({"response": _("A circle completes a restorative response.")})
    referral = _locked(referral)
    if referral.status == Referral.Status.VOIDED:
        return None
    given = referral.responses.standing()
    known = given.filter(source=source).first()
    if known:
        return known
    row, is_new = _response(referral, response, on, by)
    row.completed_on, row.source = on, source
    row.full_clean(exclude=["referral"])
    row.save()
    tell_anew(referral)
    changes: dict[str, list[Any]] = {"completed_on": [None, on.isoformat()]}
    if is_new:
        changes["response"] = [None, response]
    _record(referral, by, changes, source)
    return row


@transaction.atomic
def return_from_circle(
    *, referral: Referral, response: str, on: date, source: str, by: User | None
) -> ReferralResponse | None:
    """Hand a referral back to those who decide it: what was agreed in its circle was not met. `on` is that day.

    The standing response of that kind has not held; where there is none, one is added that says so. A decided referral
    is under review again, with whoever reviewed it; another one stays where it stands. Repeated, it changes nothing;
    a voided referral takes nothing (None). Raises ValidationError for a response that is not restorative.
    """
    if response not in RESTORATIVE_RESPONSES:
        raise ValidationError({"response": _("A circle completes a restorative response.")})
    referral = _locked(referral)
    if referral.status not in states.RETURNED_FROM_CIRCLE:
        return None
    known = referral.responses.standing().filter(source=source).first()
    if known:
        return known
    row, is_new = _response(referral, response, on, by)
    row.returned_on, row.source = on, source
    row.full_clean(exclude=["referral"])
    row.save()
    changes: dict[str, list[Any]] = {"returned_on": [None, on.isoformat()]}
    if is_new:
        changes["response"] = [None, response]
    before, after = referral.status, states.RETURNED_FROM_CIRCLE[referral.status]
    if before != after:
        referral.status, referral.outcome = after, ""
        referral.save(update_fields=["status", "outcome", "updated_at"])
        ReferralStatus.objects.create(referral=referral, status=after, at=timezone.now(), by=by)
        changes["status"] = [before, after]
    _record(referral, by, changes, source)
    return row


@transaction.atomic
def withdraw_circle(*, referral: Referral, source: str, by: User | None) -> None:
    """Take back what a circle said, because its record was voided. The response itself stands; the state of the
    referral stays with those who decide it.
    """
    referral = _locked(referral)
    for row in referral.responses.filter(source=source):
        names = [name for name in ("completed_on", "returned_on") if getattr(row, name) is not None]
        changes: dict[str, list[Any]] = {name: [getattr(row, name).isoformat(), None] for name in names}
        row.completed_on, row.returned_on, row.source = None, None, ""
        row.save()
        _record(referral, by, changes, source)


def _response(referral: Referral, response: str, on: date, by: User | None) -> tuple[ReferralResponse, bool]:
    """The response that a circle answers for, or a new one, and whether it is new."""
    row = referral.responses.answering().filter(response=response, completed_on=None).first()
    return row or ReferralResponse(referral=referral, response=response, on=on, by=by), row is None


def _locked(referral: Referral) -> Referral:
    return Referral.objects.select_for_update(of=("self",)).select_related("school").get(pk=referral.pk)


def _record(referral: Referral, by: User | None, changes: dict[str, list[Any]], source: str) -> None:
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=referral,
        district=referral.school.district_id,
        school=referral.school_id,
        student=referral.student_id,
        changes=changes,
        details={"source": source},
    )
