"""What may be done with the meetings of a body."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import AgendaItem, Attendance, Body, Decision, Meeting, Seat, SeatTerm
from district.models import User
from district.steps import StepNotAllowed, checked_reason

from .recording import add, change, locked, refuse_before, refuse_future, void

ADD_POINT, HOLD, CANCEL, DECIDE, VOID_DECISION = "add-point", "hold", "cancel", "decide", "void-decision"
MEETING_STEPS: dict[str, tuple[str, ...]] = {
    Meeting.Status.PLANNED: (ADD_POINT, HOLD, CANCEL),
    Meeting.Status.HELD: (DECIDE, VOID_DECISION),
    Meeting.Status.CANCELLED: (),
}
"""Status of a meeting → the steps that may follow."""


@transaction.atomic
def plan_meeting(*, body: Body, on: date, place: str = "", by: User | None) -> Meeting:
    """Plan a meeting of a body. Raises ValidationError for a day on which it meets already."""
    body = locked(body)
    if body.ended_on is not None:
        raise StepNotAllowed(_("This body has ended."), [])
    refuse_before(on, body.begins_on, "on", _("The body began later."))
    return add(Meeting(body=body, on=on, place=place), by=by, district=body.district_id)


@transaction.atomic
def add_point(*, meeting: Meeting, title: str, by: User | None) -> AgendaItem:
    """Put a point on the agenda of a planned meeting. Raises StepNotAllowed once it was held or canceled."""
    meeting = _locked(meeting, ADD_POINT)
    return add(AgendaItem(meeting=meeting, title=title.strip(), by=by), by=by, district=meeting.body.district_id)


@transaction.atomic
def hold(
    *,
    meeting: Meeting,
    present: Iterable[Seat] = (),
    excused: Iterable[Seat] = (),
    minutes: str = "",
    by: User | None,
    today: date | None = None,
) -> Meeting:
    """Record that a meeting was held, in which seats somebody sat, and its minutes.

    Every seat that somebody held on the day gets its mark; who is not named did not come. Raises ValidationError for a
    day that has not come, or a seat that was vacant or named twice.
    """
    meeting = _locked(meeting, HOLD)
    refuse_future(meeting.on, today or meeting.body.district.today(), "minutes")
    marks: dict[int, str] = {}
    named = ((present, Attendance.Mark.PRESENT, "present"), (excused, Attendance.Mark.EXCUSED, "excused"))
    terms = {term.seat_id: term for term in terms_on(meeting.body, meeting.on)}
    for seats, mark, field in named:
        for seat in seats:
            if seat.pk not in terms:
                raise ValidationError({field: _("Nobody held the seat “%(seat)s” that day.") % {"seat": seat.name}})
            if seat.pk in marks:
                raise ValidationError({field: _("“%(seat)s” is named twice.") % {"seat": seat.name}})
            marks[seat.pk] = mark
    values = {"status": Meeting.Status.HELD, "minutes": minutes}
    counts: dict[str, Any] = {mark.value: list(marks.values()).count(mark) for mark in (Attendance.Mark.PRESENT,)}
    change(meeting, values, by=by, district=meeting.body.district_id, **counts)
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, term=term, mark=marks.get(seat, Attendance.Mark.ABSENT))
        for seat, term in terms.items()
    )
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: User | None) -> Meeting:
    """Cancel a planned meeting with the reason. What stood on its agenda waits for the next one."""
    meeting = _locked(meeting, CANCEL)
    values = {"status": Meeting.Status.CANCELLED, "note": checked_reason(reason)}
    change(meeting, values, by=by, district=meeting.body.district_id)
    return meeting


@transaction.atomic
def decide(
    *,
    meeting: Meeting,
    text: str,
    responsible_name: str = "",
    due_on: date | None = None,
    by: User | None,
) -> Decision:
    """Record what a meeting decided. Raises StepNotAllowed before it was held."""
    meeting = _locked(meeting, DECIDE)
    refuse_before(due_on, meeting.on, "due_on", _("It cannot be due before it was decided."))
    row = Decision(meeting=meeting, text=text, responsible_name=responsible_name, due_on=due_on, by=by)
    return add(row, by=by, district=meeting.body.district_id)


@transaction.atomic
def void_decision(*, meeting: Meeting, decision: Decision, reason: str, by: User | None) -> Decision:
    """Void a decision that was recorded by mistake; it stays with the reason. Not once a commitment follows from it."""
    _locked(meeting, VOID_DECISION)
    decision = locked(decision)
    if decision.commitments.exists():
        raise StepNotAllowed(_("A commitment follows from this decision. End that one instead."), [])
    void(decision, reason=reason, by=by, district=meeting.body.district_id)
    return decision


def terms_on(body: Body, day: date) -> list[SeatTerm]:
    """The terms of the seats of a body that somebody held on `day`. One query."""
    rows = SeatTerm.objects.filter(seat__body=body, begins_on__lte=day).select_related("seat")
    return [term for term in rows.order_by("seat__kind", "seat__name") if term.holds_on(day)]


def _locked(meeting: Meeting, step: str) -> Meeting:
    meeting = locked(meeting)
    allowed = MEETING_STEPS[meeting.status]
    if step not in allowed:
        raise StepNotAllowed(_("Where this meeting stands does not allow that."), allowed)
    return meeting
