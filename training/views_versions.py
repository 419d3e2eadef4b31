"""Publishing a version of a credential: what it asks for from a day on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from training import tables
from training.actions import courses as verbs
from training.actions.courses import Asked, AskedGroup
from training.eligibility import Kind, Mode
from training.forms_catalog import CredentialVersionForm, RequirementForm
from training.models import Requirement, RequirementGroup
from training.views_credentials import CredentialPage

LINES = 16
"""Lines for requirements in the form of a version."""


class CredentialVersionPage(CredentialPage):
    """Say what a credential asks for from a day on, beginning with what it asks for today."""

    template_name = "training/credential_version.html"
    form_class = CredentialVersionForm
    title = gettext_lazy("Change what it asks for")
    about = gettext_lazy("From the day you name. Certificates awarded before keep their validity.")
    submit_words = gettext_lazy("Publish the version")
    done_words = gettext_lazy("The version is published.")

    def get_initial(self) -> dict[str, Any]:
        latest = self.record.versions.last()
        names = ("validity_months", "window_days", "grace_days", "deadline_days")
        known = {name: getattr(latest, name) for name in names} if latest else {}
        return known | {"valid_from": self.record.district.today()}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(lines=self.lines(), **context)

    def lines(self) -> forms.BaseFormSet:
        """The lines for requirements."""
        lines = forms.formset_factory(RequirementForm, extra=LINES, max_num=LINES)
        options = {"user": self.request.user, "district": self.record.district}
        return lines(self.request.POST or None, prefix="asked", initial=self.known(), form_kwargs=options)

    @property
    def shown_lines(self) -> int:
        """How many lines stand open: those in use, and two more."""
        return len(self.known()) + 2

    def known(self) -> list[dict[str, Any]]:
        """What the latest version asks for."""
        latest = self.record.versions.last()
        rows = (
            Requirement.objects.filter(group__version=latest)
            .select_related("group", "course", "credential")
            .prefetch_related("courses")
        )
        return [
            {
                "purpose": one.group.purpose,
                "group": one.group.position + 1,
                "mode": one.group.mode,
                "kind": one.kind,
                "courses": [course.uid for course in ([one.course] if one.course else one.courses.all())],
                "credential": one.credential.uid if one.credential else None,
                "code": one.code,
                "amount": tables.hours_text(one.amount),
                "tier": one.tier,
                "must_lead": one.must_lead,
                "months": one.months,
                "each_year": one.each_year,
            }
            for one in rows.order_by("group__purpose", "group__position", "position")
        ]

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.given = self.lines()
        if not self.given.is_valid():
            for line in self.given.forms:
                for texts in line.errors.values():
                    form.add_error(None, list(texts))
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> str:
        groups = groups_of([line.cleaned_data for line in self.given.forms if line.cleaned_data.get("kind")])
        verbs.publish_credential_version(credential=self.record, groups=groups, by=self.request.user, **values)
        return self.go_on()


def groups_of(lines: list[dict[str, Any]]) -> list[AskedGroup]:
    """Gather lines into groups by purpose and number; the first line of a group says how many of it count."""
    gathered: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for line in lines:
        purpose = line.get("purpose") or RequirementGroup.Purpose.AWARD.value
        gathered.setdefault((purpose, line.get("group") or 1), []).append(line)
    return [
        AskedGroup(
            purpose,
            Mode(some[0].get("mode") or Mode.ALL.value),
            tuple(map(asked_of, some)),
        )
        for (purpose, _number), some in sorted(gathered.items())
    ]


def asked_of(line: dict[str, Any]) -> Asked:
    """Return one line as a requirement: a course passed names one course, hours name those that count."""
    kind, courses = Kind(line["kind"]), tuple(line["courses"])
    return Asked(
        kind=kind,
        course=courses[0] if kind is Kind.COURSE and courses else None,
        credential=line["credential"],
        code=line["code"],
        amount=line["amount"] or Decimal(1),
        courses=courses if kind is Kind.HOURS else (),
        tier=line["tier"],
        must_lead=line["must_lead"],
        months=line["months"],
        each_year=line["each_year"],
    )
