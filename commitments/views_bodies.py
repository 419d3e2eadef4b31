"""Pages of task forces and other bodies: who holds which seat, how much of the time, meetings, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments import tables_of_bodies as tables
from commitments.actions.bodies import create_body
from commitments.filters import BodyFilterSet
from commitments.forms.bodies import NewBodyForm
from commitments.forms.fields import own_organization
from commitments.models import Attendance, Body, Meeting, Seat
from commitments.seat_time import SeatRecord, SeatTime, seat_time, vacancies
from commitments.seats import seat_records, share_words
from commitments.sections import commitment_section
from commitments.statuses import meeting_status
from commitments.steps.bodies import BODY_STEPS, SEAT_STEPS
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words, span_words
from district.pages import ListPage
from district.step_pages import AddPage, StepPage, SteppedRecordPage, permissions_of

EDIT = Permission.BODY_EDIT


def next_step(seat: Any) -> Cell:
    """What can be done with a seat now: fill it, or end the term of who holds it."""
    if seat.ended_on:
        return Cell()
    is_held = any(term.ends_on is None for term in seat.terms.all())
    step = SEAT_STEPS["vacate" if is_held else "fill"]
    return Cell(step.words, reverse("seat_step", args=[seat.uid, step.name]))


class BodyList(ListPage):
    """Task forces, committees and boards in which the community holds seats."""

    needs = Permission.BODY_VIEW
    table = tables.BODIES
    filterset_class = BodyFilterSet
    title = gettext_lazy("Bodies and seats")
    question = gettext_lazy("Where does the community have a seat?")
    about = gettext_lazy("Task forces and other bodies, with their seats, meetings and decisions.")
    empty_title = gettext_lazy("No bodies yet")
    empty_text = gettext_lazy("Add a task force with its seats, and its meetings will count who came.")
    first_chips = ("kind", "ended")
    headings = (
        Heading(gettext_lazy("Body"), "name"),
        Heading(gettext_lazy("About")),
        Heading(gettext_lazy("Community seats"), is_number=True),
        Heading(gettext_lazy("Next meeting"), is_day=True),
        Heading(gettext_lazy("Status")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        community = Q(seats__kind__in=Seat.COMMUNITY_KINDS, seats__ended_on=None)
        return queryset.select_related("district", "organization").annotate(
            community_seats=Count("seats", filter=community, distinct=True)
        )

    def links(self) -> tuple[tuple[str, Any], ...]:
        may_add = self.request.user.holds(Permission.BODY_EDIT)
        return ((reverse("body_add"), gettext_lazy("Add a body")),) if may_add else ()

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        planned = Meeting.objects.filter(body__in=[body.pk for body in records], status=Meeting.Status.PLANNED)
        following: dict[int, date] = {}
        for body, on in planned.order_by("-on").values_list("body", "on"):
            following[body] = on
        for body in records:
            status = Status(_("Ended"), "waived") if body.ended_on else Status(_("Meets"), "underway")
            yield [
                Cell(body.name, reverse("body_detail", args=[body.uid]), str(body.organization or "")),
                Cell(body.get_kind_display()),
                Cell(str(body.community_seats)),
                Cell(day_words(following.get(body.pk))),
                Cell(status=status),
            ]


class BodyRecord(SteppedRecordPage):
    """One body: its seats with who holds them, how much of the time, its meetings, its commitments."""

    needs = Permission.BODY_VIEW
    table = tables.BODIES
    steps = BODY_STEPS
    step_url = "body_step"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("district", "organization")

    def describe(self, record: Body) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        seats = list(record.seats.select_related("organization").prefetch_related("terms"))
        meetings = list(record.meetings.all())
        held = [meeting for meeting in meetings if meeting.status == Meeting.Status.HELD]
        records = seat_records(seats, held)
        until = min(today, record.ended_on or today)
        community = [records[seat.pk] for seat in seats if seat.kind in Seat.COMMUNITY_KINDS]
        total = seat_time(community, since=record.begins_on, until=until) if until >= record.begins_on else SeatTime()
        commitments = record.commitments.visible_to(user)
        empty = _("No commitment has been given to this body.")
        return {
            "title": record.name,
            "list_url": reverse("body_list"),
            "list_words": _("Bodies and seats"),
            "crumb": record.get_kind_display(),
            "lead": record.purpose,
            "facts": [
                Fact(_("Kept by"), str(record.organization or record.district)),
                Fact(_("Community seats held"), share_words(total.share_held), _("of the days they existed")),
                Fact(_("Community seats present"), share_words(total.share_attended), _("of the meetings held")),
                Fact(_("Since"), day_words(record.begins_on), day_words(record.ended_on)),
            ],
            "sections": [
                self._seats(seats, records, today),
                self._meetings(meetings, today),
                commitment_section(commitments, user, today, title=_("What it watches over"), empty=empty),
            ],
            **self.offered(record),
        }

    def _seats(self, seats: Sequence[Any], records: dict[int, SeatRecord], today: date) -> Section:
        rows = []
        mine = Seat.objects.filter(body__in={seat.body_id for seat in seats}).allowed(self.request.user, EDIT)
        editable = set(mine.values_list("pk", flat=True)) if self.request.user.holds(EDIT) else set()
        for seat in seats:
            holder = next((term for term in seat.terms.all() if term.holds_on(today)), None)
            spent = seat_time([records[seat.pk]], since=seat.begins_on, until=max(today, seat.begins_on))
            step = next_step(seat) if seat.pk in editable else Cell()
            if seat.ended_on:
                state = Cell(status=Status(_("Ended"), "waived"))
            elif holder:
                state = Cell(holder.holder, note=span_words(holder.begins_on, holder.ends_on))
            else:
                empty = vacancies(records[seat.pk], until=today)
                since = _("since %(day)s") % {"day": day_words(empty[-1][0])} if empty else ""
                state = Cell(status=Status(_("Vacant"), "due"), note=since)
            filled_by = seat.organization.name if seat.organization else ""
            rows.append(
                [
                    Cell(seat.name, note=filled_by),
                    Cell(seat.get_kind_display()),
                    state,
                    Cell(share_words(spent.share_held)),
                    Cell(share_words(spent.share_attended)),
                    step,
                ]
            )
        headings = (
            Heading(_("Seat")),
            Heading(_("For whom")),
            Heading(_("Held by")),
            Heading(_("Time held"), is_number=True),
            Heading(_("Meetings"), is_number=True),
            Heading(_("Next")),
        )
        note = _("Time held: share of the days on which somebody held the seat. Meetings: share at which they came.")
        return Section(_("Seats"), headings, rows, _("It has no seats yet."), note=note if rows else "")

    def _meetings(self, meetings: Sequence[Any], today: date) -> Section:
        came = dict(
            Attendance.objects.filter(meeting__in=meetings, mark=Attendance.Mark.PRESENT)
            .order_by()
            .values_list("meeting")
            .annotate(n=Count("pk"))
        )
        rows = []
        for meeting in meetings:
            is_held = meeting.status == Meeting.Status.HELD
            status = meeting_status(meeting)
            if meeting.status == Meeting.Status.PLANNED and meeting.on < today:
                status = Status(_("Not recorded yet"), "late")
            rows.append(
                [
                    Cell(day_words(meeting.on), reverse("meeting_detail", args=[meeting.uid])),
                    Cell(meeting.place),
                    Cell(str(came.get(meeting.pk, 0)) if is_held else ""),
                    Cell(status=status),
                ]
            )
        headings = (
            Heading(_("Meeting")),
            Heading(_("Place")),
            Heading(_("Seats present"), is_number=True),
            Heading(_("Status")),
        )
        return Section(_("Meetings"), headings, rows, _("No meeting is planned."))


class BodyAdd(AddPage):
    """Add a task force, committee or board."""

    needs = Permission.BODY_EDIT
    form_class = NewBodyForm
    verb = staticmethod(create_body)
    detail = "body_detail"
    list_name = "body_list"
    list_words = gettext_lazy("Bodies and seats")
    title = gettext_lazy("Which body is it?")
    about = gettext_lazy("Its seats and meetings are added on its page.")
    submit_words = gettext_lazy("Add the body")
    done = gettext_lazy("The body is added. Now give it seats.")

    def get_initial(self) -> dict[str, Any]:
        return own_organization(self.request.user, Permission.BODY_EDIT)


class BodyStepPage(StepPage):
    """Any step of a body."""

    needs = permissions_of(BODY_STEPS)
    model = Body
    steps = BODY_STEPS


class SeatStepPage(StepPage):
    """Any step of a seat."""

    needs = permissions_of(SEAT_STEPS)
    model = Seat
    steps = SEAT_STEPS

    def home_of(self, record: Seat) -> str:
        return reverse("body_detail", args=[record.body.uid])
