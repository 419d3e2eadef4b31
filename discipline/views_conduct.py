"""The code of conduct: its list, and one behaviour with its twins in federal and state codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import tables
from discipline.filters import BehaviorFilterSet
from discipline.models import Behavior, RemovalKind
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, span_words, yes_no_words
from district.pages import ListPage, RecordPage


def response_words(code: str) -> Any:
    """The strongest response in words where the code is one of ours, else as the district wrote it."""
    return dict(RemovalKind.choices).get(code, code)


def valid_words(behavior: Any) -> str:
    """For which days a behaviour is part of the code."""
    if not behavior.valid_from and not behavior.valid_to:
        return _("always")
    return span_words(behavior.valid_from, behavior.valid_to)


class BehaviorList(ListPage):
    """The code of conduct: every behaviour a student can be referred for."""

    needs = Permission.DISTRICT_VIEW
    table = tables.BEHAVIORS
    filterset_class = BehaviorFilterSet
    title = gettext_lazy("Code of conduct")
    question = gettext_lazy("What can a student be referred for?")
    about = gettext_lazy("Every behavior, in the district's own words.")
    empty_title = gettext_lazy("No code of conduct yet")
    empty_text = gettext_lazy("A new district begins with the default one; its own replaces it when it is imported.")
    first_chips = ("subjective", "valid_on")
    tells_total = True
    headings = (
        Heading(gettext_lazy("Behavior"), "title"),
        Heading(gettext_lazy("Category"), "category"),
        Heading(gettext_lazy("Level"), "level"),
        Heading(gettext_lazy("Depends on judgment")),
        Heading(gettext_lazy("Strongest response")),
        Heading(gettext_lazy("Valid"), "valid_from"),
        Heading(gettext_lazy("Code"), "code"),
    )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for behavior in records:
            yield [
                Cell(behavior.title, reverse("behavior_detail", args=[behavior.uid])),
                Cell(behavior.category),
                Cell(behavior.level),
                Cell(yes_no_words(behavior.subjective)),
                Cell(response_words(behavior.max_response)),
                Cell(valid_words(behavior)),
                Cell(behavior.code),
            ]


class BehaviorRecord(RecordPage):
    """One behaviour of the code of conduct: its definition, and its twins in federal and state codes."""

    needs = Permission.DISTRICT_VIEW
    table = tables.BEHAVIORS

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("district")

    def describe(self, record: Behavior) -> dict[str, Any]:
        none = _("none given")
        codes = (
            (_("District code"), record.code),
            (_("CEDS code"), record.ceds_behavior),
            (_("CRDC offense"), record.crdc_offense),
            (_("State code"), record.state_code),
        )
        headings = (Heading(_("Code set")), Heading(_("Code")))
        rows = [[Cell(words), Cell(code or none)] for words, code in codes]
        more = None
        if self.request.user.holds(Permission.REFERRAL_VIEW):
            query = urlencode({"behavior": record.code})
            more = (f"{reverse('incident_list')}?{query}", _("Incidents with this behavior"))
        return {
            "title": record.title,
            "list_url": reverse("behavior_list"),
            "list_words": _("Code of conduct"),
            "crumb": record.code,
            "lead": record.definition,
            "facts": [
                Fact(_("Category"), record.category or none),
                Fact(_("Level"), record.level or none),
                Fact(_("Depends on an adult's judgment"), yes_no_words(record.subjective)),
                Fact(_("Strongest response"), response_words(record.max_response) or none),
                Fact(_("Grades"), record.grades or _("all")),
                Fact(_("Valid"), valid_words(record)),
            ],
            "sections": [Section(_("The same behavior in other code sets"), headings, rows, more=more)],
        }
