"""Pages of rubrics: the sets of indicators on which schools are rated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments import tables_of_bodies as tables
from commitments.actions.fidelity import create_rubric
from commitments.filters import RubricFilterSet
from commitments.forms.fidelity import RubricForm
from commitments.models import Rubric
from commitments.steps.fidelity import RUBRIC_STEPS
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words
from district.pages import ListPage
from district.step_pages import AddPage, StepPage, SteppedRecordPage, permissions_of


class RubricList(ListPage):
    """The sets of indicators."""

    needs = Permission.FIDELITY_VIEW
    table = tables.RUBRICS
    filterset_class = RubricFilterSet
    title = gettext_lazy("Rubrics")
    question = gettext_lazy("On which indicators are schools rated?")
    empty_title = gettext_lazy("No rubric yet")
    empty_text = gettext_lazy("Add one with your own indicators, one a line.")
    first_chips = ("retired",)
    headings = (
        Heading(gettext_lazy("Rubric"), "name"),
        Heading(gettext_lazy("Indicators"), is_number=True),
        Heading(gettext_lazy("Where it comes from")),
        Heading(gettext_lazy("Status")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.annotate(indicators=models.Count("items"))

    def links(self) -> tuple[tuple[str, Any], ...]:
        may_add = self.request.user.holds(Permission.FIDELITY_EDIT)
        return ((reverse("rubric_add"), gettext_lazy("Add a rubric")),) if may_add else ()

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for rubric in records:
            yield [
                Cell(rubric.name, reverse("rubric_detail", args=[rubric.uid])),
                Cell(str(rubric.indicators)),
                Cell(rubric.source),
                Cell(status=Status(_("Out of use"), "waived") if rubric.retired_on else Status(_("In use"), "done")),
            ]


class RubricRecord(SteppedRecordPage):
    """One rubric with its indicators."""

    needs = Permission.FIDELITY_VIEW
    table = tables.RUBRICS
    steps = RUBRIC_STEPS
    step_url = "rubric_step"

    def describe(self, record: Rubric) -> dict[str, Any]:
        rows = [[Cell(str(item.position)), Cell(item.dimension), Cell(item.text)] for item in record.items.all()]
        headings = (Heading(_("Position")), Heading(_("Dimension")), Heading(_("Indicator")))
        note = _("Rated 0 not in place, 1 partly, 2 in place.")
        return {
            "title": record.name,
            "list_url": reverse("rubric_list"),
            "list_words": _("Rubrics"),
            "facts": [
                Fact(_("Where it comes from"), record.source or _("not said")),
                Fact(_("Not used since"), day_words(record.retired_on) or _("in use")),
            ],
            "sections": [Section(_("Indicators"), headings, rows, _("It has no indicators."), note=note)],
            **self.offered(record),
        }


class RubricAdd(AddPage):
    """Add a rubric with the district's own indicators."""

    needs = Permission.FIDELITY_EDIT
    form_class = RubricForm
    verb = staticmethod(create_rubric)
    detail = "rubric_detail"
    list_name = "rubric_list"
    list_words = gettext_lazy("Rubrics")
    title = gettext_lazy("On which indicators will schools be rated?")
    about = gettext_lazy("Once a round has used a rubric it is not changed; another wording is another rubric.")
    submit_words = gettext_lazy("Add the rubric")
    done = gettext_lazy("The rubric is added.")


class RubricStepPage(StepPage):
    """Any step of a rubric."""

    needs = permissions_of(RUBRIC_STEPS)
    model = Rubric
    steps = RUBRIC_STEPS
