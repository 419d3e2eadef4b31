"""Forms about the IDEA clock: facts beside a removal, a decision about a pattern, a manifestation determination."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from discipline.actions.terms import BUS, CONDITIONS, IN_SCHOOL, INTERIM
from discipline.models import DueProcessStep, Removal, RemovalKind, RemovalTerms
from district.filtering import IsoDateField
from district.record_forms import GroupedForm
from district.steps import REASON_LENGTH

ANSWERS = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
UNKNOWN = (("", gettext_lazy("Nobody said")), *ANSWERS)
_VALUES = {"yes": True, "no": False}


def answer_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.TypedChoiceField:
    """Yes or no; where it need not be answered, that nobody said (None)."""
    return forms.TypedChoiceField(
        label=label,
        required=required,
        choices=ANSWERS if required else UNKNOWN,
        coerce=_VALUES.__getitem__,
        empty_value=None,
        widget=forms.RadioSelect,
        help_text=help_text,
    )


def words_field(label: Any, help_text: Any = "", *, required: bool = True, rows: int = 3) -> forms.CharField:
    """A few sentences that stay on record."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=REASON_LENGTH, required=required, widget=widget, help_text=help_text)


def answer_words(value: bool | None) -> str:
    """What an answer field holds at first."""
    return {True: "yes", False: "no", None: ""}[value]


class FactsForm(GroupedForm):
    """What bears on whether the days of a removal count; a form asks only what goes with its kind."""

    GROUPS = (
        (gettext_lazy("When was it decided?"), ("decided_on",)),
        (gettext_lazy("Was it part of one school day?"), ("minutes_removed", "day_minutes")),
        (gettext_lazy("Out of the class, could the student go on?"), CONDITIONS),
        (gettext_lazy("How does the student come to school?"), BUS),
        (gettext_lazy("Why the interim setting?"), ("interim_reason",)),
        ("", ("reason",)),
    )

    decided_on = IsoDateField(
        label=gettext_lazy("Decided on"),
        required=False,
        help_text=gettext_lazy("Notice and determination count from it. Empty: the first day."),
    )
    minutes_removed = forms.IntegerField(
        label=gettext_lazy("Minutes away"), required=False, min_value=0, max_value=24 * 60
    )
    day_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of instruction that day"), required=False, min_value=1, max_value=24 * 60
    )
    progress_in_curriculum = answer_field(gettext_lazy("Went on in the general curriculum"), required=False)
    iep_services_continued = answer_field(gettext_lazy("Had the services of the IEP"), required=False)
    with_peers = answer_field(
        gettext_lazy("Was with peers without disabilities to the same extent"),
        required=False,
        help_text=gettext_lazy("With all three the days do not count (71 FR 46715)."),
    )
    bus_is_service = answer_field(gettext_lazy("The bus is a service in the IEP"), required=False)
    bus_alternative = answer_field(gettext_lazy("Another way to school was given"), required=False)
    interim_reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        required=False,
        choices=[("", gettext_lazy("Nobody said")), *RemovalTerms.InterimReason.choices],
    )
    reason = words_field(
        gettext_lazy("Why is this recorded differently now?"),
        gettext_lazy("Only needed where something was recorded before. It stays on record."),
        required=False,
    )

    def __init__(self, *args: Any, removal: Removal, **options: Any) -> None:
        super().__init__(*args, **options)
        unasked = [
            *(() if removal.kind in IN_SCHOOL else CONDITIONS),
            *(() if removal.kind == RemovalKind.BUS else BUS),
            *(() if removal.kind in INTERIM else ("interim_reason",)),
        ]
        for name in unasked:
            del self.fields[name]


class PatternForm(GroupedForm):
    """A person's decision whether a series of removals is a pattern, with a reason for each factor."""

    GROUPS = (
        (gettext_lazy("Was the behavior much alike?"), ("is_similar", "similarity")),
        (gettext_lazy("What of the other factors?"), ("length", "time_in_all", "proximity")),
        (gettext_lazy("What is decided?"), ("is_change_of_placement", "reasons")),
        (gettext_lazy("Who decided, and when?"), ("decided_on", "decided_by")),
    )

    is_similar = answer_field(gettext_lazy("The behavior was substantially similar"))
    similarity = words_field(gettext_lazy("How alike was it?"))
    length = words_field(gettext_lazy("The length of each removal"), rows=2)
    time_in_all = words_field(gettext_lazy("The total time"), rows=2)
    proximity = words_field(gettext_lazy("How close together they were"), rows=2)
    is_change_of_placement = answer_field(
        gettext_lazy("The removals form a pattern that changes the placement"),
        help_text=gettext_lazy("Yes opens the manifestation determination, due within 10 school days."),
    )
    reasons = words_field(gettext_lazy("Reasons"))
    decided_on = IsoDateField(label=gettext_lazy("Decided on"))
    decided_by = forms.CharField(
        label=gettext_lazy("Who decided"),
        max_length=200,
        help_text=gettext_lazy("Names or offices of those who took part."),
    )


class OpenDeterminationForm(GroupedForm):
    """On which day the placement was changed."""

    decided_on = IsoDateField(
        label=gettext_lazy("Placement changed on"), help_text=gettext_lazy("Day of the decision to change it.")
    )


class NoticeForm(GroupedForm):
    """When and how the parents were told."""

    on = IsoDateField(label=gettext_lazy("Parents told on"))
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=DueProcessStep.Way.choices, initial="letter")


class HoldForm(GroupedForm):
    """The two questions of the determination."""

    GROUPS = (
        (gettext_lazy("Did the disability cause it?"), ("caused_by_disability", "disability_reasons")),
        (gettext_lazy("Was the IEP carried out?"), ("iep_not_implemented", "iep_reasons")),
        (gettext_lazy("Who met, and when?"), ("held_on", "took_part")),
    )

    caused_by_disability = answer_field(
        gettext_lazy("The behavior was caused by, or had a direct and substantial relationship to, the disability")
    )
    disability_reasons = words_field(gettext_lazy("What this answer rests on"))
    iep_not_implemented = answer_field(
        gettext_lazy("The behavior was the direct result of the school not carrying out the IEP")
    )
    iep_reasons = words_field(gettext_lazy("What that answer rests on"))
    held_on = IsoDateField(label=gettext_lazy("Held on"))
    took_part = words_field(
        gettext_lazy("Who took part"), gettext_lazy("The parents, the school, the members of the IEP team."), rows=2
    )
