"""Lists of the rollout: decisions about the stage of schools, and targets. The board stands on a higher floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments import tables_of_bodies as tables
from commitments.actions.rollout import set_target
from commitments.filters import StageFilterSet, TargetFilterSet
from commitments.forms.rollout import TargetForm
from commitments.models import RolloutStage, RolloutTarget
from commitments.statuses import stage_status
from commitments.steps.rollout import STAGE_STEPS, TARGET_STEPS
from district.access import Permission
from district.page_parts import Cell, Heading, Status, day_words
from district.pages import ListPage
from district.step_pages import AddPage, StepPage, permissions_of


class _RolloutList(ListPage):
    """What both lists share."""

    needs = Permission.FIDELITY_VIEW
    add_url: str
    add_words: Any

    def links(self) -> tuple[tuple[str, Any], ...]:
        found = [(reverse("rollout"), gettext_lazy("The rollout on one page"))]
        if self.request.user.holds(Permission.FIDELITY_EDIT):
            found.append((reverse(self.add_url), self.add_words))
        return tuple(found)

    def record_cell(self, record: Any, step_url: str) -> Cell:
        """Whether the row stands; who may void it finds the way there."""
        if record.voided_at:
            return Cell(status=Status(_("Voided"), "waived"), note=record.void_reason)
        if self.request.user.holds(Permission.FIDELITY_EDIT):
            return Cell(_("Void it"), reverse(step_url, args=[record.uid, "void"]))
        return Cell(_("yes"))


class StageList(_RolloutList):
    """Every decision about the stage of a school."""

    table = tables.STAGES
    filterset_class = StageFilterSet
    title = gettext_lazy("Stages of schools")
    question = gettext_lazy("At which stage is each school, since when, and how does one know?")
    about = gettext_lazy("Each decision is dated and names its evidence. The latest one holds.")
    empty_title = gettext_lazy("No stage is set yet")
    empty_text = gettext_lazy("Set the first with the evidence for it.")
    first_chips = ("school", "stage")
    headings = (
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("Since"), "decided_on", is_day=True),
        Heading(gettext_lazy("Stage")),
        Heading(gettext_lazy("Evidence")),
        Heading(gettext_lazy("On record")),
    )
    add_url, add_words = "stage_add", gettext_lazy("Set the stage of a school")

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("school")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(one.school.name),
                Cell(day_words(one.decided_on)),
                Cell(status=stage_status(one.stage)),
                Cell(one.evidence, note=one.decided_by),
                self.record_cell(one, "stage_step"),
            ]


class TargetList(_RolloutList):
    """What the district is to reach."""

    table = tables.TARGETS
    filterset_class = TargetFilterSet
    title = gettext_lazy("Targets of the rollout")
    question = gettext_lazy("How many schools, how far, by when?")
    empty_title = gettext_lazy("No target yet")
    empty_text = gettext_lazy("Set how many schools are to be at a stage by a day.")
    first_chips = ("stage",)
    headings = (
        Heading(gettext_lazy("By"), "due_on", is_day=True),
        Heading(gettext_lazy("Schools"), is_number=True),
        Heading(gettext_lazy("Stage, or beyond")),
        Heading(gettext_lazy("Where it stands")),
        Heading(gettext_lazy("Adopted"), is_day=True),
        Heading(gettext_lazy("On record")),
    )
    add_url, add_words = "target_add", gettext_lazy("Set a target")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(day_words(one.due_on)),
                Cell(str(one.schools) if one.schools else _("all")),
                Cell(status=stage_status(one.stage)),
                Cell(one.source),
                Cell(day_words(one.adopted_on)),
                self.record_cell(one, "target_step"),
            ]


class TargetAdd(AddPage):
    """Set a target."""

    needs = Permission.FIDELITY_EDIT
    form_class = TargetForm
    verb = staticmethod(set_target)
    list_name = "target_list"
    list_words = gettext_lazy("Targets of the rollout")
    title = gettext_lazy("How many schools, how far, by when?")
    submit_words = gettext_lazy("Set the target")
    done = gettext_lazy("The target is set.")

    def address_after(self, result: Any) -> str:
        return reverse("rollout")


class StageStepPage(StepPage):
    """Any step of a decision about a stage."""

    needs = permissions_of(STAGE_STEPS)
    model = RolloutStage
    steps = STAGE_STEPS

    def home_of(self, record: Any) -> str:
        return reverse("stage_list")


class TargetStepPage(StepPage):
    """Any step of a target."""

    needs = permissions_of(TARGET_STEPS)
    model = RolloutTarget
    steps = TARGET_STEPS

    def home_of(self, record: Any) -> str:
        return reverse("target_list")
