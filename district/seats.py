"""Verbs about the seats that a memorandum promises: allot so many, with their invitation code; take them back."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from district import audit
from district.models import Memorandum, SeatAllotment, User
from district.steps import StepNotAllowed, checked_reason

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
"""Letters of an invitation code, without those that look alike: 31 to the power of 8, with a limit on tries."""
FIELDS = ("label", "seats", "begins_on", "ends_on")


@transaction.atomic
def allot_seats(
    *,
    memorandum: Memorandum,
    label: str,
    seats: int,
    begins_on: date | None = None,
    ends_on: date | None = None,
    by: User | None,
) -> SeatAllotment:
    """Add so many seats under `memorandum`, from its first day unless another is given, with a fresh invitation code.

    Raises ValidationError for days that the memorandum does not cover, and for values that are not valid.
    """
    first = begins_on or memorandum.begins_on
    if first < memorandum.begins_on:
        raise ValidationError({"begins_on": _("The memorandum begins later.")})
    if ends_on is not None and memorandum.ends_on is not None and ends_on > memorandum.ends_on:
        raise ValidationError({"ends_on": _("The memorandum ends earlier.")})
    if ends_on is not None and ends_on < first:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    allotment = SeatAllotment(
        memorandum=memorandum, label=label.strip(), seats=seats, code=new_code(), begins_on=first, ends_on=ends_on
    )
    allotment.full_clean()
    allotment.save()
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=allotment,
        district=memorandum.district_id,
        changes=audit.differences({}, audit.values_of(allotment, FIELDS)),
        details={"memorandum": str(memorandum.uid)},
    )
    return allotment


@transaction.atomic
def withdraw_seats(*, allotment: SeatAllotment, reason: str, by: User | None) -> SeatAllotment:
    """Take seats back: the invitation code stops working, whoever has a seat keeps it.

    Raises ValidationError without a reason, StepNotAllowed when they were taken back already.
    """
    reason = checked_reason(reason)
    stored = SeatAllotment.objects.select_for_update(of=("self",)).select_related("memorandum").get(pk=allotment.pk)
    if stored.withdrawn_at is not None:
        raise StepNotAllowed(_("These seats were taken back already."), ())
    stored.withdrawn_at, stored.withdraw_reason = timezone.now(), reason
    stored.full_clean()
    stored.save()
    audit.record(
        audit.Action.VOID,
        by=by,
        target=stored,
        district=stored.memorandum.district_id,
        changes={"withdrawn_at": [None, stored.withdrawn_at.isoformat()]},
        details={"reason": reason, "memorandum": str(stored.memorandum.uid)},
    )
    return stored


def new_code() -> str:
    """Return a free invitation code."""
    code = get_random_string(CODE_LENGTH, CODE_LETTERS)
    while SeatAllotment.objects.filter(code=code).exists():
        code = get_random_string(CODE_LENGTH, CODE_LETTERS)
    return code
