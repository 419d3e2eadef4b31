"""Pages of staff: what families ask for, each with its answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions.families import REQUEST_STEPS, answer_request
from discipline.family import tables
from discipline.family.filters import FamilyRequestFilterSet
from discipline.family.forms import AnswerForm
from discipline.family.words_of_states import request_status
from discipline.models import FamilyRequest
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, day_words, span_words
from district.pages import ListPage
from district.record_forms import RecordFormPage
from district.views import student_links


class RequestList(ListPage):
    """What families ask for at one's schools."""

    needs = Permission.FAMILY_PAGE
    table = tables.REQUESTS
    filterset_class = FamilyRequestFilterSet
    title = gettext_lazy("Requests of families")
    question = gettext_lazy("What do families ask for, and who waits for an answer?")
    empty_title = gettext_lazy("Nothing was asked for yet")
    empty_text = gettext_lazy("A family asks on its page. Make a link for a guardian on the page of the student.")
    first_chips = ("state", "kind", "school")
    headings = (
        Heading(gettext_lazy("Asked for"), "kind"),
        Heading(gettext_lazy("About")),
        Heading(gettext_lazy("Asked on"), "asked_on", is_day=True),
        Heading(gettext_lazy("To answer by"), "due_on", is_day=True),
        Heading(gettext_lazy("Status"), "state"),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        opens = self.request.user.holds(Permission.REMOVAL_VIEW)
        return ((reverse("sent_home_list"), _("Sent home")),) if opens else ()

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("student__person", "school__district", "guardian__person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        links = student_links(self.request.user, {row.student_id for row in records})
        for row in records:
            yield [
                Cell(row.get_kind_display(), reverse("family_request", args=[row.uid])),
                Cell(row.student.person.name, links.get(row.student_id, ""), row.guardian.person.name),
                Cell(day_words(row.asked_on)),
                Cell(day_words(row.due_on)),
                Cell(status=request_status(row)),
            ]


class AnswerPage(RecordFormPage):
    """Answer a family."""

    needs = Permission.FAMILY_PAGE
    table = tables.REQUESTS
    form_class = AnswerForm
    title = gettext_lazy("What does the family get?")
    submit_words = gettext_lazy("Answer the family")
    done = gettext_lazy("Answered. The family reads it on its page.")

    def records(self) -> models.QuerySet:
        rows = FamilyRequest.objects.all().allowed(self.request.user, Permission.FAMILY_PAGE)
        return rows.select_related("student__person", "guardian__person", "school__district", "removal")

    def refusal(self) -> str:
        if REQUEST_STEPS[self.record.state]:
            return ""
        return _("The request is “%(state)s”, which does not allow this.") % {"state": self.record.get_state_display()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"allowed": REQUEST_STEPS[self.record.state]}

    def facts(self) -> list[Fact]:
        request = self.record
        facts = [
            Fact(_("Asked for"), request.get_kind_display(), day_words(request.asked_on)),
            Fact(_("In the family’s words"), request.words, request.get_language_display()),
            Fact(_("By"), request.guardian.person.name),
            Fact(_("To answer by"), day_words(request.due_on), request_status(request).word),
        ]
        if request.removal:
            removal = request.removal
            words = span_words(removal.begins_on, removal.ends_on)
            href = reverse("removal_detail", args=[removal.uid])
            facts.append(Fact(removal.get_kind_display(), words, href=href))
        return facts

    def back(self) -> tuple[str, str]:
        return reverse("family_links", args=[self.record.student.uid]), self.record.student.person.name

    def save(self, form: Any) -> None:
        answer_request(request=self.record, by=self.request.user, **form.cleaned_data)
