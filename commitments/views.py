"""Pages of commitments: the list, a draft, every step; and the days that each step leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commitments import tables
from commitments.actions.commitments import create_commitment
from commitments.actions.rules import set_rule
from commitments.filters import CommitmentFilterSet
from commitments.forms.commitments import NewCommitmentForm, RuleForm
from commitments.ladder import DEFAULT_RULES
from commitments.models import Commitment, Decision, EscalationRule, Miss, Resolution, Source
from commitments.sections import standing_of, with_standing
from commitments.steps.commitments import COMMITMENT_STEPS, MISS_STEPS
from commitments.verifiability import Gap, gaps
from district.access import Permission
from district.models import Memorandum
from district.page_parts import Cell, Heading, Section, day_words
from district.pages import ListPage
from district.step_pages import AddPage, StepPage, permissions_of


def schools_words(commitment: Any) -> str:
    """The schools that a commitment names; none: all of them. Several are counted, not listed."""
    names = [school.name for school in commitment.schools.all()]
    if not names:
        return _("Every school")
    if len(names) == 1:
        return names[0]
    return ngettext("%(count)d school", "%(count)d schools", len(names)) % {"count": len(names)}


class CommitmentList(ListPage):
    """What was promised, by whom, and where it stands."""

    needs = Permission.COMMITMENT_VIEW
    table = tables.COMMITMENTS
    filterset_class = CommitmentFilterSet
    title = gettext_lazy("Commitments")
    question = gettext_lazy("What was promised, and is it kept?")
    about = gettext_lazy("Each promise with its source. It holds once somebody can check it.")
    empty_title = gettext_lazy("No commitments yet")
    empty_text = gettext_lazy("Draft the first one from a memorandum, a board resolution or an assembly's resolution.")
    first_chips = ("status", "missed", "school", "source")
    headings = (
        Heading(gettext_lazy("Commitment"), "title"),
        Heading(gettext_lazy("Who owes it")),
        Heading(gettext_lazy("Schools")),
        Heading(gettext_lazy("Adopted"), "adopted_on", is_day=True),
        Heading(gettext_lazy("Next date"), is_day=True),
        Heading(gettext_lazy("Status"), "status"),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        rows = queryset.select_related("district", "organization").prefetch_related("schools")
        return with_standing(rows, self.request.user)

    def links(self) -> tuple[tuple[str, Any], ...]:
        user = self.request.user
        found = [(reverse("commitment_board"), gettext_lazy("Progress on one page"))]
        if user.holds(Permission.COMMITMENT_EDIT):
            found.append((reverse("commitment_add"), gettext_lazy("Draft a commitment")))
        found.append((reverse("duty_list"), gettext_lazy("What falls due")))
        if user.holds(Permission.ESCALATION_EDIT):
            found.append((reverse("escalation_rules"), gettext_lazy("Days that each step leaves")))
        return tuple(found)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(one.title, reverse("commitment_detail", args=[one.uid]), one.get_source_display()),
                Cell(one.responsible_name or one.get_responsible_display()),
                Cell(schools_words(one)),
                Cell(day_words(one.adopted_on)),
                Cell(day_words(one.next_due_on)),
                Cell(status=standing_of(one, one.district.today())),
            ]


class CommitmentAdd(AddPage):
    """Draft a commitment; a link from its source fills in what the source says."""

    needs = Permission.COMMITMENT_EDIT
    form_class = NewCommitmentForm
    verb = staticmethod(create_commitment)
    detail = "commitment_detail"
    list_name = "commitment_list"
    list_words = gettext_lazy("Commitments")
    title = gettext_lazy("What was promised, and how can it be checked?")
    about = gettext_lazy("Most of it may wait. Before it holds, somebody must be able to check it.")
    submit_words = gettext_lazy("Save the draft")
    done = gettext_lazy("The draft is saved.")

    def get_initial(self) -> dict[str, Any]:
        query = self.request.GET
        found = (
            self._of(query, "memorandum", Memorandum.objects.visible_to(self.request.user))
            or self._of(query, "resolution", Resolution.objects.visible_to(self.request.user))
            or self._of(query, "decision", Decision.objects.visible_to(self.request.user))
        )
        return found or {}

    def _of(self, query: Any, name: str, rows: Any) -> dict[str, Any]:
        """What the source named in the address gives; nothing for one that the reader may not see."""
        try:
            record = rows.filter(uid=query[name]).first() if name in query else None
        except (ValueError, forms.ValidationError):
            return {}
        if record is None:
            return {}
        if isinstance(record, Memorandum):
            return {"source": Source.MEMORANDUM, "memorandum": record.uid, "adopted_on": record.signed_on}
        if isinstance(record, Resolution):
            answer = record.answers.order_by("answered_on", "pk").last()
            organization = record.assembly.organization
            return {
                "source": Source.ASSEMBLY_RESOLUTION,
                "resolution": record.uid,
                "title": record.title,
                "text": answer.adopted_text if answer else record.text,
                "adopted_on": answer.answered_on if answer else None,
                "organization": organization.uid if organization else None,
            }
        return {
            "source": Source.BODY_DECISION,
            "decision": record.uid,
            "text": record.text,
            "adopted_on": record.meeting.on,
            "responsible_name": record.responsible_name,
            "due_on": record.due_on,
            "body": record.meeting.body.uid,
        }


class CommitmentStepPage(StepPage):
    """Any step of a commitment. A draft shows what is still missing before it can hold."""

    needs = permissions_of(COMMITMENT_STEPS)
    model = Commitment
    steps = COMMITMENT_STEPS
    template_name = "commitments/commitment_step.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        found: list[Gap] = gaps(self.record) if self.step.name in ("change", "activate") else []
        return super().get_context_data(gaps=found, is_draft_form=self.step.name == "change", **context)


class MissStepPage(StepPage):
    """Any step after a commitment was missed."""

    needs = permissions_of(MISS_STEPS)
    model = Miss
    steps = MISS_STEPS

    def home_of(self, record: Miss) -> str:
        return reverse("commitment_detail", args=[record.commitment.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumb = (self.home_of(self.record), self.record.commitment.title)
        return super().get_context_data(**context) | {"crumb": crumb}


class EscalationRules(AddPage):
    """How many days each step leaves, and since when."""

    needs = Permission.ESCALATION_EDIT
    template_name = "commitments/rules.html"
    form_class = RuleForm
    verb = staticmethod(set_rule)
    list_name = "commitment_list"
    list_words = gettext_lazy("Commitments")
    title = gettext_lazy("How many days does each step leave?")
    about = gettext_lazy("Reminder, miss, answer, remedy plan, agenda, consequence: the clock follows these days.")
    submit_words = gettext_lazy("Set the days")
    done = gettext_lazy("Set. What is due already keeps its day.")

    def address_after(self, result: Any) -> str:
        return reverse("escalation_rules")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        rules = EscalationRule.objects.visible_to(self.request.user).select_related("district")
        rows = [
            [
                Cell(rule.get_step_display()),
                Cell(f"{rule.days} {rule.get_unit_display()}"),
                Cell(day_words(rule.valid_from)),
                Cell(rule.district.name),
            ]
            for rule in rules
        ]
        steps = EscalationRule.Step
        default = [[Cell(steps(name).label), Cell(str(rule.days))] for name, rule in DEFAULT_RULES.items()]
        headings = (Heading(_("Step")), Heading(_("Days")), Heading(_("From")), Heading(_("District")))
        sections = [
            Section(_("Set by the district"), headings, rows, _("Nothing is set: the days below hold.")),
            Section(_("Where nothing is set, in calendar days"), headings[:2], default),
        ]
        return super().get_context_data(sections=sections, **context)
