"""Pages of letters: write one, read it, print it, keep what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from discipline.actions.letters import LETTER_STEPS, record_letter
from discipline.letters import tables
from discipline.letters.filters import LetterFilterSet
from discipline.letters.forms import RecordLetterForm
from discipline.letters.paper import letter_pdf, paper_of
from discipline.letters.words import letter_status, status_steps
from discipline.models import Letter
from district import reads
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, NextStep, day_words, span_words
from district.pages import ListPage, PageMixin, RecordPage, SignedInRequest
from district.pdf import PDF_TYPE, PdfUnavailable
from district.record_forms import RecordFormPage
from district.views import student_links


class LetterList(ListPage):
    """Letters about removals of one's schools."""

    needs = Permission.REMOVAL_VIEW
    table = tables.LETTERS
    filterset_class = LetterFilterSet
    title = gettext_lazy("Letters")
    question = gettext_lazy("What was written to which family, and did it reach them?")
    empty_title = gettext_lazy("No letters yet")
    empty_text = gettext_lazy("A letter is written on the page of a removal.")
    first_chips = ("state", "kind", "language", "school")
    headings = (
        Heading(gettext_lazy("Letter"), "kind"),
        Heading(gettext_lazy("About")),
        Heading(gettext_lazy("To"), "recipient"),
        Heading(gettext_lazy("Dated"), "dated", is_day=True),
        Heading(gettext_lazy("Status"), "state"),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        opens = self.request.user.holds(Permission.RULES_VIEW)
        return ((reverse("letter_template_list"), _("Templates of letters")),) if opens else ()

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("student__person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        links = student_links(self.request.user, {letter.student_id for letter in records})
        for letter in records:
            yield [
                Cell(letter.get_kind_display(), reverse("letter_detail", args=[letter.uid])),
                Cell(letter.student.person.name, links.get(letter.student_id, "")),
                Cell(letter.recipient, note=letter.get_language_display()),
                Cell(day_words(letter.dated)),
                Cell(status=letter_status(letter)),
            ]


class LetterRecord(RecordPage):
    """One letter: what it says, as it was written, and what became of it."""

    needs = Permission.REMOVAL_VIEW
    table = tables.LETTERS
    template_name = "discipline/letters/letter_detail.html"

    def queryset(self) -> models.QuerySet:
        rows = super().queryset().select_related("removal", "student__person", "version", "school", "due_step")
        return rows.prefetch_related("statuses__by")

    def describe(self, record: Letter) -> dict[str, Any]:
        removal = record.removal
        may_record = self.request.user.can(Permission.REMOVAL_RECORD, record.school)
        next_steps = [NextStep(_("PDF"), reverse("letter_pdf", args=[record.uid]))]
        if may_record and LETTER_STEPS[record.state]:
            words = _("Keep what became of it")
            next_steps.append(NextStep(words, reverse("letter_step", args=[record.uid]), is_main=True))
        links = student_links(self.request.user, {record.student_id})
        facts = [
            Fact(_("About"), record.student.person.name, href=links.get(record.student_id, "")),
            Fact(_("To"), record.recipient, record.get_language_display()),
            Fact(_("Status"), letter_status(record).word),
            Fact(
                removal.get_kind_display(),
                span_words(removal.begins_on, removal.ends_on),
                href=reverse("removal_detail", args=[removal.uid]),
            ),
            Fact(_("Template"), _("version %(number)d") % {"number": record.version.number}, record.digest[:16]),
        ]
        if record.due_step:
            facts.append(Fact(_("Step of the checklist"), _(record.due_step.text)))
        return {
            "title": _("%(kind)s, %(day)s") % {"kind": record.get_kind_display(), "day": day_words(record.dated)},
            "list_url": reverse("letter_list"),
            "list_words": _("Letters"),
            "crumb": record.recipient,
            "facts": facts,
            "content": paper_of(record.content),
            "steps": status_steps(record),
            "next_steps": next_steps,
        }


class LetterPaper(PageMixin, View):
    """The letter as PDF; where this server makes none, its page prints as well."""

    needs = Permission.REMOVAL_VIEW
    page_kind = "print"
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        letter = get_object_or_404(Letter.objects.visible_to(request.user), uid=uid)
        reads.record_view(tables.LETTERS, Letter.objects.filter(pk=letter.pk), by=request.user)
        try:
            file = letter_pdf(letter.content)
        except PdfUnavailable:
            return HttpResponseRedirect(reverse("letter_detail", args=[letter.uid]))
        response = HttpResponse(file, content_type=PDF_TYPE)
        name = f"letter-{letter.dated.isoformat()}-{letter.language}-{str(letter.uid)[:8]}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


class LetterStep(RecordFormPage):
    """Keep what became of a letter."""

    needs = Permission.REMOVAL_RECORD
    table = tables.LETTERS
    form_class = RecordLetterForm
    title = gettext_lazy("What became of this letter?")
    submit_words = gettext_lazy("Keep it")
    done = gettext_lazy("Kept.")

    def records(self) -> models.QuerySet:
        rows = Letter.objects.all().allowed(self.request.user, Permission.REMOVAL_RECORD)
        return rows.select_related("school__district", "student__person", "due_step")

    def refusal(self) -> str:
        if LETTER_STEPS[self.record.state]:
            return ""
        return _("The letter is “%(state)s”, which does not allow this.") % {"state": self.record.get_state_display()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"allowed": LETTER_STEPS[self.record.state]}

    def get_initial(self) -> dict[str, Any]:
        return {"on": self.record.school.district.today()}

    def facts(self) -> list[Fact]:
        letter = self.record
        facts = [
            Fact(_("Letter"), letter.get_kind_display(), day_words(letter.dated)),
            Fact(_("To"), letter.recipient, letter.get_language_display()),
            Fact(_("About"), letter.student.person.name),
        ]
        if letter.due_step:
            facts.append(Fact(_("Ticked off with it"), _(letter.due_step.text)))
        return facts

    def back(self) -> tuple[str, str]:
        return reverse("letter_detail", args=[self.record.uid]), str(self.record.get_kind_display())

    def save(self, form: Any) -> None:
        record_letter(letter=self.record, by=self.request.user, **form.cleaned_data)
