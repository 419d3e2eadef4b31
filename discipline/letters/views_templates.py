"""Pages of templates: what they say, a new version with its example, and whether a text is fit to go out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions.letters import REVIEW_STEPS, change_template, check_template, review_template
from discipline.letters import tables
from discipline.letters.composing import example_of, names_in, pieces_of
from discipline.letters.filters import LetterTemplateFilterSet
from discipline.letters.forms import ReviewForm, TemplateForm
from discipline.letters.paper import paper_of
from discipline.letters.placeholders import CONDITIONS, PLACEHOLDERS
from discipline.letters.shipped import language_packs
from discipline.letters.words import review_status
from discipline.models import LetterVersion
from district.access import Permission
from district.grouped_forms import districts_of
from district.models import User
from district.page_parts import Cell, Fact, Heading, NextStep, Section, TimelineStep, day_words, moment_words
from district.pages import ListPage, RecordPage, tell
from district.record_forms import RecordFormPage


def editable(user: User) -> models.QuerySet[LetterVersion]:
    """Versions of templates in districts where `user` may change them."""
    districts = districts_of(user, Permission.RULES_EDIT)
    return LetterVersion.objects.filter(template__district__in=districts).select_related("template__district")


class TemplateList(ListPage):
    """The letters that a district writes, in each language."""

    needs = Permission.RULES_VIEW
    table = tables.TEMPLATES
    filterset_class = LetterTemplateFilterSet
    title = gettext_lazy("Templates of letters")
    question = gettext_lazy("What do our letters say, and who has read them in each language?")
    about = gettext_lazy("A text marked as a draft goes out with its mark, and with the English text behind it.")
    empty_title = gettext_lazy("No templates yet")
    empty_text = gettext_lazy("The command adopt_letters brings those that come with the product.")
    first_chips = ("kind", "language", "review")
    headings = (
        Heading(gettext_lazy("Letter"), "kind"),
        Heading(gettext_lazy("Language"), "language"),
        Heading(gettext_lazy("Subject")),
        Heading(gettext_lazy("Review")),
        Heading(gettext_lazy("Version"), is_number=True),
    )

    def queryset(self) -> models.QuerySet:
        return LetterVersion.objects.visible_to(self.request.user).standing()

    def links(self) -> tuple[tuple[str, Any], ...]:
        opens = self.request.user.holds(Permission.REMOVAL_VIEW)
        return ((reverse("letter_list"), _("Letters")),) if opens else ()

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("template")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for version in records:
            template = version.template
            note = _("came with the product") if version.is_shipped else _("the district's own")
            yield [
                Cell(template.get_kind_display(), reverse("letter_template_detail", args=[version.uid])),
                Cell(template.get_language_display()),
                Cell(version.subject),
                Cell(status=review_status(version)),
                Cell(str(version.number), note=note, is_number=True),
            ]


class TemplateRecord(RecordPage):
    """One version of a template: how it reads with an example, what it says as text, who signed it off."""

    needs = Permission.RULES_VIEW
    table = tables.TEMPLATES
    template_name = "discipline/letters/template_detail.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("template__district", "by")

    def describe(self, record: LetterVersion) -> dict[str, Any]:
        template = record.template
        next_steps = []
        if record.replaced_at is None and editable(self.request.user).filter(pk=record.pk).exists():
            next_steps = [
                NextStep(_("Sign off"), reverse("letter_template_review", args=[record.uid])),
                NextStep(_("Write a new version"), reverse("letter_template_change", args=[record.uid]), is_main=True),
            ]
        reviews = list(record.reviews.select_related("by"))
        is_draft = record.review == LetterVersion.Review.DRAFT
        notice = _("Draft, not reviewed: letters carry this mark, and the English text follows.") if is_draft else ""
        if record.replaced_at:
            notice = _("A later version has taken its place. Letters that were written with it keep it.")
        return {
            "title": _("%(kind)s, %(language)s")
            % {"kind": template.get_kind_display(), "language": template.get_language_display()},
            "list_url": reverse("letter_template_list"),
            "list_words": _("Templates of letters"),
            "crumb": _("version %(number)d") % {"number": record.number},
            "notice": notice,
            "notice_tone": "warn",
            "facts": [
                Fact(_("Review"), review_status(record).word, reviews[-1].note if reviews else ""),
                Fact(_("Version"), str(record.number), record.reason),
                Fact(_("Written by"), str(record.by or _("came with the product")), moment_words(record.created_at)),
            ],
            "content": paper_of(example_of(record, CONDITIONS)),
            "version": record,
            "sections": [self._versions(record)],
            "steps": [
                TimelineStep(
                    timezone.localdate(row.at),
                    moment_words(row.at),
                    str(row.get_review_display()),
                    " · ".join(words for words in (str(row.by or ""), row.note) if words),
                )
                for row in reviews
            ],
            "next_steps": next_steps,
        }

    def _versions(self, record: LetterVersion) -> Section:
        rows = [
            [
                Cell(str(one.number), reverse("letter_template_detail", args=[one.uid]) if one.pk != record.pk else ""),
                Cell(day_words(timezone.localdate(one.created_at)), note=str(one.by or "")),
                Cell(one.reason or (_("came with the product") if one.is_shipped else "")),
                Cell(status=review_status(one)),
            ]
            for one in record.template.versions.select_related("by")
        ]
        headings = (Heading(_("Version")), Heading(_("Written")), Heading(_("Why")), Heading(_("Review")))
        return Section(_("Versions"), headings, rows)


class TemplateFormPage(RecordFormPage):
    """What the forms about a version of a template share."""

    needs = Permission.RULES_EDIT
    table = tables.TEMPLATES

    def records(self) -> models.QuerySet:
        return editable(self.request.user)

    def refusal(self) -> str:
        return _("A later version has taken its place.") if self.record.replaced_at else ""

    def facts(self) -> list[Fact]:
        template = self.record.template
        version = _("version %(number)d") % {"number": self.record.number}
        return [
            Fact(_("Letter"), template.get_kind_display(), version),
            Fact(_("Language"), template.get_language_display()),
        ]

    def back(self) -> tuple[str, str]:
        return reverse("letter_template_detail", args=[self.record.uid]), str(self.record.template.get_kind_display())


class ChangeTemplatePage(TemplateFormPage):
    """Write a new version of a template; the former one stays."""

    form_class = TemplateForm
    template_name = "discipline/letters/template_form.html"
    title = gettext_lazy("What should this letter say?")
    about = gettext_lazy("Letters that were written keep what they said. Yours is a new version.")
    submit_words = gettext_lazy("Keep this version")
    done = gettext_lazy("Kept. Letters are written with it from now on.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"direction": language_packs()[self.record.template.language].direction}

    def get_initial(self) -> dict[str, Any]:
        return {"subject": self.record.subject, "body": self.record.body}

    def form_valid(self, form: Any) -> HttpResponse:
        if "preview" not in self.request.POST:
            return super().form_valid(form)
        subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
        try:
            check_template(subject, body)
        except ValidationError as refused:
            tell(form, refused)
            return self.form_invalid(form)
        shown = LetterVersion(
            template=self.record.template,
            number=self.record.number + 1,
            subject=subject,
            body=body,
            review=self.record.review,
        )
        content = paper_of(example_of(shown, CONDITIONS))
        return self.render_to_response(self.get_context_data(form=form, content=content))

    def save(self, form: Any) -> None:
        self.made = change_template(version=self.record, by=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("letter_template_detail", args=[self.made.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        subject, body = pieces_of(self.record.subject, self.record.body)
        used = set(names_in([subject, *body]))
        return super().get_context_data(
            placeholders=[(f"{{{name}}}", _(one.words), name in used) for name, one in PLACEHOLDERS.items()],
            conditions=[(f"[{name}]", _(words)) for name, words in CONDITIONS.items()],
            **context,
        )


class ReviewTemplatePage(TemplateFormPage):
    """Is this text fit to go out?"""

    form_class = ReviewForm
    title = gettext_lazy("Is this text fit to go out?")
    submit_words = gettext_lazy("Keep the decision")
    done = gettext_lazy("Kept.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"allowed": REVIEW_STEPS[self.record.review]}

    def save(self, form: Any) -> None:
        review_template(version=self.record, by=self.request.user, **form.cleaned_data)
