"""Forms about rules: a rule of the district's own as a person writes it, and signing off."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from discipline.actions.rules import DECLINE, SIGN
from discipline.models import LOCAL, RemovalKind, RuleVersion
from district.access import Permission
from district.grouped_forms import DistrictForm, GroupedForm, Grouping
from district.models import District, User
from district.page_parts import plain_days
from district.rules import ACTIONS, GRADES, Behaviors, Condition, Deadline, Rule, Severity, Unit

FORBID, IN_A_ROW, IN_YEAR, STATE, DUE = "forbid", "in_a_row", "in_year", "state", "due"
EFFECTS = (
    (FORBID, gettext_lazy("It is not allowed")),
    (IN_A_ROW, gettext_lazy("It has a limit of school days in a row")),
    (IN_YEAR, gettext_lazy("It has a limit of school days in a school year")),
    (STATE, gettext_lazy("Something must be stated first")),
    (DUE, gettext_lazy("A step falls due")),
)
STEPS = {
    "reentry_meeting": gettext_lazy("Meet with the student and the family on the return"),
    "support_meeting": gettext_lazy("Hold the support meeting with the student"),
    "services_begin": gettext_lazy("Provide support services"),
}
"""Steps of the checklist that a district may ask for itself, in the words in which the checklist names them."""
EVENTS = (
    ("removal_ends", gettext_lazy("the end of the removal")),
    ("removal_begins", gettext_lazy("the first day of the removal")),
    ("decision", gettext_lazy("the decision")),
)
UNITS = (
    (Unit.SCHOOL_DAY.value, gettext_lazy("school days")),
    (Unit.BUSINESS_DAY.value, gettext_lazy("business days")),
    (Unit.CALENDAR_DAY.value, gettext_lazy("calendar days")),
)
FLAG_CHOICES = (
    ("disability", gettext_lazy("With an IEP or a Section 504 plan")),
    ("homeless", gettext_lazy("Homeless")),
    ("foster_care", gettext_lazy("In foster care")),
    ("english_learner", gettext_lazy("English learners")),
)
GRADE_CHOICES = [("", gettext_lazy("Any")), *((grade, grade) for grade in GRADES if grade not in ("IT", "13", "PS"))]
LONGEST_TITLE, LONGEST_TEXT = 120, 500


def day_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    """A field for a day that the browser's own calendar fills."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


