"""The page of the outcomes of circles: what comes of them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.circle_outcomes import definitions, pictures, tables
from dashboards.circle_outcomes.files import outcomes_file
from dashboards.circle_outcomes.findings import finding
from dashboards.circle_outcomes.question import TIER_WORDS, OutcomeQuestion, read_outcome_question
from dashboards.circle_outcomes.reports import OutcomeReport, circle_outcomes
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.menus import ChipMenu, level_menu, menu, school_menu, value_menu, year_menu
from dashboards.pages import DashboardPage, caution, year_labels
from dashboards.wording import count
from district.access import Permission
from district.page_parts import Fact, MenuChoice, day_words

FIRST_GROUPS = "race"


class CircleOutcomesPage(DashboardPage):
    """What comes of restorative cases? The endpoint's parameters; groups are first told apart by race."""

    needs = Permission.RATES_VIEW
    template_name = "dashboards/circle_outcomes.html"

    def ask(self, parameters: QueryDict) -> OutcomeQuestion:
        parameters.setdefault("by", FIRST_GROUPS)
        return read_outcome_question(parameters, self.request.user)

    def file(self, question: OutcomeQuestion) -> HttpResponseBase:
        return outcomes_file(circle_outcomes(question, self.request.user), by=self.request.user)

    def answered(self, question: OutcomeQuestion) -> dict[str, Any]:
        context: dict[str, Any] = {"menus": menus(question)}
        if question.year is None:
            return context
        report = circle_outcomes(question, self.request.user)
        context |= {
            "has_year": True,
            "labels": year_labels(question),
            "caution": caution(question, question.year.year),
            "terms": list(definitions.TERMS.values()),
            "facts": definition_facts(report),
            "offers_url": reverse("restorative_offers") + question.offers.address(),
        }
        return context if report.is_empty else context | self._figures(report)

    def _figures(self, report: OutcomeReport) -> dict[str, Any]:
        students, removals = _("%(n)s students"), _("%(n)s removals")
        return {
            "finding": finding(report),
            "courses": [pictures.course_picture(report), pictures.cycle_picture(report)],
            "kept": [one for one in (pictures.kept_picture(report), pictures.again_picture(report)) if one],
            "groups": [
                one
                for one in (
                    pictures.part_picture(
                        report,
                        "participation/referred",
                        _("Of those referred, who came to a circle over it"),
                        _("Share of the students referred, with its 95% interval."),
                        students,
                    ),
                    pictures.part_picture(
                        report,
                        "participation/students",
                        _("Who comes to a circle"),
                        _("Share of the students enrolled, in whatever part, with its 95% interval."),
                        students,
                    ),
                    pictures.part_picture(
                        report,
                        "offers/offered",
                        _("To whom it is offered before a removal"),
                        _("Share of the removals with an answer on record, with its 95% interval."),
                        removals,
                    ),
                )
                if one
            ],
            "avoided": tables.avoided_section(report),
            "before_after": tables.before_after_section(report),
            "nothing_about_cause": definitions.NOTHING_ABOUT_CAUSE,
            "keepers": tables.keeper_sections(report, self._keeper_address),
            "exceptions": tables.exception_section(report),
        }

    def _keeper_address(self, uid: str) -> str:
        may_see = self.request.user.holds(Permission.TRAINING_VIEW)
        return reverse("practitioner_detail", args=[uid]) if may_see else ""


def menus(question: OutcomeQuestion) -> list[ChipMenu]:
    """The chips over the figures: year, groups, tier, practice, school and level."""
    offered = {name: str(one.label) for name, one in DIMENSIONS.items()} | {"": _("All students together")}
    if len(question.schools) > 1:
        offered[SCHOOL] = _("Schools")
    groups = [MenuChoice(label, question.address(by=by), by == question.by) for by, label in offered.items()]
    tiers = {tier: words for tier, words in TIER_WORDS.items() if tier != "1"}
    found = [
        year_menu(question),
        menu(_("Groups"), groups),
        _one_of(question, "tier", _("Tier"), _("All tiers"), TIER_WORDS if "1" in question.tiers else tiers),
        _one_of(question, "practice", _("Practice"), _("All practices"), question.practices),
    ]
    return [*found, school_menu(question), level_menu(question)] if len(question.schools) > 1 else found


def _one_of(question: OutcomeQuestion, name: str, label: str, every: str, words: Mapping[str, Any]) -> ChipMenu:
    """A chip whose first choice says what all of them are: a phone shows no label beside it."""
    found = value_menu(question, name, label, words)
    first, *others = found.choices
    return replace(
        found, choices=(replace(first, label=every), *others), current=found.current if found.is_chosen else every
    )


def definition_facts(report: OutcomeReport) -> list[Fact]:
    """The strip: counted, as of, not included."""
    return [
        Fact(_("Counted"), count(report.one("cases", "opened").number), definitions.TERMS["cases"]),
        Fact(_("As of"), day_words(report.question.day), _("The present day in the district.")),
        Fact(_("Not included"), _("Voided cases, circles with a class"), definitions.TERMS["schools"]),
    ]
