"""What pages that order or change a removal share: they ask calendar and rules before anything is saved."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from discipline.forms_judging import clock_words, judgment_of, shown_findings
from discipline.forms_removals import counted_words
from discipline.judging import Judgment
from discipline.meters import meter_for
from district.record_forms import RecordFormPage


class JudgedPage(RecordFormPage):
    """A form about a removal. Sent with `count` it is shown again, with what calendar, rules and clock say to it."""

    SEVERAL: ClassVar[Collection[str]] = ("offered_to",)
    """Fields with several values."""

    @cached_property
    def judgment(self) -> Judgment | None:
        """What the rules say to what was typed; None while that is not enough."""
        return judgment_of(self.record, self.request.POST, self.kind())

    def kind(self) -> str:
        """The kind of removal where the form does not ask for it."""
        return ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "count" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.record = get_object_or_404(self.records(), uid=kwargs["uid"])
        return self.render_to_response(self.get_context_data(form=self.as_typed(request)))

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.ask(self.judgment)
        return form

    def as_typed(self, request: HttpRequest) -> Any:
        """The form as it was sent, without looking for faults: its writer only asks what calendar and rules say."""
        typed = {
            name: request.POST.getlist(name) if name in self.SEVERAL else request.POST[name] for name in request.POST
        }
        form = self.form_class(**self.get_form_kwargs() | {"data": None, "files": None, "initial": typed})
        form.ask(self.judgment)
        return form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        record = self.record
        return super().get_context_data(
            counted=counted_words(record.school, self.request.POST),
            findings=shown_findings(self.judgment),
            clock=clock_words(self.judgment),
            meter=meter_for(self.request.user, record.student, record.school_year),
            **context,
        )
