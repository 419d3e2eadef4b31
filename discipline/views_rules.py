"""The rules of discipline law: which are in force, what each says, who has signed it off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import tables
from discipline.actions.rules import SIGN_OFF_STEPS
from discipline.filters import RuleFilterSet
from discipline.models import RuleVersion
from discipline.rule_words import (
    about_words,
    due_words,
    effect_words,
    jurisdiction_words,
    sign_off_status,
)
from district.access import Permission
from district.grouped_forms import districts_of
from district.models import User
from district.page_parts import Cell, Fact, Heading, Section, TimelineStep, day_words, moment_words, span_words
from district.pages import ListPage, RecordPage
from district.rules import Rule


def may_edit(user: User, version: RuleVersion) -> bool:
    """Say whether `user` may sign off and change rules of the version's district."""
    return districts_of(user, Permission.RULES_EDIT).filter(pk=version.rule.district_id).exists()


def force_words(version: RuleVersion) -> str:
    """For which days a version holds."""
    if not version.effective_from and not version.effective_to:
        return _("always")
    return span_words(version.effective_from, version.effective_to)


class RuleList(ListPage):
    """Rules that a district goes by now or will: of federal and state law, and its own."""

    needs = Permission.RULES_VIEW
    table = tables.RULES
    filterset_class = RuleFilterSet
    title = gettext_lazy("Rules")
    question = gettext_lazy("What does the law allow, and what has the district added?")
    about = gettext_lazy(
        "Each rule stands with its citation. It is reference, not legal advice: the district signs it off."
    )
    empty_title = gettext_lazy("No rules yet")
    empty_text = gettext_lazy(
        "The command adopt_rules brings those of federal and state law; see the administrator guide."
    )
    first_chips = ("sign_off", "jurisdiction", "severity", "in_force_on")
    headings = (
        Heading(gettext_lazy("Rule"), "title"),
        Heading(gettext_lazy("Law"), "citation"),
        Heading(gettext_lazy("A breach")),
        Heading(gettext_lazy("In force"), "effective_from"),
        Heading(gettext_lazy("Sign-off"), "sign_off"),
    )

    def queryset(self) -> models.QuerySet:
        return RuleVersion.objects.visible_to(self.request.user).standing(timezone.localdate())

    def links(self) -> tuple[tuple[str, Any], ...]:
        found = [
            (reverse("response_list"), _("Which responses are allowed")),
            (reverse("letter_template_list"), _("Templates of letters")),
        ]
        if districts_of(self.request.user, Permission.RULES_EDIT).exists():
            found = [
                (reverse("rule_new"), _("Add a rule or moratorium")),
                *found,
                (reverse("clock_settings"), _("How the IDEA clock counts")),
                (reverse("threshold_list"), _("When referrals add up to a task")),
            ]
        return tuple(found)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for version in records:
            to_confirm = version.needs_confirmation and version.sign_off == RuleVersion.SignOff.UNSIGNED
            yield [
                Cell(_(version.title), reverse("rule_detail", args=[version.uid])),
                Cell(version.citation, note=jurisdiction_words(version.jurisdiction)),
                Cell(version.get_severity_display()),
                Cell(force_words(version)),
                Cell(status=sign_off_status(version), note=_("to be confirmed in the source") if to_confirm else ""),
            ]


