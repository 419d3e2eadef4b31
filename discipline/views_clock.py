"""How the IDEA clock of a district counts where the law leaves a choice."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions.clock_settings import change_clock_settings
from discipline.clocks import policy_on
from discipline.forms_rules import day_field
from discipline.models import ClockSettings
from district.access import Permission
from district.grouped_forms import DistrictForm, DistrictFormPage, Grouping, districts_of
from district.page_parts import Cell, Heading, Section, day_words, plain_days, yes_no_words

YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class ClockSettingsForm(DistrictForm):
    """The choices of a district, from a day on."""

    needs = Permission.RULES_EDIT
    grouping = (
        Grouping(gettext_lazy("When should the clock warn?"), ("district", "marks")),
        Grouping(gettext_lazy("How does it count?"), ("half_days_whole", "counts_before_eligibility", "section504")),
        Grouping(gettext_lazy("From when, and why?"), ("valid_from", "reason")),
    )

    marks = forms.CharField(
        label=gettext_lazy("School days of removal in a school year"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Separated by commas, such as 5, 8, 10. What the law asks for beyond 10 is always said."
        ),
    )
    half_days_whole = forms.ChoiceField(
        label=gettext_lazy("Does a day that the calendar shortens count as a whole one?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Federal law: a school day is any day, also a partial one, with instruction (34 CFR 300.11(c)(1))."
        ),
    )
    counts_before_eligibility = forms.ChoiceField(
        label=gettext_lazy("Do days before the student had an IEP or a Section 504 plan count?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The law does not say. Yes is the careful answer."),
    )
    section504 = forms.ChoiceField(
        label=gettext_lazy("What holds for students with a Section 504 plan only?"),
        choices=ClockSettings.SECTION504,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Practice of the Office for Civil Rights; the regulation names no number of days."),
    )
    valid_from = day_field(gettext_lazy("First day"), required=True)
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=500, help_text=gettext_lazy("Stays on record."))

    def clean_marks(self) -> list[Decimal]:
        """The marks as numbers."""
        try:
            return [Decimal(part.strip()) for part in self.cleaned_data["marks"].split(",") if part.strip()]
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write numbers separated by commas, such as 5, 8, 10.")) from error


class ClockSettingsPage(DistrictFormPage):
    """When should the clock warn, and how does it count?"""

    needs = Permission.RULES_EDIT
    form_class = ClockSettingsForm
    template_name = "discipline/clock_settings.html"
    success_url = reverse_lazy("clock_settings")
    title = gettext_lazy("How should the IDEA clock count?")
    about = gettext_lazy("Where the law leaves a choice, the district makes it here. What the law fixes is not asked.")
    submit_words = gettext_lazy("Keep these choices")

    def get_initial(self) -> dict[str, Any]:
        districts = districts_of(self.request.user, Permission.RULES_EDIT)[:1]
        for district in districts:
            policy = policy_on(district, district.today())
            return {
                "marks": ", ".join(plain_days(mark) for mark in policy.marks),
                "half_days_whole": _answer(policy.half_days_whole),
                "counts_before_eligibility": _answer(policy.counts_before_eligibility),
                "section504": policy.section504.value,
                "valid_from": district.today(),
            }
        return {}

    def form_valid(self, form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        given.pop("district", None)
        for name in ("half_days_whole", "counts_before_eligibility"):
            given[name] = given[name] == "yes"
        try:
            change_clock_settings(district=form.chosen_district, **given, by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Kept. Every clock counts so from that day on."))
        return super().form_valid(form)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        districts = districts_of(self.request.user, Permission.RULES_EDIT)
        rows = [
            [
                Cell(day_words(row.valid_from)),
                Cell(", ".join(row.marks) or _("none")),
                Cell(yes_no_words(row.half_days_whole)),
                Cell(yes_no_words(row.counts_before_eligibility)),
                Cell(row.get_section504_display()),
                Cell(row.reason),
            ]
            for row in ClockSettings.objects.filter(district__in=districts)[:20]
        ]
        headings = (
            Heading(_("From"), is_day=True),
            Heading(_("Warn at")),
            Heading(_("Shortened days whole")),
            Heading(_("Days before the IEP")),
            Heading(_("Section 504 plans")),
            Heading(_("Reason")),
        )
        section = Section(
            _("Chosen so far"), headings, rows, _("Nothing yet: the clock warns at 5, 8 and 10 school days.")
        )
        return super().get_context_data(
            section=section, list_url=reverse("rule_list"), list_words=_("Rules"), **context
        )


def _answer(value: bool) -> str:
    return "yes" if value else "no"
