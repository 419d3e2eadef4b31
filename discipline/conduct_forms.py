"""The forms of the code of conduct. They ask; what each value must be, and what may change, the verbs say."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from discipline import plain_language
from discipline.catalogue import CRDC_OFFENSE_WORDS, DEFAULT_CODE
from discipline.models import RemovalKind, Response
from district.access import Permission
from district.filtering import IsoDateField
from district.forms import DistrictForm

NONE_GIVEN = ("", gettext_lazy("None given"))


def advice_on(definition: str) -> list[str]:
    """What would make a definition easier to read; empty when it reads plainly."""
    reading = plain_language.read(definition)
    found = []
    if reading.longest > plain_language.LONG_SENTENCE:
        text = ngettext(
            "Its longest sentence has %(words)d word; %(most)d are easy to take in.",
            "Its longest sentence has %(words)d words; %(most)d are easy to take in.",
            reading.longest,
        )
        found.append(text % {"words": reading.longest, "most": plain_language.LONG_SENTENCE})
    if reading.long_words:
        found.append(_("Long words: %(words)s.") % {"words": ", ".join(reading.long_words[:5])})
    if reading.judging_words:
        text = _("Words that depend on who is judging: %(words)s. What would one see or hear?")
        found.append(text % {"words": ", ".join(reading.judging_words[:5])})
    return found


class BehaviorForm(forms.Form):
    """All that a code of conduct says of a behaviour. What each value must be, the verb says."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("The district's own."))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    definition = forms.CharField(
        label=gettext_lazy("Definition"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "In words a student understands: what one would see or hear, and what does not count. "
            "Sentences of at most 20 words."
        ),
    )
    subjective = forms.BooleanField(
        label=gettext_lazy("It depends on an adult's judgment"),
        required=False,
        help_text=gettext_lazy("Such as disrespect. Figures tell these apart, because bias hides in them most easily."),
    )
    level = forms.CharField(
        label=gettext_lazy("Level"), max_length=40, required=False, widget=forms.TextInput(attrs={"list": "levels"})
    )
    category = forms.CharField(
        label=gettext_lazy("Category"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "categories"}),
    )
    max_response = forms.ChoiceField(
        label=gettext_lazy("Strongest response"),
        required=False,
        choices=[
            NONE_GIVEN,
            (gettext_lazy("No removal"), Response.choices),
            (gettext_lazy("A removal"), RemovalKind.choices),
        ],
    )
    grades = forms.CharField(
        label=gettext_lazy("Grades"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Such as 06-12. Empty: all."),
    )
    ceds_behavior = forms.ChoiceField(
        label=gettext_lazy("CEDS code"),
        required=False,
        choices=[NONE_GIVEN, *((each.code, f"{each.code} {each.title}") for each in DEFAULT_CODE)],
    )
    crdc_offense = forms.ChoiceField(
        label=gettext_lazy("CRDC offense"),
        required=False,
        choices=[NONE_GIVEN, *CRDC_OFFENSE_WORDS.items()],
        help_text=gettext_lazy("Only where the behavior alone decides it. Most behaviors have none."),
    )
    state_code = forms.CharField(label=gettext_lazy("State code"), max_length=40, required=False)
    valid_from = IsoDateField(
        label=gettext_lazy("First day"), required=False, help_text=gettext_lazy("Empty: it has always held.")
    )
    valid_to = IsoDateField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("That day included. Empty: no end.")
    )


class NewBehaviorForm(DistrictForm, BehaviorForm):
    """A behaviour to add."""

    needs = Permission.CONDUCT_EDIT


class ChangedBehaviorForm(BehaviorForm):
    """What changes about a behaviour, and from which day on."""

    changes_on = IsoDateField(
        label=gettext_lazy("First day of the change"),
        required=False,
        help_text=gettext_lazy(
            "The behavior ends the day before, and what you write here begins. "
            "Empty: corrected in place, which only the codes of other systems allow once a student was referred for it."
        ),
    )


class LastDayForm(forms.Form):
    """The last day on which a behaviour is part of the code."""

    valid_to = IsoDateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("That day included. It stays on the records of those referred for it."),
    )
