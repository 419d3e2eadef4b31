"""The dashboards' pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from dashboards import definitions
from dashboards.dimensions import SCHOOL
from dashboards.exports import rates_file
from dashboards.measures import Others
from dashboards.parameters import InvalidParametersError, Question, read_question
from dashboards.suspension_rates.findings import counted_words, finding
from dashboards.suspension_rates.menus import FIRST_GROUPS, filter_menus, first_menus
from dashboards.suspension_rates.pictures import (
    dimension_label,
    group_pictures,
    rate_table,
    rows_found,
    subtitle_of,
    trend_picture,
)
from dashboards.suspension_rates.reports import RateReport, RateRow, suspension_rates
from dashboards.suspension_rates.school_pictures import school_pictures
from dashboards.wording import count, joined
from discipline.models.codes import EXPULSIONS, SUSPENSIONS, RemovalKind
from district.access import Permission
from district.models import District, User
from district.navigation import link_to
from district.page_parts import Fact, MenuChoice, moment_words, year_words
from district.pages import PageMixin
from district.spreadsheets import TooManyRows

KINDS: dict[str, Sequence[str]] = {
    "oss": (RemovalKind.OSS,),
    "oss_multiple": (RemovalKind.OSS,),
    "iss": (RemovalKind.ISS,),
    "suspension": SUSPENSIONS,
    "expulsion": EXPULSIONS,
    "any_removal": (),
}
"""Kinds of removal behind a measure; no kind means all. Measures that are no removals are missing."""


class SuspensionRatesPage(PageMixin, View):
    """Who is suspended, and how much more often? The endpoint's parameters; without `by` the groups are races."""

    needs = Permission.RATES_VIEW
    page_kind = "dashboard"
    template_name = "dashboards/suspensions.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        parameters = request.GET.copy()
        parameters.setdefault("by", FIRST_GROUPS)
        try:
            question = read_question(parameters, reader(request))
            if question.format in ("csv", "xlsx"):
                return rates_file(question, suspension_rates(question), by=reader(request))
        except InvalidParametersError as error:
            return self.refused(error.errors)
        except TooManyRows:
            return self.refused({"format": [_("A workbook takes at most 100,000 rows. Use CSV.")]})
        return render(request, self.template_name, self.answered(question))

    def refused(self, errors: Mapping[str, list[str]]) -> HttpResponse:
        """Say what was wrong and show no figure."""
        choices: list[MenuChoice] = []
        if "district" in errors:
            scope = {grant.district_id for grant in reader(self.request).grants_with(Permission.RATES_VIEW)}
            found = District.objects.filter(pk__in=scope)
            choices = [MenuChoice(one.name, f"?{urlencode({'district': one.code})}", False) for one in found]
        context = {"errors": list(errors.items()), "districts": choices}
        return render(self.request, self.template_name, context, status=400)

    def answered(self, question: Question) -> dict[str, Any]:
        """Everything the page shows."""
        context: dict[str, Any] = {
            "menus": first_menus(question),
            "filters": filter_menus(question),
            "has_filters": bool(question.filters),
            "address": self.request.build_absolute_uri(question.address()),
            "exports": [(question.address(format="csv"), "CSV"), (question.address(format="xlsx"), "XLSX")],
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
            "caution": caution(question, report, year),
            "records": records_link(question, reader(self.request)),
            "terms": definition_terms(question),
            "is_empty": not rows,
        }
        if report.totals:
            context["finding"] = finding(question, rows, total, year)
        if rows:
            context |= figures(question, report, rows, year)
        return context


def reader(request: HttpRequest) -> User:
    """The person who reads: pages are shown to nobody without a sign-in."""
    return cast(User, request.user)


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


def year_labels(question: Question) -> str:
    """The notes that stand beside the years shown, such as "modelled"."""
    return "; ".join(f"{year_words(place.year)}: {place.label}" for place in question.years if place.label)


def caution(question: Question, report: RateReport, year: int) -> str:
    """Which schools did not report the measure: nobody may read their silence as zero."""
    names = {place.code: place.name for place in question.schools.values()}
    silent = [names[code] for at, code in report.definition.not_reported if at == year]
    if not silent:
        return ""
    words = _("%(schools)s did not report this measure: their figures are unknown, and totals may be too low.")
    return words % {"schools": joined(silent)}


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
