"""Verbs about sessions: plan, change, staff, keep seats for a memorandum, cancel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from district import audit
from district.models import District, Organization, School, SeatAllotment, User
from district.steps import StepNotAllowed, checked_reason
from training.models import (
    Course,
    Practitioner,
    SessionDay,
    SessionSeats,
    SessionStatus,
    SessionTrainer,
    TrainingSession,
)

from .base import changed, made, saved
from .people import checked_organization

CANCEL = "cancel"
STEPS: dict[str, tuple[str, ...]] = {
    TrainingSession.Status.SCHEDULED: (CANCEL,),
    TrainingSession.Status.CANCELLED: (),
}
"""Status of a session → the steps that may follow."""

FIELDS = ("language", "timezone", "place", "link", "capacity", "is_open", "school")
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SIGN_IN_LETTERS = 6
"""Letters of the code that signs people in on a day: without those that look alike."""


@dataclass(frozen=True)
class Day:
    """A day of a session: its times, and how many hours it counts."""

    day: date
    hours: Decimal
    begins: time | None = None
    ends: time | None = None


@transaction.atomic
def create_session(
    *,
    course: Course,
    days: Sequence[Day],
    capacity: int,
    organization: Organization | None = None,
    school: School | None = None,
    language: str = "en",
    timezone_name: str = "",
    place: str = "",
    link: str = "",
    is_open: bool = False,
    identifier: str = "",
    team: Iterable[tuple[Practitioner, str]] = (),
    by: User | None,
    batch: Any = None,
) -> TrainingSession:
    """Plan a session of `course` on `days`, in the time zone of the district unless another is named.

    Raises ValidationError without a day, for a day named twice and for places of another district.
    """
    district = course.district
    checked_organization(district, organization)
    if school is not None and school.district_id != district.pk:
        raise ValidationError({"school": _("Choose a school of the same district.")})
    ordered = _ordered(days)
    session = TrainingSession(
        district=district,
        course=course,
        organization=organization,
        school=school,
        identifier=identifier or new_identifier(district, ordered[0].day),
        language=language,
        timezone=timezone_name or district.timezone,
        place=place,
        link=link,
        capacity=capacity,
        is_open=is_open,
        begins_on=ordered[0].day,
        ends_on=ordered[-1].day,
        batch=batch,
    )
    saved(session)
    for one in ordered:
        add_day(session, one)
    status = {"status": session.status, "at": timezone.now(), "by": by}
    saved(SessionStatus(session=session, **status))
    for practitioner, part in team:
        _add_trainer(session, practitioner, part)
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=session,
        district=district,
        school=school,
        changes=made(session, ("identifier", "course", "organization", *FIELDS))
        | {"days": [None, [one.day.isoformat() for one in ordered]]},
    )
    return session


@transaction.atomic
def change_session(
    *,
    session: TrainingSession,
    by: User | None,
    days: Sequence[Day] | None = None,
    team: Iterable[tuple[Practitioner, str]] | None = None,
    **values: Any,
) -> TrainingSession:
    """Change place, times, seats, team; no event when nothing differs.

    Raises ValidationError for a field that may not change, for fewer seats than are kept or taken, and for a day
    that goes although somebody was there; StepNotAllowed when it was cancelled.
    """
    if unknown := [name for name in values if name not in FIELDS]:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})
    stored = locked(session)
    refuse_cancelled(stored)
    school = values.get("school")
    if school is not None and school.district_id != stored.district_id:
        raise ValidationError({"school": _("Choose a school of the same district.")})
    changes = changed(stored, values)
    taken = stored.registrations.seated().count()
    kept = stored.seats.aggregate(all=Sum("seats"))["all"] or 0
    if stored.capacity < max(taken, kept):
        raise ValidationError(
            {"capacity": _("%(count)d seats are taken or kept already.") % {"count": max(taken, kept)}}
        )
    if days is not None:
        changes |= _change_days(stored, _ordered(days))
    if team is not None:
        changes |= _change_team(stored, list(team))
    if changes:
        stored.save()
        audit.record(
            audit.Action.UPDATE,
            by=by,
            target=stored,
            district=stored.district_id,
            school=stored.school_id,
            changes=changes,
        )
    return stored


@transaction.atomic
def cancel_session(*, session: TrainingSession, reason: str, by: User | None) -> TrainingSession:
    """Cancel a session with a reason; its registrations stay on file.

    Raises ValidationError without a reason, StepNotAllowed when it was cancelled already.
    """
    reason = checked_reason(reason)
    stored = locked(session)
    refuse_cancelled(stored)
    stored.status = TrainingSession.Status.CANCELLED
    saved(stored)
    saved(SessionStatus(session=stored, status=stored.status, at=timezone.now(), by=by, note=reason))
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=stored,
        district=stored.district_id,
        school=stored.school_id,
        changes={"status": [TrainingSession.Status.SCHEDULED.value, stored.status]},
        details={"reason": reason},
    )
    return stored


@transaction.atomic
def keep_seats(*, session: TrainingSession, allotment: SeatAllotment, seats: int, by: User | None) -> SessionSeats:
    """Keep `seats` of a session for the invitation code of `allotment`; another number replaces the former.

    Raises ValidationError when the allotment does not hold so many seats or is not open on the first day, when the
    session has not so many left, or when both belong to different districts; StepNotAllowed for a cancelled session.
    """
    stored = locked(session)
    refuse_cancelled(stored)
    if allotment.memorandum.district_id != stored.district_id:
        raise ValidationError({"allotment": _("Choose seats of the same district.")})
    if not SeatAllotment.objects.open_on(stored.begins_on).filter(pk=allotment.pk).exists():
        raise ValidationError({"allotment": _("These seats are not open on the first day of the session.")})
    if seats > allotment.seats:
        raise ValidationError({"seats": _("The memorandum promises %(count)d seats.") % {"count": allotment.seats}})
    others = stored.seats.exclude(allotment=allotment).aggregate(all=Sum("seats"))["all"] or 0
    if others + seats > stored.capacity:
        left = max(0, stored.capacity - others)
        raise ValidationError({"seats": _("The session has %(count)d seats left to keep.") % {"count": left}})
    row = stored.seats.filter(allotment=allotment).first()
    before = row.seats if row else None
    row = row or SessionSeats(session=stored, allotment=allotment)
    row.seats = seats
    saved(row)
    if before != seats:
        audit.record(
            audit.Action.UPDATE,
            by=by,
            target=stored,
            district=stored.district_id,
            school=stored.school_id,
            changes={"seats kept": [before, seats]},
            details={"allotment": str(allotment.uid)},
        )
    return row


def locked(session: TrainingSession) -> TrainingSession:
    """Return the session as stored, locked for this transaction: whoever takes a seat waits for the one before."""
    return TrainingSession.objects.select_for_update(of=("self",)).select_related("district").get(pk=session.pk)


def today_of(session: TrainingSession) -> date:
    """Return the day it is where the session takes place."""
    return timezone.localdate(timezone=session.zone)


def refuse_cancelled(session: TrainingSession) -> None:
    """Raise StepNotAllowed for a cancelled session."""
    if session.status == TrainingSession.Status.CANCELLED:
        raise StepNotAllowed(_("This session was cancelled."), STEPS[session.status])


def new_identifier(district: District, day: date) -> str:
    """Return a free session number that begins with the first day, such as 2026-11-10-2."""
    taken = set(
        TrainingSession.objects.filter(district=district, identifier__startswith=day.isoformat()).values_list(
            "identifier", flat=True
        )
    )
    number = 1
    while f"{day.isoformat()}-{number}" in taken:
        number += 1
    return f"{day.isoformat()}-{number}"


def new_sign_in_code() -> str:
    """Return a code for the day's sign-in."""
    return get_random_string(SIGN_IN_LETTERS, CODE_LETTERS)


