"""Steps of bodies, seats and meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.actions import bodies, documents, meetings
from commitments.actions.meetings import MEETING_STEPS as ALLOWED
from commitments.forms import bodies as forms
from commitments.forms.memoranda import DocumentForm
from district.access import Permission
from district.step_forms import ReasonForm
from district.step_pages import Step, steps_of

EDIT = Permission.BODY_EDIT


def add_document(*, meeting: Any, **values: Any) -> Any:
    """Keep a file with a meeting."""
    return documents.add_document(meeting=meeting, **values)


def goes_on(record: Any) -> bool:
    """Whether a body or seat has not ended."""
    return record.ended_on is None


def is_held(seat: Any) -> bool:
    """Whether somebody holds a seat without an end."""
    return goes_on(seat) and seat.terms.filter(ends_on=None).exists()


def allowed(step: str) -> Callable[[Any], bool]:
    """Return whether the status of a meeting allows a step."""
    return lambda meeting: step in ALLOWED[meeting.status]


BODY_STEPS = steps_of(
    Step(
        "plan-meeting",
        "body",
        words=_("Plan a meeting"),
        title=_("When does it meet?"),
        permission=EDIT,
        form_class=forms.MeetingForm,
        verb=meetings.plan_meeting,
        done=_("The meeting is planned."),
        is_open=goes_on,
        is_main=True,
    ),
    Step(
        "add-seat",
        "body",
        words=_("Add a seat"),
        title=_("Which seat does it have?"),
        permission=EDIT,
        form_class=forms.SeatForm,
        verb=bodies.add_seat,
        done=_("The seat is added."),
        is_open=goes_on,
    ),
    Step(
        "change",
        "body",
        words=_("Change its description"),
        title=_("What is it called, and what is it for?"),
        permission=EDIT,
        form_class=forms.BodyForm,
        verb=bodies.change_body,
        done=_("The description is saved."),
        is_partial=True,
    ),
    Step(
        "end",
        "body",
        words=_("End the body"),
        title=_("When did it end?"),
        permission=EDIT,
        form_class=forms.EndForm,
        verb=bodies.end_body,
        done=_("The body is ended."),
        is_open=goes_on,
    ),
)
SEAT_STEPS = steps_of(
    Step(
        "fill",
        "seat",
        words=_("Fill the seat"),
        title=_("Who takes the seat?"),
        permission=EDIT,
        form_class=forms.FillForm,
        verb=bodies.fill_seat,
        done=_("The seat is filled."),
        is_open=lambda seat: goes_on(seat) and not is_held(seat),
        is_main=True,
    ),
    Step(
        "vacate",
        "seat",
        words=_("End the term"),
        title=_("When and why does the term end?"),
        permission=EDIT,
        form_class=forms.VacateForm,
        verb=bodies.vacate_seat,
        done=_("The term is ended. The seat is vacant from the next day."),
        is_open=is_held,
    ),
    Step(
        "end",
        "seat",
        words=_("End the seat"),
        title=_("Until when did the seat exist?"),
        permission=EDIT,
        form_class=forms.EndForm,
        verb=bodies.end_seat,
        done=_("The seat is ended."),
        is_open=goes_on,
    ),
)
MEETING_STEPS = steps_of(
    Step(
        "add-point",
        "meeting",
        words=_("Add a point"),
        title=_("What else stands on the agenda?"),
        permission=EDIT,
        form_class=forms.PointForm,
        verb=meetings.add_point,
        done=_("The point is on the agenda."),
        is_open=allowed("add-point"),
    ),
    Step(
        "hold",
        "meeting",
        words=_("Record the meeting"),
        title=_("Who came, and what was said?"),
        permission=EDIT,
        form_class=forms.HoldForm,
        verb=meetings.hold,
        done=_("The meeting is on record."),
        is_open=allowed("hold"),
        is_main=True,
    ),
    Step(
        "cancel",
        "meeting",
        words=_("Cancel the meeting"),
        title=_("Why is it canceled?"),
        permission=EDIT,
        form_class=ReasonForm,
        verb=meetings.cancel,
        done=_("The meeting is canceled."),
        is_open=allowed("cancel"),
    ),
    Step(
        "decide",
        "meeting",
        words=_("Record a decision"),
        title=_("What was decided?"),
        permission=EDIT,
        form_class=forms.DecideForm,
        verb=meetings.decide,
        done=_("The decision is on record."),
        is_open=allowed("decide"),
        is_main=True,
    ),
    Step(
        "void-decision",
        "meeting",
        words=_("Void a decision"),
        title=_("Which decision was recorded by mistake?"),
        permission=EDIT,
        form_class=forms.VoidDecisionForm,
        verb=meetings.void_decision,
        done=_("The decision is voided and stays on record."),
        is_open=lambda meeting: allowed("void-decision")(meeting) and meeting.decisions.filter(voided_at=None).exists(),
    ),
    Step(
        "add-document",
        "meeting",
        words=_("Add a document"),
        title=_("Which document belongs to it?"),
        permission=EDIT,
        form_class=DocumentForm,
        verb=add_document,
        done=_("The document is kept."),
    ),
)
