"""The page of one removal: its terms now, each change of them, and on which of its school days it was served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from discipline import actions, checklists, idea_on_removals, next_steps, tables
from discipline.counting import school_days_between
from discipline.letters.words import letters_section
from discipline.models import Removal, RemovalChange, ServedDay
from discipline.removal_states import state_of
from discipline.timelines import removal_steps
from discipline.views import removal_status
from discipline.views_records import incident_link, student_links, when_words
from district.access import Permission
from district.models.places import calendar_of
from district.page_parts import (
    Cell,
    Fact,
    Heading,
    Section,
    day_words,
    plain_days,
    school_days_words,
    span_words,
    yes_no_words,
)
from district.pages import PageMixin, RecordPage
from district.steps import StepNotAllowed

SHOWN = 20
"""School days that the page shows for ticking off, the latest ones and the next."""
NEXT = 5


@dataclass(frozen=True)
class Day:
    """One school day of a removal: what it holds, and what was said of it."""

    day: date
    words: str
    is_half: bool
    mark: str
    is_ahead: bool

    @property
    def name(self) -> str:
        """Name of its field in the form."""
        return f"day-{self.day.isoformat()}"


class RemovalRecord(RecordPage):
    """One removal: its terms now, each change of them with its reason, and its days one by one."""

    needs = Permission.REMOVAL_VIEW
    table = tables.REMOVALS
    template_name = "discipline/removal_detail.html"

    def queryset(self) -> models.QuerySet:
        people = ("incident__school", "school__district", "student__person", "school_year__district")
        return (
            super()
            .queryset()
            .select_related(*people)
            .prefetch_related("due_steps__version", "due_steps__changes", "due_steps__school", "changes__by", "letters")
        )

    def describe(self, record: Removal) -> dict[str, Any]:
        user, incident = self.request.user, record.incident
        links = student_links(user, {record.student_id})
        changes = list(record.changes.all())
        steps = list(record.due_steps.all())
        served = actions.served_of(record)
        services = Fact(_("Educational services"), yes_no_words(record.services_provided), record.services)
        days = days_of(record)
        shown = around_today(days)
        may_tick = record.voided_at is None and user.can(Permission.REMOVAL_RECORD, record.school)
        return {
            "title": _("%(kind)s, %(length)s")
            % {"kind": record.get_kind_display(), "length": school_days_words(record.days)},
            "list_url": reverse("removal_list"),
            "list_words": _("All removals"),
            "crumb": record.identifier or incident.identifier,
            **notice_of(record, served, changes),
            "facts": [
                Fact(_("Student"), record.student.person.name, href=links.get(record.student_id, "")),
                Fact(_("When"), span_words(record.begins_on, record.ends_on)),
                Fact(_("Status"), removal_status(record, record.school.district.today()).word),
                Fact(_("Served"), served_words(record, served), difference_words(changes)),
                services,
                *checklists.offer_facts(record),
                Fact(
                    _("Incident"),
                    incident.identifier,
                    f"{when_words(incident)}, {record.school.name}",
                    incident_link(user, incident),
                ),
            ],
            "checklist": checklists.checklist_of(steps, user, record.school.district.today()),
            "checklist_title": _("What the law asks"),
            "sections": [
                *([said] if (said := checklists.decisions_section(record)) else []),
                *([told] if (told := idea_on_removals.section_of(record, user)) else []),
                checklists.appeals_section(record, user),
                letters_section(record),
                self._changes(changes),
            ],
            "days": shown,
            "hidden_days": len(days) - len(shown),
            "marks": ServedDay.Mark.choices,
            "may_tick": may_tick and any(not day.is_ahead for day in shown),
            "served_url": reverse("removal_served", args=[record.uid]),
            "steps": removal_steps(Removal.objects.filter(pk=record.pk)),
            "next_steps": [*idea_on_removals.steps_of(record, user), *next_steps.of_removal(record, user)],
        }

    def _changes(self, changes: list[Any]) -> Section:
        rows = [
            [
                Cell(day_words(change.at.date()), note=str(change.by or "")),
                Cell(span_words(change.begins_on, change.ends_on)),
                Cell(school_days_words(change.days)),
                Cell(yes_no_words(change.services_provided)),
                Cell(change.reason, note=change_words(change)),
            ]
            for change in changes
        ]
        headings = (
            Heading(_("Changed on")),
            Heading(_("Ordered before")),
            Heading(_("Length before")),
            Heading(_("Services before")),
            Heading(_("Reason")),
        )
        return Section(_("What was ordered before"), headings, rows, _("Its terms never changed."))


class ServedPage(PageMixin, View):
    """Tick off days of a removal: one form with a mark for each day; days without a mark stay as they are."""

    needs = Permission.REMOVAL_RECORD
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, uid: Any) -> HttpResponse:
        user = self.request.user
        removals = Removal.objects.all().allowed(user, Permission.REMOVAL_RECORD).select_related("school")
        removal = get_object_or_404(removals, uid=uid)
        given = {
            name[4:]: request.POST[name] for name in request.POST if name.startswith("day-") and request.POST[name]
        }
        faults: dict[str, None] = {}
        for text, mark in given.items():
            try:
                actions.mark_served(removal=removal, day=date.fromisoformat(text), mark=mark, by=user)
            except ValueError:
                faults[_("“%(text)s” is no day.") % {"text": text[:20]}] = None
            except ValidationError as error:
                faults.update(dict.fromkeys(error.messages))
            except StepNotAllowed as refused:
                faults[refused.message] = None
        for fault in faults:
            messages.error(request, fault)
        if not given:
            messages.warning(request, _("No day was marked."))
        elif not faults:
            messages.success(request, _("The ticks are saved."))
        if request.POST.get("back") == "calendar" and given:
            query = urlencode({"school": removal.school.code, "day": next(iter(given))[:10]})
            return redirect(f"{reverse('removal_calendar')}?{query}")
        return redirect("removal_detail", uid=removal.uid)


def days_of(removal: Removal) -> list[Day]:
    """The school days of a removal, with what was said of each; one without an end goes as far as today."""
    today = removal.school.district.today()
    last = removal.ends_on or today
    calendar = calendar_of(removal.school.district, removal.school)
    marks = {row.day: row.mark for row in removal.served_days.all()}
    return [
        Day(day, day_words(day), length < 1, marks.get(day, ""), day > today)
        for day, length in school_days_between(calendar, removal.begins_on, last)
    ]


def around_today(days: list[Day]) -> list[Day]:
    """At most `SHOWN` of the days: the latest that have come, and the next."""
    past, ahead = [day for day in days if not day.is_ahead], [day for day in days if day.is_ahead]
    following = ahead[: max(NEXT, SHOWN - len(past))]
    return past[len(following) - SHOWN :] + following


def served_words(removal: Removal, served: Decimal) -> str:
    """How many of the assigned school days were served."""
    if removal.days is None:
        return school_days_words(served)
    return _("%(served)s of %(assigned)s") % {"served": plain_days(served), "assigned": school_days_words(removal.days)}


def difference_words(changes: list[Any]) -> str:
    """Why it lasts longer or shorter than it was ordered first, as its last change says."""
    if not changes or changes[0].days is None:
        return ""
    first = _("ordered first: %(length)s") % {"length": school_days_words(changes[0].days)}
    reasons = [str(change.get_difference_display()) for change in changes if change.difference]
    return f"{first}. {reasons[-1]}" if reasons else first


def change_words(change: RemovalChange) -> str:
    """What kind of change it was, from which kind of removal, and why the length differs."""
    parts = [change.get_kind_display(), change.get_removal_kind_display(), change.get_difference_display()]
    return " · ".join(str(part) for part in parts if part)


def notice_of(removal: Removal, served: Decimal, changes: list[RemovalChange]) -> dict[str, str]:
    """What must be seen first: that it was voided, put off or overturned, or that other days were served."""
    if removal.voided_at:
        text = _("This removal was voided and counts nowhere. Reason: %(reason)s") % {"reason": removal.void_reason}
        return {"notice": text, "notice_tone": "warn"}
    state = state_of(is_voided=False, last_change=changes[-1].kind if changes else "")
    if said := checklists.state_words(removal, state):
        return {"notice": said, "notice_tone": "warn"}
    is_over = removal.ends_on and removal.ends_on < removal.school.district.today()
    if not (is_over and removal.served_days.all() and removal.days is not None and served != removal.days):
        return {}
    words = {"assigned": school_days_words(removal.days), "served": plain_days(served)}
    text = _("Assigned: %(assigned)s, served: %(served)s. Change the terms to what was served, and say why.") % words
    return {"notice": text, "notice_tone": "warn"}
