"""Planning and changing a session, keeping seats of it for a memorandum, cancelling it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.verb_pages import RecordVerbPage, VerbPage
from training.actions import sessions as verbs
from training.forms import ReasonForm
from training.forms_catalog import DayForm, SeatsForm, SessionForm, TeamForm
from training.mails import mail_cancelled
from training.models import TrainingSession

DAYS, TEAM = 6, 4
"""Lines for days and trainers in the form of a session."""


class SessionCreate(VerbPage):
    """Plan a session."""

    needs = Permission.TRAINING_EDIT
    template_name = "training/session_form.html"
    form_class = SessionForm
    title = gettext_lazy("Plan a session")
    about = gettext_lazy("A course, its days, a place or a link, and how many seats.")
    submit_words = gettext_lazy("Plan the session")
    done_words = gettext_lazy("The session is planned.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(days=self.days(), team=self.team(), **context)

    def days(self) -> forms.BaseFormSet:
        """The lines for days."""
        lines = forms.formset_factory(DayForm, extra=DAYS, max_num=DAYS)
        return lines(self.request.POST or None, prefix="days", initial=self.known_days())

    def team(self) -> forms.BaseFormSet:
        """The lines for trainers."""
        lines = forms.formset_factory(TeamForm, extra=TEAM, max_num=TEAM)
        options = {"user": self.request.user}
        return lines(self.request.POST or None, prefix="team", initial=self.known_team(), form_kwargs=options)

    def known_days(self) -> list[dict[str, Any]]:
        """Days that stand already."""
        return []

    def known_team(self) -> list[dict[str, Any]]:
        """Trainers who stand already."""
        return []

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.lines = (self.days(), self.team())
        for lines in self.lines:
            if not lines.is_valid():
                for line in lines.forms:
                    for texts in line.errors.values():
                        form.add_error(None, list(texts))
                return self.form_invalid(form)
        return super().form_valid(form)

    def given_days(self) -> list[verbs.Day]:
        """The days of the lines that were filled in."""
        found = [line.cleaned_data for line in self.lines[0].forms if line.cleaned_data.get("day")]
        return [verbs.Day(one["day"], one["hours"], one.get("begins"), one.get("ends")) for one in found]

    def given_team(self) -> list[tuple[Any, str]]:
        """The trainers of the lines that were filled in."""
        found = [line.cleaned_data for line in self.lines[1].forms if line.cleaned_data.get("practitioner")]
        return [(one["practitioner"], one.get("part") or "lead") for one in found]

    def act(self, values: dict[str, Any]) -> str:
        session = verbs.create_session(**values, days=self.given_days(), team=self.given_team(), by=self.request.user)
        return reverse("session_detail", args=[session.uid])


class SessionEdit(RecordVerbPage, SessionCreate):
    """Change a session; its course and who gives it stay."""

    model = TrainingSession
    title = gettext_lazy("Change the session")
    about = gettext_lazy("A day on which somebody was there cannot be taken away.")
    submit_words = gettext_lazy("Save")
    done_words = gettext_lazy("Saved.")

    def get_form(self, form_class: Any = None) -> forms.BaseForm:
        form = super().get_form(form_class)
        for name in ("course", "organization"):
            del form.fields[name]
        return form

    def get_initial(self) -> dict[str, Any]:
        one = self.record
        names = ("language", "place", "link", "capacity", "is_open")
        return {name: getattr(one, name) for name in names} | {
            "timezone_name": one.timezone,
            "school": one.school.uid if one.school else None,
        }

    def known_days(self) -> list[dict[str, Any]]:
        return [
            {"day": one.day, "begins": one.begins, "ends": one.ends, "hours": one.hours}
            for one in self.record.days.all()
        ]

    def known_team(self) -> list[dict[str, Any]]:
        team = self.record.team.select_related("practitioner")
        return [{"practitioner": one.practitioner.uid, "part": one.part} for one in team]

    def act(self, values: dict[str, Any]) -> str:
        values["timezone"] = values.pop("timezone_name") or self.record.district.timezone
        verbs.change_session(
            session=self.record, **values, days=self.given_days(), team=self.given_team(), by=self.request.user
        )
        return reverse("session_detail", args=[self.record.uid])


class SessionCancel(RecordVerbPage):
    """Cancel a session with a reason."""

    needs = Permission.TRAINING_EDIT
    model = TrainingSession
    form_class = ReasonForm
    title = gettext_lazy("Cancel the session")
    about = gettext_lazy("It stays on record with its registrations. Everybody registered gets a mail with the reason.")
    submit_words = gettext_lazy("Cancel the session")
    done_words = gettext_lazy("The session is cancelled.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        session = verbs.cancel_session(session=self.record, by=self.request.user, **values)
        mail_cancelled(session, values["reason"], self.request.build_absolute_uri)
        return reverse("session_detail", args=[self.record.uid])


class SessionSeatsPage(RecordVerbPage):
    """Keep seats of a session for the invitation code of a memorandum."""

    needs = Permission.TRAINING_EDIT
    model = TrainingSession
    form_class = SeatsForm
    title = gettext_lazy("Keep seats for a memorandum")
    about = gettext_lazy("Whoever has the invitation code takes one of these seats; nobody else does.")
    submit_words = gettext_lazy("Keep the seats")
    done_words = gettext_lazy("The seats are kept.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "session": self.record}

    def act(self, values: dict[str, Any]) -> str:
        verbs.keep_seats(session=self.record, by=self.request.user, **values)
        return reverse("session_detail", args=[self.record.uid])
