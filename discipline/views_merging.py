"""Incidents that belong together, and two records of one event: link, take apart, merge after a look at what moves."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import actions
from discipline.actions import MergePlan
from discipline.forms_incidents import LinkForm
from discipline.models import Behavior, Incident, IncidentLink, Involvement
from discipline.views_incidents import IncidentStep
from discipline.views_records import place_words, tried_words, when_words
from district.access import Permission
from district.models import Student
from district.page_parts import Fact, day_words, moment_words, school_days_words, time_words
from district.record_forms import ReasonForm


class LinkPage(IncidentStep):
    """Say that another incident belongs to this one."""

    form_class = LinkForm
    title = gettext_lazy("Which incident belongs to this one?")
    about = gettext_lazy("Such as a dispute and its sequel. Both stay on record and both count.")
    submit_words = gettext_lazy("Link them")
    done = gettext_lazy("Linked.")

    def get_form_kwargs(self) -> dict[str, Any]:
        others = self.reachable().standing().filter(school__district=self.record.school.district_id)
        return super().get_form_kwargs() | {"incidents": others}

    def save(self, form: Any) -> None:
        actions.link_incidents(
            first=self.record,
            second=form.cleaned_data["number"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class UnlinkPage(IncidentStep):
    """Take two incidents apart again."""

    form_class = ReasonForm
    title = gettext_lazy("Why do they not belong together?")
    about = gettext_lazy("That they were linked stays on record.")
    submit_words = gettext_lazy("Take apart")
    done = gettext_lazy("Taken apart.")

    def records(self) -> models.QuerySet:
        rows = IncidentLink.objects.allowed(self.request.user, Permission.REFERRAL_DECIDE)
        return rows.select_related("first", "second")

    def traced(self) -> models.QuerySet:
        return Incident.objects.filter(pk=self.record.first_id)

    def refusal(self) -> str:
        return _("These incidents are no longer linked.") if self.record.ended_at else ""

    def facts(self) -> list[Fact]:
        link = self.record
        ends = [(end.identifier, day_words(end.occurred_on)) for end in (link.first, link.second)]
        return [Fact(_("Incident"), number, day) for number, day in ends]

    def back(self) -> tuple[str, str]:
        return reverse("incident_detail", args=[self.record.first.uid]), self.record.first.identifier

    def save(self, form: Any) -> None:
        actions.unlink_incidents(link=self.record, by=self.request.user, **form.cleaned_data)


class MergePage(IncidentStep):
    """Merge another record of the same event into this one: first choose it, then look at what moves, then say why.

    The address names the other record (`?with=`), so that looking writes nothing.
    """

    form_class = ReasonForm
    template_name = "discipline/incident_merge.html"
    title = gettext_lazy("Is it one event, written down twice?")
    about = gettext_lazy(
        "This record is kept. The other one stays as a pointer to it, and figures count the event once."
    )
    submit_words = gettext_lazy("Merge the two")
    done = gettext_lazy("Merged. The history stands below.")

    def facts(self) -> list[Fact]:
        return [] if self.other() else super().facts()

    def candidates(self) -> models.QuerySet:
        """Other records of the same school and day about which the person decides."""
        same = {"school": self.record.school, "occurred_on": self.record.occurred_on}
        return self.reachable().standing().filter(**same).exclude(pk=self.record.pk)

    def other(self) -> Incident | None:
        """The record that the address names; None when it is none of the candidates."""
        try:
            uid = uuid.UUID(self.request.GET.get("with", ""))
        except ValueError:
            return None
        return self.candidates().select_related("school", "logged_by").filter(uid=uid).first()

    def save(self, form: Any) -> None:
        other = self.other()
        if other is None:
            raise ValidationError(_("Choose the other record first."))
        actions.merge_incidents(kept=self.record, merged=other, by=self.request.user, **form.cleaned_data)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context, other = super().get_context_data(**context), self.other()
        if other is None:
            choices = [choice_of(one) for one in self.candidates().prefetch_related("involvements__student__person")]
            return context | {"choices": choices}
        swapped = f"{reverse('incident_merge', args=[other.uid])}?with={self.record.uid}"
        is_told = self.request.user.can(Permission.NARRATIVE_VIEW, self.record.school)
        sides = [side_of(one, is_told=is_told) for one in (self.record, other)]
        context |= {"sides": sides, "swapped": swapped, "other": other}
        try:
            plan = actions.plan_merge(kept=self.record, merged=other)
        except ValidationError as error:
            return context | {"fault": " ".join(error.messages)}
        return context | {"moved": plan_words(plan.moved, plan), "doubles": plan_words(plan.doubles, plan)}


def choice_of(incident: Incident) -> dict[str, Any]:
    """One record to choose from: its number, when and where, who is named."""
    named = [part for part in incident.involvements.all() if part.voided_at is None]
    names = dict.fromkeys(part.student.person.name for part in named if part.role not in Involvement.CONFIDENTIAL)
    at = time_words(incident.occurred_time) or _("time not known")
    return {
        "uid": incident.uid,
        "number": incident.identifier,
        "about": f"{at}, {place_words(incident)}",
        "names": ", ".join(names),
    }


def side_of(incident: Incident, *, is_told: bool) -> dict[str, Any]:
    """What one of the two records says, beside the other."""
    return {
        "number": incident.identifier,
        "facts": [
            Fact(_("When"), when_words(incident)),
            Fact(_("Where"), place_words(incident)),
            Fact(_("Tried first"), tried_words(incident)),
            Fact(_("Written by"), str(incident.logged_by or _("an import")), moment_words(incident.created_at)),
        ],
        "words": incident.description if is_told else "",
    }


def plan_words(found: dict[str, list[Any]], plan: MergePlan) -> list[str]:
    """One line for each record of a plan. Two queries, however many there are."""
    every = [row for rows in (*plan.moved.values(), *plan.doubles.values()) for row in rows]
    names = _names({row.student_id for row in every if hasattr(row, "student_id")})
    titles = dict(
        Behavior.objects.filter(pk__in={getattr(row, "behavior_id", None) for row in every}).values_list("pk", "title")
    )
    return [_line(row, names, titles) for rows in found.values() for row in rows]


def _names(keys: Iterable[int]) -> dict[int, str]:
    students = Student.objects.filter(pk__in=set(keys)).select_related("person")
    return {student.pk: student.person.name for student in students}


def _line(row: Any, names: dict[int, str], titles: dict[int, str]) -> str:
    name = names.get(getattr(row, "student_id", None) or 0, "")
    kind = row._meta.model_name
    if kind == "involvement":
        part = str(row.get_role_display())
        title = titles.get(row.behavior_id or 0)
        return f"{name}: {part}, {title}" if title else f"{name}: {part}"
    if kind == "referral":
        return _("%(name)s: referral, %(status)s") % {"name": name, "status": row.get_status_display()}
    if kind == "removal":
        words = {"name": name, "kind": row.get_kind_display(), "length": school_days_words(row.days)}
        return _("%(name)s: %(kind)s, %(length)s") % words
    if kind == "familycontact":
        return _("%(name)s: family contact, %(way)s") % {"name": name, "way": row.get_way_display()}
    return f"{row.get_kind_display()}: {row.get_role_display()}"
