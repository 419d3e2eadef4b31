"""Forms about an incident: its time, place and words, the people in it, what it belongs to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions import OtherPart
from discipline.actions.incidents import LONGEST_DESCRIPTION
from discipline.models import INCIDENT_LOCATIONS, ContactWay, Incident, OtherPerson, TriedFirst
from district.models import Staff, Student
from district.record_forms import GroupedForm, ReasonForm
from district.steps import REASON_LENGTH


class AmendForm(GroupedForm):
    """What may be mended of an incident afterwards."""

    GROUPS = (
        (gettext_lazy("When and where?"), ("occurred_time", "is_time_exact", "location")),
        (gettext_lazy("What happened?"), ("description", "tried_first")),
    )

    occurred_time = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        help_text=gettext_lazy("Empty: not known."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    is_time_exact = forms.BooleanField(label=gettext_lazy("The time is exact"), required=False)
    location = forms.ChoiceField(
        label=gettext_lazy("Place"),
        required=False,
        choices=[("", gettext_lazy("Not known")), *INCIDENT_LOCATIONS.items()],
    )
    description = forms.CharField(
        label=gettext_lazy("In words"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Say what was seen and heard. Leave out the names of other students."),
    )
    tried_first = forms.MultipleChoiceField(
        label=gettext_lazy("What was tried first?"),
        required=False,
        choices=TriedFirst.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    @staticmethod
    def at_first(incident: Incident) -> dict[str, Any]:
        """The values with which the form begins."""
        names = ("occurred_time", "is_time_exact", "location", "description")
        return {name: getattr(incident, name) for name in names} | {"tried_first": incident.tried_first.split(",")}


class PersonForm(GroupedForm):
    """Somebody who is no student on the roster."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Who is it?"), choices=OtherPerson.Kind.choices, widget=forms.RadioSelect
    )
    staff = forms.ModelChoiceField(
        Staff.objects.none(),
        label=gettext_lazy("Member of staff"),
        required=False,
        to_field_name="uid",
        empty_label=gettext_lazy("Not listed"),
    )
    words = forms.CharField(
        label=gettext_lazy("In a few words"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Who it is, as far as you know: an older cousin, a driver."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Which part did they have?"), choices=OtherPerson.Role.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, staff: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = staff

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("staff") and values.get("kind") != OtherPerson.Kind.STAFF:
            self.add_error("kind", _("You named a member of staff."))
        return values

    def part(self) -> OtherPart:
        """What the verb takes."""
        values = self.cleaned_data
        return OtherPart(values["kind"], values["role"], values["words"], values["staff"])


class ContactForm(GroupedForm):
    """A family heard from the school."""

    student = forms.ModelChoiceField(
        Student.objects.none(), label=gettext_lazy("Whose family?"), to_field_name="uid", empty_label=None
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How did they hear?"), choices=ContactWay.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("A note"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What was agreed, not what was felt. Those who decide about the record read it."),
    )

    def __init__(self, *args: Any, students: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["student"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = students


class LinkForm(ReasonForm):
    """Another incident, by its number, and why it belongs here."""

    GROUPS = (("", ("number", "reason")),)

    number = forms.CharField(
        label=gettext_lazy("Number of the other incident"),
        max_length=255,
        help_text=gettext_lazy("As it stands on its page, such as R-7K2QD-M4ZPA."),
    )

    def __init__(self, *args: Any, incidents: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incidents = incidents

    def clean_number(self) -> Incident:
        """The incident with the number; that of another school year only when no other has it."""
        found = self.incidents.filter(identifier=self.cleaned_data["number"].strip()).order_by("-occurred_on").first()
        if found is None:
            raise forms.ValidationError(_("No incident that you decide about has this number."))
        return found
