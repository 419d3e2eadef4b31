"""The page of restorative offers: are all groups offered a circle as often?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.charts import GroupRow, rate_dots
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.figures import Figure, figure_of
from dashboards.menus import ChipMenu, filter_menus, level_menu, menu, school_menu, year_menu
from dashboards.offers.files import offers_file
from dashboards.offers.reports import (
    COUNTED,
    NOT_INCLUDED,
    OUT_OF,
    UNITS,
    OfferQuestion,
    OfferReport,
    OfferRow,
    read_offer_question,
    restorative_offers,
)
from dashboards.pages import DashboardPage, caution, year_labels
from dashboards.risk import rate, wilson_interval
from dashboards.wording import count, percent, ratio_range, times
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, MenuChoice, Section, moment_words, year_words

FIRST_GROUPS = "race"


class OffersPage(DashboardPage):
    """To whom is something restorative offered before a removal? The endpoint's parameters; first by race."""

    needs = Permission.RATES_VIEW
    template_name = "dashboards/offers.html"

    def ask(self, parameters: QueryDict) -> OfferQuestion:
        parameters.setdefault("by", FIRST_GROUPS)
        return read_offer_question(parameters, self.request.user)

    def file(self, question: OfferQuestion) -> HttpResponseBase:
        return offers_file(restorative_offers(question), by=self.request.user)

    def answered(self, question: OfferQuestion) -> dict[str, Any]:
        context: dict[str, Any] = {
            "menus": first_menus(question),
            "filters": filter_menus(question),
            "has_filters": bool(question.filters),
        }
        if not question.years:
            return context
        year = question.years[-1].year
        report = restorative_offers(question)
        rows = [row for row in report.rows if row.school_year == year]
        total = report.totals.get(year)
        context |= {
            "labels": year_labels(question),
            "caution": caution(question, year),
            "facts": definition_facts(report, year),
            "terms": [str(COUNTED), str(OUT_OF), str(NOT_INCLUDED), str(UNITS), str(definitions.RATIO)],
        }
        if total and total["asked"]:
            context |= {
                "finding": finding(question, rows, report, year),
                "chart": picture(question, rows, report, year),
            }
        return context


def first_menus(question: OfferQuestion) -> list[ChipMenu]:
    """The chips that always show: year, groups, school and level."""
    offered = {name: str(one.label) for name, one in DIMENSIONS.items()} | {"": _("All students together")}
    if len(question.schools) > 1:
        offered[SCHOOL] = _("Schools")
    groups = [MenuChoice(label, question.address(by=by), by == question.by) for by, label in offered.items()]
    menus = [year_menu(question), menu(_("Groups"), groups)]
    if len(question.schools) > 1:
        menus += [school_menu(question), level_menu(question)]
    return menus


def finding(question: OfferQuestion, rows: Sequence[OfferRow], report: OfferReport, year: int) -> str:
    """One sentence: how often something was offered, and which group is offered it least, where that is sure."""
    total = report.totals[year]
    words = {
        "rate": percent(rate(total["offered"], total["asked"])),
        "offered": count(total["offered"]),
        "asked": count(total["asked"]),
        "year": year_words(year),
    }
    text = _("In %(year)s something restorative was offered before %(rate)s of removals (%(offered)s of %(asked)s).")
    sentence = text % words
    below = [
        row
        for row in rows
        if question.by and row.comparison and not row.is_small and (row.comparison.risk_ratio_high or 1) < 1
    ]
    if not below:
        return sentence
    row = min(below, key=lambda one: one.comparison.risk_ratio or 0)  # type: ignore[union-attr]
    more = _("It was offered least before removals of %(group)s: %(rate)s, %(ratio)s the rate of all others.") % {
        "group": label_of(question, row),
        "rate": percent(row.comparison.rate),  # type: ignore[union-attr]
        "ratio": times(row.comparison.risk_ratio, 2),  # type: ignore[union-attr]
    }
    return f"{sentence} {more}"


