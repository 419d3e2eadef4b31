"""Pages of bullying cases (HIB): open one over an incident, keep its finding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import tables
from discipline.actions.hib import conclude_case, open_case
from discipline.models import HibCase, Incident
from discipline.views_records import when_words
from district.access import Permission
from district.filtering import IsoDateField
from district.page_parts import Fact, day_words
from district.record_forms import GroupedForm, RecordFormPage
from district.steps import REASON_LENGTH


class OpenForm(GroupedForm):
    """Since when the school knows."""

    learned_on = IsoDateField(
        label=gettext_lazy("Learned of on"), help_text=gettext_lazy("The clock of the case counts from this day.")
    )


class FindingForm(GroupedForm):
    """What the investigation found."""

    finding = forms.ChoiceField(
        label=gettext_lazy("What did the investigation find?"),
        choices=HibCase.Finding.choices,
        widget=forms.RadioSelect,
    )
    found_on = IsoDateField(label=gettext_lazy("Found on"))
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What the finding rests on. Leave out the names of students."),
    )


class OpenCasePage(RecordFormPage):
    """Open a bullying case over an incident."""

    needs = Permission.REFERRAL_DECIDE
    table = tables.INCIDENTS
    form_class = OpenForm
    title = gettext_lazy("Was it bullying (HIB)? Open a case")
    about = gettext_lazy("Its checklist is laid out with due dates on the school's calendar.")
    submit_words = gettext_lazy("Open the case")
    done = gettext_lazy("Opened. Its steps stand on the page of the incident.")

    def records(self) -> models.QuerySet:
        rows = Incident.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE)
        return rows.select_related("school__district")

    def refusal(self) -> str:
        if self.record.merged_into_id is not None:
            return _("This incident was merged into another. Go on there.")
        if HibCase.objects.filter(incident=self.record).exists():
            return _("A bullying case is on record for this incident.")
        return ""

    def facts(self) -> list[Fact]:
        return [Fact(_("Incident"), self.record.identifier, when_words(self.record))]

    def back(self) -> tuple[str, str]:
        return reverse("incident_detail", args=[self.record.uid]), self.record.identifier

    def save(self, form: Any) -> None:
        open_case(incident=self.record, learned_on=form.cleaned_data["learned_on"], by=self.request.user)


class FindingPage(RecordFormPage):
    """Keep what the investigation of a bullying case found."""

    needs = Permission.REFERRAL_DECIDE
    table = tables.INCIDENTS
    form_class = FindingForm
    title = gettext_lazy("How does the bullying case end?")
    submit_words = gettext_lazy("Keep the finding")
    done = gettext_lazy("The finding is on record.")

    def records(self) -> models.QuerySet:
        rows = HibCase.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE)
        return rows.select_related("incident", "school__district")

    def traced(self) -> models.QuerySet:
        return Incident.objects.filter(pk=self.record.incident_id)

    def refusal(self) -> str:
        return _("The finding is on record already.") if self.record.finding else ""

    def facts(self) -> list[Fact]:
        case = self.record
        return [
            Fact(_("Incident"), case.incident.identifier, when_words(case.incident)),
            Fact(_("Learned of on"), day_words(case.learned_on)),
        ]

    def back(self) -> tuple[str, str]:
        incident = self.record.incident
        return reverse("incident_detail", args=[incident.uid]), incident.identifier

    def save(self, form: Any) -> None:
        conclude_case(case=self.record, by=self.request.user, **form.cleaned_data)
