"""Writing a letter: which one, to whom, what only its writer can say; and how it will look before it is kept."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import tables
from discipline.actions.letters import check_letter, composed, write_letters
from discipline.letters.composing import language_of, languages_with, typed_of, versions_for
from discipline.letters.forms import LetterForm
from discipline.letters.paper import paper_of
from discipline.models import Appeal, Letter, LetterKind, LetterVersion, Removal
from district.access import Permission
from district.page_parts import Fact, school_days_words, span_words
from district.pages import tell
from district.record_forms import GroupedForm, RecordFormPage
from district.steps import StepNotAllowed


class WritePage(RecordFormPage):
    """Write a letter about a removal. Its address says which (`kind`), perhaps for which step of the checklist."""

    needs = Permission.REMOVAL_RECORD
    table = tables.REMOVALS
    template_name = "discipline/letters/letter_form.html"
    title = gettext_lazy("Which letter?")
    submit_words = gettext_lazy("Keep the letter")
    done = gettext_lazy("Kept as it stands. Print it, then say when it went out.")

    @property
    def kind(self) -> str:
        """The letter that the address names; empty where it names none."""
        kind = self.request.GET.get("kind", "")
        return kind if kind in LetterKind.values else ""

    @cached_property
    def versions(self) -> list[LetterVersion]:
        """The standing versions of the letter in all languages of the district."""
        rows = LetterVersion.objects.standing().filter(template__kind=self.kind)
        return list(rows.filter(template__district=self.record.school.district_id))

    @cached_property
    def decided_appeals(self) -> list[Appeal]:
        """The appeals of the removal of which a letter can say how they ended."""
        return list(self.record.appeals.filter(state=Appeal.State.DECIDED))

    def kinds(self) -> list[tuple[str, Any]]:
        """The letters that can be written about the removal: (address, words). Others are not offered."""
        address = reverse("letter_write", args=[self.record.uid])
        standing = LetterVersion.objects.standing().filter(template__district=self.record.school.district_id)
        offered = set(standing.order_by().values_list("template__kind", flat=True))
        if not self.decided_appeals:
            offered.discard(LetterKind.APPEAL_DECISION)
        return [(f"{address}?kind={kind}", words) for kind, words in LetterKind.choices if kind in offered]

    def records(self) -> models.QuerySet:
        rows = Removal.objects.all().allowed(self.request.user, Permission.REMOVAL_RECORD)
        return rows.select_related("school__district", "student__person", "incident", "terms")

    def refusal(self) -> str:
        return _("This removal has been voided.") if self.record.voided_at else ""

    def get_form_class(self) -> Any:
        lacks_appeal = self.kind == LetterKind.APPEAL_DECISION and not self.decided_appeals
        return LetterForm if self.kind and self.versions and not lacks_appeal else GroupedForm

    def get_form_kwargs(self) -> dict[str, Any]:
        options = super().get_form_kwargs()
        if self.get_form_class() is GroupedForm:
            return options
        is_decision = self.kind == LetterKind.APPEAL_DECISION
        return options | {
            "removal": self.record,
            "languages": languages_with(self.record.school.district, self.kind),
            "typed": typed_of(self.versions),
            "appeals": self.decided_appeals if is_decision else None,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"due_step": self.request.GET.get("step", "")}

    def facts(self) -> list[Fact]:
        removal = self.record
        return [
            Fact(_("About"), removal.student.person.name),
            Fact(removal.get_kind_display(), span_words(removal.begins_on, removal.ends_on)),
            Fact(_("Length"), school_days_words(removal.days)),
        ]

    def back(self) -> tuple[str, str]:
        return reverse("removal_detail", args=[self.record.uid]), str(self.record.get_kind_display())

    def form_valid(self, form: Any) -> HttpResponse:
        if not isinstance(form, LetterForm):
            return self.form_invalid(form)
        if "preview" not in self.request.POST:
            return super().form_valid(form)
        try:
            papers = self.papers(form)
        except (ValidationError, StepNotAllowed) as refused:
            tell(form, refused)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, papers=papers))

    def papers(self, form: LetterForm) -> list[dict[str, Any]]:
        """The letters as they would look. Nothing is kept. Raises ValidationError."""
        values, removal = form.values(), self.record
        check_letter(removal, self.kind, values["guardians"], values["typed"], values["due_step"], values["appeal"])
        day, district = removal.school.district.today(), removal.school.district
        return [
            paper_of(
                composed(
                    versions_for(district, self.kind, values["language"] or language_of(guardian, removal.student)),
                    removal,
                    guardian.person.name if guardian else "",
                    day,
                    values["typed"],
                    values["appeal"],
                )
            )
            for guardian in values["guardians"]
        ]

    def save(self, form: Any) -> None:
        self.letters: list[Letter] = write_letters(
            removal=self.record, kind=self.kind, by=self.request.user, **form.values()
        )

    def get_success_url(self) -> str:
        return reverse("letter_detail", args=[self.letters[0].uid]) if len(self.letters) == 1 else self.back()[0]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        more: dict[str, Any] = {"is_choosing": self.get_form_class() is GroupedForm}
        if more["is_choosing"]:
            more["kinds"] = self.kinds()
            more["lacks_letters"] = (bool(self.kind) and not self.versions) or not more["kinds"]
            more["lacks_appeal"] = self.kind == LetterKind.APPEAL_DECISION and bool(self.versions)
        found = super().get_context_data(**more, **context)
        return found | ({} if more["is_choosing"] else {"title": LetterKind(self.kind).label})