def chips(label: Any, choices: Any, help_text: Any = "", *, required: bool = False) -> forms.MultipleChoiceField:
    """A field of several choices."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, help_text=help_text, required=required, widget=forms.CheckboxSelectMultiple
    )


class LocalRuleForm(DistrictForm):
    """A rule of the district's own. `rule()` is what it says."""

    needs = Permission.RULES_EDIT
    grouping = (
        Grouping(gettext_lazy("What does the district decide?"), ("district", ("title", "citation"), "text")),
        Grouping(
            gettext_lazy("What is it about?"),
            ("actions", "levels", "categories", "codes", "subjective"),
            gettext_lazy(
                "Without a level, category or code it is about every behavior. A removal over several behaviors is "
                "meant only if all of them are."
            ),
        ),
        Grouping(gettext_lazy("For whom?"), (("grade_from", "grade_to"), "flags")),
        Grouping(
            gettext_lazy("What does it ask?"),
            (
                "effect",
                ("days", "statement"),
                ("due_step", "due_from"),
                ("due_days", "due_unit"),
                "severity",
                "exceptions",
            ),
        ),
        Grouping(gettext_lazy("From when, until when?"), (("effective_from", "effective_to"), "reason")),
    )

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("Such as: No out-of-school suspension at level 1."),
    )
    text = forms.CharField(
        label=gettext_lazy("The rule in one or two sentences"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    citation = forms.CharField(
        label=gettext_lazy("Where it was adopted"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("Such as: Board resolution 2013-10, policy 5600."),
    )
    actions = chips(gettext_lazy("Kinds of removal"), RemovalKind.choices, required=True)
    levels = chips(gettext_lazy("Levels"), ())
    categories = chips(gettext_lazy("Categories"), ())
    codes = forms.CharField(
        label=gettext_lazy("Codes of the code of conduct"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Separated by commas."),
    )
    subjective = forms.BooleanField(
        label=gettext_lazy("All behaviors that depend on an adult's judgment"), required=False
    )
    grade_from = forms.ChoiceField(label=gettext_lazy("From grade"), choices=GRADE_CHOICES, required=False)
    grade_to = forms.ChoiceField(label=gettext_lazy("To grade"), choices=GRADE_CHOICES, required=False)
    flags = chips(gettext_lazy("Only students"), FLAG_CHOICES, gettext_lazy("With several, all must be so."))
    effect = forms.ChoiceField(label=gettext_lazy("Then"), choices=EFFECTS, widget=forms.RadioSelect, initial=FORBID)
    days = forms.DecimalField(
        label=gettext_lazy("Limit, in school days"),
        required=False,
        min_value=Decimal("0.5"),
        max_value=200,
        decimal_places=1,
    )
    statement = forms.CharField(
        label=gettext_lazy("What must be stated"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Such as: A restorative circle was offered."),
    )
    due_step = forms.ChoiceField(label=gettext_lazy("The step"), choices=[("", "—"), *STEPS.items()], required=False)
    due_days = forms.IntegerField(
        label=gettext_lazy("Due within"), required=False, min_value=1, max_value=200, initial=1
    )
    due_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, required=False)
    due_from = forms.ChoiceField(label=gettext_lazy("From"), choices=EVENTS, required=False)
    severity = forms.ChoiceField(
        label=gettext_lazy("A removal against the rule"),
        choices=RuleVersion.Breach.choices,
        widget=forms.RadioSelect,
        initial=Severity.BLOCK.value,
    )
    exceptions = forms.CharField(
        label=gettext_lazy("Exceptions"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line. Whoever states one types the reason for it."),
    )
    effective_from = day_field(gettext_lazy("First day"), required=True)
    effective_to = day_field(
        gettext_lazy("Last day"), gettext_lazy("Empty: no end set. For a moratorium, its last day.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why does it change?"), max_length=500, help_text=gettext_lazy("Stays on record.")
    )

    def __init__(self, *args: Any, user: User, version: RuleVersion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.version = version
        if version is None:
            del self.fields["reason"]
        else:
            self.fields.pop("district", None)
        place = version.rule.district if version else None
        self._offer(District.objects.filter(pk=place.pk) if place else self.districts)

    def _offer(self, districts: Any) -> None:
        """The levels and categories of the districts' codes of conduct."""
        for name, column in (("levels", "level"), ("categories", "category")):
            found = districts.exclude(**{f"behaviors__{column}": ""}).values_list(f"behaviors__{column}", flat=True)
            choices = [(value, value) for value in sorted({value for value in found if value})]
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
            field.choices = choices
            if not choices:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        effect = given.get("effect")
        if effect in (IN_A_ROW, IN_YEAR) and given.get("days") is None and "days" not in self.errors:
            self.add_error("days", _("Give the limit."))
        if effect == STATE and not given.get("statement"):
            self.add_error("statement", _("Say what must be stated."))
        if effect == DUE:
            for name, words in (("due_step", _("Choose the step.")), ("due_days", _("Give the number of days."))):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, words)
        first, last = given.get("grade_from"), given.get("grade_to")
        if bool(first) != bool(last):
            self.add_error("grade_to" if first else "grade_from", _("Give the first and the last grade, or neither."))
        elif first and last and GRADES.index(first) > GRADES.index(last):
            self.add_error("grade_to", _("The last grade comes before the first."))
        begins, ends = given.get("effective_from"), given.get("effective_to")
        if begins and ends and ends < begins:
            self.add_error("effective_to", _("The last day is before the first."))
        return given

    def rule(self) -> Rule:
        """What a valid form says; key and version are given when it is kept."""
        given = self.cleaned_data
        codes = [code.strip() for code in given["codes"].split(",") if code.strip()]
        effect = given["effect"]
        return Rule(
            key="local",
            jurisdiction=LOCAL,
            citation=given["citation"],
            title=given["title"],
            text=given["text"],
            severity=Severity(given["severity"]),
            effective_from=given["effective_from"],
            effective_to=given["effective_to"],
            grades=(given["grade_from"], given["grade_to"]) if given["grade_from"] else None,
            flags=frozenset(given["flags"]),
            actions=frozenset(given["actions"]) if set(given["actions"]) != set(ACTIONS) else frozenset(),
            include=Behaviors(
                codes=frozenset(codes),
                levels=frozenset(given.get("levels", ())),
                categories=frozenset(given.get("categories", ())),
                subjective=given["subjective"],
            ),
            prohibits=effect == FORBID,
            max_days=given["days"] if effect == IN_A_ROW else None,
            max_year_days=given["days"] if effect == IN_YEAR else None,
            preconditions=(Condition("stated", given["statement"]),) if effect == STATE else (),
            exceptions=_conditions(given["exceptions"]),
            deadlines=(self._deadline(),) if effect == DUE else (),
        )

    def _deadline(self) -> Deadline:
        given = self.cleaned_data
        unit = Unit(given["due_unit"] or Unit.SCHOOL_DAY)
        step, event = given["due_step"], given["due_from"] or EVENTS[0][0]
        with override(None):  # as it is kept: every reader sees it in a language of their own
            text = str(STEPS[step])
        return Deadline(step, event, unit, text, offset=given["due_days"])


def initial_of(rule: Rule) -> dict[str, Any]:
    """What a form about an existing rule begins with."""
    shown = {one.name: getattr(rule, one.name) for one in fields(rule)}
    limit = rule.max_days if rule.max_days is not None else rule.max_year_days
    effect = FORBID
    if limit is not None:
        effect = IN_A_ROW if rule.max_days is not None else IN_YEAR
    elif rule.preconditions:
        effect = STATE
    elif rule.deadlines:
        effect = DUE
    due = rule.deadlines[0] if rule.deadlines else None
    return {
        **{name: shown[name] for name in ("title", "text", "citation", "effective_from", "effective_to")},
        "actions": sorted(rule.actions or ACTIONS),
        "levels": sorted(rule.include.levels),
        "categories": sorted(rule.include.categories),
        "codes": ", ".join(sorted(rule.include.codes)),
        "subjective": rule.include.subjective,
        "grade_from": rule.grades[0] if rule.grades else "",
        "grade_to": rule.grades[1] if rule.grades else "",
        "flags": sorted(rule.flags),
        "effect": effect,
        "days": plain_days(limit),
        "statement": rule.preconditions[0].text if rule.preconditions else "",
        "due_step": due.step if due else "",
        "due_days": due.offset if due else 1,
        "due_unit": due.unit.value if due else Unit.SCHOOL_DAY.value,
        "due_from": due.from_event if due else EVENTS[0][0],
        "severity": rule.severity.value,
        "exceptions": "\n".join(one.text for one in rule.exceptions),
    }


def _conditions(text: str) -> tuple[Condition, ...]:
    """One exception a line, each with a code made from its words."""
    found: dict[str, Condition] = {}
    for number, line in enumerate((line.strip() for line in text.splitlines() if line.strip()), start=1):
        code = slugify(line)[:40].strip("-").replace("-", "_") or f"exception_{number}"
        found.setdefault(code if code not in found else f"{code}_{number}", Condition(code, line))
    return tuple(Condition(code, one.text) for code, one in found.items())


class SignOffForm(GroupedForm):
    """A person of the district says whether it goes by a rule."""

    grouping = (Grouping(gettext_lazy("Does the district go by this rule?"), ("step", "is_confirmed", "note")),)

    step = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            (SIGN, gettext_lazy("Yes: it is signed off")),
            (DECLINE, gettext_lazy("No: the district does not go by it")),
        ],
        widget=forms.RadioSelect,
    )
    is_confirmed = forms.BooleanField(label=gettext_lazy("I have read the citation in its source."), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Stays on record. To decline, say why."),
    )

    def __init__(self, *args: Any, needs_confirmation: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_confirmation:
            del self.fields["is_confirmed"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("step") == SIGN and given.get("is_confirmed") is False:
            self.add_error("is_confirmed", _("Parts of this rule are to be confirmed: read it in its source first."))
        return given
