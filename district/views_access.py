"""Who has access: the grants of one's scope. They are given and ended from the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import tables
from district.access import ROLES, Permission, Role
from district.filters import GrantFilterSet
from district.models import RoleGrant
from district.page_parts import Cell, Heading, Status, day_words
from district.pages import ListPage


def grant_status(grant: RoleGrant, today: date) -> Status:
    """Where a grant stands on a day; that of a closed account opens nothing."""
    if not grant.user.is_active:
        return Status(_("Account closed"), "waived")
    if grant.begins_on and grant.begins_on > today:
        return Status(_("Begins later"), "open")
    return Status(_("Holds"), "done") if grant.holds_on(today) else Status(_("Ended"), "waived")


class GrantList(ListPage):
    """Who holds which role, where, from when to when."""

    needs = Permission.GRANT_VIEW
    table = tables.GRANTS
    filterset_class = GrantFilterSet
    tells_total = True
    title = gettext_lazy("Who has access")
    question = gettext_lazy("Who may see and do what, and until when?")
    about = gettext_lazy("A role holds in the place and for the time it was given for.")
    empty_title = gettext_lazy("Nobody has access yet")
    empty_text = gettext_lazy("An administrator gives the first role from the command line.")
    first_chips = ("role", "school", "holds_on")
    headings = (
        Heading(gettext_lazy("Who"), "user"),
        Heading(gettext_lazy("Role"), "role"),
        Heading(gettext_lazy("Where")),
        Heading(gettext_lazy("From"), "begins_on", is_day=True),
        Heading(gettext_lazy("Until"), "ends_on", is_day=True),
        Heading(gettext_lazy("Status")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("help_roles"), _("What each role opens")),)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("user", "district", "school", "organization")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for grant in records:
            places = [place.name for place in (grant.school, grant.organization) if place]
            yield [
                Cell(str(grant.user), note=grant.user.email if grant.user.name else ""),
                Cell(_(ROLES[Role(grant.role)].title)),
                Cell(", ".join(places) or _("Whole district")),
                Cell(day_words(grant.begins_on) or _("the beginning")),
                Cell(day_words(grant.ends_on) or _("no end set")),
                Cell(status=grant_status(grant, grant.district.today())),
            ]
