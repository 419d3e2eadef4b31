"""Attendance on a phone, the sign-in code for the wall, and the evaluation of everybody at a session."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from district.access import Permission
from district.pages import PageMixin, SignedInRequest
from district.verb_pages import RecordVerbPage
from training.actions import attendance, progress
from training.eligibility import Kind, State
from training.forms import RESULTS
from training.models import Evaluation, Practitioner, Registration, SessionDay, TrainingSession
from training.qr import qr_svg
from training.sessions_in_words import day_line
from training.views_roster import own_sessions
from training.wording import amount_words, hours_words


class SheetForm(forms.Form):
    """Hours of everybody registered on one day."""

    def __init__(self, *args: Any, session_day: SessionDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session_day = session_day
        self.rows = []
        known = {row.registration_id: row for row in session_day.attendance.all()}
        seated = session_day.session.registrations.seated().select_related("practitioner__person")
        for registration in seated:
            row = known.get(registration.pk)
            name = f"hours_{registration.uid}"
            self.fields[name] = forms.DecimalField(
                label=registration.practitioner.person.name,
                required=False,
                min_value=0,
                max_value=session_day.hours,
                max_digits=4,
                decimal_places=2,
                initial=amount_words(row.hours) if row else None,
            )
            self.rows.append((registration, row, name))

    def lines(self) -> list[dict[str, Any]]:
        """What the sheet shows of each person."""
        return [
            {
                "name": registration.practitioner.person.name,
                "field": self[name],
                "note": _note(row),
                "value": self[name].value(),
            }
            for registration, row, name in self.rows
        ]

    def hours(self) -> dict[Registration, Decimal | None]:
        """Registration → hours given."""
        return {registration: self.cleaned_data.get(name) for registration, _row, name in self.rows}


def _note(row: Any) -> str:
    if row is None:
        return ""
    if row.confirmed_at:
        return _("confirmed")
    return _("signed in by code, not confirmed yet")


class AttendancePage(RecordVerbPage):
    """Who was there? One line a person, one tap for the whole day."""

    needs = Permission.TRAINING_EDIT
    template_name = "training/attendance.html"
    form_class = SheetForm
    title = gettext_lazy("Who was there?")
    submit_words = gettext_lazy("Save attendance")
    done_words = gettext_lazy("Attendance is saved.")

    def queryset(self) -> Any:
        sessions = own_sessions(self.request.user).order_by().values("pk")
        return SessionDay.objects.filter(session__in=sessions).select_related("session__course", "session__district")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"session_day": self.record}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if "everybody" in self.request.POST:
            form.data = form.data.copy()
            for _registration, _row, name in form.rows:
                form.data[name] = form.data.get(name) or amount_words(self.record.hours)
        return form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            day=self.record, session=self.record.session, day_words=day_line(self.record), **context
        )

    def form_valid(self, form: Any) -> HttpResponse:
        self.sheet = form
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> str:
        attendance.record_sheet(session_day=self.record, hours=self.sheet.hours(), by=self.request.user)
        return reverse("session_detail", args=[self.record.session.uid])


class SignInCode(PageMixin, View):
    """The code of a day, large, for the wall: people sign in with their own phone."""

    needs = Permission.TRAINING_EDIT
    page_kind = "print"

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        sessions = own_sessions(request.user).order_by().values("pk")
        days = SessionDay.objects.filter(session__in=sessions).select_related("session__course")
        row = get_object_or_404(days, uid=uid)
        address = request.build_absolute_uri(reverse("training_here_code", args=[row.sign_in_code]))
        context = {
            "day": row,
            "session": row.session,
            "day_words": day_line(row),
            "address": request.build_absolute_uri(reverse("training_here")),
            "qr": qr_svg(address, _("Sign-in code of the day")),
        }
        return render(request, "training/sign_in_code.html", context)


class SessionEvaluate(PageMixin, View):
    """Evaluate everybody of a session at once; who is left out stays as they are."""

    needs = Permission.TRAINING_EDIT
    page_kind = "form"
    http_method_names = ("get", "head", "post", "options")
    template_name = "training/evaluate.html"

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        return self._show(get_object_or_404(own_sessions(request.user), uid=uid), {}, [])

    def post(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        session = get_object_or_404(own_sessions(request.user), uid=uid)
        note = request.POST.get("note", "")
        chosen = self._chosen(session)
        faults: list[str] = [] if chosen else [_("Choose a result for at least one person.")]
        if chosen:
            try:
                progress.evaluate_each(chosen, course=session.course, session=session, note=note, by=request.user)
            except ValidationError as error:
                faults = list(error.messages)
            else:
                messages.success(request, _("The evaluations are saved."))
                return HttpResponseRedirect(reverse("session_detail", args=[session.uid]))
        return self._show(session, request.POST, faults)

    def _chosen(self, session: TrainingSession) -> list[tuple[Practitioner, State]]:
        known = {value for value, _words in RESULTS}
        seated = session.registrations.seated().select_related("practitioner__person", "practitioner__district")
        post = self.request.POST
        given = [(one.practitioner, post.get(f"state_{one.uid}") or post.get("others", "")) for one in seated]
        return [(practitioner, State(value)) for practitioner, value in given if value in known]

    def _show(self, session: TrainingSession, given: Any, faults: list[str]) -> HttpResponse:
        here = session.registrations.seated().order_by().values("practitioner")
        from_course = Evaluation.objects.filter(kind=Kind.COURSE.value, course=session.course, practitioner__in=here)
        latest = {row.practitioner_id: row for row in from_course.order_by("evaluated_on", "pk")}
        version = session.course.version_on(session.begins_on)
        lines = []
        for one in session.registrations.seated().select_related("practitioner__person").prefetch_related("attendance"):
            hours = sum((row.hours for row in one.attendance.all() if row.confirmed_at), Decimal(0))
            row = latest.get(one.practitioner_id)
            lines.append(
                {
                    "name": one.practitioner.person.name,
                    "field": f"state_{one.uid}",
                    "chosen": given.get(f"state_{one.uid}", ""),
                    "hours": hours_words(hours),
                    "is_short": version is not None and hours < version.hours,
                    "now": row.get_state_display() if row else _("not evaluated yet"),
                }
            )
        context = {
            "session": session,
            "lines": lines,
            "results": RESULTS,
            "needed": hours_words(version.hours) if version else "",
            "note": given.get("note", ""),
            "others": given.get("others", ""),
            "faults": faults,
        }
        return render(self.request, self.template_name, context)
