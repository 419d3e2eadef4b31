"""Pages of assemblies: what was resolved, what the district answered, and the trail from a resolution to its result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments import tables_of_bodies as tables
from commitments.actions.assemblies import record_assembly
from commitments.filters import AssemblyFilterSet
from commitments.forms.assemblies import NewAssemblyForm
from commitments.forms.fields import own_organization
from commitments.models import Assembly, ResolutionAnswer
from commitments.sections import document_section, documents_of
from commitments.statuses import resolution_status
from commitments.steps.assemblies import ASSEMBLY_STEPS
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, day_words
from district.pages import ListPage
from district.step_pages import AddPage, StepPage, SteppedRecordPage, permissions_of


def answers_of(resolutions: Iterable[Any]) -> dict[int, ResolutionAnswer]:
    """The answer that holds for each resolution: the latest. One query."""
    rows = ResolutionAnswer.objects.filter(resolution__in=[one.pk for one in resolutions])
    return {row.resolution_id: row for row in rows.order_by("answered_on", "pk")}


def support_words(resolution: Any) -> str:
    """How many stood behind a resolution; what was not counted is left out."""
    counted = (
        (resolution.in_favor, _("%(count)s in favor")),
        (resolution.against, _("%(count)s against")),
        (resolution.abstained, _("%(count)s abstained")),
    )
    return ", ".join(words % {"count": count} for count, words in counted if count is not None)


class AssemblyList(ListPage):
    """Gatherings of the community."""

    needs = Permission.ASSEMBLY_VIEW
    table = tables.ASSEMBLIES
    filterset_class = AssemblyFilterSet
    title = gettext_lazy("Assemblies")
    question = gettext_lazy("What did the community resolve?")
    about = gettext_lazy("Gatherings open to everybody, what they asked of the district, and what it answered.")
    empty_title = gettext_lazy("No assemblies yet")
    empty_text = gettext_lazy("Record one with its resolutions, and the day of the district's answer is set.")
    first_chips = ("held_from", "held_to")
    headings = (
        Heading(gettext_lazy("Assembly"), "title"),
        Heading(gettext_lazy("Held"), "held_on", is_day=True),
        Heading(gettext_lazy("Called by")),
        Heading(gettext_lazy("People"), is_number=True),
        Heading(gettext_lazy("Resolutions"), is_number=True),
    )

    def queryset(self) -> models.QuerySet:
        return super().queryset().filter(voided_at=None)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        standing = models.Count("resolutions", filter=models.Q(resolutions__voided_at=None))
        return queryset.select_related("organization", "district").annotate(resolved=standing)

    def links(self) -> tuple[tuple[str, Any], ...]:
        found = [(reverse("resolution_list"), gettext_lazy("All resolutions"))]
        if self.request.user.holds(Permission.ASSEMBLY_EDIT):
            found.append((reverse("assembly_add"), gettext_lazy("Record an assembly")))
        return tuple(found)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for assembly in records:
            yield [
                Cell(assembly.title, reverse("assembly_detail", args=[assembly.uid]), assembly.place),
                Cell(day_words(assembly.held_on)),
                Cell(str(assembly.organization or assembly.district)),
                Cell("" if assembly.people_present is None else str(assembly.people_present)),
                Cell(str(assembly.resolved)),
            ]


def resolution_cells(resolution: Any, answer: ResolutionAnswer | None, today: date) -> list[Cell]:
    """A resolution as a row: what, when it was sent, when the answer is due, what it was."""
    return [
        Cell(resolution.title, reverse("resolution_detail", args=[resolution.uid]), resolution.number),
        Cell(day_words(resolution.sent_on)),
        Cell(day_words(resolution.answer_due_on)),
        Cell(status=resolution_status(resolution, answer, today)),
    ]


class AssemblyRecord(SteppedRecordPage):
    """One assembly with its topics and resolutions."""

    needs = Permission.ASSEMBLY_VIEW
    table = tables.ASSEMBLIES
    steps = ASSEMBLY_STEPS
    step_url = "assembly_step"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("organization", "district")

    def describe(self, record: Assembly) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        resolutions = list(record.resolutions.all())
        answers = answers_of(resolutions)
        rows = [resolution_cells(one, answers.get(one.pk), today) for one in resolutions]
        headings = (Heading(_("Resolution")), Heading(_("Sent")), Heading(_("Answer due")), Heading(_("Answer")))
        topics = [[Cell(topic)] for topic in record.topic_list]
        people = record.people_present
        notice = _("This assembly was voided. Reason: %(reason)s") % {"reason": record.void_reason}
        return {
            "title": record.title,
            "list_url": reverse("assembly_list"),
            "list_words": _("Assemblies"),
            "notice": notice if record.voided_at else "",
            "notice_tone": "warn",
            "facts": [
                Fact(_("Held"), day_words(record.held_on), record.place),
                Fact(_("Called by"), str(record.organization or record.district)),
                Fact(_("People present"), _("not counted") if people is None else str(people)),
                Fact(_("Languages"), record.languages or _("not said")),
            ],
            "sections": [
                Section(_("Resolutions"), headings, rows, _("It has resolved nothing yet.")),
                Section(_("What was talked about"), (Heading(_("Topic")),), topics, _("No topic is recorded.")),
                document_section(documents_of(assembly=record), user),
            ],
            **self.offered(record),
        }


class AssemblyAdd(AddPage):
    """Record an assembly."""

    needs = Permission.ASSEMBLY_EDIT
    form_class = NewAssemblyForm
    verb = staticmethod(record_assembly)
    detail = "assembly_detail"
    list_name = "assembly_list"
    list_words = gettext_lazy("Assemblies")
    title = gettext_lazy("Which assembly was held?")
    about = gettext_lazy("Its resolutions are added on its page.")
    submit_words = gettext_lazy("Record the assembly")
    done = gettext_lazy("The assembly is on record. Now add what it resolved.")

    def get_initial(self) -> dict[str, Any]:
        return own_organization(self.request.user, Permission.ASSEMBLY_EDIT)


class AssemblyStepPage(StepPage):
    """Any step of an assembly."""

    needs = permissions_of(ASSEMBLY_STEPS)
    model = Assembly
    steps = ASSEMBLY_STEPS
