"""The pictures of the outcomes page with their tables, made from the rows of one report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from dashboards.charts import GroupRow, cascade_bars, ranked_bars, rate_dots
from dashboards.charts import Step as ChartStep
from dashboards.circle_outcomes.findings import days_words
from dashboards.circle_outcomes.reports import OutcomeReport
from dashboards.circle_outcomes.rows import TOO_FEW, OutcomeRow
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.figures import HALF_PAGE, Figure, figure_of
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
    words = {"held": count(rows[1].number), "opened": count(rows[0].number)}
    title = _("%(held)s of %(opened)s cases have been held") % words
    about = subtitle(report, _("Share of the cases opened that reached each step."))
    table = Section(
        _("The figures"),
        (Heading(_("Step")), Heading(_("Cases"), is_number=True), Heading(_("Share of those opened"), is_number=True)),
        [
            [Cell(row.words, note=few_note(row)), number_cell(count(row.number)), number_cell(percent(row.share))]
            for row in report.of("cases")
        ],
    )
    draw = _drawn(cascade_bars, steps, title, about)
    return figure_of(draw, wide=HALF_PAGE, title=title, subtitle=about, table=table)


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
    held = report.one("cycle_time", "referred_to_held")
    title = _("How long it takes")
    if not held.small and held.n:
        title = _("From asking to the circle: %(days)s in the middle") % {"days": days_words(held.median)}
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
            number_cell(range_words(row.lower_quartile, row.upper_quartile)),
            number_cell(count(row.waiting)),
        ]
        for row in rows
    ]
    notes = (("ring", _("fewer than 30 cases")),) if any(row.small for row in rows) else ()
    return figure_of(
        _drawn(ranked_bars, bars, title, about),
        wide=HALF_PAGE,
        title=title,
        subtitle=about,
        notes=notes,
        table=Section(_("The figures"), headings, lines),
    )


def range_words(low: float | None, high: float | None) -> str:
    """Two numbers as a range."""
    return NONE if low is None or high is None else f"{short(low)}–{short(high)}"


def short(number: float) -> str:
    """A number without a decimal that it does not have."""
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
        _kept_title(rows[0], rows[1]),
        _("Share of the terms that are due, with its 95% interval."),
        Section(_("The figures"), headings, lines),
    )


def _kept_title(met: OutcomeRow, on_time: OutcomeRow) -> str:
    if not met.n or met.small:
        return _("How much of what was agreed is kept")
    words = {"kept": percent(met.share), "on_time": percent(on_time.share)}
    return _("Of what was agreed and is due, %(kept)s was kept, %(on_time)s on time") % words


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
        _again_title(report.one("recurrence", WINDOW)),
        _("Students who came as the one who caused harm, with the 95% interval."),
        Section(_("The figures"), headings, [_again_line(row) for row in (*everybody, *groups)]),
    )


def _again_title(row: OutcomeRow) -> str:
    if not row.n or row.small:
        return _("Who is referred again after a circle")
    words = {"again": count(row.number), "n": count(row.n)}
    return _("%(again)s of %(n)s students were referred again within 90 days") % words


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
    return figure_of(draw, wide=HALF_PAGE, title=title, subtitle=words, notes=notes, table=table)


def _drawn(chart: Callable[..., str], rows: Sequence[object], title: str, about: str) -> Callable[[int], str]:
    return lambda width: chart(rows, title=title, description=about, width=width, mirrored=get_language_bidi())
