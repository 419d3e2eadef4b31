"""Verbs about attendance: the trainer's sheet, and the sign-in by code that the sheet confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.models import User
from training.models import Attendance, Registration, SessionDay, TrainingSession

from .base import is_self, saved
from .sessions import locked, refuse_cancelled, today_of

EARLY, LATE = timedelta(hours=1), timedelta(hours=1)
"""How long before a day begins and after it ends people can sign in by code."""


@transaction.atomic
def record_sheet(
    *, session_day: SessionDay, hours: Mapping[Registration, Decimal | None], by: User | None
) -> list[Attendance]:
    """Confirm who was there on a day and for how many hours; None or 0: was not there.

    Whoever is not in `hours` stays as they are. One event for the whole sheet, with what differs. Raises
    ValidationError for more hours than the day has, for a day to come, for somebody not registered, and for one's
    own line; StepNotAllowed for a cancelled session.
    """
    session = locked(session_day.session)
    refuse_cancelled(session)
    if session_day.day > today_of(session):
        raise ValidationError(_("This day has not come yet."))
    existing = {row.registration_id: row for row in session_day.attendance.select_for_update()}
    now, kept, changes = timezone.now(), [], {}
    for registration, given in hours.items():
        amount = given or Decimal(0)
        _check_line(session, session_day, registration, amount)
        row = existing.get(registration.pk)
        if row is None and not amount:
            continue
        if row is not None and row.confirmed_at is not None and row.hours == amount:
            continue  # nothing new: also one's own line may stand in the sheet unchanged
        if is_self(by, registration.practitioner):
            raise ValidationError(_("Nobody confirms their own attendance. Ask the other trainer."))
        before = row.hours if row and row.confirmed_at else None
        row = row or Attendance(registration=registration, session_day=session_day, way=Attendance.Way.SHEET)
        row.hours, row.confirmed_at, row.confirmed_by = amount, now, by
        kept.append(saved(row))
        changes[str(registration.practitioner.uid)] = [None if before is None else str(before), str(amount)]
    if changes:
        _record(session_day, changes, by)
    return kept


def _check_line(session: TrainingSession, session_day: SessionDay, registration: Registration, amount: Decimal) -> None:
    if registration.session_id != session.pk or registration.status != Registration.Status.REGISTERED:
        raise ValidationError(_("Only people registered for this session have attendance."))
    if not 0 <= amount <= session_day.hours:
        raise ValidationError(
            _("%(name)s: at most %(hours)s hours on this day.")
            % {"name": registration.practitioner, "hours": f"{session_day.hours.normalize():f}"}
        )


def _record(session_day: SessionDay, changes: dict[str, list[Any]], by: User | None) -> None:
    session = session_day.session
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=session_day,
        district=session.district_id,
        school=session.school_id,
        changes=changes,
        details={"session": str(session.uid), "day": session_day.day.isoformat()},
    )


@transaction.atomic
def sign_in(*, session_day: SessionDay, registration: Registration) -> Attendance:
    """Sign a registered person in by the code of the day; the trainer's sheet confirms it. Repeating changes nothing.

    Raises ValidationError outside the time of the day, StepNotAllowed for a cancelled session.
    """
    session = locked(session_day.session)
    refuse_cancelled(session)
    now = timezone.now()
    if not is_open_at(session_day, now):
        raise ValidationError(_("The sign-in is open on the day itself, from an hour before it begins."))
    row = session_day.attendance.filter(registration=registration).first()
    if row is not None:
        return row
    row = saved(
        Attendance(
            registration=registration,
            session_day=session_day,
            hours=session_day.hours,
            way=Attendance.Way.CODE,
            signed_in_at=now,
        )
    )
    _record(session_day, {str(registration.practitioner.uid): [None, "signed in"]}, None)
    return row


def is_open_at(session_day: SessionDay, moment: datetime) -> bool:
    """Say whether people can sign in: around the times of the day, or all of it where it has none."""
    moments = session_day.moments()
    if moments is None:
        return moment.astimezone(session_day.session.zone).date() == session_day.day
    return moments[0] - EARLY <= moment <= moments[1] + LATE
