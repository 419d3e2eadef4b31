"""Forms about removals: what is ordered, how it changes; and what the calendar counts between two days."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.counting import TermsFault, terms_of
from discipline.forms_judging import JudgedForm, OfferFields, day_of, number_of
from discipline.models import ChangeKind, LengthDifference, Removal, RemovalKind
from discipline.models.codes import SUSPENSIONS
from district.calendar import SchoolCalendar
from district.filtering import IsoDateField
from district.models import School
from district.models.places import calendar_of
from district.page_parts import day_words, school_days_words, span_words
from district.record_forms import GroupedForm, ReasonForm

SERVICES = [("", gettext_lazy("Not known yet")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
_SERVICES = {"": None, "yes": True, "no": False}


class TermsForm(GroupedForm):
    """From when, for how long, with which services. Number of school days or last day: the other one is counted."""

    TERMS = ("begins_on", "days", "ends_on", "services_provided", "services")

    begins_on = IsoDateField(label=gettext_lazy("First day"))
    days = forms.DecimalField(
        label=gettext_lazy("School days"),
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text=gettext_lazy("A half day is 0.5. Give this or the last day; the other is counted."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    ends_on = IsoDateField(label=gettext_lazy("Last day"), required=False)
    services_provided = forms.ChoiceField(
        label=gettext_lazy("Does teaching go on meanwhile?"), required=False, choices=SERVICES, widget=forms.RadioSelect
    )
    services = forms.CharField(
        label=gettext_lazy("Which services?"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as: work sent home, two hours with a teacher each day."),
    )

    def clean_services_provided(self) -> bool | None:
        return _SERVICES[self.cleaned_data["services_provided"]]

    def terms(self) -> dict[str, Any]:
        """What the verbs take."""
        return {name: self.cleaned_data[name] for name in self.TERMS}


class OrderForm(OfferFields, JudgedForm, TermsForm):
    """A removal to order: what was offered first, then what is ordered, then what the rules ask."""

    GROUPS = (
        (gettext_lazy("What was offered first?"), OfferFields.OFFER),
        (gettext_lazy("What is ordered?"), ("kind", "begins_on", "days", "ends_on", "decided_on")),
        ("", ("services_provided", "services")),
    )

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of removal"), choices=[("", gettext_lazy("Choose one")), *RemovalKind.choices]
    )


class ChangeForm(JudgedForm, TermsForm, ReasonForm):
    """New terms, what kind of change it is, and why. `changes` are those that the state of the removal allows."""

    GROUPS = (
        (gettext_lazy("What happens to it?"), ("change", "kind", "decided_on")),
        (gettext_lazy("What holds from now on?"), ("begins_on", "days", "ends_on")),
        ("", ("services_provided", "services")),
        (gettext_lazy("Why does it change?"), ("difference", "reason")),
    )

    change = forms.ChoiceField(
        label=gettext_lazy("Change"), required=False, choices=ChangeKind.choices, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Converted to"),
        required=False,
        choices=[("", gettext_lazy("It stays what it is")), *((kind.value, kind.label) for kind in SUSPENSIONS)],
        help_text=gettext_lazy("Only suspensions are converted."),
    )
    difference = forms.ChoiceField(
        label=gettext_lazy("Why the length differs"),
        required=False,
        choices=[("", gettext_lazy("It does not differ")), *LengthDifference.choices],
    )

    def __init__(self, *args: Any, changes: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["change"]
        field.choices = [choice for choice in ChangeKind.choices if choice[0] in changes]  # type: ignore[attr-defined]

    def clean_change(self) -> str:
        return self.cleaned_data["change"] or ChangeKind.CORRECTED.value


class OverturnForm(ReasonForm):
    """On which day a removal was overturned, and why."""

    GROUPS = (("", ("decided_on", "reason")),)

    decided_on = IsoDateField(
        label=gettext_lazy("Overturned on"), help_text=gettext_lazy("From this day on nothing is served.")
    )


def terms_at_first(removal: Removal) -> dict[str, Any]:
    """The terms of a removal as its form begins. The length alone: the last day is counted from it anew."""
    known = next(name for name, value in _SERVICES.items() if value is removal.services_provided)
    return {
        "begins_on": removal.begins_on,
        "days": removal.days.normalize() if removal.days is not None else None,
        "ends_on": removal.ends_on if removal.days is None else None,
        "services_provided": known,
        "services": removal.services,
    }


def counted_words(school: School, data: Mapping[str, Any]) -> str:
    """What the school's calendar counts between the days that a form was sent with; empty when there is no first day.

    Names the days without school and the half days in between, because they are what surprises.
    """
    begins_on, ends_on, days = day_of(data.get("begins_on")), day_of(data.get("ends_on")), number_of(data.get("days"))
    if begins_on is None or (ends_on is None and days is None):
        return ""
    calendar = calendar_of(school.district, school)
    try:
        terms = terms_of(calendar, begins_on, ends_on=ends_on, days=None if ends_on else days)
    except TermsFault:
        return ""
    words = {
        "span": span_words(begins_on, terms.ends_on),
        "length": school_days_words(calendar.school_days(begins_on, terms.ends_on)),
        "school": school.name,
    }
    text = _("%(span)s: %(length)s by the calendar of %(school)s.") % words
    return f"{text} {_surprises(calendar, begins_on, terms.ends_on)}".strip()


def _surprises(calendar: SchoolCalendar, begins_on: date, ends_on: date) -> str:
    days = sorted(day for day in calendar.exceptions if begins_on <= day <= ends_on and day.weekday() < 5)
    closed = [day_words(day) for day in days if not calendar.length_on(day)]
    halves = [day_words(day) for day in days if 0 < calendar.length_on(day) < 1]
    texts = []
    if closed:
        texts.append(_("No school on %(days)s.") % {"days": "; ".join(closed)})
    if halves:
        texts.append(_("Half a day on %(days)s.") % {"days": "; ".join(halves)})
    return " ".join(texts)
