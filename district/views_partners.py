"""Pages about partners of the district: organizations and the memoranda signed with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import tables
from district.access import Permission
from district.filters import MemorandumFilterSet, OrganizationFilterSet
from district.models import Memorandum, Organization
from district.page_parts import Cell, Fact, Heading, Section, Status, TimelineStep, day_words, span_words
from district.pages import ListPage, RecordPage
from district.views_seats import seats_section

ENDS_SOON = timedelta(days=90)
"""A memorandum that ends within this time is marked: a renewal takes about that long."""


def status_of(memorandum: Memorandum, today: date) -> Status:
    """Where a memorandum stands on a day: not begun, in force, ends soon, ended."""
    if memorandum.begins_on > today:
        return Status(_("Begins later"), "open")
    if memorandum.ends_on is None or memorandum.ends_on > today + ENDS_SOON:
        return Status(_("In force"), "done")
    return Status(_("Ended"), "waived") if memorandum.ends_on < today else Status(_("Ends soon"), "due")


def schools_words(memorandum: Memorandum) -> str:
    """The schools a memorandum names; none: the whole district."""
    return ", ".join(school.name for school in memorandum.schools.all()) or _("Whole district")


class OrganizationList(ListPage):
    """Organizations that work with the district."""

    needs = Permission.ORGANIZATION_VIEW
    table = tables.ORGANIZATIONS
    filterset_class = OrganizationFilterSet
    title = gettext_lazy("Organizations")
    question = gettext_lazy("Who works with the district?")
    empty_title = gettext_lazy("No organizations yet")
    empty_text = gettext_lazy("District leadership adds one here, or it comes with its first trainer's role.")
    headings = (Heading(gettext_lazy("Organization"), "name"), Heading(gettext_lazy("E-mail")))
    tells_total = True

    def links(self) -> tuple[tuple[str, Any], ...]:
        if not self.request.user.holds(Permission.ORGANIZATION_EDIT):
            return ()
        return ((reverse("organization_new"), _("Add an organization")),)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for organization in records:
            yield [
                Cell(organization.name, reverse("organization_detail", args=[organization.uid])),
                Cell(organization.email),
            ]


class OrganizationRecord(RecordPage):
    """One organization and its memoranda."""

    needs = Permission.ORGANIZATION_VIEW
    table = tables.ORGANIZATIONS

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("district")

    def describe(self, record: Organization) -> dict[str, Any]:
        today = record.district.today()
        memoranda = Memorandum.objects.visible_to(self.request.user).filter(organization=record)
        rows = [
            [
                Cell(memorandum.title, reverse("memorandum_detail", args=[memorandum.uid])),
                Cell(schools_words(memorandum)),
                Cell(span_words(memorandum.begins_on, memorandum.ends_on)),
                Cell(status=status_of(memorandum, today)),
            ]
            for memorandum in memoranda.prefetch_related("schools")
        ]
        headings = (Heading(_("Memorandum")), Heading(_("Schools")), Heading(_("In force")), Heading(_("Status")))
        return {
            "title": record.name,
            "list_url": reverse("organization_list"),
            "list_words": _("Organizations"),
            "actions": self._actions(record),
            "facts": [Fact(_("District"), record.district.name), Fact(_("E-mail"), record.email or _("none given"))],
            "sections": [Section(_("Memoranda"), headings, rows, _("No memorandum with this organization yet."))],
        }

    def _actions(self, organization: Organization) -> list[tuple[str, str]]:
        """What the reader may do with this organization."""
        reached = Organization.objects.allowed(self.request.user, Permission.ORGANIZATION_EDIT)
        if not reached.filter(pk=organization.pk).exists():
            return []
        return [(reverse("organization_change", args=[organization.uid]), _("Change name or e-mail"))]


class MemorandumList(ListPage):
    """Memoranda of understanding between the district and organizations."""

    needs = Permission.MEMORANDUM_VIEW
    table = tables.MEMORANDA
    filterset_class = MemorandumFilterSet
    title = gettext_lazy("Memoranda")
    question = gettext_lazy("What was promised in writing?")
    about = gettext_lazy("A memorandum of understanding (MOU) says in writing what the district and a partner will do.")
    empty_title = gettext_lazy("No memoranda yet")
    empty_text = gettext_lazy("Once one is signed, it stands here with its schools and dates.")
    first_chips = ("school", "in_force_on")
    tells_total = True
    headings = (
        Heading(gettext_lazy("Memorandum"), "title"),
        Heading(gettext_lazy("Organization")),
        Heading(gettext_lazy("Schools")),
        Heading(gettext_lazy("Begins"), "begins_on", is_day=True),
        Heading(gettext_lazy("Ends"), "ends_on", is_day=True),
        Heading(gettext_lazy("Status")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        if not self.request.user.holds(Permission.MEMORANDUM_EDIT):
            return ()
        return ((reverse("memorandum_new"), _("Add a memorandum")),)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("organization", "district").prefetch_related("schools")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for memorandum in records:
            yield [
                Cell(memorandum.title, reverse("memorandum_detail", args=[memorandum.uid])),
                Cell(memorandum.organization.name),
                Cell(schools_words(memorandum)),
                Cell(day_words(memorandum.begins_on)),
                Cell(day_words(memorandum.ends_on)),
                Cell(status=status_of(memorandum, memorandum.district.today())),
            ]


class MemorandumRecord(RecordPage):
    """One memorandum: between whom, for which schools, from when to when."""

    needs = Permission.MEMORANDUM_VIEW
    table = tables.MEMORANDA

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("organization", "district").prefetch_related("schools")

    def describe(self, record: Memorandum) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        sees_partner = Organization.objects.visible_to(user).filter(pk=record.organization_id).exists()
        partner = reverse("organization_detail", args=[record.organization.uid]) if sees_partner else ""
        return {
            "title": record.title,
            "list_url": reverse("memorandum_list"),
            "list_words": _("Memoranda"),
            "lead": _("Between %(district)s and %(organization)s.")
            % {"district": record.district.name, "organization": record.organization.name},
            "facts": [
                Fact(_("Organization"), record.organization.name, href=partner),
                Fact(_("Schools"), schools_words(record)),
                Fact(_("Status"), status_of(record, today).word),
                Fact(_("Ends"), day_words(record.ends_on) or _("no end set")),
            ],
            "sections": [seats_section(record, user)],
            "steps": self._steps(record, today),
        }

    def _steps(self, memorandum: Memorandum, today: date) -> list[TimelineStep]:
        known = (
            (memorandum.signed_on, _("Signed")),
            (memorandum.begins_on, _("Begins")),
            (memorandum.ends_on, _("Ends")),
        )
        dated = sorted((day, title) for day, title in known if day)
        return [TimelineStep(day, day_words(day), title, is_done=day <= today) for day, title in dated]
