"""Pages of meetings: agenda, who came, minutes, decisions and what follows from them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from commitments import tables_of_bodies as tables
from commitments.models import AgendaItem, Attendance, Commitment, Meeting
from commitments.sections import document_section, documents_of
from commitments.statuses import meeting_status
from commitments.steps.bodies import MEETING_STEPS
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words
from district.step_pages import StepPage, SteppedRecordPage, permissions_of

MARK_TONES = {Attendance.Mark.PRESENT: "done", Attendance.Mark.EXCUSED: "waived", Attendance.Mark.ABSENT: "open"}


class MeetingRecord(SteppedRecordPage):
    """One meeting of a body."""

    needs = Permission.BODY_VIEW
    table = tables.MEETINGS
    steps = MEETING_STEPS
    step_url = "meeting_step"
    template_name = "commitments/meeting_detail.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("body__district")

    def describe(self, record: Meeting) -> dict[str, Any]:
        user = self.request.user
        sections = [self._agenda(record)]
        if record.status == Meeting.Status.HELD:
            sections += [self._attendance(record), self._decisions(record)]
        return {
            "title": _("%(body)s, %(day)s") % {"body": record.body.name, "day": day_words(record.on)},
            "list_url": reverse("body_detail", args=[record.body.uid]),
            "list_words": record.body.name,
            "lead": record.note,
            "facts": [
                Fact(_("Day"), day_words(record.on)),
                Fact(_("Place"), record.place or _("not said")),
                Fact(_("Status"), meeting_status(record).word),
            ],
            "sections": [*sections, document_section(documents_of(meeting=record), user)],
            "minutes": record.minutes,
            **self.offered(record),
        }

    def _agenda(self, meeting: Meeting) -> Section:
        points = AgendaItem.objects.filter(meeting=meeting).visible_to(self.request.user)
        rows = [
            [
                Cell(
                    point.title,
                    reverse("commitment_detail", args=[point.miss.commitment.uid]) if point.miss else "",
                )
            ]
            for point in points.select_related("miss__commitment")
        ]
        return Section(_("Agenda"), (Heading(_("Point")),), rows, _("Nothing stands on the agenda yet."))

    def _attendance(self, meeting: Meeting) -> Section:
        rows = [
            [
                Cell(row.term.seat.name),
                Cell(row.term.holder),
                Cell(status=Status(row.get_mark_display(), MARK_TONES[Attendance.Mark(row.mark)])),
            ]
            for row in meeting.attendances.select_related("term__seat").order_by("term__seat__kind", "term__seat__name")
        ]
        headings = (Heading(_("Seat")), Heading(_("Held by")), Heading(_("Attendance")))
        return Section(_("Who came"), headings, rows, _("Nobody held a seat that day."))

    def _decisions(self, meeting: Meeting) -> Section:
        user = self.request.user
        may_draft = user.holds(Permission.COMMITMENT_EDIT)
        rows = []
        drawn = Commitment.objects.visible_to(user).filter(decision__meeting=meeting)
        following = {one.decision_id: one for one in drawn}
        for decision in meeting.decisions.all():
            follows = following.get(decision.pk)
            if decision.voided_at:
                step = Cell(status=Status(_("Voided"), "waived"), note=decision.void_reason)
            elif follows:
                step = Cell(follows.title, reverse("commitment_detail", args=[follows.uid]))
            else:
                query = urlencode({"decision": str(decision.uid)})
                step = Cell(_("Draft a commitment"), f"{reverse('commitment_add')}?{query}") if may_draft else Cell()
            rows.append([Cell(decision.text), Cell(decision.responsible_name), Cell(day_words(decision.due_on)), step])
        headings = (
            Heading(_("Decision")),
            Heading(_("Who")),
            Heading(_("By when"), is_day=True),
            Heading(_("What follows")),
        )
        return Section(_("Decisions"), headings, rows, _("No decision is recorded."))


class MeetingStepPage(StepPage):
    """Any step of a meeting."""

    needs = permissions_of(MEETING_STEPS)
    model = Meeting
    steps = MEETING_STEPS

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        day = day_words(self.record.on)
        crumb = (self.home_of(self.record), _("%(body)s, %(day)s") % {"body": self.record.body.name, "day": day})
        return super().get_context_data(**context) | {"crumb": crumb}
