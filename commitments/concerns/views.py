"""Pages of concerns for those who sign in: what one received, what one's organization filed, and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from commitments.concerns import tables, totals
from commitments.concerns.filters import ConcernFilterSet
from commitments.concerns.statuses import concern_status
from commitments.models import Concern
from district.access import Permission
from district.page_parts import Cell, Heading, Section, day_words
from district.pages import ListPage, PageMixin, SignedInRequest

WORK, OWN, COUNT = Permission.CONCERN_WORK, Permission.CONCERN_VIEW_OWN, Permission.CONCERN_COUNT
READERS = (WORK, OWN)


class ConcernList(ListPage):
    """Concerns that the reader received, or that their organization filed."""

    needs = READERS
    table = tables.CONCERNS
    filterset_class = ConcernFilterSet
    title = gettext_lazy("Concerns")
    question = gettext_lazy("What do people say is broken, and what were they answered?")
    about = gettext_lazy("Who filed a concern stands in no list and no file.")
    empty_title = gettext_lazy("No concerns")
    empty_text = gettext_lazy(
        "Anybody can file one at /concerns/, without an account. Concerns of a school where you hold another role, or "
        "that name you, go to somebody else."
    )
    first_chips = ("state", "overdue", "kind", "school")
    headings = (
        Heading(gettext_lazy("Concern")),
        Heading(gettext_lazy("School")),
        Heading(gettext_lazy("Filed"), "filed_on", is_day=True),
        Heading(gettext_lazy("Next step by"), "next_due_on", is_day=True),
        Heading(gettext_lazy("State"), "state"),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("school", "district", "organization")

    def links(self) -> tuple[tuple[str, Any], ...]:
        found = [
            (reverse("concern_add"), gettext_lazy("File one for your organization, or take one down")),
            (reverse("concern_totals"), gettext_lazy("How many there are")),
        ]
        if self.request.user.holds(WORK):
            found.append((reverse("concern_rules"), gettext_lazy("Days of each step")))
        return tuple(found)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(
                    one.get_kind_display(),
                    reverse("concern_detail", args=[one.uid]),
                    one.organization.name if one.organization else "",
                ),
                Cell(one.school.name if one.school else _("the district")),
                Cell(day_words(one.filed_on)),
                Cell(day_words(one.next_due_on)),
                Cell(status=concern_status(one, one.district.today())),
            ]


class ConcernTotals(PageMixin, View):
    """How many concerns there are, by quarter, where they are not too few to tell."""

    needs = (COUNT, OWN, WORK)
    page_kind = "dashboard"

    def get(self, request: SignedInRequest) -> HttpResponse:
        sections = []
        districts = totals.districts_for(request.user)
        for district in districts:
            sections += self._of(district, district.name if len(districts) > 1 else "")
        context = {
            "title": _("How many concerns are there?"),
            "lead": _(
                "By quarter, once it is over. Numbers below %(minimum)d are not told, and neither is one that the "
                "others would give away."
            )
            % {"minimum": totals.MINIMUM},
            "list_url": reverse("concern_list") if request.user.holds(WORK) or request.user.holds(OWN) else "/",
            "list_words": _("Concerns") if request.user.holds(WORK) or request.user.holds(OWN) else _("My desk"),
            "sections": sections,
            "notice": self._left(districts),
            "notice_tone": "warn",
        }
        return render(request, "record.html", context)

    def _left(self, districts: Sequence[Any]) -> str:
        if not any(totals.is_any_without_recipient(district, self.request.user) for district in districts):
            return ""
        return _("There are concerns that nobody receives: appoint an ombuds who has no other role.")

    def _of(self, district: Any, name: str) -> list[Section]:
        quarters = totals.quarters_of(district, district.today())
        prefix = f"{name}: " if name else ""
        return [
            _table(
                prefix + _("Filed"),
                Concern.Kind.choices,
                [(one.begins_on, one.filed, one.kinds) for one in quarters],
            ),
            _table(
                prefix + _("Resolved"),
                Concern.Outcome.choices,
                [(one.begins_on, one.resolved, one.outcomes) for one in quarters],
            ),
        ]


def _table(title: str, names: Any, rows: Any) -> Section:
    headings = (
        Heading(_("Quarter")),
        Heading(_("In all"), is_number=True),
        *(Heading(label, is_number=True) for _name, label in names),
    )
    lines = [
        [
            Cell(_months(day)),
            *(Cell(_count(count), is_number=True) for count in (total, *(cells[name] for name, _label in names))),
        ]
        for day, total, cells in rows
    ]
    return Section(title, headings, lines, _("No quarter with concerns is over yet."))


def _months(day: Any) -> str:
    """The months of the quarter that begins on a day: Jul to Sep 2026."""
    last = day.replace(month=day.month + 2)
    words = {"first": date_format(day, "M"), "last": date_format(last, "M"), "year": day.year}
    return _("%(first)s to %(last)s %(year)d") % words


def _count(count: int | None) -> str:
    return _("too few") if count is None else str(count)
