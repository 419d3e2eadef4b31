"""Saying that a school did not report a measure, and taking that back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.actions import mark_not_reported, mark_reported
from dashboards.definitions import LABELS
from dashboards.models import UnreportedMeasure
from district.access import Permission
from district.models import School, SchoolYear, User
from district.page_parts import Cell, Heading, Section
from district.pages import FormPage


class ReportingForm(forms.Form):
    """One school, year and measure: not reported, or reported after all."""

    school = forms.ModelChoiceField(
        School.objects.none(),
        label=gettext_lazy("School"),
        to_field_name="uid",
        empty_label=gettext_lazy("Choose a school"),
    )
    school_year = forms.ModelChoiceField(
        SchoolYear.objects.none(),
        label=gettext_lazy("School year"),
        to_field_name="uid",
        empty_label=gettext_lazy("Choose a school year"),
    )
    measure = forms.ChoiceField(label=gettext_lazy("Measure"), choices=list(LABELS.items()))
    is_reported = forms.ChoiceField(
        label=gettext_lazy("What is known?"),
        choices=[
            ("no", gettext_lazy("Not reported: the figure is unknown, not zero")),
            ("yes", gettext_lazy("Reported after all: the records are complete")),
        ],
        widget=forms.RadioSelect,
        initial="no",
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("It is kept in the audit trail.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = School.objects.where_allowed(user, Permission.RATES_ANNOTATE).order_by("name")
        years = SchoolYear.objects.filter(district__in=schools.order_by().values("district")).order_by("-year")
        for name, rows in (("school", schools), ("school_year", years)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = rows


class ReportingPage(FormPage):
    """Which figures were never reported?"""

    needs = Permission.RATES_ANNOTATE
    template_name = "dashboards/not_reported.html"
    form_class = ReportingForm
    success_url = reverse_lazy("not_reported")
    title = gettext_lazy("Which figures were never reported?")
    about = gettext_lazy("A school that did not report has no rate of zero. Its figure is shown as not reported.")
    submit_words = gettext_lazy("Save")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        given = dict(form.cleaned_data)
        verb = mark_not_reported if given.pop("is_reported") == "no" else mark_reported
        try:
            verb(**given, by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved. The dashboards show it from now on."))
        return super().form_valid(form)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        marks = UnreportedMeasure.objects.allowed(self.request.user, Permission.RATES_ANNOTATE)
        rows = [
            [Cell(mark.school.name), Cell(str(mark.school_year)), Cell(LABELS[mark.measure]), Cell(mark.reason)]
            for mark in marks.select_related("school", "school_year").order_by("-school_year__year", "school__name")
        ]
        headings = tuple(Heading(words) for words in (_("School"), _("School year"), _("Measure"), _("Reason")))
        section = Section(_("Marked as not reported"), headings, rows, empty=_("Every school has reported everything."))
        return super().get_context_data(section=section, **context)
