"""What may be done with bodies and their seats."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Body, Seat, SeatTerm
from district.access import Permission
from district.models import District, User
from district.steps import StepNotAllowed, checked_reason

from .recording import add, change, locked, refuse_before, refuse_out_of_scope


@transaction.atomic
def create_body(*, district: District, by: User | None, **values: Any) -> Body:
    """Add a task force, committee or board. Raises ValidationError for a name that the district has already."""
    body = Body(district=district, **values)
    _same_district(body.organization, district.pk)
    add(body, by=by, district=district)
    refuse_out_of_scope(body, Permission.BODY_EDIT, by)
    return body


@transaction.atomic
def change_body(*, body: Body, by: User | None, **values: Any) -> Body:
    """Change what a body is called and what it is for; no event when nothing differs. Raises ValidationError."""
    body = locked(body)
    _same_district(values.get("organization"), body.district_id)
    change(body, values, by=by, district=body.district_id)
    refuse_out_of_scope(body, Permission.BODY_EDIT, by)
    return body


@transaction.atomic
def end_body(*, body: Body, ended_on: date, by: User | None) -> Body:
    """Say when a body ended; its seats end with it. Raises StepNotAllowed when it ended already."""
    body = locked(body)
    if body.ended_on is not None:
        raise StepNotAllowed(_("This body has ended already."), [])
    refuse_before(ended_on, body.begins_on, "ended_on", _("It began later."))
    change(body, {"ended_on": ended_on}, by=by, district=body.district_id)
    for seat in body.seats.filter(ended_on=None):
        end_seat(seat=seat, ended_on=max(ended_on, seat.begins_on), by=by)
    return body


@transaction.atomic
def add_seat(*, body: Body, begins_on: date, by: User | None, **values: Any) -> Seat:
    """Add a seat to a body. Raises ValidationError for a name that the body has, or a day before it began."""
    body = locked(body)
    refuse_before(begins_on, body.begins_on, "begins_on", _("The body began later."))
    if body.ended_on is not None:
        raise StepNotAllowed(_("This body has ended."), [])
    seat = Seat(body=body, begins_on=begins_on, **values)
    _same_district(seat.organization, body.district_id)
    return add(seat, by=by, district=body.district_id)


@transaction.atomic
def end_seat(*, seat: Seat, ended_on: date, by: User | None) -> Seat:
    """Say until when a seat existed; the term of who holds it ends with it. Raises StepNotAllowed a second time."""
    seat = locked(seat)
    if seat.ended_on is not None:
        raise StepNotAllowed(_("This seat has ended already."), [])
    refuse_before(ended_on, seat.begins_on, "ended_on", _("The seat was made later."))
    for term in seat.terms.filter(ends_on=None):
        change(term, {"ends_on": max(ended_on, term.begins_on)}, by=by, district=seat.body.district_id)
    change(seat, {"ended_on": ended_on}, by=by, district=seat.body.district_id)
    return seat


@transaction.atomic
def fill_seat(*, seat: Seat, holder: str, begins_on: date, ends_on: date | None = None, by: User | None) -> SeatTerm:
    """Let somebody hold a seat from a day on. Raises ValidationError when somebody else holds it then."""
    seat = locked(seat)
    if seat.ended_on is not None:
        raise StepNotAllowed(_("This seat has ended."), [])
    refuse_before(begins_on, seat.begins_on, "begins_on", _("The seat was made later."))
    term = SeatTerm(seat=seat, holder=holder.strip(), begins_on=begins_on, ends_on=ends_on)
    for other in seat.terms.all():
        ends_before = other.ends_on is not None and other.ends_on < begins_on
        if not ends_before and not (ends_on is not None and ends_on < other.begins_on):
            raise ValidationError({"begins_on": _("Somebody else holds the seat then. End that term first.")})
    return add(term, by=by, district=seat.body.district_id)


@transaction.atomic
def vacate_seat(*, seat: Seat, ends_on: date, reason: str, by: User | None) -> SeatTerm:
    """End the term of who holds a seat now, with the reason. Raises StepNotAllowed when the seat is vacant."""
    seat = locked(seat)
    term = seat.terms.filter(ends_on=None).first()
    if term is None:
        raise StepNotAllowed(_("Nobody holds this seat without an end."), ["fill"])
    refuse_before(ends_on, term.begins_on, "ends_on", _("The term began later."))
    values = {"ends_on": ends_on, "end_reason": checked_reason(reason)}
    change(term, values, by=by, district=seat.body.district_id)
    return term


def _same_district(organization: Any, district: int) -> None:
    if organization is not None and organization.district_id != district:
        raise ValidationError({"organization": _("Choose an organization of the same district.")})
