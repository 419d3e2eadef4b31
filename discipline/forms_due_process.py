"""Forms of due process: a step done, planned or not needed; an appeal filed and carried on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from discipline.actions.appeals import DECIDE, SCHEDULE, WITHDRAW
from discipline.actions.due_process import NOT_NEEDED, PLAN, TAKE_BACK, TICK
from discipline.models import Appeal, DueProcessStep
from district.filtering import IsoDateField
from district.record_forms import GroupedForm
from district.steps import REASON_LENGTH

STEP_WORDS = {
    TICK: gettext_lazy("It is done"),
    PLAN: gettext_lazy("It is planned for a day"),
    NOT_NEEDED: gettext_lazy("It is not needed"),
    TAKE_BACK: gettext_lazy("It is still to do"),
}
APPEAL_WORDS = {
    SCHEDULE: gettext_lazy("A hearing is set"),
    DECIDE: gettext_lazy("It is decided"),
    WITHDRAW: gettext_lazy("It is withdrawn"),
}


class StepForm(GroupedForm):
    """What is said about a step; `allowed` are those that its state allows."""

    GROUPS: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = (
        (gettext_lazy("What is so?"), ("what",)),
        (gettext_lazy("If it is done"), ("done_on", "done_by", "way", "document")),
        (gettext_lazy("If it is planned"), ("planned_on",)),
        (gettext_lazy("If it is not needed"), ("reason",)),
    )
    SHORT: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = (
        (gettext_lazy("What is so?"), ("what",)),
        (gettext_lazy("Why?"), ("reason",)),
    )
    """What is asked of a step that is settled: it can only be taken back."""

    what = forms.ChoiceField(
        label=gettext_lazy("This step"), choices=list(STEP_WORDS.items()), widget=forms.RadioSelect
    )
    done_on = IsoDateField(label=gettext_lazy("Done on"), required=False)
    done_by = forms.CharField(
        label=gettext_lazy("Who did it"), required=False, max_length=200, help_text=gettext_lazy("Name or office.")
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How"),
        required=False,
        choices=[("", gettext_lazy("Choose one")), *DueProcessStep.Way.choices],
    )
    document = forms.CharField(
        label=gettext_lazy("Document"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Where the paper is: a file number, a binder."),
    )
    planned_on = IsoDateField(label=gettext_lazy("Planned for"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays on record."),
    )

    NEEDS = {
        TICK: ("done_on", "done_by", "way"),
        PLAN: ("planned_on",),
        NOT_NEEDED: ("reason",),
        TAKE_BACK: ("reason",),
    }

    def __init__(self, *args: Any, allowed: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if TICK not in allowed and allowed:
            for name in ("done_on", "done_by", "way", "document", "planned_on"):
                del self.fields[name]
            self.GROUPS = self.SHORT  # type: ignore[misc]
        if allowed:
            choices = [(name, words) for name, words in STEP_WORDS.items() if name in allowed]
            self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in self.NEEDS.get(values.get("what", ""), ()):
            if name in self.fields and not values.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        return values


class FileAppealForm(GroupedForm):
    """An appeal as it was filed."""

    to = forms.ChoiceField(
        label=gettext_lazy("Appeal to"), choices=[("", gettext_lazy("Choose one")), *Appeal.To.choices]
    )
    filed_on = IsoDateField(label=gettext_lazy("Filed on"))
    filed_by = forms.CharField(
        label=gettext_lazy("Filed by"), max_length=200, help_text=gettext_lazy("Such as: the student's mother.")
    )
    note = forms.CharField(
        label=gettext_lazy("What is asked for"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AppealStepForm(GroupedForm):
    """How an appeal goes on."""

    what = forms.ChoiceField(
        label=gettext_lazy("What happened?"), choices=list(APPEAL_WORDS.items()), widget=forms.RadioSelect
    )
    day = IsoDateField(label=gettext_lazy("On which day"), help_text=gettext_lazy("Of the hearing or the decision."))
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        required=False,
        choices=[("", gettext_lazy("Not decided")), *Appeal.Outcome.choices],
        help_text=gettext_lazy("Overturned, the removal ends with the days served so far."),
    )
    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays on record. A decision needs its grounds."),
    )
