"""Pages of circles with a class or group: the list, one of them, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from circles import tables
from circles.filters import ClassCircleFilterSet
from circles.models import ClassCircle
from circles.steps.class_circles import CLASS_CIRCLE_STEPS
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Status, day_words
from district.pages import ListPage
from district.step_pages import StepPage, SteppedRecordPage, permissions_of

READERS = (Permission.CLASS_CIRCLE_VIEW, Permission.CLASS_CIRCLE_VIEW_OWN)


def minutes_words(minutes: int) -> str:
    """Minutes in words."""
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def heads_words(heads: int) -> str:
    """How many students, in words."""
    return ngettext("%(count)d student", "%(count)d students", heads) % {"count": heads}


class ClassCircleList(ListPage):
    """Circles with a class or group: nobody is named."""

    needs = READERS
    table = tables.CLASS_CIRCLES
    filterset_class = ClassCircleFilterSet
    title = gettext_lazy("Class circles")
    question = gettext_lazy("Which circles were held with a class or group?")
    about = gettext_lazy(
        "Logged by any adult of the school, without names. Cases after harm are kept apart from these."
    )
    empty_title = gettext_lazy("No circles yet")
    empty_text = gettext_lazy("Log one in 20 seconds.")
    first_chips = ("school", "tier", "held_from", "held_to")
    headings = (
        Heading(gettext_lazy("Class or group"), "group"),
        Heading(gettext_lazy("Day"), "held_on", is_day=True),
        Heading(gettext_lazy("Circle")),
        Heading(gettext_lazy("Minutes"), "minutes", is_number=True),
        Heading(gettext_lazy("Students"), "headcount", is_number=True),
        Heading(gettext_lazy("Kept by")),
        Heading(gettext_lazy("School"), "school"),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("practice", "school")

    def links(self) -> tuple[tuple[str, Any], ...]:
        links = []
        if self.request.user.holds(Permission.CLASS_CIRCLE_LOG):
            links.append((reverse("class_circle_new"), gettext_lazy("Log a circle")))
        links.append((reverse("practice_terms_list"), gettext_lazy("What each practice asks for")))
        return tuple(links)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(one.group, reverse("class_circle_detail", args=[one.uid]), one.topic),
                Cell(day_words(one.held_on), status=Status(_("Voided"), "waived") if one.voided_at else None),
                Cell(one.practice.name),
                Cell(str(one.minutes)),
                Cell(str(one.headcount)),
                Cell(one.keeper),
                Cell(one.school.name),
            ]


class ClassCircleRecord(SteppedRecordPage):
    """One circle with a class or group."""

    needs = READERS
    table = tables.CLASS_CIRCLES
    steps = CLASS_CIRCLE_STEPS
    step_url = "class_circle_step"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("practice", "school__district", "logged_by")

    def describe(self, record: ClassCircle) -> dict[str, Any]:
        may_log = self.request.user.holds(Permission.CLASS_CIRCLE_LOG)
        counts = _("It counts for the training of whoever kept it.") if record.practitioner_id else ""
        return {
            "title": record.group,
            "list_url": reverse("class_circle_list"),
            "list_words": _("Class circles"),
            "crumb": day_words(record.held_on),
            "lead": record.topic,
            "notice": _("Voided: %(reason)s") % {"reason": record.void_reason} if record.voided_at else "",
            "notice_tone": "warn",
            "facts": [
                Fact(_("Circle"), record.practice.name, record.practice.get_tier_display()),
                Fact(_("Day"), day_words(record.held_on)),
                Fact(_("How long"), minutes_words(record.minutes)),
                Fact(_("How many"), heads_words(record.headcount), _("Nobody is named.")),
                Fact(_("Kept by"), record.keeper, counts),
                Fact(_("School"), record.school.name),
            ],
            "actions": [(reverse("class_circle_new"), _("Log another"))] if may_log else [],
            **self.offered(record),
        }


class ClassCircleStepPage(StepPage):
    """Any step of a circle with a class or group."""

    needs = permissions_of(CLASS_CIRCLE_STEPS)
    model = ClassCircle
    steps = CLASS_CIRCLE_STEPS