def add_day(session: TrainingSession, one: Day) -> SessionDay:
    """Add a day with a fresh sign-in code."""
    code = new_sign_in_code()
    while SessionDay.objects.filter(sign_in_code=code).exists():
        code = new_sign_in_code()
    return saved(
        SessionDay(session=session, day=one.day, begins=one.begins, ends=one.ends, hours=one.hours, sign_in_code=code)
    )


def _ordered(days: Sequence[Day]) -> list[Day]:
    if not days:
        raise ValidationError({"days": _("A session takes place on one day or more.")})
    if len({one.day for one in days}) < len(days):
        raise ValidationError({"days": _("A day is named twice.")})
    return sorted(days, key=lambda one: one.day)


def _change_days(session: TrainingSession, days: list[Day]) -> dict[str, list[Any]]:
    stored = {row.day: row for row in session.days.all()}
    before = [_day_words(row) for row in stored.values()]
    wanted = {one.day for one in days}
    for day, row in stored.items():
        if day in wanted:
            continue
        if row.attendance.exists():
            raise ValidationError({"days": _("Somebody was there on %(day)s.") % {"day": day.isoformat()}})
        row.delete()
    for one in days:
        known = stored.get(one.day)
        if known is None:
            add_day(session, one)
            continue
        known.begins, known.ends, known.hours = one.begins, one.ends, one.hours
        saved(known)
    session.begins_on, session.ends_on = days[0].day, days[-1].day
    after = [_day_words(row) for row in session.days.all()]
    return {"days": [before, after]} if before != after else {}


def _day_words(row: SessionDay) -> str:
    times = f" {row.begins:%H:%M}-{row.ends:%H:%M}" if row.begins and row.ends else ""
    return f"{row.day.isoformat()}{times} {row.hours.normalize():f}"


def _change_team(session: TrainingSession, team: list[tuple[Practitioner, str]]) -> dict[str, list[Any]]:
    before = sorted(f"{one.practitioner.uid} {one.part}" for one in session.team.select_related("practitioner"))
    session.team.all().delete()
    for practitioner, part in team:
        _add_trainer(session, practitioner, part)
    after = sorted(f"{practitioner.uid} {part}" for practitioner, part in team)
    return {"team": [before, after]} if before != after else {}


def _add_trainer(session: TrainingSession, practitioner: Practitioner, part: str) -> None:
    if practitioner.district_id != session.district_id:
        raise ValidationError({"team": _("Trainers must belong to the same district.")})
    saved(SessionTrainer(session=session, practitioner=practitioner, part=part))
