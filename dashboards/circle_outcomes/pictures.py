"""The pictures and tables of the outcomes page, made from the rows of one report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from dashboards.charts import GroupRow, cascade_bars, ranked_bars, rate_dots
from dashboards.charts import Step as ChartStep
from dashboards.circle_outcomes import definitions
from dashboards.circle_outcomes.findings import days_words
from dashboards.circle_outcomes.reports import OutcomeReport
from dashboards.circle_outcomes.rows import TOO_FEW, OutcomeRow
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.figures import Figure, figure_of
from dashboards.risk import wilson_interval
from dashboards.wording import NONE, count, percent, ratio_range, rounded, times
from district.page_parts import Cell, Heading, Section, year_words

WINDOW = "90"
"""The window whose groups are drawn; the table and the files hold all of them."""


def subtitle(report: OutcomeReport, words: str) -> str:
    """What is counted, in which year, below the title of a picture."""
    year = report.question.year
    return f"{words} {year_words(year.year)}." if year else words


def few_note(row: OutcomeRow) -> str:
    """The mark of a small number."""
    return _("few") if row.small else ""


def number_cell(text: str, note: str = "") -> Cell:
    """A figure of a table."""
    return Cell(text, note=note, is_number=True)


# --- How far, how soon ------------------------------------------------------------------------------------------------
def course_picture(report: OutcomeReport) -> Figure:
    """How far the cases of the year have come."""
    rows = [report.one("cases", item) for item in ("opened", "held", "agreement", "completed")]
    steps = [
        ChartStep(row.words, row.share or 0, _("%(count)s cases") % {"count": count(row.number)}, percent(row.share))
        for row in rows
    ]
    title = _("How far cases have come")
    about = subtitle(report, _("Share of the cases opened that reached each step."))
    table = Section(
        _("The figures"),
        (Heading(_("Step")), Heading(_("Cases"), is_number=True), Heading(_("Share of those opened"), is_number=True)),
        [
            [Cell(row.words, note=few_note(row)), number_cell(count(row.number)), number_cell(percent(row.share))]
            for row in report.of("cases")
        ],
    )
    return figure_of(_drawn(cascade_bars, steps, title, about), title=title, subtitle=about, table=table)


def cycle_picture(report: OutcomeReport) -> Figure:
    """How many days cases take from one state to the next."""
    rows = report.of("cycle_time")
    bars = [
        GroupRow(
            row.words,
            row.median,
            count_text=_("%(count)s cases") % {"count": count(row.n)},
            value_text=days_words(row.median) if row.n else NONE,
            small=row.small,
        )
        for row in rows
    ]
    title = _("How long it takes")
    about = subtitle(report, _("Median of calendar days, of cases that were held."))
    headings = (
        Heading(_("From one state to the next")),
        Heading(_("Cases"), is_number=True),
        Heading(_("Median"), is_number=True),
        Heading(_("Middle half"), is_number=True),
        Heading(_("On the way"), is_number=True),
    )
    lines = [
        [
            Cell(row.words, note=few_note(row)),
            number_cell(count(row.n)),
            number_cell(days_words(row.median) if row.n else NONE),
            number_cell(_range(row.lower_quartile, row.upper_quartile)),
            number_cell(count(row.waiting)),
        ]
        for row in rows
    ]
    notes = (("ring", _("fewer than 30 cases")),) if any(row.small for row in rows) else ()
    return figure_of(
        _drawn(ranked_bars, bars, title, about),
        title=title,
        subtitle=about,
        notes=notes,
        table=Section(_("The figures"), headings, lines),
    )


def _range(low: float | None, high: float | None) -> str:
    return NONE if low is None or high is None else f"{_short(low)}–{_short(high)}"


def _short(number: float) -> str:
    return rounded(number, 0 if number == int(number) else 1)


# --- Shares -----------------------------------------------------------------------------------------------------------
def kept_picture(report: OutcomeReport) -> Figure | None:
    """How much of what was agreed is kept, and whether somebody asks again."""
    rows = [report.one("agreements", "met"), report.one("agreements", "on_time"), report.one("follow_ups", "done")]
    if not any(row.n for row in rows):
        return None
    labels = {"met": _("%(n)s terms due"), "on_time": _("%(n)s terms due"), "done": _("%(n)s days to ask again")}
    dots = [_dot(row, row.words, _("%(count)s of %(whole)s") % _words(row, labels[row.item])) for row in rows if row.n]
    others = [report.one("agreements", item) for item in ("overdue", "waived", "renegotiated", "later")]
    headings = (
        Heading(_("What came of it")),
        Heading(_("Number"), is_number=True),
        Heading(_("Out of"), is_number=True),
        Heading(_("Share"), is_number=True),
    )
    lines = [
        [
            Cell(row.words, note=few_note(row)),
            number_cell(count(row.number)),
            number_cell(count(row.n)),
            number_cell(percent(row.share)),
        ]
        for row in (*rows, *others)
    ]
    return _shares(
        report,
        dots,
        _("How much of what was agreed is kept"),
        _("Share of the terms that are due, with its 95% interval."),
        Section(_("The figures"), headings, lines),
    )


def again_picture(report: OutcomeReport) -> Figure | None:
    """Who is referred again, in three windows; and by group in one of them."""
    everybody = [row for row in report.of("recurrence") if row.group == ""]
    if not any(row.n for row in everybody):
        return None
    groups = [row for row in report.of("recurrence") if row.group != ""]
    drawn = [*everybody, *(row for row in groups if row.item == WINDOW and row.share is not None)]
    dots = [
        _dot(
            row,
            row.words if row.group == "" else _("%(group)s, 90 days") % {"group": row.label},
            _("%(count)s of %(whole)s") % _words(row, _("%(n)s students")),
        )
        for row in drawn
        if row.n
    ]
    headings = (
        Heading(_("Who, and within how many days")),
        Heading(_("Students followed"), is_number=True),
        Heading(_("Referred again"), is_number=True),
        Heading(_("Share"), is_number=True),
        Heading(_("Days not over yet"), is_number=True),
        Heading(_("Left before"), is_number=True),
    )
    return _shares(
        report,
        dots,
        _("Who is referred again after a circle"),
        _("Students who came as the one who caused harm, with the 95% interval."),
        Section(_("The figures"), headings, [_again_line(row) for row in (*everybody, *groups)]),
    )


def _again_line(row: OutcomeRow) -> list[Cell]:
    name = row.words if row.group == "" else f"{row.label}, {row.words.lower()}"
    note = _("too few to tell apart") if row.status == TOO_FEW else few_note(row)
    return [
        Cell(name, note=note),
        number_cell(count(row.n)),
        number_cell(count(row.number)),
        number_cell(percent(row.share)),
        number_cell(count(row.waiting)),
        number_cell(count(row.left)),
    ]


def part_picture(report: OutcomeReport, item: str, title: str, about: str, of: str) -> Figure | None:
    """Who takes part, or to whom it is offered, by group: `part/item` of the report."""
    part, name = item.split("/")
    found = report.of(part, name)
    if not found or not found[0].n:
        return None
    everybody, *groups = found
    rows = sorted(groups, key=lambda row: -(row.share or 0)) if groups else [everybody]
    dots = [
        _dot(row, row.label or _("All students"), _("%(count)s of %(whole)s") % _words(row, of))
        for row in rows
        if row.n or row.status == "not_reported"
    ]
    headings = (
        Heading(group_word(report) if groups else _("Students")),
        Heading(_("Number"), is_number=True),
        Heading(_("Out of"), is_number=True),
        Heading(_("Share"), is_number=True),
        Heading(_("Times the share of all others"), is_number=True),
        Heading(_("95% interval of the ratio"), is_number=True),
    )
    lines = [
        [
            Cell(row.label or _("Everybody"), note=_("not reported") if row.n is None else few_note(row)),
            number_cell(count(row.number)),
            number_cell(count(row.n)),
            number_cell(percent(row.share)),
            number_cell(times(row.ratio, 2).rstrip("×")),
            number_cell(ratio_range(row.ratio_low, row.ratio_high)),
        ]
        for row in (everybody, *(row for row in rows if row is not everybody))
    ]
    return _shares(report, dots, title, about, Section(_("The figures"), headings, lines), line=everybody.share)


def group_word(report: OutcomeReport) -> str:
    """Heading of the groups."""
    by = report.question.by
    return _("School") if by == SCHOOL else str(DIMENSIONS[by].label) if by else _("Students")


def _words(row: OutcomeRow, of: str) -> dict[str, str]:
    return {"count": count(row.number), "whole": of % {"n": count(row.n)}}


def _dot(row: OutcomeRow, label: str, counted: str) -> GroupRow:
    if row.n is None or row.number is None:
        return GroupRow(label, None, value_text=_("not reported"))
    low, high = wilson_interval(row.number, row.n)
    return GroupRow(label, row.share, low, high, counted, percent(row.share), small=row.small)


def _shares(
    report: OutcomeReport,
    dots: Sequence[GroupRow],
    title: str,
    about: str,
    table: Section,
    *,
    line: float | None = None,
) -> Figure:
    words = subtitle(report, about)
    label = _("everybody %(share)s") % {"share": percent(line)} if line is not None else ""

    def draw(width: int) -> str:
        return rate_dots(
            dots,
            district_rate=line,
            district_label=label,
            title=title,
            description=words,
            width=width,
            mirrored=get_language_bidi(),
        )

    notes = (("ring", _("few: one more or less moves it much")),) if any(one.small for one in dots) else ()
    return figure_of(draw, title=title, subtitle=words, notes=notes, table=table)


def _drawn(chart: Callable[..., str], rows: Sequence[object], title: str, about: str) -> Callable[[int], str]:
    return lambda width: chart(rows, title=title, description=about, width=width, mirrored=get_language_bidi())


# --- Tables -----------------------------------------------------------------------------------------------------------
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
            Cell(row.words if row is total else row.label or _("no level"), note=few_note(row)),
            number_cell(count(row.n)),
            number_cell(count(row.compared)),
            number_cell(NONE if row.median is None else _short(row.median)),
            number_cell(NONE if row.days is None else _short(row.days)),
            number_cell(_range(row.days_low, row.days_high)),
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
            number_cell(_short(row.before or 0)),
            number_cell(_short(row.after or 0)),
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
            for row in named
        ]
        found.append(Section(_("Keeper by keeper"), columns, rows))
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
