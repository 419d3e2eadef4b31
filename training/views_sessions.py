"""Sessions: the list, and one session with its days, seats and roster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, TimelineStep, moment_words, span_words
from district.pages import ListPage, RecordPage
from training import tables
from training.actions.registrations import seats_for
from training.filters import TrainingSessionFilterSet
from training.models import Registration, TrainingSession
from training.sessions_in_words import day_line, seats_words, session_status, sessions_with_seats
from training.views import SEEN, registration_status


class SessionList(ListPage):
    """Sessions in the reader's scope."""

    needs = SEEN
    table = tables.SESSIONS
    filterset_class = TrainingSessionFilterSet
    title = gettext_lazy("Sessions")
    question = gettext_lazy("What is taught, when and where?")
    empty_title = gettext_lazy("No sessions yet")
    empty_text = gettext_lazy("Plan the first one: a course, its days, a place, and how many seats.")
    first_chips = ("status", "course", "language", "begins_from")
    headings = (
        Heading(gettext_lazy("Course"), "course"),
        Heading(gettext_lazy("When"), "begins_on", is_day=True),
        Heading(gettext_lazy("Where")),
        Heading(gettext_lazy("Language")),
        Heading(gettext_lazy("Seats"), "capacity"),
        Heading(gettext_lazy("Given by")),
        Heading(gettext_lazy("Status"), "status"),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        links: tuple[tuple[str, Any], ...] = (
            (reverse("registration_list"), _("All registrations")),
            (reverse("attendance_list"), _("Attendance, day by day")),
        )
        if self.request.user.holds(Permission.TRAINING_EDIT):
            links = ((reverse("session_create"), _("Plan a session")), *links)
        return links

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return sessions_with_seats(queryset)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(one.course.title, reverse("session_detail", args=[one.uid]), one.identifier),
                Cell(span_words(one.begins_on, one.ends_on)),
                Cell(one.place or _("Online")),
                Cell(one.get_language_display()),
                Cell(seats_words(one)),
                Cell(one.organization.name if one.organization else one.district.name),
                Cell(status=session_status(one, one.district.today())),
            ]


class SessionRecord(RecordPage):
    """One session: when and where, who trains, who is registered, seats kept, attendance by day."""

    needs = SEEN
    table = tables.SESSIONS

    def queryset(self) -> models.QuerySet:
        return sessions_with_seats(super().queryset()).prefetch_related(
            "days", "team__practitioner__person", "statuses"
        )

    def describe(self, record: TrainingSession) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        may_edit = TrainingSession.objects.allowed(user, Permission.TRAINING_EDIT).filter(pk=record.pk).exists()
        team = [f"{one.practitioner.person.name} ({one.get_part_display()})" for one in record.team.all()]
        host = record.organization.name if record.organization else record.district.name
        sections = [self._days(record, may_edit)]
        if may_edit:
            sections.append(self._seats(record))
        return {
            "title": record.course.title,
            "list_url": reverse("session_list"),
            "list_words": _("Sessions"),
            "crumb": record.identifier,
            "lead": _("%(when)s, given by %(host)s.")
            % {"when": span_words(record.begins_on, record.ends_on), "host": host},
            "actions": self._links(record) if may_edit else (),
            "facts": [
                Fact(
                    _("Where"), record.place or _("Online"), note=_("link for those registered") if record.link else ""
                ),
                Fact(_("Language"), record.get_language_display()),
                Fact(_("Seats"), seats_words(record), note=_("open to everybody") if record.is_open else ""),
                Fact(_("Trainers"), ", ".join(team) or _("nobody named yet")),
                Fact(_("Status"), session_status(record, today).word, note=record.timezone),
            ],
            "sections": [*sections, self._roster(record)],
            "steps": [
                TimelineStep(row.at.date(), moment_words(row.at), row.get_status_display(), row.note)
                for row in record.statuses.all()
            ],
        }

    def _links(self, session: TrainingSession) -> list[tuple[str, str]]:
        if session.status == TrainingSession.Status.CANCELLED:
            return []
        known = (
            ("session_register", _("Register somebody")),
            ("session_evaluate", _("Evaluate")),
            ("session_roster", _("Print the roster")),
            ("session_seats", _("Keep seats for a memorandum")),
            ("session_edit", _("Change")),
            ("session_cancel", _("Cancel the session")),
        )
        return [(reverse(name, args=[session.uid]), words) for name, words in known]

    def _days(self, session: TrainingSession, may_edit: bool) -> Section:
        rows = []
        for row in session.days.all():
            line = [Cell(day_line(row))]
            if may_edit and session.status != TrainingSession.Status.CANCELLED:
                line += [
                    Cell(_("Who was there?"), reverse("sessionday_attendance", args=[row.uid])),
                    Cell(_("Show the code"), reverse("sessionday_code", args=[row.uid])),
                ]
            rows.append(line)
        headings = (Heading(_("Day")), Heading(_("Attendance")), Heading(_("Sign-in")))
        return Section(_("Days"), headings[: len(rows[0])] if rows else headings, rows)

    def _seats(self, session: TrainingSession) -> Section:
        rows = []
        for row in session.seats.select_related("allotment__memorandum"):
            count = seats_for(session, row.allotment)
            rows.append(
                [
                    Cell(row.allotment.label, note=row.allotment.memorandum.title),
                    Cell(row.allotment.code_words),
                    Cell(str(row.seats)),
                    Cell(str(count.taken)),
                ]
            )
        headings = (
            Heading(_("For whom")),
            Heading(_("Invitation code")),
            Heading(_("Seats kept"), is_number=True),
            Heading(_("Taken"), is_number=True),
        )
        note = _("Whoever has the code registers at %(address)s.") % {
            "address": self.request.build_absolute_uri(reverse("training_join"))
        }
        return Section(
            _("Seats under memoranda"), headings, rows, _("No seats are kept for a memorandum."), note if rows else ""
        )

    def _roster(self, session: TrainingSession) -> Section:
        found = Registration.objects.visible_to(self.request.user).filter(session=session)
        registrations = list(found.select_related("practitioner__person"))
        hours = tables.hours_of_registrations([one.pk for one in registrations], self.request.user)
        may_edit = self.request.user.holds(Permission.TRAINING_EDIT)
        rows = [
            [
                Cell(one.practitioner.person.name, reverse("practitioner_detail", args=[one.practitioner.uid])),
                Cell(status=registration_status(one)),
                Cell(one.get_way_display()),
                Cell(tables.hours_text(hours.get(one.pk))),
                Cell(*_next_step(one) if may_edit else ("",)),
            ]
            for one in registrations
        ]
        headings = (
            Heading(_("Name")),
            Heading(_("Status")),
            Heading(_("How")),
            Heading(_("Hours"), is_number=True),
            Heading(_("Change")),
        )
        more = (f"{reverse('registration_list')}?session={session.uid}", _("As a list and a file"))
        return Section(_("Registered"), headings, rows, _("Nobody is registered yet."), more=more)


def _next_step(registration: Registration) -> tuple[str, str]:
    """The step that a trainer may take with a registration: words and address."""
    if registration.status == Registration.Status.WAITING:
        return _("Give a seat"), reverse("registration_promote", args=[registration.uid])
    if registration.status == Registration.Status.REGISTERED:
        return _("Take off"), reverse("registration_cancel", args=[registration.uid])
    return "", ""
