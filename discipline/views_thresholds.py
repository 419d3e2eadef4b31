"""Thresholds: the district keeps and ends them; whoever decides at a school looks after the tasks they make."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import tables
from discipline.actions.thresholds import (
    FINISH,
    OVERRIDE,
    TAKE,
    TASK_STEPS,
    add_threshold,
    close_task,
    end_threshold,
    take_task,
)
from discipline.models import Referral, Threshold, ThresholdTask
from district.access import Permission
from district.grouped_forms import DistrictForm, DistrictFormPage, Grouping, districts_of
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words
from district.pages import tell
from district.record_forms import GroupedForm, ReasonForm, RecordFormPage
from district.steps import REASON_LENGTH

STEP_WORDS = {
    TAKE: gettext_lazy("I look after it"),
    FINISH: gettext_lazy("It is done"),
    OVERRIDE: gettext_lazy("It is not done, for a reason"),
}


class ThresholdForm(DistrictForm):
    """How many referrals of which kind in how many days, and what is to be done then."""

    needs = Permission.RULES_EDIT
    grouping = (
        Grouping(gettext_lazy("How many, in how many days?"), ("district", "title", ("count", "days"))),
        Grouping(gettext_lazy("Of which kind?"), (("level", "category"),)),
        Grouping(gettext_lazy("What is to be done, and how soon?"), ("action", "within_days")),
    )

    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    count = forms.IntegerField(label=gettext_lazy("Referrals"), min_value=2, max_value=50)
    days = forms.IntegerField(
        label=gettext_lazy("In how many days"),
        min_value=1,
        max_value=366,
        help_text=gettext_lazy("Calendar days, the day of the referral's incident included."),
    )
    level = forms.CharField(
        label=gettext_lazy("Level"), required=False, max_length=40, help_text=gettext_lazy("Empty: any level.")
    )
    category = forms.CharField(
        label=gettext_lazy("Category"), required=False, max_length=100, help_text=gettext_lazy("Empty: any category.")
    )
    action = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=200,
        help_text=gettext_lazy("Such as: call a meeting with the family."),
    )
    within_days = forms.IntegerField(
        label=gettext_lazy("Within how many school days"), min_value=1, max_value=60, initial=5
    )


class ThresholdsPage(DistrictFormPage):
    """The thresholds of the district, and a new one."""

    needs = Permission.RULES_EDIT
    form_class = ThresholdForm
    template_name = "discipline/clock_settings.html"
    success_url = reverse_lazy("threshold_list")
    title = gettext_lazy("When do referrals add up to a task?")
    about = gettext_lazy("A student who reaches a threshold becomes a task on the desk of those who decide there.")
    submit_words = gettext_lazy("Keep this threshold")

    def form_valid(self, form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        given.pop("district", None)
        try:
            add_threshold(district=form.chosen_district, **given, by=self.request.user)
        except ValidationError as error:
            tell(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Kept. It counts with the next referral."))
        return super().form_valid(form)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        districts = districts_of(self.request.user, Permission.RULES_EDIT)
        found = Threshold.objects.filter(district__in=districts).annotate(
            open_tasks=models.Count("tasks", filter=models.Q(tasks__state=ThresholdTask.State.OPEN))
        )
        rows = [
            [
                Cell(row.title, "" if row.ended_at else reverse("threshold_end", args=[row.uid])),
                Cell(_("%(count)d in %(days)d days") % {"count": row.count, "days": row.days}),
                Cell(row.level or _("any"), note=row.category),
                Cell(row.action),
                Cell(str(row.open_tasks), is_number=True),
                Cell(status=Status(_("Ended"), "waived") if row.ended_at else Status(_("In force"), "done")),
            ]
            for row in found[:50]
        ]
        headings = (
            Heading(_("Threshold")),
            Heading(_("Referrals")),
            Heading(_("Level")),
            Heading(_("What is to be done")),
            Heading(_("Tasks open"), is_number=True),
            Heading(_("State")),
        )
        section = Section(_("Kept so far"), headings, rows, _("Nothing yet: referrals make no tasks."))
        return super().get_context_data(
            section=section, list_url=reverse("rule_list"), list_words=_("Rules"), **context
        )


class EndThresholdPage(RecordFormPage):
    """End a threshold, with the reason."""

    needs = Permission.RULES_EDIT
    table = tables.RULES
    form_class = ReasonForm
    title = gettext_lazy("Why does this threshold end?")
    about = gettext_lazy("Its tasks stay; no new ones are made.")
    submit_words = gettext_lazy("End the threshold")
    done = gettext_lazy("Ended.")

    def records(self) -> models.QuerySet:
        return Threshold.objects.allowed(self.request.user, Permission.RULES_EDIT)

    def refusal(self) -> str:
        return _("This threshold has ended already.") if self.record.ended_at else ""

    def facts(self) -> list[Fact]:
        row = self.record
        counted = _("%(count)d in %(days)d days") % {"count": row.count, "days": row.days}
        return [Fact(_("Threshold"), row.title), Fact(_("Referrals"), counted), Fact(_("To be done"), row.action)]

    def back(self) -> tuple[str, str]:
        return reverse("threshold_list"), _("Thresholds")

    def save(self, form: Any) -> None:
        end_threshold(threshold=self.record, reason=form.cleaned_data["reason"], by=self.request.user)


class TaskForm(GroupedForm):
    """What is so about a task."""

    step = forms.ChoiceField(
        label=gettext_lazy("This task"), choices=list(STEP_WORDS.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("What was done, or why not"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays on record."),
    )


class TaskPage(RecordFormPage):
    """Look after the task of a threshold: take it, say what was done, or why it is not done."""

    needs = Permission.REFERRAL_DECIDE
    table = tables.REFERRALS
    form_class = TaskForm
    title = gettext_lazy("What comes of it?")
    submit_words = gettext_lazy("Save")

    def records(self) -> models.QuerySet:
        rows = ThresholdTask.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE)
        return rows.select_related("threshold", "student__person", "school__district", "owner", "referral")

    def traced(self) -> models.QuerySet:
        return Referral.objects.filter(pk=self.record.referral_id)

    def refusal(self) -> str:
        if TASK_STEPS[self.record.state]:
            return ""
        return _("The task is “%(state)s”, which does not allow this.") % {"state": self.record.get_state_display()}

    def facts(self) -> list[Fact]:
        task = self.record
        reached = _("%(counted)d referrals in %(days)d days") % {"counted": task.counted, "days": task.threshold.days}
        return [
            Fact(_("Student"), task.student.person.name),
            Fact(_("Reached"), task.threshold.title, reached),
            Fact(_("To be done"), task.threshold.action, day_words(task.due_on)),
            Fact(_("Looked after by"), str(task.owner) if task.owner else _("nobody yet")),
        ]

    def back(self) -> tuple[str, str]:
        return reverse("referral_detail", args=[self.record.referral.uid]), self.record.student.person.name

    def save(self, form: Any) -> None:
        step = form.cleaned_data["step"]
        if step == TAKE:
            take_task(task=self.record, by=self.request.user)
        else:
            close_task(task=self.record, step=step, note=form.cleaned_data["note"], by=self.request.user)
