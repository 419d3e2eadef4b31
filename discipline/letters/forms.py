"""Forms of letters: who gets which letter and what it says; what became of it; the text of a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions.letters import SEND, SIGN, TAKE_BACK
from discipline.checklists import due_words
from discipline.letters.composing import language_of
from discipline.letters.placeholders import IN_LANGUAGES, PLACEHOLDERS
from discipline.letters.words import DONE_BY_LETTER
from discipline.models import DueProcessStep, LetterLanguage, LetterStatus, Removal
from district.filtering import IsoDateField
from district.models import Guardian
from district.page_parts import day_words
from district.record_forms import GroupedForm
from district.steps import REASON_LENGTH

NOBODY = "nobody"
"""Chosen where no guardian is on record: the letter is to the parent or guardian of the student."""
TYPED_LENGTH = 3000


class LetterForm(GroupedForm):
    """Who gets the letter, in which language, and what only its writer can say."""

    guardians = forms.MultipleChoiceField(
        label=gettext_lazy("To"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each gets a letter of their own, in their language. Who may not be told is not here."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    due_step = forms.ChoiceField(
        label=gettext_lazy("Is a step of the checklist done with it?"),
        required=False,
        help_text=gettext_lazy("It is ticked off on the day the letter is sent or handed over."),
    )
    appeal = forms.ChoiceField(label=gettext_lazy("Which appeal?"))

    def __init__(
        self,
        *args: Any,
        removal: Removal,
        languages: Sequence[str],
        typed: Sequence[str],
        appeals: Sequence[Any] | None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        today = removal.school.district.today()
        told = removal.student.guardians.valid_on(today).filter(may_be_told=True).select_related("person")
        self.guardian_rows: dict[str, Guardian] = {str(row.uid): row for row in told}
        people = [(uid, _guardian_words(row)) for uid, row in self.guardian_rows.items()]
        self._set("guardians", people or [(NOBODY, _("The parent or guardian; nobody is on record"))])
        names = dict(LetterLanguage.choices)
        self._set("language", [("", _("That of each family")), *((code, names[code]) for code in languages)])
        steps = removal.due_steps.filter(state=DueProcessStep.State.OPEN, step__in=DONE_BY_LETTER)
        self.step_rows = {str(row.uid): row for row in steps}
        if self.step_rows:
            offered = [(uid, f"{_(row.text)}, {due_words(row)}") for uid, row in self.step_rows.items()]
            self._set("due_step", [("", _("None")), *offered])
        else:
            del self.fields["due_step"]
        self.appeal_rows = {str(row.uid): row for row in appeals or ()}
        if appeals is None:
            del self.fields["appeal"]
        else:
            self._set("appeal", [(uid, _appeal_words(row)) for uid, row in self.appeal_rows.items()])
        spoken = {language_of(row, removal.student) for row in self.guardian_rows.values()} & set(languages)
        self.typed = []
        for name in typed:
            self.fields[name] = _typed_field(name)
            self.typed.append(name)
            for language in sorted(spoken - {LetterLanguage.ENGLISH}) if name in IN_LANGUAGES else ():
                self.fields[f"{name}_{language}"] = _typed_field(name, names[language])
                self.typed.append(f"{name}_{language}")

    def _set(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def groups(self) -> Any:
        """Who, then what: the fields that a template asks for depend on it."""
        first = [name for name in ("guardians", "language", "appeal", "due_step") if name in self.fields]
        yield _("Who gets it?"), [self[name] for name in first]
        if self.typed:
            yield _("What does it say?"), [self[name] for name in self.typed]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        typed = {name: given[name].isoformat() if name == "meeting_on" else given[name] for name in self.typed}
        typed = {name: text for name, text in typed.items() if text}
        return {
            "guardians": [self.guardian_rows.get(uid) for uid in given["guardians"]],
            "language": given["language"],
            "due_step": self.step_rows.get(given.get("due_step", "")),
            "appeal": self.appeal_rows.get(given.get("appeal", "")),
            "typed": typed,
        }


class RecordLetterForm(GroupedForm):
    """What became of a letter."""

    step = forms.ChoiceField(label=gettext_lazy("What happened?"), widget=forms.RadioSelect)
    on = IsoDateField(label=gettext_lazy("On which day"))
    way = forms.ChoiceField(
        label=gettext_lazy("How it went"),
        required=False,
        choices=[("", gettext_lazy("It did not go out")), *LetterStatus.Way.choices],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as a tracking number. If it came back or is withdrawn, say why."),
    )

    def __init__(self, *args: Any, allowed: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        # One that was sent meanwhile is refused by its verb, in words, and not by the form.
        offered = LETTER_STEP_WORDS if self.is_bound else allowed
        self.fields["step"].choices = [(step, LETTER_STEP_WORDS[step]) for step in offered]  # type: ignore[attr-defined]


LETTER_STEP_WORDS = {
    SEND: gettext_lazy("It was sent"),
    "hand": gettext_lazy("It was handed over"),
    "return": gettext_lazy("It came back"),
    "withdraw": gettext_lazy("It is withdrawn before it goes out"),
}


class TemplateForm(GroupedForm):
    """What a template says."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "class": "letter-body"}),
        help_text=gettext_lazy(
            "“## ” begins a heading, “- ” a line of a list, an empty line a new paragraph. The placeholders and "
            "conditions that may be used stand below."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why does it change?"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("It stays on record with the version."),
    )

    def __init__(self, *args: Any, direction: str = "ltr", **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("subject", "body"):
            self.fields[name].widget.attrs["dir"] = direction

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n").strip() + "\n"


class ReviewForm(GroupedForm):
    """Whether a text is fit to go out."""

    step = forms.ChoiceField(label=gettext_lazy("Is this text fit to go out?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Such as who read it in both languages. To take a sign-off back, say why."),
    )

    def __init__(self, *args: Any, allowed: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        words = {
            SIGN: _("Yes: somebody who knows both languages has read it"),
            TAKE_BACK: _("No: it is a draft again"),
        }
        offered = words if self.is_bound else allowed
        self.fields["step"].choices = [(step, words[step]) for step in offered]  # type: ignore[attr-defined]


def _typed_field(name: str, language: Any = "") -> forms.Field:
    label = _(PLACEHOLDERS[name].words)
    if name == "meeting_on":
        return IsoDateField(label=label)
    if language:
        return forms.CharField(
            label=_("The same in %(language)s") % {"language": language},
            required=False,
            max_length=TYPED_LENGTH,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("For families who speak it. Left empty, their letter says this in English."),
        )
    if name in IN_LANGUAGES:
        return forms.CharField(
            label=label,
            max_length=TYPED_LENGTH,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Write “another student” instead of a name: this goes to one family only."),
        )
    return forms.CharField(label=label, max_length=200)


def _guardian_words(guardian: Guardian) -> str:
    names = dict(LetterLanguage.choices)
    language = names[language_of(guardian, guardian.student)]
    return f"{guardian.person.name}, {guardian.get_relationship_display()}, {language}"


def _appeal_words(appeal: Any) -> str:
    return f"{appeal.get_to_display()}, {day_words(appeal.decided_on)}"
