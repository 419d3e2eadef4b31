"""Pages of due process: say what is so about a step of the checklist; file an appeal and carry it on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import actions, tables, tables_law
from discipline import removal_states as states
from discipline.actions.appeals import DECIDE, SCHEDULE
from discipline.actions.due_process import NOT_NEEDED, PLAN, TICK
from discipline.checklists import appeal_status, due_words, step_status
from discipline.filters_law import DueStepFilterSet
from discipline.forms_due_process import AppealStepForm, FileAppealForm, StepForm
from discipline.models import Appeal, DueProcessStep, Removal
from discipline.views_removals import RemovalStep
from district.access import Permission
from district.columns import RecordTable
from district.page_parts import Cell, Fact, Heading, day_words, span_words
from district.pages import ListPage
from district.record_forms import RecordFormPage


class DueStepList(ListPage):
    """Every step that the law asks for, the most urgent first; those of voided removals are left out."""

    needs = Permission.REMOVAL_VIEW
    table = tables_law.DUE_STEPS
    filterset_class = DueStepFilterSet
    title = gettext_lazy("Due by law")
    question = gettext_lazy("What does the law ask for, of whom, and by when?")
    about = gettext_lazy("Steps of removals and of bullying cases, with the rule that each comes from.")
    empty_title = gettext_lazy("No steps yet")
    empty_text = gettext_lazy("The rules lay them out when a removal is ordered or a bullying case is opened.")
    first_chips = ("due", "state", "school")
    headings = (
        Heading(gettext_lazy("Student or incident")),
        Heading(gettext_lazy("What to do"), "step"),
        Heading(gettext_lazy("Due"), "due_on", is_day=True),
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("State"), "state"),
    )

    def queryset(self) -> models.QuerySet:
        return DueProcessStep.objects.counting().visible_to(self.request.user)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related(
            "version", "school__district", "removal__student__person", "case__incident", "removal__incident"
        )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for step in records:
            yield [
                Cell(step_title(step), step_address(step)),
                Cell(_(step.text), note=step.version.citation),
                Cell(due_words(step)),
                Cell(step.school.name),
                Cell(status=step_status(step, step.school.district.today())),
            ]


def step_title(step: DueProcessStep) -> str:
    """Whose step it is: a student, or an incident."""
    record: Any = step.record
    return record.student.person.name if step.removal else record.incident.identifier


def step_address(step: DueProcessStep) -> str:
    """The page of the removal or incident on whose checklist a step stands."""
    record: Any = step.record
    if step.removal:
        return reverse("removal_detail", args=[record.uid])
    return reverse("incident_detail", args=[record.incident.uid])


class StepPage(RecordFormPage):
    """Tick off a step, plan it, say that it is not needed, or take back what was said."""

    needs = Permission.REMOVAL_RECORD
    form_class = StepForm
    title = gettext_lazy("What is so about this step?")
    submit_words = gettext_lazy("Save")

    def records(self) -> models.QuerySet:
        rows = DueProcessStep.objects.counting().allowed(self.request.user, Permission.REMOVAL_RECORD)
        return rows.select_related("school__district", "version", "removal__student__person", "case__incident")

    @property
    def table(self) -> RecordTable:  # type: ignore[override]
        """A step belongs to a removal or to the incident of a bullying case."""
        return tables.REMOVALS if self.record.removal_id else tables.INCIDENTS

    def traced(self) -> models.QuerySet:
        return self.table.model.objects.filter(pk=self.record.removal_id or self.record.case.incident_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"allowed": actions.allowed_steps(self.record)}

    def facts(self) -> list[Fact]:
        step = self.record
        facts = [Fact(_("Step"), _(step.text), step.version.citation), Fact(_("Due"), due_words(step))]
        if step.removal:
            facts.insert(0, Fact(_("Student"), step.removal.student.person.name))
        if step.done_on:
            facts.append(Fact(_("Done"), day_words(step.done_on), step.done_by))
        return facts

    def back(self) -> tuple[str, str]:
        step = self.record
        words = str(step.removal.get_kind_display()) if step.removal else step.case.incident.identifier
        return step_address(step), words

    def save(self, form: Any) -> None:
        values, by = form.cleaned_data, self.request.user
        if values["what"] == TICK:
            given = {name: values[name] for name in ("done_on", "done_by", "way", "document")}
            actions.tick_step(step=self.record, by=by, **given)
        elif values["what"] == PLAN:
            actions.plan_step(step=self.record, planned_on=values["planned_on"], by=by)
        elif values["what"] == NOT_NEEDED:
            actions.set_not_needed(step=self.record, reason=values["reason"], by=by)
        else:
            actions.take_back_step(step=self.record, reason=values["reason"], by=by)


class FileAppealPage(RemovalStep):
    """Write down that an appeal was filed against a removal."""

    needs = Permission.REMOVAL_RECORD
    form_class = FileAppealForm
    title = gettext_lazy("Who appeals, and to whom?")
    about = gettext_lazy("The removal goes on unless you put it off. A complaint under IDEA adds its own deadlines.")
    submit_words = gettext_lazy("File the appeal")
    done = gettext_lazy("The appeal is on record.")

    def records(self) -> models.QuerySet:
        return super().records().select_related("incident")

    def refusal(self) -> str:
        is_overturned = actions.state_of(self.record) == states.OVERTURNED
        return super().refusal() or (_("This removal was overturned.") if is_overturned else "")

    def save(self, form: Any) -> None:
        actions.file_appeal(removal=self.record, by=self.request.user, **form.cleaned_data)


class AppealStepPage(RecordFormPage):
    """Set the hearing of an appeal, keep its outcome, or that it was withdrawn."""

    needs = Permission.REMOVAL_RECORD
    table = tables.REMOVALS
    form_class = AppealStepForm
    title = gettext_lazy("How does the appeal go on?")
    submit_words = gettext_lazy("Save")

    def records(self) -> models.QuerySet:
        rows = Appeal.objects.all().allowed(self.request.user, Permission.REMOVAL_RECORD)
        return rows.select_related("removal__student__person", "removal__school__district")

    def traced(self) -> models.QuerySet:
        return Removal.objects.filter(pk=self.record.removal_id)

    def refusal(self) -> str:
        if actions.APPEAL_STEPS[self.record.state] and self.record.removal.voided_at is None:
            return ""
        return _("The appeal is “%(state)s”, which does not allow this.") % {"state": self.record.get_state_display()}

    def facts(self) -> list[Fact]:
        appeal = self.record
        removal = appeal.removal
        return [
            Fact(_("Student"), removal.student.person.name),
            Fact(removal.get_kind_display(), span_words(removal.begins_on, removal.ends_on)),
            Fact(_("Appeal to"), appeal.get_to_display(), appeal.filed_by),
            Fact(_("Filed on"), day_words(appeal.filed_on), appeal_status(appeal).word),
        ]

    def back(self) -> tuple[str, str]:
        removal = self.record.removal
        return reverse("removal_detail", args=[removal.uid]), str(removal.get_kind_display())

    def save(self, form: Any) -> None:
        values, by = form.cleaned_data, self.request.user
        if values["what"] == SCHEDULE:
            actions.schedule_hearing(appeal=self.record, hearing_on=values["day"], note=values["note"], by=by)
        elif values["what"] == DECIDE:
            actions.decide_appeal(
                appeal=self.record, outcome=values["outcome"], decided_on=values["day"], note=values["note"], by=by
            )
        else:
            actions.withdraw_appeal(appeal=self.record, on=values["day"], note=values["note"], by=by)
