"""Forms of staff about families: how long a link lasts, what a family is answered, what is so about a report."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from discipline.actions.families import DECLINE, GRANT, LONGEST_LINK
from discipline.actions.sent_home import CONFIRM, REFUSE
from district.filtering import IsoDateField
from district.record_forms import GroupedForm
from district.steps import REASON_LENGTH


class LinkForm(GroupedForm):
    """How long a link opens the page."""

    days = forms.IntegerField(
        label=gettext_lazy("For how many days?"),
        min_value=1,
        max_value=LONGEST_LINK,
        initial=14,
        help_text=gettext_lazy("Give the link to this person only. Whoever has it sees the page until then."),
    )


class AnswerForm(GroupedForm):
    """What came of a request."""

    step = forms.ChoiceField(label=gettext_lazy("What came of it?"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=gettext_lazy("What should the family know?"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The family reads this on its page. Name no other child."),
    )

    WORDS = {
        GRANT: gettext_lazy("It is done as asked: the meeting is held, the record amended, the appeal filed"),
        DECLINE: gettext_lazy("It is not done, for a reason"),
    }

    def __init__(self, *args: Any, allowed: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = self.WORDS if self.is_bound else allowed
        self.fields["step"].choices = [(step, self.WORDS[step]) for step in offered]  # type: ignore[attr-defined]


class DaysFields(GroupedForm):
    """For how long a student was away."""

    days = forms.DecimalField(
        label=gettext_lazy("School days"),
        min_value=Decimal("0.25"),
        max_value=Decimal(30),
        max_digits=4,
        decimal_places=2,
        help_text=gettext_lazy("Up to half a day is 0.5."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class SentHomeForm(DaysFields):
    """That a student was sent home or picked up early because of behavior."""

    field_order = ("begins_on", "left_at", "days", "told_by", "words")

    begins_on = IsoDateField(label=gettext_lazy("On which day"))
    left_at = forms.TimeField(
        label=gettext_lazy("Left at"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    told_by = forms.CharField(label=gettext_lazy("Who asked the family to come"), required=False, max_length=200)
    words = forms.CharField(
        label=gettext_lazy("What happened, in a few words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LookIntoForm(DaysFields):
    """Whether what a family says is so."""

    field_order = ("step", "begins_on", "days", "note")

    step = forms.ChoiceField(label=gettext_lazy("Was the student sent home?"), widget=forms.RadioSelect)
    begins_on = IsoDateField(label=gettext_lazy("On which day"))
    note = forms.CharField(
        label=gettext_lazy("How do you know?"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Not confirmed: say why. The family reads it on its page. Name no other child."),
    )

    WORDS = {
        CONFIRM: gettext_lazy("Yes: it is a removal and counts"),
        REFUSE: gettext_lazy("No, or it cannot be found out: it stays on record with the reason"),
    }

    def __init__(self, *args: Any, allowed: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = self.WORDS if self.is_bound else allowed
        self.fields["step"].choices = [(step, self.WORDS[step]) for step in offered]  # type: ignore[attr-defined]
