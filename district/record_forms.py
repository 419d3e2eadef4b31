"""Forms about one record: which record, who may act on it, what is shown of it, what happens when its verb refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from district import reads
from district.columns import RecordTable
from district.languages import LANGUAGES, MOST, name_of
from district.page_parts import Fact
from district.pages import FormPage, tell
from district.steps import REASON_LENGTH, StepNotAllowed


class GroupedForm(forms.Form):
    """A form whose fields stand in groups, each under its question; without groups, one below the other."""

    GROUPS: ClassVar[Sequence[tuple[str | Promise, Sequence[str]]]] = ()

    def groups(self) -> Iterator[tuple[str | Promise, list[BoundField]]]:
        """Question and fields of each group; fields that the form does not have are left out."""
        for question, names in self.GROUPS or (("", tuple(self.fields)),):
            if fields := [self[name] for name in names if name in self.fields]:
                yield question, fields


class ReasonForm(GroupedForm):
    """Why something is done: it stays on record."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("It stays on record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LanguagesForm(GroupedForm):
    """Up to three languages, the preferred one first."""

    LANGUAGE_FIELDS = tuple(f"language_{number}" for number in range(1, MOST + 1))
    GROUPS: ClassVar[Sequence[tuple[str | Promise, Sequence[str]]]] = ((_("What is spoken at home?"), LANGUAGE_FIELDS),)

    def __init__(self, *args: Any, languages: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        listed = [(tag, _(name)) for tag, (name, _own) in LANGUAGES.items()]
        others = [(tag, f"{name_of(tag)} ({tag})") for tag in languages if tag not in LANGUAGES]
        for number, name in enumerate(self.LANGUAGE_FIELDS):
            self.fields[name] = forms.ChoiceField(
                label=_("Also") if number else _("Language"),
                choices=[("", _("none") if number else _("not known")), *listed, *others],
                required=False,
                initial=languages[number] if number < len(languages) else "",
            )

    def languages(self) -> list[str]:
        """The languages chosen, each once."""
        return list(dict.fromkeys(filter(None, (self.cleaned_data.get(name) for name in self.LANGUAGE_FIELDS))))


class RecordFormPage(FormPage):
    """A form about one record among those that the person may act on; any other is as absent as one that never was.

    Where the state of the record does not allow the step, the way leads back to the record, with a sentence that says
    so; a form that was sent meanwhile is shown again with what was typed, as a 409. `table` says of which kind the
    record is: looking at the form leaves the trace that looking at the record does.
    """

    template_name = "record_form.html"
    form_class: Any = GroupedForm
    table: ClassVar[RecordTable]
    done: ClassVar[str | Promise] = _("Saved.")

    record: Any

    def records(self) -> models.QuerySet:
        """The records that the person may act on, with what the form needs."""
        raise NotImplementedError

    def refusal(self) -> str:
        """Why the record does not allow the step now; empty when it does."""
        return ""

    def save(self, form: Any) -> None:
        """Do what the form asks, by the verb. May raise ValidationError and StepNotAllowed."""
        raise NotImplementedError

    def facts(self) -> list[Fact]:
        """What the person must have before their eyes to answer."""
        return []

    def traced(self) -> models.QuerySet:
        """The record of `table` that the form lets one look at."""
        return self.table.model.objects.filter(pk=self.record.pk)

    def back(self) -> tuple[str, str]:
        """Address and words of the page from which one came here."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.record = get_object_or_404(self.records(), uid=kwargs["uid"])
        if refusal := self.refusal():
            messages.error(request, refusal)
            return HttpResponseRedirect(self.back()[0])
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.record = get_object_or_404(self.records(), uid=kwargs["uid"])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.save(form)
        except (ValidationError, StepNotAllowed) as refusal:
            tell(form, refusal)
            answer = self.form_invalid(form)
            answer.status_code = 409 if isinstance(refusal, StepNotAllowed) else 200
            return answer
        messages.success(self.request, str(self.done))
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        return self.back()[0]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        back_url, back_words = self.back()
        return super().get_context_data(back_url=back_url, back_words=back_words, facts=self.facts(), **context)

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        if self.table.about_students:
            reads.record_view(self.table, self.traced(), by=self.request.user)
        return super().render_to_response(context, **options)
