"""The page of the suspension rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.dimensions import SCHOOL
from dashboards.measures import Others
from dashboards.menus import filter_menus
from dashboards.pages import DashboardPage, caution, year_labels
from dashboards.suspension_rates.files import rates_file
from dashboards.suspension_rates.findings import counted_words, finding
from dashboards.suspension_rates.menus import FIRST_GROUPS, first_menus
from dashboards.suspension_rates.pictures import (
    dimension_label,
    group_pictures,
    rate_table,
    rows_found,
    subtitle_of,
    trend_picture,
)
from dashboards.suspension_rates.question import Question, read_question
from dashboards.suspension_rates.reports import RateReport, RateRow, suspension_rates
from dashboards.suspension_rates.school_pictures import school_pictures
from dashboards.wording import count
from discipline.models.codes import EXPULSIONS, SUSPENSIONS, RemovalKind
from district.access import Permission
from district.models import User
from district.navigation import link_to
from district.page_parts import Fact, moment_words

KINDS: dict[str, Sequence[str]] = {
    "oss": (RemovalKind.OSS,),
    "oss_multiple": (RemovalKind.OSS,),
    "iss": (RemovalKind.ISS,),
    "suspension": SUSPENSIONS,
    "expulsion": EXPULSIONS,
    "any_removal": (),
}
"""Kinds of removal behind a measure; no kind means all. Measures that are no removals are missing."""


class SuspensionRatesPage(DashboardPage):
    """Who is suspended, and how much more often? The endpoint's parameters; without `by` the groups are races."""

    needs = Permission.RATES_VIEW
    template_name = "dashboards/suspensions.html"

    def ask(self, parameters: QueryDict) -> Question:
        parameters.setdefault("by", FIRST_GROUPS)
        return read_question(parameters, self.request.user)

    def file(self, question: Question) -> HttpResponseBase:
        return rates_file(question, suspension_rates(question), by=self.request.user)

    def answered(self, question: Question) -> dict[str, Any]:
        """Everything the page shows."""
        context: dict[str, Any] = {
            "menus": first_menus(question),
            "filters": filter_menus(question),
            "has_filters": bool(question.filters),
        }
        if not question.years:
            return context
        year = question.years[-1].year
        trend = SCHOOL not in question.by and len(question.by) < 2
        report = suspension_rates(_over_years(question) if trend else question)
        rows = [row for row in report.rows if row.school_year == year]
        total = report.totals.get(year, Others(0, 0)) if SCHOOL not in question.by[1:] else None
        context |= {
            "facts": definition_facts(question, report, total if report.totals else None),
            "labels": " ".join(filter(None, (counted_words(question), year_labels(question)))),
            "by_school": question.by == (SCHOOL,),
            "caution": caution(question, year),
            "records": records_link(question, self.request.user),
            "terms": definition_terms(question),
            "is_empty": not rows,
        }
        if report.totals:
            context["finding"] = finding(question, rows, total, year)
        if rows:
            context |= figures(question, report, rows, year)
        return context


def _over_years(question: Question) -> Question:
    """The same question over all school years, for a page that shows one of them and the trend."""
    if len(question.years) > 1:
        return question
    return replace(question, years=tuple(place for place in question.every_year if place.is_enrolled))


def figures(question: Question, report: RateReport, rows: Sequence[RateRow], year: int) -> dict[str, Any]:
    """The sections: groups or a table, schools, trend."""
    found: dict[str, Any] = {}
    asked = replace(question, years=tuple(place for place in question.years if place.year == year))
    if len(question.by) == 1 and SCHOOL not in question.by:
        found["groups"] = group_pictures(asked, rows, report.totals[year], year)
    elif question.by and question.by != (SCHOOL,):
        shown = rows if len(question.years) == 1 else report.rows
        found["cross"] = rate_table(question, shown, with_year=len(question.years) > 1)
        found["cross_title"] = dimension_label(question)
        found["cross_subtitle"] = f"{subtitle_of(question, report.definition.school_years)} {rows_found(len(shown))}."
    elif not question.by or len(question.counted_schools) == 1:
        found["plain"] = rate_table(asked, rows)
    if len(question.counted_schools) > 1 and len(question.by) < 2:
        schools = replace(asked, by=(SCHOOL,), reference="others")
        school_rows = rows if question.by == (SCHOOL,) else suspension_rates(schools).rows
        found["schools"] = school_pictures(asked, school_rows, year)
    if SCHOOL not in question.by and len(question.by) < 2:
        over = _over_years(question)
        if len(over.years) > 1:
            found["trend"] = trend_picture(over, report)
            found["trend_note"] = year_labels(over)
    return found


def definition_facts(question: Question, report: RateReport, total: Others | None) -> list[Fact]:
    """The strip: counted, out of, as of, not included."""
    measure = question.measure.key
    counted = count(total.affected) if total else definitions.AFFECTED[measure]
    enrolled = count(total.enrolled) if total else definitions.DENOMINATOR_LABELS[question.denominator]
    return [
        Fact(_("Counted"), counted, definitions.NUMERATORS[measure]),
        Fact(_("Out of"), enrolled, definitions.DENOMINATORS[question.denominator]),
        Fact(_("As of"), moment_words(report.definition.as_of), _("The latest change of the records counted.")),
        Fact(_("Not included"), definitions.NOT_INCLUDED[measure]),
    ]


def definition_terms(question: Question) -> list[str]:
    """The full definition, for those who want to know."""
    shared = (definitions.COUNTING, definitions.VALUES, definitions.RATIO, definitions.SMALL, definitions.SOURCE)
    return [str(definitions.NUMERATORS[question.measure.key]), *map(str, shared)]


def records_link(question: Question, user: User) -> str:
    """Address of the records behind the figures, for those who may see them; empty otherwise."""
    if question.measure.key not in KINDS or not user.holds(Permission.REMOVAL_VIEW):
        return ""
    link = link_to("", "removal_list")
    if link is None:
        return ""
    query = QueryDict(mutable=True)
    query["school_year"] = ",".join(str(place.year) for place in question.years)
    if kinds := KINDS[question.measure.key]:
        query["kind"] = ",".join(kinds)
    if question.chosen is not None and len(question.counted_schools) < len(question.schools):
        query["school"] = ",".join(place.code for place in question.counted_schools)
    query["voided"] = "false"
    return f"{link.url}?{query.urlencode(safe=',')}"
