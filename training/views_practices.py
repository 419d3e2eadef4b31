"""Practices: what is held in the district; and what verbs of district leadership share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.models import District
from district.page_parts import Cell, Heading, yes_no_words
from district.pages import ListPage
from district.verb_pages import VerbPage
from training import tables
from training.actions import courses as verbs
from training.filters import PracticeFilterSet
from training.forms_catalog import PracticeForm
from training.views import SEEN


class PracticeList(ListPage):
    """What is held in the district, by tier."""

    needs = SEEN
    table = tables.PRACTICES
    filterset_class = PracticeFilterSet
    title = gettext_lazy("Practices")
    question = gettext_lazy("Which circles and conferences are held?")
    empty_title = gettext_lazy("No practices yet")
    empty_text = gettext_lazy("A new district begins with the default list.")
    first_chips = ("tier", "is_active")
    headings = (
        Heading(gettext_lazy("Practice"), "name"),
        Heading(gettext_lazy("Tier"), "tier"),
        Heading(gettext_lazy("In use")),
        Heading(gettext_lazy("Code"), "code"),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        may_edit = self.request.user.holds(Permission.CREDENTIAL_EDIT)
        return ((reverse("practice_edit"), _("Add or change a practice")),) if may_edit else ()

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(one.name),
                Cell(one.get_tier_display()),
                Cell(yes_no_words(one.is_active)),
                Cell(one.code),
            ]


class LeadersPage(VerbPage):
    """A verb of district leadership."""

    needs = Permission.CREDENTIAL_EDIT

    def district(self) -> District:
        """The district for which the reader acts; of several the first."""
        grants = self.request.user.grants_with(Permission.CREDENTIAL_EDIT)
        return District.objects.filter(pk__in={grant.district_id for grant in grants}).order_by("code")[0]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "district": self.district()}


class PracticeEdit(LeadersPage):
    """Add a practice, or change the one with that code."""

    form_class = PracticeForm
    title = gettext_lazy("Add or change a practice")
    submit_words = gettext_lazy("Save")
    done_words = gettext_lazy("Saved.")

    def act(self, values: dict[str, Any]) -> str:
        verbs.save_practice(district=self.district(), by=self.request.user, **values)
        return reverse("practice_list")
