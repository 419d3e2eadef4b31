"""Parts of the forms that order and change removals: the restorative question, and what the rules ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions import Offer
from discipline.counting import TermsFault, terms_of
from discipline.judging import Case, Judgment, judge_removal
from discipline.models import (
    RESTORATIVE_RESPONSES,
    OfferAnswer,
    OfferedTo,
    Referral,
    Removal,
    RemovalKind,
    WhyNotOffered,
)
from discipline.rule_words import finding_words
from district.filtering import IsoDateField
from district.models.places import calendar_of
from district.page_parts import Status, plain_days
from district.record_forms import GroupedForm
from district.rules import Finding, Outcome
from district.steps import REASON_LENGTH

STATED, REASON, OUTSIDE = "stated-", "reason-", "outside"
SHOWN = {
    Outcome.BLOCKED: (gettext_lazy("Not allowed"), "late"),
    Outcome.NEEDS_REASON: (gettext_lazy("Needs a reason"), "due"),
    Outcome.OVERRIDDEN: (gettext_lazy("Reason given"), "waived"),
    Outcome.EXCEPTED: (gettext_lazy("Exception stated"), "waived"),
    Outcome.WARNED: (gettext_lazy("To know"), "open"),
}
"""Outcomes that the form shows → word and tone."""


@dataclass(frozen=True)
class Shown:
    """One rule as the form shows it."""

    status: Status
    title: str
    citation: str
    words: str


class OfferFields(forms.Form):
    """Was something restorative offered first? To whom, and who said what; or why not."""

    OFFER = ("answer", "response", "offered_to", "answered_by", "why_not", "offer_note")

    answer = forms.ChoiceField(
        label=gettext_lazy("Was something restorative offered before this removal?"),
        required=False,
        choices=OfferAnswer.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Any answer will do; it never stops a removal that cannot wait."),
    )
    response = forms.ChoiceField(
        label=gettext_lazy("What was offered?"),
        required=False,
        choices=[
            ("", gettext_lazy("Not offered, or not chosen")),
            *((one.value, one.label) for one in RESTORATIVE_RESPONSES),
        ],
    )
    offered_to = forms.MultipleChoiceField(
        label=gettext_lazy("To whom?"),
        required=False,
        choices=OfferedTo.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    answered_by = forms.ChoiceField(
        label=gettext_lazy("Who accepted or declined it?"),
        required=False,
        choices=[("", gettext_lazy("Nobody yet")), *OfferedTo.choices],
    )
    why_not = forms.ChoiceField(
        label=gettext_lazy("If nothing was offered: why?"),
        required=False,
        choices=[("", gettext_lazy("It was offered")), *WhyNotOffered.choices],
    )
    offer_note = forms.CharField(
        label=gettext_lazy("In a few words"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 2}),
    )

    def offer(self) -> Offer:
        """What the verbs take."""
        given = {name: self.cleaned_data.get(name) or "" for name in ("answer", "response", "answered_by", "why_not")}
        offered_to = tuple(self.cleaned_data.get("offered_to") or ())
        return Offer(**given, offered_to=offered_to, note=self.cleaned_data.get("offer_note") or "")


class JudgedForm(GroupedForm):
    """A form whose rules ask for more once they have seen what was typed: `ask` adds the fields for it."""

    decided_on = IsoDateField(
        label=gettext_lazy("Decided on"),
        required=False,
        help_text=gettext_lazy("Empty: its first day, or today where that lies ahead. Deadlines count from it."),
    )

    asked: tuple[str, ...] = ()

    def ask(self, judgment: Judgment | None) -> None:
        """Add a field for each exception and condition of the rules that apply, and for each reason they ask for."""
        if judgment is None:
            return
        fields: dict[str, forms.CharField] = {}
        for finding in judgment.evaluation.findings:
            fields |= dict(_asked_by(finding))
        if judgment.is_outside:
            help_text = gettext_lazy("The response matrix does not allow this removal here. It is counted as outside.")
            fields[OUTSIDE] = _words(gettext_lazy("Why is it right to leave the response matrix?"), help_text)
        self.fields.update(fields)
        self.asked = tuple(fields)

    def asked_fields(self) -> list[BoundField]:
        """The fields that the rules added."""
        return [self[name] for name in self.asked]

    def groups(self) -> Iterator[tuple[Any, list[BoundField]]]:
        yield from super().groups()
        if self.asked:
            yield _("What do the rules ask?"), self.asked_fields()

    def case(self) -> Case:
        """What was stated to the rules."""
        return case_of(self.cleaned_data)


def case_of(data: Mapping[str, Any]) -> Case:
    """What was stated to the rules, from the values of a form."""
    texts = {name: str(data[name] or "").strip() for name in data if name.startswith((STATED, REASON, OUTSIDE))}
    return Case(
        stated={name.removeprefix(STATED): text for name, text in texts.items() if name.startswith(STATED) and text},
        reasons={name.removeprefix(REASON): text for name, text in texts.items() if name.startswith(REASON) and text},
        outside=texts.get(OUTSIDE, ""),
    )


def judgment_of(about: Referral | Removal, data: Mapping[str, Any], kind: str = "") -> Judgment | None:
    """Judge what was typed so far; None while it does not say what is ordered from when for how long."""
    kind, begins_on = data.get("kind") or kind, day_of(data.get("begins_on"))
    ends_on, days = day_of(data.get("ends_on")), number_of(data.get("days"))
    if kind not in RemovalKind.values or begins_on is None or begins_on < about.incident.occurred_on:
        return None
    try:
        calendar = calendar_of(about.school.district, about.school)
        terms = terms_of(calendar, begins_on, ends_on=ends_on, days=days)
    except TermsFault:
        return None
    today = about.school.district.today()
    decided_on = min(day_of(data.get("decided_on")) or begins_on, today)
    return judge_removal(about=about, kind=kind, **vars(terms), decided_on=decided_on, case=case_of(data))


def shown_findings(judgment: Judgment | None) -> list[Shown]:
    """The rules that say something about the removal, the gravest first."""
    if judgment is None:
        return []
    return [
        Shown(
            Status(*SHOWN[finding.outcome]),
            _(finding.rule.title),
            finding.rule.citation,
            " ".join(finding_words(finding)),
        )
        for finding in judgment.evaluation.findings
        if finding.outcome in SHOWN
    ]


def clock_words(judgment: Judgment | None) -> str:
    """Where the removal would bring the days of the school year that count for IDEA and Section 504."""
    if judgment is None or judgment.clock_days is None or judgment.clock_adds is None:
        return ""
    words = {
        "before": plain_days(judgment.clock_days),
        "adds": plain_days(judgment.clock_adds),
        "after": plain_days(judgment.clock_days + judgment.clock_adds),
    }
    return _("Days out this school year: %(before)s so far, and %(adds)s with this: day %(after)s of 10.") % words


def _asked_by(finding: Finding) -> Iterator[tuple[str, forms.CharField]]:
    rule, conditions = finding.rule, list(finding.rule.preconditions)
    if finding.outcome not in (Outcome.MET, Outcome.WARNED):
        conditions += finding.rule.exceptions
    for condition in conditions:
        citation = condition.citation or rule.citation
        yield (
            f"{STATED}{condition.code}",
            _words(_(condition.text), _("If this holds, say why. %(citation)s") % {"citation": citation}),
        )
    if finding.outcome in (Outcome.NEEDS_REASON, Outcome.OVERRIDDEN):
        label = _("Why do you go on? %(title)s") % {"title": _(rule.title)}
        yield f"{REASON}{rule.key}", _words(label, rule.citation)


def _words(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=REASON_LENGTH, help_text=help_text, widget=widget)


def day_of(text: Any) -> date | None:
    """A day as a form was sent with; None for what is no day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def number_of(text: Any) -> Decimal | None:
    """A number as a form was sent with; None for what is none."""
    try:
        number = Decimal(str(text))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
