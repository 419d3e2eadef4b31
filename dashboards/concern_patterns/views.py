"""The page of the patterns of concerns: where, about what, and were they answered in time?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commitments.concerns import totals
from commitments.concerns.statuses import concern_status
from dashboards.concern_patterns.counting import ANSWER, COMMITMENT, IN_TIME, KIND, LATE, SCHOOL, SENT_HOME, TABLES
from dashboards.concern_patterns.files import patterns_file
from dashboards.concern_patterns.reports import (
    TERMS,
    PatternsQuestion,
    PatternsReport,
    concern_patterns,
    read_patterns_question,
)
from dashboards.menus import ChipMenu, menu
from dashboards.pages import DashboardPage
from dashboards.wording import count
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, MenuChoice, Section, day_words, year_words

READERS = (Permission.CONCERN_COUNT, Permission.CONCERN_VIEW_OWN, Permission.CONCERN_WORK)
TITLES = {
    SCHOOL: gettext_lazy("By school"),
    COMMITMENT: gettext_lazy("By commitment"),
    KIND: gettext_lazy("By kind"),
    ANSWER: gettext_lazy("Answered in time?"),
    SENT_HOME: gettext_lazy("Children sent home, as families say"),
}


class ConcernPatternsPage(DashboardPage):
    """The endpoint's parameters; first the latest year that there is."""

    needs = READERS  # type: ignore[assignment]
    template_name = "dashboards/concern_patterns.html"

    def ask(self, parameters: QueryDict) -> PatternsQuestion:
        return read_patterns_question(parameters, self.request.user)

    def file(self, question: PatternsQuestion) -> HttpResponseBase:
        return patterns_file(concern_patterns(question, self.request.user), by=self.request.user)

    def refused(self, errors: Mapping[str, list[str]]) -> HttpResponse:
        choices = []
        if "district" in errors:
            found = totals.districts_for(self.request.user)
            choices = [MenuChoice(one.name, f"?{urlencode({'district': one.code})}", False) for one in found]
        context = {"errors": list(errors.items()), "districts": choices}
        return render(self.request, self.template_name, context, status=400)

    def answered(self, question: PatternsQuestion) -> dict[str, Any]:
        report = concern_patterns(question, self.request.user)
        return {
            "menus": menus(question),
            "finding": finding(report),
            "is_empty": not report.rows,
            "is_exact": question.is_exact,
            "owed": owed(report),
            "tables": [section for name in TABLES if (section := table(report, name))],
            "facts": definition_facts(report),
            "terms": [str(words) for words in TERMS.values()],
            "totals_url": reverse("concern_totals"),
        }


def menus(question: PatternsQuestion) -> list[ChipMenu]:
    """The chip over the figures: the year."""
    if len(question.years) < 2:
        return []
    years = [
        MenuChoice(year_words(year), question.address(school_year=str(year)), question.year == year)
        for year in reversed(question.years)
    ]
    return [menu(_("School year"), years)]


def finding(report: PatternsReport) -> str:
    """One sentence: how many in all, and how many of the answered in time."""
    year, total = report.question.year, report.total
    if year is None:
        return ""
    if total is None:
        return _("How many concerns were filed in %(year)s is withheld: too few, or it would tell too few.") % {
            "year": year_words(year)
        }
    words = ngettext("%(count)s concern was filed in %(year)s.", "%(count)s concerns were filed in %(year)s.", total)
    text = words % {"count": count(total), "year": year_words(year)}
    answers = {row.key: row.count for row in report.of(ANSWER)}
    in_time, late = answers.get(IN_TIME), answers.get(LATE)
    if in_time is not None and (late is not None or report.question.is_exact):
        number = in_time + (late or 0)
        text += " " + _("Of %(number)s that were answered, %(in_time)s were in time.") % {
            "number": count(number),
            "in_time": count(in_time),
        }
    return text


def table(report: PatternsReport, name: str) -> Section | None:
    """One table; None where nothing of it is told."""
    rows = report.of(name)
    if not rows:
        return None
    headings = (Heading(_("Concerns")), Heading(_("How many"), is_number=True))
    note = "" if report.question.is_exact else str(_("What is not here is withheld, or zero."))
    cells = [[Cell(row.label), Cell(count(row.count), is_number=True)] for row in rows if row.count is not None]
    return Section(TITLES[name], headings, cells, note=note)


def owed(report: PatternsReport) -> Section | None:
    """To an organization what it is owed: its own concerns that are not resolved, by day."""
    if not report.owed:
        return None
    rows = [
        [
            Cell(one.get_kind_display(), reverse("concern_detail", args=[one.uid])),
            Cell(one.school.name if one.school else _("the district")),
            Cell(day_words(one.next_due_on)),
            Cell(status=concern_status(one, report.question.district.today())),
        ]
        for one in report.owed
    ]
    labels = (_("Concern"), _("School"), _("Next step by"), _("State"))
    headings = tuple(Heading(label, is_day=label == labels[2]) for label in labels)
    return Section(_("Answers owed to your organization"), headings, rows)


def definition_facts(report: PatternsReport) -> list[Fact]:
    """The strip: counted, minimum, released, not included."""
    is_exact = report.question.is_exact
    released = day_words(report.released_on) if report.released_on else _("no year yet")
    return [
        Fact(_("Counted"), count(report.total) if report.total is not None else _("withheld"), TERMS["counted"]),
        Fact(_("Minimum"), _("none: yours") if is_exact else count(totals.MINIMUM), TERMS["withheld"]),
        Fact(_("Released"), _("exact, as of now") if is_exact else released, TERMS["released"]),
        Fact(_("Not included"), _("Words and names"), _("No figure is made of what anybody wrote.")),
    ]
