"""A partner's own log of what it did under its memorandum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from commitments.models import PartnerActivity
from district.models import Memorandum, User

from .recording import add, locked, refuse_future, void


@transaction.atomic
def log_activity(
    *,
    memorandum: Memorandum,
    kind: str,
    happened_on: date,
    title: str,
    hours: Decimal | None = None,
    people_reached: int | None = None,
    cases_brought: int | None = None,
    funding: Decimal | None = None,
    note: str = "",
    by: User | None,
    on: date | None = None,
) -> PartnerActivity:
    """Log one piece of work. Raises ValidationError for a day that has not come or a value that does not fit."""
    refuse_future(happened_on, on or memorandum.district.today(), "happened_on")
    row = PartnerActivity(
        memorandum=memorandum,
        kind=kind,
        happened_on=happened_on,
        title=title.strip(),
        hours=hours,
        people_reached=people_reached,
        cases_brought=cases_brought,
        funding=funding,
        note=note,
        by=by,
    )
    return add(row, by=by, district=memorandum.district_id)


@transaction.atomic
def void_activity(*, activity: PartnerActivity, reason: str, by: User | None) -> PartnerActivity:
    """Void a logged piece of work: it stays with the reason and counts nowhere."""
    activity = locked(activity)
    void(activity, reason=reason, by=by, district=activity.memorandum.district_id)
    return activity
