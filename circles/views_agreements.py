"""Pages of agreements: every term and follow-up that waits, what is overdue first, and what can be done with each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles import agreement_rules as rules
from circles import tables_of_agreements as tables
from circles.actions.agreements import set_intervals
from circles.case_states import CLOSED
from circles.filters import FollowUpFilterSet, TermFilterSet
from circles.forms.agreements import IntervalsForm
from circles.models import AgreementTerm, CircleAgreement, FollowUp, FollowUpRule
from circles.sections_of_agreements import follow_up_status, term_status
from circles.steps.agreements import AGREEMENT_STEPS, FOLLOW_UP_STEPS, TERM_STEPS
from circles.views_cases import READERS
from district.access import Permission
from district.page_parts import Cell, Heading, Section, day_words
from district.pages import ListPage
from district.step_pages import AddPage, StepPage, permissions_of

OF_CASE = ("agreement__circle__practice", "agreement__circle__school__district", "agreement__owner")


class TermList(ListPage):
    """What was agreed, the earliest day first: the board of what is overdue is this list with one filter."""

    needs = READERS
    table = tables.TERMS
    filterset_class = TermFilterSet
    title = gettext_lazy("What was agreed")
    question = gettext_lazy("What was agreed, and what waits?")
    about = gettext_lazy("In the words of the agreement, without names.")
    empty_title = gettext_lazy("Nothing here")
    empty_text = gettext_lazy("Terms come from agreements; none is as the filters ask.")
    first_chips = ("overdue", "status", "mine", "school")
    headings = (
        Heading(gettext_lazy("What")),
        Heading(gettext_lazy("Who does it")),
        Heading(gettext_lazy("By when"), "due_on", is_day=True),
        Heading(gettext_lazy("State")),
        Heading(gettext_lazy("Follow-up by")),
        Heading(gettext_lazy("Case")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("owed_by", *OF_CASE)

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("follow_up_list"), gettext_lazy("When somebody asks again")),)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            circle = one.agreement.circle
            status = term_status(one, circle.school.district.today(), is_closed=circle.status == CLOSED)
            yield [
                Cell(one.text, reverse("circle_detail", args=[circle.uid])),
                Cell(one.owed_by.get_role_display()),
                Cell(day_words(one.due_on)),
                Cell(status=status),
                Cell(str(one.agreement.owner)),
                Cell(circle.practice.name, note=circle.school.name),
            ]


class FollowUpList(ListPage):
    """The days on which somebody asks again, the earliest first."""

    needs = READERS
    table = tables.FOLLOW_UPS
    filterset_class = FollowUpFilterSet
    title = gettext_lazy("Follow-up")
    question = gettext_lazy("Where does somebody ask again, and when?")
    about = gettext_lazy("Whoever answers for an agreement asks those who made it how it goes.")
    empty_title = gettext_lazy("Nothing here")
    empty_text = gettext_lazy("Days to ask again come with agreements; none is as the filters ask.")
    first_chips = ("overdue", "done", "mine", "school")
    headings = (
        Heading(gettext_lazy("Case")),
        Heading(gettext_lazy("Due"), "due_on", is_day=True),
        Heading(gettext_lazy("How it goes")),
        Heading(gettext_lazy("Follow-up by")),
        Heading(gettext_lazy("School")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related(*OF_CASE)

    def links(self) -> tuple[tuple[str, Any], ...]:
        links = [(reverse("circle_term_list"), gettext_lazy("What was agreed"))]
        if self.request.user.holds(Permission.CREDENTIAL_EDIT):
            links.append((reverse("follow_up_rules"), gettext_lazy("How soon somebody asks again")))
        return tuple(links)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            circle = one.agreement.circle
            status = follow_up_status(one, circle.school.district.today(), is_closed=circle.status == CLOSED)
            yield [
                Cell(circle.practice.name, reverse("circle_detail", args=[circle.uid])),
                Cell(day_words(one.due_on)),
                Cell(status=status),
                Cell(str(one.agreement.owner)),
                Cell(circle.school.name),
            ]


class AgreementStepPage(StepPage):
    """Any step of an agreement."""

    needs = permissions_of(AGREEMENT_STEPS)
    model = CircleAgreement
    steps = AGREEMENT_STEPS

    def home_of(self, record: CircleAgreement) -> str:
        return reverse("circle_detail", args=[record.circle.uid])


class OfAgreementPage(StepPage):
    """A step of something that belongs to an agreement: its home is the page of the case."""

    def home_of(self, record: Any) -> str:
        return reverse("circle_detail", args=[record.agreement.circle.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumb = (self.home_of(self.record), str(self.record.agreement.circle.practice))
        return super().get_context_data(**context) | {"crumb": crumb}


class TermStepPage(OfAgreementPage):
    """Any step of a term."""

    needs = permissions_of(TERM_STEPS)
    model = AgreementTerm
    steps = TERM_STEPS


class FollowUpStepPage(OfAgreementPage):
    """Any step of a day on which somebody asks again."""

    needs = permissions_of(FOLLOW_UP_STEPS)
    model = FollowUp
    steps = FOLLOW_UP_STEPS


class FollowUpRules(AddPage):
    """How many days after an agreement somebody asks again, and since when."""

    needs = Permission.CREDENTIAL_EDIT
    template_name = "commitments/rules.html"
    form_class = IntervalsForm
    verb = staticmethod(set_intervals)
    list_name = "practice_terms_list"
    list_words = gettext_lazy("What each practice asks for")
    title = gettext_lazy("How soon does somebody ask again?")
    about = gettext_lazy("Days after an agreement. Agreements on record keep their days.")
    submit_words = gettext_lazy("Set the days")
    done = gettext_lazy("Set.")

    def address_after(self, result: Any) -> str:
        return reverse("follow_up_rules")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        grants = self.request.user.grants_with(Permission.CREDENTIAL_EDIT)
        stored = FollowUpRule.objects.filter(district__in={grant.district_id for grant in grants})
        rows = [
            [Cell(rule.intervals.replace(",", ", ")), Cell(day_words(rule.valid_from)), Cell(rule.district.name)]
            for rule in stored.select_related("district")
        ]
        default = ", ".join(map(str, rules.DEFAULT_INTERVALS))
        headings = (Heading(_("Days")), Heading(_("From")), Heading(_("District")))
        empty = _("Nothing is set: %(days)s.") % {"days": default}
        return super().get_context_data(sections=[Section(_("Set by the district"), headings, rows, empty)], **context)
