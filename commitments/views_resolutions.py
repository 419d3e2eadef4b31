"""Pages of resolutions: the list, and the trail of each from the assembly to its result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commitments import tables_of_bodies as tables
from commitments.filters import ResolutionFilterSet
from commitments.models import Commitment, CommitmentStatus, Resolution, ResolutionAnswer
from commitments.sections import commitment_section
from commitments.statuses import resolution_status
from commitments.steps.assemblies import RESOLUTION_STEPS
from commitments.views_assemblies import answers_of, resolution_cells, support_words
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, TimelineStep, day_words
from district.pages import ListPage
from district.step_pages import StepPage, SteppedRecordPage, permissions_of


class ResolutionList(ListPage):
    """What assemblies ask of the district."""

    needs = Permission.ASSEMBLY_VIEW
    table = tables.RESOLUTIONS
    filterset_class = ResolutionFilterSet
    title = gettext_lazy("Resolutions")
    question = gettext_lazy("What was asked of the district, and what did it answer?")
    empty_title = gettext_lazy("No resolutions yet")
    empty_text = gettext_lazy("They are added on the page of the assembly that resolved them.")
    first_chips = ("answered", "missed")
    headings = (
        Heading(gettext_lazy("Resolution"), "title"),
        Heading(gettext_lazy("Sent"), "sent_on", is_day=True),
        Heading(gettext_lazy("Answer due"), "answer_due_on", is_day=True),
        Heading(gettext_lazy("Answer")),
    )

    def queryset(self) -> models.QuerySet:
        return super().queryset().filter(voided_at=None)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("assembly__district")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        answers = answers_of(records)
        for one in records:
            yield resolution_cells(one, answers.get(one.pk), one.assembly.district.today())


class ResolutionRecord(SteppedRecordPage):
    """One resolution: its text, the answer, and the trail to its result."""

    needs = Permission.ASSEMBLY_VIEW
    table = tables.RESOLUTIONS
    steps = RESOLUTION_STEPS
    step_url = "resolution_step"
    template_name = "commitments/resolution_detail.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("assembly__district")

    def describe(self, record: Resolution) -> dict[str, Any]:
        user, today = self.request.user, record.assembly.district.today()
        answers = list(record.answers.order_by("answered_on", "pk"))
        answer = answers[-1] if answers else None
        commitments = Commitment.objects.visible_to(user).filter(resolution=record)
        section = commitment_section(
            commitments, user, today, title=_("What follows from it"), empty=_("No commitment follows from it yet.")
        )
        context = {
            "title": record.title,
            "list_url": reverse("assembly_detail", args=[record.assembly.uid]),
            "list_words": record.assembly.title,
            "crumb": record.number,
            "facts": [
                Fact(_("Support"), support_words(record) or _("not counted")),
                Fact(_("Sent"), day_words(record.sent_on)),
                Fact(_("Answer due"), day_words(record.answer_due_on)),
                Fact(_("Answer"), resolution_status(record, answer, today).word),
            ],
            "text": record.text,
            "answer": answer,
            "answered_on": day_words(answer.answered_on) if answer else "",
            "section": section,
            "steps": self._trail(record, answers, commitments, today),
            **self.offered(record),
        }
        is_adopted = answer and answer.outcome != ResolutionAnswer.Outcome.DECLINED
        if is_adopted and not section.rows and user.holds(Permission.COMMITMENT_EDIT):
            query = urlencode({"resolution": str(record.uid)})
            context["draft_url"] = f"{reverse('commitment_add')}?{query}"
        return context

    def _trail(self, record: Resolution, answers: list, commitments: Any, today: date) -> list[TimelineStep]:
        """From the assembly to the result, each step on its day."""
        assembly = record.assembly
        people = assembly.people_present
        came = ngettext("%(count)d person", "%(count)d people", people or 0) % {"count": people} if people else ""
        steps = [
            TimelineStep(assembly.held_on, day_words(assembly.held_on), _("Resolved"), came),
            TimelineStep(record.sent_on, day_words(record.sent_on), _("Sent to the district")),
        ]
        if record.answer_missed_on:
            missed = record.answer_missed_on
            steps.append(TimelineStep(missed, day_words(missed), _("No answer came in time")))
        for row in answers:
            steps.append(
                TimelineStep(row.answered_on, day_words(row.answered_on), row.get_outcome_display(), row.reason)
            )
        if not answers:
            due = record.answer_due_on
            steps.append(TimelineStep(due, day_words(due), _("Answer due"), is_done=False))
        states = CommitmentStatus.objects.filter(commitment__in=commitments.values("pk")).select_related("commitment")
        for state in states.exclude(status=Commitment.Status.DRAFT):
            title = f"{state.commitment.title}: {state.get_status_display()}"
            steps.append(TimelineStep(state.on, day_words(state.on), title, state.note, is_done=state.on <= today))
        return sorted(steps, key=lambda step: step.on)


class ResolutionStepPage(StepPage):
    """Any step of a resolution."""

    needs = permissions_of(RESOLUTION_STEPS)
    model = Resolution
    steps = RESOLUTION_STEPS
