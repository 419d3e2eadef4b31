"""The people of a session: registering, the roster on paper, the waiting list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from district.access import Permission
from district.pages import PageMixin, SignedInRequest
from district.verb_pages import RecordVerbPage
from training.actions import registrations as verbs
from training.forms import NoteForm, ScopedForm
from training.mails import mail_registration
from training.models import Practitioner, Registration, TrainingSession


def own_sessions(user: Any) -> Any:
    """Sessions whose people the reader keeps."""
    return TrainingSession.objects.allowed(user, Permission.TRAINING_EDIT).select_related("course", "district")


class RegisterForm(ScopedForm):
    """Somebody for a session: known, or new."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=255)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=255, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), help_text=gettext_lazy("Somebody known by this address keeps their own name.")
    )
    capacity = forms.ChoiceField(label=gettext_lazy("Role"), choices=Practitioner.Capacity.choices)
    is_here = forms.BooleanField(label=gettext_lazy("Walked in: give a seat even if none is left"), required=False)


class SessionRegister(RecordVerbPage):
    """Register somebody for a session."""

    needs = Permission.TRAINING_EDIT
    model = TrainingSession
    form_class = RegisterForm
    title = gettext_lazy("Register somebody")
    about = gettext_lazy("Without a seat left they go on the waiting list, unless they are in the room.")
    submit_words = gettext_lazy("Register")
    done_words = gettext_lazy("Registered.")

    def queryset(self) -> Any:
        return own_sessions(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        is_here = values.pop("is_here")
        way = Registration.Way.WALK_IN if is_here else Registration.Way.TRAINER
        registration = verbs.register_newcomer(
            session=self.record, **values, way=way, over_capacity=is_here, by=self.request.user
        )
        if not is_here:
            mail_registration(registration, self.request.build_absolute_uri)
        return reverse("session_detail", args=[self.record.uid])


class SessionRoster(PageMixin, View):
    """The roster on paper: names, days, room to sign."""

    needs = Permission.TRAINING_EDIT
    page_kind = "print"

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        session = get_object_or_404(own_sessions(request.user), uid=uid)
        registrations = session.registrations.seated().select_related("practitioner__person__organization")
        context = {
            "session": session,
            "days": session.days.all(),
            "people": [one.practitioner for one in registrations],
            "blank": range(4),
        }
        return render(request, "training/roster.html", context)


class RegistrationStep(RecordVerbPage):
    """A step of a registration, with a note."""

    needs = Permission.TRAINING_EDIT
    model = Registration
    form_class = NoteForm

    def queryset(self) -> Any:
        sessions = own_sessions(self.request.user).order_by().values("pk")
        rows = Registration.objects.filter(session__in=sessions)
        return rows.select_related("session__course", "practitioner__person")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        who = {"name": self.record.practitioner.person.name, "course": self.record.session.course.title}
        return super().get_context_data(**context) | {"about": _("%(name)s, %(course)s.") % who}

    def tell(self, registration: Registration) -> None:
        """Mail somebody that a seat is theirs."""
        mail_registration(registration, self.request.build_absolute_uri)

    def go_on(self) -> str:
        """The page of the session."""
        return reverse("session_detail", args=[self.record.session.uid])


class RegistrationCancel(RegistrationStep):
    """Take somebody off; the first of the line moves up."""

    title = gettext_lazy("Take somebody off this session")
    submit_words = gettext_lazy("Take off")
    done_words = gettext_lazy("Taken off. The first in line has the seat and a mail that says so.")

    def act(self, values: dict[str, Any]) -> str:
        verbs.cancel_registration(registration=self.record, by=self.request.user, tell=self.tell, **values)
        return self.go_on()


class RegistrationPromote(RegistrationStep):
    """Give somebody from the waiting list a seat."""

    title = gettext_lazy("Give a seat from the waiting list")
    submit_words = gettext_lazy("Give the seat")
    done_words = gettext_lazy("They have a seat and a mail that says so.")

    def act(self, values: dict[str, Any]) -> str:
        self.tell(verbs.promote(registration=self.record, by=self.request.user, **values))
        return self.go_on()
