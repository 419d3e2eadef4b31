"""Without a sign-in: registering for a session, and signing in on its day.

Every answer is bounded in how often it is given, and says nothing about anybody but the person who asks.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from district.limits import is_within
from district.models import District, SeatAllotment
from district.steps import StepNotAllowed
from district.verb_pages import add_faults
from training.actions import attendance
from training.actions import registrations as verbs
from training.forms_public import CodeForm, HereForm, JoinForm
from training.mails import mail_registration
from training.models import Registration, SessionDay, TrainingSession
from training.sessions_in_words import day_line

A_MINUTE = 60
TRIES_A_MINUTE = 20
"""Codes, numbers and links that one address may try in a minute."""
ROOM_A_MINUTE = 120
"""Registrations and sign-ins in a minute: a whole room may sit behind one address."""


class OpenPage(View):
    """A page without sign-in, with a bound on how often one address may use it."""

    limit, seconds = TRIES_A_MINUTE, A_MINUTE

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_allowed(request):
            response = render(request, "429.html", status=429)
            response["Retry-After"] = str(self.seconds)
            return response
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self, request: HttpRequest) -> bool:
        """Say whether this try is one of those that the limit allows."""
        return is_within(request, type(self).__name__, self.limit, self.seconds)


def open_allotment(code: str) -> SeatAllotment | None:
    """Return the seats that an invitation code opens today; None for any other code."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())[:12]
    rows = SeatAllotment.objects.select_related("memorandum__district", "memorandum__organization")
    allotment = rows.filter(code=plain).first() if plain else None
    if allotment is None:
        return None
    today = allotment.memorandum.district.today()
    return allotment if SeatAllotment.objects.open_on(today).filter(pk=allotment.pk).exists() else None


class Join(OpenPage):
    """Enter an invitation code."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "training/join_code.html", {"form": CodeForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if form.is_valid() and (allotment := open_allotment(form.cleaned_data["code"])):
            return HttpResponseRedirect(reverse("training_join_code", args=[allotment.code]))
        if not form.errors:
            form.add_error("code", _("No seats are open for this code. Check its letters, or ask who sent it."))
        return render(request, "training/join_code.html", {"form": form})


class JoinForSeat(OpenPage):
    """Register with an invitation code: choose a session, say who one is."""

    limit = ROOM_A_MINUTE
    way = Registration.Way.CODE

    def sessions(self) -> Any:
        """Sessions for which one may register here."""
        self.allotment = open_allotment(self.kwargs["code"])
        if self.allotment is None:
            return TrainingSession.objects.none()
        today = self.allotment.memorandum.district.today()
        return TrainingSession.objects.to_come_on(today).filter(seats__allotment=self.allotment)

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        return self.show(JoinForm(sessions=self.sessions()))

    def show(self, form: JoinForm) -> HttpResponse:
        """The form, or that nothing is open."""
        name = "training/join.html" if form.has_sessions else "training/join_nothing.html"
        return render(self.request, name, {"form": form, "seats": self.allotment})

    def post(self, request: HttpRequest, code: str = "") -> HttpResponse:
        form = JoinForm(request.POST, sessions=self.sessions())
        if not form.is_valid():
            return self.show(form)
        values = dict(form.cleaned_data)
        try:
            registration = verbs.register_newcomer(**values, way=self.way, allotment=self.allotment)
        except (ValidationError, StepNotAllowed) as error:
            fault = ValidationError(error.message) if isinstance(error, StepNotAllowed) else error
            add_faults(form, fault)
            return self.show(form)
        mail_registration(registration, request.build_absolute_uri)
        is_waiting = registration.status == Registration.Status.WAITING
        days = [day_line(row) for row in registration.session.days.all()]
        context = {"session": registration.session, "days": days, "is_waiting": is_waiting}
        return render(request, "training/join_done.html", context)


class OpenSessions(OpenPage):
    """Sessions that are open to everybody, and registering for one of them. No names."""

    limit = ROOM_A_MINUTE

    def get(self, request: HttpRequest) -> HttpResponse:
        sessions = open_sessions().select_related("course", "organization", "district").prefetch_related("days")
        lines = [
            {"session": one, "days": [day_line(row) for row in one.days.all()]}
            for one in sessions.order_by("begins_on", "pk")[:100]
        ]
        return render(request, "training/open_sessions.html", {"lines": lines})


def open_sessions() -> Any:
    """Sessions to come that are open to everybody, each by the day of its district."""
    coming = Q(pk__in=[])
    for district in District.objects.only("timezone"):
        coming |= Q(district=district, ends_on__gte=district.today())
    return TrainingSession.objects.filter(coming, is_open=True, status=TrainingSession.Status.SCHEDULED)


class JoinOpenSession(JoinForSeat):
    """Register for a session that is open to everybody."""

    way = Registration.Way.OPEN

    def sessions(self) -> Any:
        self.allotment = None
        return open_sessions()


class Here(OpenPage):
    """Enter the code of the day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "training/here_code.html", {"form": CodeForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if form.is_valid() and (row := day_of_code(form.cleaned_data["code"])):
            return HttpResponseRedirect(reverse("training_here_code", args=[row.sign_in_code]))
        if not form.errors:
            form.add_error("code", _("No sign-in is open for this code. Check its letters with your trainer."))
        return render(request, "training/here_code.html", {"form": form})


def day_of_code(code: str) -> SessionDay | None:
    """Return the day of a session whose sign-in is open now for `code`; None for any other code."""
    rows = SessionDay.objects.select_related("session__course", "session__district")
    row = rows.filter(sign_in_code=code.strip().upper()[:8], session__status="scheduled").first()
    return row if row is not None and attendance.is_open_at(row, timezone.now()) else None


class HereWithCode(OpenPage):
    """Sign in on the day, by one's address; whoever is not registered says who they are and is let in."""

    def is_allowed(self, request: HttpRequest) -> bool:
        code = str(self.kwargs.get("code", ""))[:8]
        return is_within(request, "room", ROOM_A_MINUTE, A_MINUTE, who=code) and is_within(
            request, "rooms", ROOM_A_MINUTE, A_MINUTE
        )

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = day_of_code(code)
        if row is None:
            return render(request, "training/here_over.html")
        return self._show(row, HereForm())

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        row = day_of_code(code)
        if row is None:
            return render(request, "training/here_over.html")
        form = HereForm(request.POST)
        if not form.is_valid():
            return self._show(row, form)
        registration = self._registration(row, form.cleaned_data)
        if registration is None and not form.cleaned_data["given_name"]:
            form.ask_for_name()
            return self._show(row, form)
        try:
            if registration is None:
                registration = verbs.register_newcomer(
                    session=row.session, **form.newcomer(), way=Registration.Way.WALK_IN, over_capacity=True
                )
            attendance.sign_in(session_day=row, registration=registration)
        except (ValidationError, StepNotAllowed) as error:
            add_faults(form, ValidationError(error.message) if isinstance(error, StepNotAllowed) else error)
            return self._show(row, form)
        return render(request, "training/here_done.html", {"session": row.session})

    def _registration(self, row: SessionDay, values: dict[str, Any]) -> Registration | None:
        person = verbs.person_by_email(row.session.district, values["email"])
        return row.session.registrations.seated().filter(practitioner=person).first() if person else None

    def _show(self, row: SessionDay, form: forms.Form) -> HttpResponse:
        context = {"form": form, "session": row.session, "day_words": day_line(row)}
        return render(self.request, "training/here.html", context)
