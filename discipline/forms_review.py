"""Forms of a review: the question, the answer, the decision."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions import RemovalOrder
from discipline.forms_judging import OUTSIDE, JudgedForm, OfferFields
from discipline.forms_removals import TermsForm
from discipline.judging import MatrixPlace
from discipline.models import OTHER_RESPONSES, RESTORATIVE_RESPONSES, SUPPORT_RESPONSES, RemovalKind, Response
from district.record_forms import GroupedForm
from district.steps import REASON_LENGTH


def _words(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 4}), **options)


class QuestionForm(GroupedForm):
    """What the reporter is asked."""

    question = _words(
        gettext_lazy("Your question"),
        help_text=gettext_lazy("The reporter reads it on their desk and answers there. They see no other note."),
    )


class AnswerForm(GroupedForm):
    """What the reporter answers."""

    answer = _words(
        gettext_lazy("Your answer"), help_text=gettext_lazy("Leave out the names of other students where you can.")
    )


def _responses(label: Any, responses: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=[(response.value, response.label) for response in responses],
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class DecisionForm(OfferFields, JudgedForm, TermsForm):
    """A decision: what repairs and supports first, then the rest, then whether the student is removed.

    `standing`: responses on record already, which are not offered again.
    """

    RESPONSES = ("restorative", "support", "others")
    GROUPS = (("", (*RESPONSES, "note")),)
    TERMS_OF_REMOVAL = ("kind", "begins_on", "days", "ends_on", "decided_on", "services_provided", "services")
    REMOVAL = (*OfferFields.OFFER, *TERMS_OF_REMOVAL)

    restorative = _responses(
        gettext_lazy("What can repair the harm?"),
        RESTORATIVE_RESPONSES,
        gettext_lazy("Everybody who takes part does so of their own will."),
    )
    support = _responses(gettext_lazy("Who can support the student?"), SUPPORT_RESPONSES)
    others = _responses(gettext_lazy("Anything else in school?"), OTHER_RESPONSES)
    note = _words(
        gettext_lazy("A note for the record"),
        required=False,
        help_text=gettext_lazy("For those who may read what is written here; the reporter does not see it."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of removal"),
        required=False,
        choices=[("", gettext_lazy("No removal")), *RemovalKind.choices],
    )

    def __init__(self, *args: Any, standing: Collection[str], may_remove: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins_on"].required = False
        for name in self.RESPONSES:
            field = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0] not in standing]  # type: ignore[attr-defined]
            if not field.choices:  # type: ignore[attr-defined]
                del self.fields[name]
        if not may_remove:
            for name in self.REMOVAL:
                del self.fields[name]

    def ask_matrix(self, place: MatrixPlace | None, chosen: Collection[str]) -> None:
        """Ask why it is right to leave the response matrix, where it does not allow a response that was chosen."""
        beyond = [code for code in chosen if place is not None and place.answer.is_outside(code)]
        if beyond:
            named = ", ".join(str(Response(code).label) for code in beyond if code in Response.values)
            help_text = _("Not allowed here: %(responses)s. It is counted as outside.") % {"responses": named}
            label = gettext_lazy("Why is it right to leave the response matrix?")
            self.fields[OUTSIDE] = _words(label, help_text=help_text)

    def removal_fields(self) -> list[forms.BoundField]:
        """The fields of the removal, for those who may order one."""
        asked = [name for name in self.asked if name != OUTSIDE or not self.fields[OUTSIDE].required]
        return [self[name] for name in (*self.REMOVAL, *asked) if name in self.fields]

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The responses, and why the matrix is left; what the rules ask stands with the removal."""
        yield from GroupedForm.groups(self)
        if OUTSIDE in self.fields and self.fields[OUTSIDE].required:
            yield "", [self[OUTSIDE]]

    def has_removal(self) -> bool:
        """Say whether anything was put in about a removal, or is wrong with it."""
        return any(self[name].value() or self[name].errors for name in self.REMOVAL if name in self.fields)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind"):
            if not values.get("begins_on") and "begins_on" not in self.errors:
                self.add_error("begins_on", _("Give the first day of the removal."))
        elif any(values.get(name) for name in ("begins_on", "days", "ends_on", "services")):
            self.add_error("kind", _("Choose the kind of removal, or empty its fields: none is ordered."))
        return values

    def chosen(self) -> list[str]:
        """The responses chosen."""
        return [code for name in self.RESPONSES for code in self.cleaned_data.get(name, ())]

    def orders(self) -> list[RemovalOrder]:
        """The removal ordered, if any."""
        if not self.cleaned_data.get("kind"):
            return []
        judged = {"decided_on": self.cleaned_data["decided_on"], "offer": self.offer(), "case": self.case()}
        return [RemovalOrder(self.cleaned_data["kind"], **self.terms(), **judged)]
