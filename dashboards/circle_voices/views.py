"""The page of the surveys after circles: were people heard, was it fair, was it repaired, is it safe to come back?"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles.models import CircleParticipant
from circles.voices.survey import FAIR, HEARD, QUESTIONS, REPAIRED, SAFE
from dashboards.circle_voices.files import voices_file
from dashboards.circle_voices.question import ROLE, SCHOOL, VoicesQuestion, read_voices_question
from dashboards.circle_voices.reports import (
    COUNTED,
    NOT_INCLUDED,
    SEVERAL,
    SHARE,
    TERMS,
    VoicesReport,
    VoicesRow,
    circle_voices,
)
from dashboards.menus import ChipMenu, level_menu, menu, school_menu
from dashboards.pages import DashboardPage
from dashboards.wording import count, joined
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, MenuChoice, Section, year_words

LABELS = {
    HEARD: gettext_lazy("Listened to"),
    FAIR: gettext_lazy("Treated fairly"),
    REPAIRED: gettext_lazy("Made better"),
    SAFE: gettext_lazy("Safe to return"),
}


class CircleVoicesPage(DashboardPage):
    """How was the circle for those who were in it? The endpoint's parameters; first by part in the circle."""

    needs = Permission.RATES_VIEW
    template_name = "dashboards/circle_voices.html"

    def ask(self, parameters: QueryDict) -> VoicesQuestion:
        parameters.setdefault("by", ROLE)
        return read_voices_question(parameters, self.request.user)

    def file(self, question: VoicesQuestion) -> HttpResponseBase:
        return voices_file(circle_voices(question), by=self.request.user)

    def answered(self, question: VoicesQuestion) -> dict[str, Any]:
        report = circle_voices(question)
        total = report.total
        return {
            "menus": menus(question),
            "finding": finding(total) if total else "",
            "is_empty": not any(row.tally for row in report.rows),
            "figures": table(question, report),
            "facts": definition_facts(report),
            "terms": [str(words) for words in TERMS.values()],
        }


def menus(question: VoicesQuestion) -> list[ChipMenu]:
    """The chips over the figures: year, what rows tell apart, school and level."""
    years = [
        MenuChoice(year_words(year), question.address(school_year=str(year)), question.years == (year,))
        for year in reversed(question.every_year)
    ]
    several = len(question.years) > 1
    every = ",".join(map(str, question.every_year))
    years.append(MenuChoice(_("Each year"), question.address(school_year=every), several))
    offered = {ROLE: _("Part in the circle"), SCHOOL: _("Schools"), "": _("Everybody together")}
    groups = [MenuChoice(label, question.address(by=by), by == question.by) for by, label in offered.items()]
    found = [menu(_("School year"), years), menu(_("Groups"), groups)]
    if len(question.schools) > 1:
        found += [school_menu(question), level_menu(question)]
    return found


def finding(total: VoicesRow) -> str:
    """One sentence: how many of how many were listened to, and feel safe to return."""
    if total.tally is None:
        return ""
    words = {
        "year": year_words(total.school_year),
        "returned": count(total.tally.returned),
        "heard": share_words(total, HEARD),
        "safe": share_words(total, SAFE),
    }
    text = _(
        "%(returned)s people answered in %(year)s. That they were listened to, %(heard)s said yes or mostly; that they "
        "feel safe coming back, %(safe)s."
    )
    return text % words


def table(question: VoicesQuestion, report: VoicesReport) -> Section:
    """The rows that are shown, as a table: share and number for each question. Under it those that are withheld."""
    several = len(question.years) > 1
    headings = [
        Heading(_("Group") if question.by else _("People")),
        Heading(_("Surveys"), is_number=True),
        *(Heading(LABELS[one], is_number=True) for one in QUESTIONS),
    ]
    rows, withheld = [], []
    for row in report.rows:
        year = year_words(row.school_year) if several else ""
        label = label_of(question, row)
        if row.tally is None:
            withheld.append(" ".join(filter(None, (label, year))))
            continue
        cells = [Cell(label, note=year), Cell(count(row.tally.returned), is_number=True)]
        for one in QUESTIONS:
            answered = row.answered(one)
            beside = _("of %(number)s") % {"number": count(answered)} if answered else ""
            cells.append(Cell(share_words(row, one), note=beside, is_number=True))
        rows.append(cells)
    words = _("Withheld to protect privacy, fewer than ten answers so far: %(groups)s.")
    note = words % {"groups": joined(withheld)} if withheld else ""
    return Section(_("Said yes or mostly"), tuple(headings), rows, note=note)


def share_words(row: VoicesRow, question: str) -> str:
    """A share as a page says it."""
    share = row.share(question)
    if share is None:
        return _("withheld")
    if share.startswith("<="):
        return _("%(share)s or less") % {"share": share[2:]}
    if share.startswith(">="):
        return _("%(share)s or more") % {"share": share[2:]}
    return share


def label_of(question: VoicesQuestion, row: VoicesRow) -> str:
    """Name of the row's group."""
    if not question.by:
        return _("Everybody")
    if row.key == SEVERAL:
        return _("Several parts together") if question.by == ROLE else _("Several schools together")
    if question.by == SCHOOL:
        return {place.code: place.name for place in question.schools.values()}[row.key]
    return str(CircleParticipant.Role(row.key).label)


def definition_facts(report: VoicesReport) -> list[Fact]:
    """The strip: counted, share, as of, not included."""
    total = report.total.tally if report.total else None
    return [
        Fact(_("Counted"), count(total.returned) if total else _("withheld"), COUNTED),
        Fact(_("Shown"), _("Yes or mostly"), SHARE),
        Fact(
            _("As of"),
            date_format(report.as_of, "YEAR_MONTH_FORMAT") if report.as_of else _("no month yet"),
            TERMS["monthly"],
        ),
        Fact(_("Not included"), _("Silence"), NOT_INCLUDED),
    ]
