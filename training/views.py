"""Training at a glance, and two lists: people and registrations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from district.access import Permission
from district.models import District
from district.page_parts import Cell, Heading, Section, Status, day_words, span_words, yes_no_words
from district.pages import ListPage, PageMixin, SignedInRequest
from training import tables
from training.filters import AttendanceFilterSet, PractitionerFilterSet, RegistrationFilterSet
from training.models import PeerTraining, Practitioner, Registration, TrainingSession
from training.sessions_in_words import seats_words, sessions_with_seats
from training.worklists import WORKLISTS

SEEN = (Permission.TRAINING_VIEW, Permission.TRAINING_VIEW_OWN)
NEXT_SESSIONS = 8
WORKLIST_TONES = {
    "eligible": "open",
    "expiring_30": "late",
    "expiring_60": "due",
    "expiring_90": "due",
    "renewing": "underway",
    "deadline": "late",
    "incomplete": "unknown",
}


class TrainingPage(PageMixin, View):
    """What waits in training: worklists with their counts, and the next sessions."""

    needs = Permission.TRAINING_VIEW

    def get(self, request: SignedInRequest) -> HttpResponse:
        people = Practitioner.objects.visible_to(request.user)
        lists = [
            {
                "words": words,
                "count": len(listed(people)),
                "url": f"{reverse('practitioner_list')}?worklist={name}",
                "status": Status(words, WORKLIST_TONES[name]),
            }
            for name, (words, listed) in WORKLISTS.items()
        ]
        context = {
            "lists": lists,
            "waiting": sum(1 for one in lists if one["count"]),
            "people": people.count(),
            "sessions": self._sessions(),
            "peers": peers_words(request.user),
            "may_edit": request.user.holds(Permission.TRAINING_EDIT),
        }
        return render(request, "training/overview.html", context)

    def _sessions(self) -> Section:
        user = self.request.user
        coming = Q(pk__in=[])
        for district in District.objects.visible_to(user):
            coming |= Q(district=district, ends_on__gte=district.today())
        rows = TrainingSession.objects.visible_to(user).filter(coming, status=TrainingSession.Status.SCHEDULED)
        found = list(sessions_with_seats(rows.order_by("begins_on", "pk"))[:NEXT_SESSIONS])
        lines = [
            [
                Cell(one.course.title, reverse("session_detail", args=[one.uid])),
                Cell(span_words(one.begins_on, one.ends_on)),
                Cell(one.place or _("Online")),
                Cell(seats_words(one)),
            ]
            for one in found
        ]
        headings = (Heading(_("Course")), Heading(_("When")), Heading(_("Where")), Heading(_("Seats")))
        empty = _("No session is planned yet.")
        return Section(_("Next sessions"), headings, lines, empty, more=(reverse("session_list"), _("All sessions")))


def peers_words(user: Any) -> str:
    """How many students are trained as peers, for those who may not know more than a number of ten or more."""
    districts = {grant.district_id for grant in user.grants_with(Permission.TRAINING_VIEW)}
    count = PeerTraining.objects.standing().filter(school__district__in=districts).values("student").distinct().count()
    if count < PeerTraining.SMALLEST_NUMBER:
        return _("fewer than %(count)d") % {"count": PeerTraining.SMALLEST_NUMBER}
    return str(count)


class PractitionerList(ListPage):
    """Adults in training and certified, in the reader's scope."""

    needs = SEEN
    table = tables.PEOPLE
    filterset_class = PractitionerFilterSet
    title = gettext_lazy("People in training")
    question = gettext_lazy("Who learns, keeps circles, trains others?")
    about = gettext_lazy("Adults only. Students trained as peers are kept by their school.")
    empty_title = gettext_lazy("Nobody yet")
    empty_text = gettext_lazy("People come with their first registration, with an attendance file, or one by one.")
    first_chips = ("worklist", "school", "capacity", "credential")
    headings = (
        Heading(gettext_lazy("Name"), "family_name"),
        Heading(gettext_lazy("Role"), "capacity"),
        Heading(gettext_lazy("Organization"), "organization"),
        Heading(gettext_lazy("Serves")),
        Heading(gettext_lazy("Languages")),
        Heading(gettext_lazy("Certified as, today")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        if not self.request.user.holds(Permission.TRAINING_EDIT):
            return ()
        return (
            (reverse("practitioner_create"), _("Add a person")),
            (reverse("practitioner_evaluate"), _("Evaluate several people")),
        )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("person__organization").prefetch_related("schools", "languages")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        held: dict[int, list[str]] = {}
        for key, _code, name in tables.held_today([one.pk for one in records], self.request.user):
            held.setdefault(key, []).append(name)
        for one in records:
            schools = [school.name for school in one.schools.all()]
            yield [
                Cell(one.person.name, reverse("practitioner_detail", args=[one.uid]), one.person.email),
                Cell(one.get_capacity_display()),
                Cell(one.person.organization.name if one.person.organization else ""),
                Cell(", ".join(schools) or _("any school")),
                Cell(", ".join(str(row) for row in one.languages.all())),
                Cell(", ".join(held.get(one.pk, ()))),
            ]


REGISTRATION_TONES = {
    Registration.Status.REGISTERED: "done",
    Registration.Status.WAITING: "open",
    Registration.Status.CANCELLED: "waived",
}


def registration_status(registration: Registration) -> Status:
    """The state of a registration with its shape."""
    return Status(registration.get_status_display(), REGISTRATION_TONES[Registration.Status(registration.status)])


class RegistrationList(ListPage):
    """Who is registered for which session: rosters as a list and as a file."""

    needs = SEEN
    table = tables.REGISTRATIONS
    filterset_class = RegistrationFilterSet
    title = gettext_lazy("Registrations")
    question = gettext_lazy("Who comes to which session?")
    empty_title = gettext_lazy("No registrations yet")
    empty_text = gettext_lazy("They come with an invitation code, from the public list, or from the trainer.")
    first_chips = ("status", "way")
    headings = (
        Heading(gettext_lazy("Name"), "family_name"),
        Heading(gettext_lazy("Session")),
        Heading(gettext_lazy("First day"), "begins_on", is_day=True),
        Heading(gettext_lazy("Status"), "status"),
        Heading(gettext_lazy("How")),
        Heading(gettext_lazy("Confirmed hours"), is_number=True),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("session__course", "practitioner__person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        hours = tables.hours_of_registrations([one.pk for one in records], self.request.user)
        for one in records:
            yield [
                Cell(one.practitioner.person.name, reverse("practitioner_detail", args=[one.practitioner.uid])),
                Cell(one.session.course.title, reverse("session_detail", args=[one.session.uid])),
                Cell(day_words(one.session.begins_on)),
                Cell(status=registration_status(one)),
                Cell(one.get_way_display()),
                Cell(tables.hours_text(hours.get(one.pk))),
            ]


class AttendanceList(ListPage):
    """Who was there on which day: the file of it is one that `import_training` reads."""

    needs = SEEN
    table = tables.ATTENDANCE
    filterset_class = AttendanceFilterSet
    title = gettext_lazy("Attendance")
    question = gettext_lazy("Who was there, day by day?")
    empty_title = gettext_lazy("No attendance yet")
    empty_text = gettext_lazy("It comes from the attendance of a session, from sign-ins by code, or from a file.")
    first_chips = ("confirmed", "from_day", "to_day", "way")
    headings = (
        Heading(gettext_lazy("Name"), "family_name"),
        Heading(gettext_lazy("Session")),
        Heading(gettext_lazy("Day"), "day", is_day=True),
        Heading(gettext_lazy("Hours"), "hours", is_number=True),
        Heading(gettext_lazy("Confirmed")),
        Heading(gettext_lazy("How")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related(
            "registration__session__course", "registration__practitioner__person", "session_day"
        )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            person, session = one.registration.practitioner, one.registration.session
            yield [
                Cell(person.person.name, reverse("practitioner_detail", args=[person.uid])),
                Cell(session.course.title, reverse("session_detail", args=[session.uid])),
                Cell(day_words(one.session_day.day)),
                Cell(tables.hours_text(one.hours)),
                Cell(yes_no_words(one.confirmed_at is not None)),
                Cell(one.get_way_display()),
            ]
