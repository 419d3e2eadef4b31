"""Forms for people without a sign-in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.page_parts import span_words
from training.models import Language, Practitioner, TrainingSession
from training.numbers import NUMBER_LENGTH, plain_number

ROLES = [("", gettext_lazy("Choose")), *Practitioner.Capacity.choices]


class CodeForm(forms.Form):
    """A code, typed."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )


class NumberForm(forms.Form):
    """The number of a certificate."""

    number = forms.CharField(
        label=gettext_lazy("Number of the certificate"),
        max_length=30,
        help_text=gettext_lazy("Twelve letters and digits, as printed on it."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        """Return the number without what people add."""
        number = plain_number(self.cleaned_data["number"])
        if len(number) != NUMBER_LENGTH:
            raise ValidationError(_("A number has twelve letters and digits."))
        return number


class AddressForm(forms.Form):
    """One's e-mail address."""

    email = forms.EmailField(label=gettext_lazy("Your e-mail"), max_length=254)


class WhoForm(forms.Form):
    """Who somebody is."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=255)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=255, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    capacity = forms.ChoiceField(label=gettext_lazy("You are"), choices=ROLES)
    language = forms.ChoiceField(
        label=gettext_lazy("Your language"), choices=Language.choices, initial="en", required=False
    )


class SessionChoice(forms.ModelChoiceField):
    """One of the sessions that are open here, told by course, days and place."""

    def label_from_instance(self, obj: Any) -> str:
        """Such as “Keeping circles: Wed, Dec 9, 2026, Public library”."""
        place = obj.place or _("online")
        words = _("%(course)s: %(days)s, %(place)s")
        return words % {"course": obj.course.title, "days": span_words(obj.begins_on, obj.ends_on), "place": place}


class JoinForm(WhoForm):
    """Registering for a session."""

    session = SessionChoice(
        TrainingSession.objects.none(),
        label=gettext_lazy("Which session?"),
        to_field_name="uid",
        empty_label=None,
        widget=forms.RadioSelect,
    )
    field_order = ("session", "given_name", "family_name", "email", "capacity", "language")

    def __init__(self, *args: Any, sessions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = sessions.select_related("course", "district").order_by("begins_on", "pk")
        field = self.fields["session"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = rows
        self.has_sessions = rows.exists()
        if rows.count() == 1:
            field.initial = rows[0].uid


class HereForm(forms.Form):
    """Signing in on the day: the address first, a name only from those whom nobody expects."""

    email = forms.EmailField(label=gettext_lazy("The e-mail with which you registered"), max_length=254)
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=255, required=False)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=255, required=False)
    capacity = forms.ChoiceField(label=gettext_lazy("You are"), choices=ROLES, required=False)

    asks_for_name = False

    def ask_for_name(self) -> None:
        """Show the fields for somebody who is not registered."""
        self.asks_for_name = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("given_name"):
            self.ask_for_name()
            if not given.get("capacity"):
                self.add_error("capacity", _("Choose what fits best."))
        return given

    def newcomer(self) -> dict[str, Any]:
        """What a registration needs."""
        names = ("given_name", "family_name", "email", "capacity")
        return {name: self.cleaned_data[name] for name in names}