def picture(question: OfferQuestion, rows: Sequence[OfferRow], report: OfferReport, year: int) -> Figure:
    """Offer rates of the groups with their intervals, and the same numbers as a table."""
    total = report.totals[year]
    everybody = rate(total["offered"], total["asked"])
    ordered = sorted(rows, key=lambda row: (-(row.comparison.rate or 0) if row.comparison else 1, -row.enrolled))
    dots = [_dot(question, row) for row in ordered if row.counts is None or row.counts["asked"]]
    title = _("Offered before a removal")
    subtitle = _("Share of the removals with an answer on record, with its 95%% interval. %(year)s.") % {
        "year": year_words(year)
    }
    return figure_of(
        lambda width: rate_dots(
            dots,
            district_rate=everybody,
            district_label=_("All removals %(rate)s") % {"rate": percent(everybody)},
            title=title,
            description=subtitle,
            width=width,
            mirrored=get_language_bidi(),
        ),
        title=title,
        subtitle=subtitle,
        table=table(question, ordered),
        is_open=True,
    )


def table(question: OfferQuestion, rows: Sequence[OfferRow]) -> Section:
    """The rows as a table, every figure exact to what is shown."""
    headings = (
        Heading(_("Group") if question.by else _("Students")),
        *(
            Heading(label, is_number=True)
            for label in (
                _("Removals"),
                _("With an answer"),
                _("Offered"),
                _("Offer rate"),
                _("Times the rate of all others"),
                _("95% interval of the ratio"),
                _("Accepted"),
                _("Accepted of those offered"),
            )
        ),
    )
    return Section(_("The figures"), headings, [_line(question, row) for row in rows])


def _line(question: OfferQuestion, row: OfferRow) -> list[Cell]:
    note = _("not reported") if row.counts is None else _("few removals") if row.is_small else ""
    counts = row.counts or {}
    found = row.comparison
    texts = [
        count(counts.get("removals")),
        count(counts.get("asked")),
        count(counts.get("offered")),
        percent(found.rate if found else None),
        times(found.risk_ratio if found else None, 2).rstrip("×"),
        ratio_range(found.risk_ratio_low, found.risk_ratio_high) if found else "",
        count(counts.get("accepted")),
        percent(row.acceptance_rate),
    ]
    return [Cell(label_of(question, row), note=note), *(Cell(text, is_number=True) for text in texts)]


def _dot(question: OfferQuestion, row: OfferRow) -> GroupRow:
    label = label_of(question, row)
    if row.counts is None or row.comparison is None:
        return GroupRow(label, None, value_text=_("not reported"))
    low, high = wilson_interval(row.counts["offered"], row.counts["asked"])
    words = {"offered": count(row.counts["offered"]), "asked": count(row.counts["asked"])}
    counted = _("%(offered)s of %(asked)s removals") % words
    value = percent(row.comparison.rate)
    return GroupRow(label, row.comparison.rate, low, high, counted, value, small=row.is_small)


def label_of(question: OfferQuestion, row: OfferRow) -> str:
    """Name of the row's group."""
    if not question.by:
        return _("All students")
    if question.by == SCHOOL:
        names = {place.code: place.name for place in question.schools.values()}
        return names.get(str(row.key[0]), str(row.key[0]))
    return str(definitions.value_label(question.by, row.key[0]))


def definition_facts(report: OfferReport, year: int) -> list[Fact]:
    """The strip: counted, out of, as of, not included."""
    total = report.totals.get(year, {})
    return [
        Fact(_("Counted"), count(total.get("offered", 0)), COUNTED),
        Fact(_("Out of"), count(total.get("asked", 0)), OUT_OF),
        Fact(_("As of"), moment_words(report.as_of), _("The latest change of the records counted.")),
        Fact(_("Not included"), NOT_INCLUDED),
    ]
