"""The code of conduct: its list, and one behaviour with how it has read and its twins in federal and state codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from discipline import conduct, tables
from discipline.conduct_forms import LastDayForm
from discipline.filters import BehaviorFilterSet
from discipline.models import Behavior, RemovalKind, Response
from district.access import Permission
from district.bulk import BulkAction
from district.models import User
from district.page_parts import Cell, Fact, Heading, Section, day_words, span_words, yes_no_words
from district.pages import ListPage, RecordPage

RESPONSE_WORDS = dict((*Response.choices, *RemovalKind.choices))


def response_words(code: str) -> Any:
    """The strongest response in words where the code is one of ours, else as the district wrote it."""
    return RESPONSE_WORDS.get(code, code)


def valid_words(behavior: Any) -> str:
    """For which days a behaviour is part of the code."""
    if not behavior.valid_from and not behavior.valid_to:
        return _("always")
    return span_words(behavior.valid_from, behavior.valid_to)


def editable_by(user: User) -> models.QuerySet:
    """Behaviours that `user` may change: a code of conduct is the whole district's."""
    return Behavior.objects.allowed_throughout(user, Permission.CONDUCT_EDIT)


BULK_ACTIONS = (
    BulkAction(
        name="end",
        label=gettext_lazy("End them"),
        needs=Permission.CONDUCT_EDIT,
        verb=conduct.end_behavior,
        subject="behavior",
        form_class=LastDayForm,
        question=gettext_lazy("On which day do these behaviors end?"),
        done=lambda count: (
            ngettext("%(count)d behavior has a last day", "%(count)d behaviors have a last day", count)
            % {"count": count}
        ),
        reach=editable_by,
    ),
    BulkAction(
        name="copy",
        label=gettext_lazy("Copy to the next school year"),
        needs=Permission.CONDUCT_EDIT,
        verb=conduct.copy_to_next_year,
        subject="behavior",
        done=lambda count: (
            ngettext(
                "%(count)d behavior copied to the next school year",
                "%(count)d behaviors copied to the next school year",
                count,
            )
            % {"count": count}
        ),
        reach=editable_by,
    ),
)


class BehaviorList(ListPage):
    """The code of conduct: every behaviour a student can be referred for."""

    needs = Permission.DISTRICT_VIEW
    table = tables.BEHAVIORS
    filterset_class = BehaviorFilterSet
    title = gettext_lazy("Code of conduct")
    question = gettext_lazy("What can a student be referred for?")
    about = gettext_lazy("Every behavior, in the district's own words.")
    empty_title = gettext_lazy("No code of conduct yet")
    empty_text = gettext_lazy("A new district begins with the default one; it is changed here, or by an import.")
    bulk_actions = BULK_ACTIONS
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

    def links(self) -> tuple[tuple[str, Any], ...]:
        mapping = (reverse("behavior_mapping"), _("Codes of other systems"))
        if not self.request.user.holds(Permission.CONDUCT_EDIT):
            return (mapping,)
        return ((reverse("behavior_new"), _("Add a behavior")), mapping)

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
            "actions": self._actions(record),
            **self._standing(record),
            "facts": [
                Fact(_("Category"), record.category or none),
                Fact(_("Level"), record.level or none),
                Fact(_("Depends on an adult's judgment"), yes_no_words(record.subjective)),
                Fact(_("Strongest response"), response_words(record.max_response) or none),
                Fact(_("Grades"), record.grades or _("all")),
                Fact(_("Valid"), valid_words(record)),
            ],
            "sections": [
                *self._history(record),
                Section(_("The same behavior in other code sets"), headings, rows, more=more),
            ],
        }

    def _actions(self, behavior: Behavior) -> list[tuple[str, str]]:
        """What the reader may do with this behaviour."""
        if not editable_by(self.request.user).filter(pk=behavior.pk).exists():
            return []
        words = {
            conduct.CHANGE: _("Change it"),
            conduct.END: _("End it on a day"),
            conduct.COPY: _("Copy it to the next school year"),
        }
        return [
            (reverse(f"behavior_{step}", args=[behavior.uid]), words[step]) for step in conduct.behavior_steps(behavior)
        ]

    def _standing(self, behavior: Behavior) -> dict[str, str]:
        """A notice on a row that does not hold today."""
        today = behavior.district.today()
        if behavior.valid_from and behavior.valid_from > today:
            day = day_words(behavior.valid_from)
            return {"notice": _("It reads like this from %(day)s.") % {"day": day}}
        if behavior.valid_to and behavior.valid_to < today:
            day = day_words(behavior.valid_to)
            return {"notice": _("It held until %(day)s.") % {"day": day}, "notice_tone": "warn"}
        return {}

    def _history(self, behavior: Behavior) -> list[Section]:
        """The rows of this code, one after the other; nothing where there is only this one."""
        rows = Behavior.objects.filter(district=behavior.district_id, code=behavior.code).order_by(
            F("valid_from").asc(nulls_first=True)
        )
        told = [
            [
                Cell(row.title, "" if row.pk == behavior.pk else reverse("behavior_detail", args=[row.uid])),
                Cell(valid_words(row)),
                Cell(row.level),
                Cell(response_words(row.max_response)),
                Cell(row.definition),
            ]
            for row in rows
        ]
        headings = (
            Heading(_("Title")),
            Heading(_("Valid"), is_day=True),
            Heading(_("Level")),
            Heading(_("Strongest response")),
            Heading(_("Definition")),
        )
        note = _("A student is referred for it as it read on that day.")
        return [Section(_("How it has read"), headings, told, note=note)] if len(told) > 1 else []
