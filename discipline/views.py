"""Lists of the discipline record: referrals, incidents, removals, suspensions, the code of conduct. They only read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import tables
from discipline.filters import (
    IncidentFilterSet,
    ReferralFilterSet,
    RemovalFilterSet,
    SuspensionFilterSet,
)
from discipline.models import Involvement, Referral, ReferralResponse, Removal, RemovalKind
from discipline.models.incidents import InvolvementQuerySet
from district.access import Permission
from district.page_parts import Cell, Heading, Status, day_words, plain_days, time_words
from district.pages import ListPage

REFERRAL_TONES = {
    Referral.Status.SUBMITTED: "open",
    Referral.Status.UNDER_REVIEW: "underway",
    Referral.Status.RETURNED: "due",
    Referral.Status.DECIDED: "done",
    Referral.Status.VOIDED: "waived",
}


def referral_status(referral: Referral) -> Status:
    """The state of a referral with its shape."""
    return Status(referral.get_status_display(), REFERRAL_TONES[Referral.Status(referral.status)])


def returned_from_circle(referrals: Iterable[int]) -> set[int]:
    """Which of these referrals came back because what was agreed in their circle was not met. One query."""
    rows = ReferralResponse.objects.standing().filter(referral__in=referrals).exclude(returned_on=None)
    return set(rows.values_list("referral", flat=True))


def removal_status(removal: Removal, today: date) -> Status:
    """Where a removal stands on a day: voided, yet to begin, under way, over, or its end is not known."""
    if removal.voided_at:
        return Status(_("Voided"), "waived")
    if removal.begins_on > today:
        return Status(_("Begins later"), "open")
    if removal.ends_on is None:
        return Status(_("End not known"), "unknown")
    return Status(_("Over"), "done") if removal.ends_on < today else Status(_("Under way"), "underway")


def titles_of(parts: InvolvementQuerySet, *key: str) -> dict[Any, str]:
    """Titles of the behaviours in standing parts of students who caused harm, joined, by the columns `key`."""
    found: dict[Any, dict[str, None]] = {}
    for *values, title in parts.responsible().order_by("pk").values_list(*key, "behavior__title"):
        if title:
            found.setdefault(tuple(values) if len(values) > 1 else values[0], {})[title] = None
    return {group: ", ".join(titles) for group, titles in found.items()}


class ReferralList(ListPage):
    """Referrals of one's scope; for staff those they made, for coordinators those that ask for a circle."""

    needs = (Permission.REFERRAL_VIEW, Permission.REFERRAL_VIEW_OWN, Permission.REFERRAL_VIEW_RESTORATIVE)
    table = tables.REFERRALS
    filterset_class = ReferralFilterSet
    title = gettext_lazy("Referrals")
    question = gettext_lazy("Who was referred, and where does it stand?")
    about = gettext_lazy("One student brought to the office over one incident, and where that stands.")
    empty_title = gettext_lazy("No referrals yet")
    empty_text = gettext_lazy("They come with the discipline file. Those you may see will stand here, latest first.")
    first_chips = ("status", "school", "school_year")
    headings = (
        Heading(gettext_lazy("Student")),
        Heading(gettext_lazy("Day"), "occurred_on", is_day=True),
        Heading(gettext_lazy("Behavior")),
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("Status"), "status"),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        user, found = self.request.user, []
        if user.holds(Permission.REFERRAL_DECIDE):
            found.append((reverse("referral_review"), _("Waiting for review")))
        if user.holds(Permission.REFERRAL_VIEW_OWN):
            own = f"{reverse('referral_list')}?reporter=me"
            found += [(own, _("Those I made")), (f"{own}&status=returned", _("Returned to me"))]
        return tuple(found)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("incident", "school", "student__person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        parts = Involvement.objects.filter(incident__in=[referral.incident_id for referral in records])
        titles = titles_of(parts, "incident", "student")
        for referral in records:
            yield [
                Cell(referral.student.person.name, reverse("referral_detail", args=[referral.uid])),
                Cell(day_words(referral.incident.occurred_on), note=time_words(referral.incident.occurred_time)),
                Cell(titles.get((referral.incident_id, referral.student_id), "")),
                Cell(referral.school.name),
                Cell(status=referral_status(referral)),
            ]


class IncidentList(ListPage):
    """Incidents: what happened, when and where, however many students took part."""

    needs = Permission.REFERRAL_VIEW
    table = tables.INCIDENTS
    filterset_class = IncidentFilterSet
    title = gettext_lazy("Incidents")
    question = gettext_lazy("What happened, when and where?")
    empty_title = gettext_lazy("No incidents yet")
    empty_text = gettext_lazy("They come with the discipline file. The records custodian loads it.")
    first_chips = ("school", "school_year", "location")
    headings = (
        Heading(gettext_lazy("What happened")),
        Heading(gettext_lazy("Day"), "occurred_on", is_day=True),
        Heading(gettext_lazy("Place")),
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("Number"), "incident_id"),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("school")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        titles = titles_of(Involvement.objects.filter(incident__in=[incident.pk for incident in records]), "incident")
        for incident in records:
            yield [
                Cell(titles.get(incident.pk, _("Incident")), reverse("incident_detail", args=[incident.uid])),
                Cell(day_words(incident.occurred_on), note=time_words(incident.occurred_time) or _("time not known")),
                Cell(incident.get_location_display()),
                Cell(incident.school.name),
                Cell(incident.identifier),
            ]


class RemovalList(ListPage):
    """Removals of every kind."""

    needs = Permission.REMOVAL_VIEW
    table = tables.REMOVALS
    filterset_class = RemovalFilterSet
    title = gettext_lazy("All removals")
    question = gettext_lazy("Who was removed from class, and for how long?")
    about = gettext_lazy("From a removal from class to an expulsion.")
    empty_title = gettext_lazy("No removals yet")
    empty_text = gettext_lazy("They come with the discipline file. The records custodian loads it.")
    first_chips = ("kind", "school", "school_year")
    headings = (
        Heading(gettext_lazy("Student")),
        Heading(gettext_lazy("Kind"), "kind"),
        Heading(gettext_lazy("Begins"), "begins_on", is_day=True),
        Heading(gettext_lazy("Ends"), "ends_on", is_day=True),
        Heading(gettext_lazy("School days"), "days", is_number=True),
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("Status")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        return (
            (reverse("suspension_list"), _("Suspensions only")),
            (reverse("removal_calendar"), _("Action calendar")),
        )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("school__district", "student__person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        kinds = dict(RemovalKind.choices)
        for removal in records:
            yield [
                Cell(removal.student.person.name, reverse("removal_detail", args=[removal.uid])),
                Cell(kinds[removal.kind]),
                Cell(day_words(removal.begins_on)),
                Cell(day_words(removal.ends_on)),
                Cell(plain_days(removal.days) or _("not known")),
                Cell(removal.school.name),
                Cell(status=removal_status(removal, removal.school.district.today())),
            ]


class SuspensionList(RemovalList):
    """In-school and out-of-school suspensions."""

    table = tables.REMOVALS
    filterset_class = SuspensionFilterSet
    title = gettext_lazy("Suspensions")
    question = gettext_lazy("Who is suspended, and for how long?")
    empty_title = gettext_lazy("No suspensions yet")

    def queryset(self) -> models.QuerySet:
        return Removal.objects.visible_to(self.request.user).suspensions()

    def links(self) -> tuple[tuple[str, Any], ...]:
        every = (reverse("removal_list"), _("All removals, also from class and the bus"))
        return (every, (reverse("removal_calendar"), _("Action calendar")))
