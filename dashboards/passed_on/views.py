"""Pages: the ombuds passes a child on; the school finds the child in its records, or says that it knows none."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from commitments.actions.concerns.working import open_reporter
from commitments.forms.fields import day
from commitments.models import Concern
from dashboards.models import PassedOn
from dashboards.passed_on.actions import candidates, pass_on, passed_of, settle, told_of
from dashboards.retaliation.watch import received
from discipline.family.forms import DaysFields
from district import audit
from district.access import Permission
from district.models import Student, User
from district.page_parts import Cell, Heading, Section, Status, day_words
from district.pages import PageMixin, SignedInRequest
from district.step_forms import NothingForm, RecordField, StepForm
from district.step_pages import StepFormPage

RECORD = Permission.REMOVAL_RECORD
STATES = {"waiting": "due", "matched": "done", "not_found": "waived"}


class PassOnPage(StepFormPage):
    """The ombuds passes the name and the day on."""

    needs = Permission.CONCERN_WORK
    form_class = NothingForm
    title = gettext_lazy("Pass the child’s name and the day on to the school?")
    submit_words = gettext_lazy("Pass it on")
    done = gettext_lazy("Passed on. The school looks for the child in its records.")

    concern: Concern

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if self.opens_for(request.user):
            found = received(request.user).filter(uid=kwargs["uid"]).first()
            if found is None:
                return render(request, "404.html", status=404)
            self.concern = found
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def call(self, values: dict[str, Any]) -> Any:
        return pass_on(concern=self.concern, by=self.request.user)

    def address_after(self, result: Any) -> str:
        return reverse("concern_detail", args=[self.concern.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        reporter = open_reporter(concern=self.concern, by=self.request.user)
        may = bool(reporter and reporter.may_pass_on and reporter.child and self.concern.school)
        if reporter and may and self.concern.school:
            words = {"school": self.concern.school.name, "child": reporter.child, "day": reporter.child_day}
            about = _(
                "%(school)s reads “%(child)s” and “%(day)s”, and nothing else: not who told you, nor what they "
                "wrote. Think of who reads it there."
            )
            self.about = about % words  # type: ignore[misc]
        crumb = (reverse("concern_who", args=[self.concern.uid]), _("Who filed it"))
        context = super().get_context_data(crumb=crumb, **context)
        is_closed = not context["form"].is_bound and (not may or passed_of(self.concern) is not None)
        return context | {"is_closed": is_closed}


class PassedOnList(PageMixin, View):
    """What was passed on to one's schools."""

    needs = RECORD
    page_kind = "record"

    def get(self, request: SignedInRequest) -> HttpResponse:
        found = PassedOn.objects.all().allowed(request.user, RECORD).select_related("school")
        rows = [
            [
                Cell(day_words(one.passed_on), reverse("passed_on_step", args=[one.uid])),
                Cell(one.school.name),
                Cell(status=Status(one.get_state_display(), STATES[one.state])),
            ]
            for one in found.order_by("-passed_on", "-pk")[:200]
        ]
        headings = (Heading(_("Passed on"), is_day=True), Heading(_("School")), Heading(_("State")))
        empty = _("No family has told the ombuds of a child that was sent home from your schools.")
        context = {
            "title": _("Which child was sent home?"),
            "lead": _("Families told the ombuds, and let the name and the day be passed on, so that the day counts."),
            "list_url": reverse("sent_home_list"),
            "list_words": _("Sent home"),
            "sections": [Section(_("Passed on"), headings, rows, empty)],
        }
        return render(request, "record.html", context)


def _candidates(user: User, record: Any) -> QuerySet:
    return Student.objects.filter(pk__in=candidates(record)).select_related("person")


class FindForm(StepForm):
    """Which student it is, on which day and for how long."""

    student = RecordField(
        _candidates,
        label=gettext_lazy("Which student is it?"),
        required=False,
        empty_label=gettext_lazy("None of these: we know no such child"),
        words=lambda student: f"{student.person.name}, {student.get_grade_display()}, …{student.local_id[-2:]}",
        help_text=gettext_lazy("Students of the school with a part of the name."),
    )
    begins_on = day(gettext_lazy("On which day?"), required=False)
    days = DaysFields.base_fields["days"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["days"].required = False


class PassedOnPage(StepFormPage):
    """The school finds the child, or says that it knows none."""

    needs = RECORD
    form_class = FindForm
    title = gettext_lazy("Which child was sent home?")
    submit_words = gettext_lazy("Keep it")
    done = gettext_lazy("Kept. A child that was found stands among those sent home, to be looked into.")

    record: PassedOn

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        audit.record(
            audit.Action.VIEW,
            by=request.user,
            target=self.record,
            district=self.record.school.district_id,
            school=self.record.school_id,
        )
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return super().post(request, *args, **kwargs)

    def load(self) -> None:
        """Find the record. Raises Http404."""
        rows = PassedOn.objects.all().allowed(self.request.user, RECORD).select_related("school__district")
        self.record = get_object_or_404(rows, uid=self.kwargs["uid"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "record": self.record}

    def call(self, values: dict[str, Any]) -> Any:
        return settle(passed=self.record, **values, by=self.request.user)

    def address_after(self, result: PassedOn) -> str:
        return reverse("sent_home_detail", args=[result.report.uid]) if result.report else reverse("passed_on_list")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        child, on = told_of(self.record)
        words = {"child": child or _("a name that cannot be read now"), "day": on or _("no day was given")}
        is_waiting = self.record.state == PassedOn.State.WAITING
        if is_waiting:
            self.about = _("A family says: “%(child)s”, “%(day)s”.") % words  # type: ignore[misc]
        crumb = (reverse("passed_on_list"), _("Passed on"))
        context = super().get_context_data(crumb=crumb, **context)
        return context | {"is_closed": not context["form"].is_bound and not is_waiting}
