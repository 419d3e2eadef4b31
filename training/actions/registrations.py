"""Verbs about registrations: take a seat or a place in the line, give it back, move up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.models import District, SeatAllotment, User
from district.steps import StepNotAllowed, checked_note
from training.models import Practitioner, Registration, RegistrationStatus, TrainingSession

from .base import saved
from .people import add_person
from .sessions import locked, refuse_cancelled, today_of

Status, Way = Registration.Status, Registration.Way
CANCEL, PROMOTE = "cancel", "promote"
STEPS: dict[str, tuple[str, ...]] = {
    Status.REGISTERED: (CANCEL,),
    Status.WAITING: (CANCEL, PROMOTE),
    Status.CANCELLED: (),
}
"""Status of a registration → the steps that may follow. Registering anew is no step of the old registration."""


@dataclass(frozen=True)
class SeatCount:
    """Seats of a session at a moment: how many there are for a way of coming, and how many are taken."""

    seats: int
    taken: int

    @property
    def left(self) -> int:
        """Seats still free."""
        return max(0, self.seats - self.taken)


def seats_for(session: TrainingSession, allotment: SeatAllotment | None) -> SeatCount:
    """Count the seats of a session for those who come with `allotment`, or without any. Three queries.

    With an allotment: the block that the session keeps for it, bounded by what the memorandum promises over all
    sessions. Without: the seats that no block keeps; of a block, what is not taken stays kept.
    """
    blocks = {row.allotment_id: row.seats for row in session.seats.all()}
    taken = dict.fromkeys(blocks, 0)
    free = 0
    for key in session.registrations.seated().values_list("allotment", flat=True):
        if key in taken:
            taken[key] += 1
        else:
            free += 1
    if allotment is None:
        return SeatCount(session.capacity - sum(blocks.values()), free)
    elsewhere = allotment.registrations.seated().exclude(session=session).count()
    block = min(blocks.get(allotment.pk, 0), allotment.seats - elsewhere)
    return SeatCount(max(0, block), taken.get(allotment.pk, 0))


@transaction.atomic
def register(
    *,
    session: TrainingSession,
    practitioner: Practitioner,
    way: str,
    allotment: SeatAllotment | None = None,
    by: User | None,
    batch: Any = None,
    over_capacity: bool = False,
) -> Registration:
    """Register a person, or put them on the waiting list when no seat is left; again after a cancellation.

    `over_capacity` lets a trainer seat somebody who is in the room. Repeating it changes nothing. Raises
    ValidationError for a person of another district or an allotment without seats here, StepNotAllowed for a
    cancelled session.
    """
    stored = locked(session)
    refuse_cancelled(stored)
    if practitioner.district_id != stored.district_id:
        raise ValidationError({"practitioner": _("This person belongs to another district.")})
    if allotment is not None and not stored.seats.filter(allotment=allotment).exists():
        raise ValidationError({"allotment": _("This session keeps no seats for that invitation.")})
    existing = stored.registrations.filter(practitioner=practitioner).first()
    if existing is not None and existing.status != Status.CANCELLED:
        return existing
    has_seat = over_capacity or seats_for(stored, allotment).left > 0
    registration = existing or Registration(session=stored, practitioner=practitioner, batch=batch)
    registration.allotment, registration.way = allotment, way
    _move(registration, Status.REGISTERED if has_seat else Status.WAITING, by=by)
    return registration


@transaction.atomic
def register_newcomer(
    *,
    session: TrainingSession,
    given_name: str,
    family_name: str,
    email: str,
    capacity: str,
    language: str = "",
    way: str,
    allotment: SeatAllotment | None = None,
    over_capacity: bool = False,
    by: User | None = None,
) -> Registration:
    """Register whoever gives this address: the person in training who has it, or a new one.

    Names given by somebody unknown never change a record that exists. Raises ValidationError for an address that is
    none, StepNotAllowed for a cancelled session.
    """
    practitioner = person_by_email(session.district, email)
    if practitioner is None:
        practitioner = add_person(
            district=session.district,
            given_name=given_name,
            family_name=family_name,
            email=email,
            capacity=capacity,
            organization=allotment.memorandum.organization if allotment and capacity == "community" else None,
            languages=[language] if language else [],
            by=by,
        )
    return register(
        session=session,
        practitioner=practitioner,
        way=way,
        allotment=allotment,
        by=by,
        over_capacity=over_capacity,
    )


def person_by_email(district: District, email: str) -> Practitioner | None:
    """Return the person in training with this address; None for nobody or an empty address."""
    email = (email or "").strip()
    if not email:
        return None
    people = Practitioner.objects.standing().filter(district=district, person__email__iexact=email)
    return people.select_related("person", "district").first()


@transaction.atomic
def cancel_registration(
    *,
    registration: Registration,
    note: str = "",
    by: User | None,
    tell: Callable[[Registration], None] = lambda registration: None,
) -> Registration:
    """Give a seat or a place in the line back; the first of the line moves up, and `tell` is called with them.

    Raises StepNotAllowed when it was cancelled already.
    """
    note = checked_note(note)
    session = locked(registration.session)
    stored = Registration.objects.select_for_update().get(pk=registration.pk)
    if CANCEL not in STEPS[stored.status]:
        raise StepNotAllowed(_("This registration was cancelled already."), STEPS[stored.status])
    _move(stored, Status.CANCELLED, by=by, note=note)
    if moved := _move_up(session, stored.allotment, by):
        tell(moved)
    return stored


def give_back(
    *, registration: Registration, by: User | None, tell: Callable[[Registration], None] = lambda registration: None
) -> Registration:
    """Give one's own seat or place in the line back, until the session begins.

    Raises StepNotAllowed afterwards, and when it was given back already.
    """
    if not may_give_back(registration):
        raise StepNotAllowed(_("The session has begun. Speak with your trainer."), ())
    return cancel_registration(registration=registration, note=GIVEN_BACK, by=by, tell=tell)


def may_give_back(registration: Registration) -> bool:
    """Say whether the person of a registration can still give it back themselves."""
    session = registration.session
    return (
        CANCEL in STEPS[registration.status]
        and session.status == TrainingSession.Status.SCHEDULED
        and today_of(session) < session.begins_on
    )


@transaction.atomic
def promote(*, registration: Registration, by: User | None, note: str = "") -> Registration:
    """Seat somebody from the waiting list, also beyond the seats: whoever runs the session decides.

    Raises StepNotAllowed for somebody who does not wait.
    """
    note = checked_note(note)
    refuse_cancelled(locked(registration.session))
    stored = Registration.objects.select_for_update().get(pk=registration.pk)
    if PROMOTE not in STEPS[stored.status]:
        raise StepNotAllowed(_("Only somebody on the waiting list can move up."), STEPS[stored.status])
    _move(stored, Status.REGISTERED, by=by, note=note)
    return stored


def _move_up(session: TrainingSession, allotment: SeatAllotment | None, by: User | None) -> Registration | None:
    """Give the free seat to the first in line and return their registration; None where nobody moves."""
    if session.status == TrainingSession.Status.CANCELLED or seats_for(session, allotment).left == 0:
        return None
    first = session.registrations.waiting().filter(allotment=allotment).first()
    if first is not None:
        _move(first, Status.REGISTERED, by=by, note=MOVED_UP)
    return first


MOVED_UP, GIVEN_BACK = "Moved up from the waiting list", "Given back by themselves"
"""Notes that the program writes down; kept in English, because they are part of the record."""


def _move(registration: Registration, status: str, *, by: User | None, note: str = "") -> None:
    """Write the new state, its dated row and the event."""
    before, now = registration.status or None, timezone.now()
    registration.status = status
    registration.waiting_since = now if status == Status.WAITING else None
    is_new = registration.pk is None
    saved(registration)
    saved(RegistrationStatus(registration=registration, status=status, at=now, by=by, note=note))
    audit.record(
        audit.Action.CREATE if is_new else audit.Action.UPDATE,
        by=by,
        target=registration,
        district=registration.session.district_id,
        changes={"status": [before, status]},
        details={
            "session": str(registration.session.uid),
            "person": str(registration.practitioner.uid),
            "way": registration.way,
        }
        | ({"reason": note} if note else {}),
    )