class RuleRecord(RecordPage):
    """One version of a rule: what it says, what lifts it, when its steps are due, who signed it off."""

    needs = Permission.RULES_VIEW
    table = tables.RULES
    template_name = "discipline/rule_detail.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("rule__district", "by")

    def describe(self, record: RuleVersion) -> dict[str, Any]:
        rule = record.as_rule()
        signed = list(record.sign_offs.select_related("by"))
        edits = may_edit(self.request.user, record)
        notice, tone = self._notice(record, signed[-1].note if signed else "")
        return {
            "title": _(record.title),
            "list_url": reverse("rule_list"),
            "list_words": _("Rules"),
            "crumb": record.citation,
            "lead": _(rule.text),
            "notice": notice,
            "notice_tone": tone,
            "facts": [
                Fact(_("Law"), record.citation, jurisdiction_words(record.jurisdiction)),
                Fact(_("A breach"), record.get_severity_display(), effect_words(rule)),
                Fact(_("In force"), force_words(record), _(rule.note) if rule.note else ""),
                Fact(_("Sign-off"), record.get_sign_off_display(), _("version %(n)d") % {"n": record.number}),
            ],
            "sections": [*rule_sections(rule), self._versions(record)],
            "steps": [
                TimelineStep(
                    timezone.localdate(row.at),
                    moment_words(row.at),
                    str(row.get_decision_display()),
                    " · ".join(words for words in (str(row.by or ""), row.note) if words),
                )
                for row in signed
            ],
            "sign_off_url": reverse("rule_sign_off", args=[record.uid])
            if edits and self._can_be_signed(record)
            else "",
            "change_url": reverse("rule_change", args=[record.uid]) if edits and self._can_change(record) else "",
        }

    def _can_be_signed(self, version: RuleVersion) -> bool:
        return bool(SIGN_OFF_STEPS[version.sign_off])

    def _can_change(self, version: RuleVersion) -> bool:
        later = RuleVersion.objects.filter(rule=version.rule_id, number__gt=version.number)
        return version.is_local and not later.exists()

    def _notice(self, version: RuleVersion, note: str) -> tuple[str, str]:
        if replaced := version.superseded_on:
            first = version.effective_from
            if replaced <= version.rule.district.today() or (first and replaced <= first):
                return _("A later version stands in the place of this one."), "warn"
            return _("A later version takes the place of this one on %(day)s.") % {"day": day_words(replaced)}, ""
        if version.sign_off == RuleVersion.SignOff.DECLINED:
            return _("The district does not go by this rule. Reason: %(reason)s") % {"reason": note}, "warn"
        if version.needs_confirmation and version.sign_off == RuleVersion.SignOff.UNSIGNED:
            return _(
                "Parts of this rule are still to be confirmed in the source. Read it there before signing off."
            ), "warn"
        return "", ""

    def _versions(self, version: RuleVersion) -> Section:
        rows = [
            [
                Cell(_("Version %(n)d") % {"n": row.number}, reverse("rule_detail", args=[row.uid])),
                Cell(force_words(row)),
                Cell(self._replaced_words(row)),
                Cell(status=sign_off_status(row)),
                Cell(row.reason),
            ]
            for row in version.rule.versions.order_by("-number")
        ]
        headings = (
            Heading(_("Version")),
            Heading(_("In force")),
            Heading(_("Replaced from")),
            Heading(_("Sign-off")),
            Heading(_("Reason for the change")),
        )
        return Section(_("Versions"), headings, rows if len(rows) > 1 else (), _("The rule has never changed here."))

    def _replaced_words(self, version: RuleVersion) -> str:
        if version.superseded_on is None:
            return ""
        begins = version.effective_from or version.superseded_on
        return day_words(version.superseded_on) if version.superseded_on > begins else _("from its first day")


def rule_sections(rule: Rule) -> list[Section]:
    """What a rule is about, what must be stated, what lifts it, when its steps are due."""
    about = [[Cell(label), Cell(words)] for label, words in about_words(rule)]
    found = [Section(_("What it is about"), (Heading(_("What")), Heading(_("Which"))), about)]
    conditions = (Heading(_("Statement")), Heading(_("Law")))
    if rule.preconditions:
        rows = [[Cell(_(one.text)), Cell(one.citation)] for one in rule.preconditions]
        found.append(Section(_("What must be stated, with the reason"), conditions, rows))
    if rule.exceptions:
        rows = [[Cell(_(one.text)), Cell(one.citation)] for one in rule.exceptions]
        found.append(Section(_("Exceptions, each with the reason"), conditions, rows))
    if rule.deadlines:
        rows = [
            [Cell(_(one.text)), Cell(due_words(one), note=_("to be confirmed") if one.needs_confirmation else "")]
            for one in rule.deadlines
        ]
        found.append(Section(_("Steps and their days"), (Heading(_("Step")), Heading(_("Due"))), rows))
    return found
