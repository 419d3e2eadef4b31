"""What the record of circles says to a referral: that the restorative response it was given has been completed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from discipline.actions.outcomes import tell_anew
from discipline.models import RESTORATIVE_RESPONSES, Referral, ReferralResponse
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
    row = given.filter(response=response, completed_on=None).first()
    row = row or ReferralResponse(referral=referral, response=response, on=on, by=by)
    is_new = row.pk is None
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
def withdraw_circle(*, referral: Referral, source: str, by: User | None) -> None:
    """Take back that a circle was completed, because its record was voided. The response itself stands."""
    referral = _locked(referral)
    for row in referral.responses.filter(source=source):
        before, row.completed_on, row.source = row.completed_on, None, ""
        row.save()
        _record(referral, by, {"completed_on": [before and before.isoformat(), None]}, source)


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
