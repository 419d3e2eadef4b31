"""The tables of the outcomes page that have no picture, made from the rows of one report."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from dashboards.circle_outcomes import definitions
from dashboards.circle_outcomes.pictures import few_note, number_cell, range_words, short
from dashboards.circle_outcomes.reports import OutcomeReport
from dashboards.wording import NONE, count
from district.page_parts import Cell, Heading, Section

KEEPERS = 20
"""Keepers named on the page, those with the most open cases first."""


def level_words(level: str) -> str:
    """A level of the code of conduct as a row of its own is called."""
    return _("Level %(level)s") % {"level": level} if level else _("No level")


def avoided_section(report: OutcomeReport) -> Section:
    """The estimate, level by level, with what it is made of."""
    *levels, total = report.of("days_avoided")
    headings = (
        Heading(_("Level of the behavior")),
        Heading(_("Referrals resolved"), is_number=True),
        Heading(_("Suspensions compared"), is_number=True),
        Heading(_("Their median, in school days"), is_number=True),
        Heading(_("Estimate, in school days"), is_number=True),
        Heading(_("By the middle half"), is_number=True),
    )
    rows = [
        [
            Cell(row.words if row is total else level_words(row.label), note=few_note(row)),
            number_cell(count(row.n)),
            number_cell(count(row.compared)),
            number_cell(NONE if row.median is None else short(row.median)),
            number_cell(NONE if row.days is None else short(row.days)),
            number_cell(range_words(row.days_low, row.days_high)),
        ]
        for row in (*levels, total)
        if row.n
    ]
    return Section(
        _("Suspension days that may have been avoided: an estimate"),
        headings,
        rows,
        _("No referral of these cases was resolved by a circle yet for which a suspension was allowed."),
        str(definitions.TERMS["days_avoided"]),
    )


def before_after_section(report: OutcomeReport) -> Section:
    """The same students before and after their first circle."""
    rows = report.of("before_after")
    headings = (
        Heading(_("Around the first circle")),
        Heading(_("90 days before"), is_number=True),
        Heading(_("90 days after"), is_number=True),
        Heading(_("Students followed"), is_number=True),
        Heading(_("Days not over yet"), is_number=True),
        Heading(_("Not there all the time"), is_number=True),
    )
    lines = [
        [
            Cell(row.words, note=few_note(row)),
            number_cell(short(row.before or 0)),
            number_cell(short(row.after or 0)),
            number_cell(count(row.n)),
            number_cell(count(row.waiting)),
            number_cell(count(row.left)),
        ]
        for row in rows
        if row.n
    ]
    first = rows[0]
    words = {"waiting": count(first.waiting), "left": count(first.left)}
    empty = (
        _("Nobody has been followed for 90 days on both sides yet: %(waiting)s wait, %(left)s were not there.") % words
    )
    return Section(_("Before and after"), headings, lines, empty, str(definitions.TERMS["before_after"]))


def keeper_sections(report: OutcomeReport, address: Callable[[str], str]) -> list[Section]:
    """How the load is spread, and keeper by keeper for those who may see adults in training."""
    spread = report.of("keepers")
    headings = (Heading(_("Open cases of one keeper")), Heading(_("Keepers"), is_number=True))
    lines = [[Cell(row.words), number_cell(count(row.number))] for row in spread if row.n]
    empty = _("Nobody keeps a case yet.")
    found = [Section(_("Who keeps how many"), headings, lines, empty, str(definitions.TERMS["keepers"]))]
    named = report.of("keeper")
    if named:
        columns = (
            Heading(_("Keeper")),
            Heading(_("Open today"), is_number=True),
            Heading(_("Held, of cases of the year"), is_number=True),
        )
        rows = [
            [
                Cell(row.label or row.words, href=address(row.item) if row.item else ""),
                number_cell(count(row.open)),
                number_cell(count(row.held)),
            ]
            for row in named[:KEEPERS]
        ]
        more = _("The first %(shown)d of %(all)s; the files hold all.") % {"shown": KEEPERS, "all": count(len(named))}
        note = more if len(named) > KEEPERS else ""
        found.append(Section(_("Keeper by keeper"), columns, rows, note=note))
    return found


def exception_section(report: OutcomeReport) -> Section:
    """How often a rule about keepers was set aside, and how often a circle was not held, and why."""
    headings = (Heading(_("What")), Heading(_("Number"), is_number=True))
    rules = [
        [Cell(row.words, note=_("of %(count)s keepers") % {"count": count(row.n)}), number_cell(count(row.number))]
        for row in report.of("exceptions")
        if row.n
    ]
    missed = [
        [Cell(row.words, note=_("not held that day")), number_cell(count(row.number))] for row in report.of("not_held")
    ]
    note = f"{definitions.TERMS['exceptions']} {definitions.TERMS['not_held']}"
    return Section(_("Exceptions, and circles not held"), headings, [*rules, *missed], _("None."), note)
