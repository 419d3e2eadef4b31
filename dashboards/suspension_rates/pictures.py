"""The pictures and tables of the suspension rates page, made from the rows of one report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.charts import NARROW, WIDE, GroupRow, Series, YearPoint, rate_dots, ratio_dots, trend_lines
from dashboards.dimensions import DIMENSIONS, SCHOOL, written
from dashboards.figures import Figure, figure_of
from dashboards.measures import Others
from dashboards.risk import rate, wilson_interval
from dashboards.suspension_rates.findings import comparison_name, highest_rates
from dashboards.suspension_rates.question import OTHERS, Question
from dashboards.suspension_rates.reports import NOT_REPORTED, RateReport, RateRow
from dashboards.wording import count, of_students, percent, percent_range, ratio_range, school_days, times
from district.page_parts import Cell, Heading, Section, year_words

BESIDE = 350
"""Width in pixels of the picture of ratios that stands beside the picture of rates and shares its rows."""
TABLE_ROWS = 500
"""Rows of a table on the page; files hold all of them."""
TREND_GROUPS = 6


@dataclass(frozen=True)
class GroupPictures:
    """Rates and ratios of the same groups in shared rows, and their table."""

    title: str
    subtitle: str
    rates: Figure
    ratios: Figure
    ratios_beside: str
    notes: tuple[tuple[str, str], ...]
    table: Section


def subtitle_of(question: Question, years: Iterable[int]) -> str:
    """Measure, denominator and years, below the title of a picture."""
    return _("%(measure)s. Out of: %(denominator)s. %(years)s.") % {
        "measure": definitions.LABELS[question.measure.key],
        "denominator": str(definitions.DENOMINATOR_LABELS[question.denominator]).lower(),
        "years": ", ".join(year_words(year) for year in years),
    }


def group_pictures(question: Question, rows: Sequence[RateRow], total: Others, year: int) -> GroupPictures:
    """Draw the groups of one year, the highest rate first."""
    ordered = sorted(rows, key=lambda row: (-(row.comparison.rate or 0), -row.enrolled))
    rated = [_rate_row(question, row) for row in ordered]
    compared = [_ratio_row(question, row) for row in ordered]
    subtitle = subtitle_of(question, [year])
    title = highest_rates(question, rows)
    everybody = rate(total.affected, total.enrolled)
    line = _("All students %(rate)s") % {"rate": percent(everybody)}
    share = _("Share of the students enrolled, with its 95% interval")
    ratio_title = capfirst(_("compared with %(group)s") % {"group": comparison_name(question)})
    doubling = _("Times the rate, on a doubling scale, with its 95% interval")
    affected = str(definitions.AFFECTED[question.measure.key])

    bidi = get_language_bidi()

    def rates(width: int) -> str:
        return rate_dots(
            rated,
            district_rate=everybody,
            district_label=line,
            title=f"{affected}. {title}",
            description=f"{share}. {subtitle}",
            width=width,
            mirrored=bidi,
        )

    def ratios(width: int, labels: bool = True) -> str:
        return ratio_dots(
            compared,
            title=ratio_title,
            description=f"{doubling}. {subtitle}",
            width=width,
            labels=labels,
            same_label=_("1× same"),
            mirrored=bidi,
        )

    return GroupPictures(
        title=title,
        subtitle=subtitle,
        rates=Figure(affected, share, rates(WIDE), rates(NARROW)),
        ratios=Figure(ratio_title, doubling, ratios(WIDE), ratios(NARROW)),
        ratios_beside=ratios(BESIDE, labels=False),
        notes=_notes(question, rows),
        table=rate_table(question, ordered),
    )


def _notes(question: Question, rows: Sequence[RateRow]) -> tuple[tuple[str, str], ...]:
    """The shapes of a picture in words; only those that occur."""
    notes = [("dot", _("group"))]
    if question.reference != OTHERS:
        notes.append(("square", _("comparison group")))
    if any(row.is_small for row in rows):
        notes.append(("ring", _("few students: under 10 enrolled or under 5 counted; one student moves the rate")))
    return tuple(notes)


def _rate_row(question: Question, row: RateRow) -> GroupRow:
    low, high = wilson_interval(row.affected or 0, row.enrolled)
    counts = of_students(row.affected or 0, row.enrolled)
    return GroupRow(
        label=group_label(question, row),
        value=row.comparison.rate,
        low=low,
        high=high,
        count_text=_("%(counts)s, few") % {"counts": counts} if row.is_small else counts,
        value_text=percent(row.comparison.rate),
        href=deeper(question, row),
        small=row.is_small,
        is_reference=_is_reference(question, row),
    )


def _ratio_row(question: Question, row: RateRow) -> GroupRow:
    label, counts, href = (
        group_label(question, row),
        of_students(row.affected or 0, row.enrolled),
        deeper(question, row),
    )
    if _is_reference(question, row):
        words = _("comparison group")
        return GroupRow(label, 1.0, count_text=counts, value_text=words, href=href, is_reference=True)
    if row.is_small or row.comparison.risk_ratio is None:
        reason = _("not shown: few students") if row.is_small else _("cannot be compared")
        return GroupRow(label, None, count_text=counts, value_text=reason, href=href, small=row.is_small)
    figures = row.comparison
    return GroupRow(
        label,
        figures.risk_ratio,
        low=figures.risk_ratio_low,
        high=figures.risk_ratio_high,
        count_text=counts,
        value_text=times(figures.risk_ratio),
        href=href,
    )


def _is_reference(question: Question, row: RateRow) -> bool:
    return question.reference != OTHERS and written(row.key[-1]) == question.reference


def group_label(question: Question, row: RateRow) -> str:
    """Name of the row's group: its values, the school by its name."""
    names = {place.code: place.name for place in question.schools.values()}
    parts = [
        names[str(value)] if name == SCHOOL else definitions.value_label(name, value)
        for name, value in zip(question.by, row.key, strict=True)
    ]
    return ", ".join(parts) or _("All students")


def deeper(question: Question, row: RateRow) -> str:
    """Where a group leads: the schools, for this group alone; nowhere when there is one school only."""
    if len(question.counted_schools) < 2 or len(question.by) != 1 or SCHOOL in question.by:
        return ""
    (name,) = question.by
    return question.address(by=SCHOOL, reference=None, school_year=str(row.school_year), **{name: written(row.key[0])})


def rate_table(question: Question, rows: Sequence[RateRow], *, with_year: bool = False) -> Section:
    """The rows as a table, every figure exact to what is shown."""
    comparison = _("Times the rate of %(group)s") % {"group": comparison_name(question)}
    headings = [
        Heading(_("Group") if question.by else _("Students")),
        *([Heading(_("School year"))] if with_year else []),
        *(
            Heading(label, is_number=True)
            for label in (
                _("Students enrolled"),
                definitions.AFFECTED[question.measure.key],
                _("Events"),
                _("School days"),
                _("Rate"),
                _("95% interval"),
                comparison,
                _("95% interval of the ratio"),
            )
        ),
    ]
    cells = [_table_line(question, row, with_year=with_year) for row in rows[:TABLE_ROWS]]
    note = ""
    if len(rows) > TABLE_ROWS:
        note = _("The first %(shown)s of %(all)s rows. The files hold all of them.") % {
            "shown": count(TABLE_ROWS),
            "all": count(len(rows)),
        }
    return Section(title=_("The figures"), headings=tuple(headings), rows=cells, note=note)


def _table_line(question: Question, row: RateRow, *, with_year: bool) -> list[Cell]:
    few = _("few students") if row.is_small else _("not reported") if row.status == NOT_REPORTED else ""
    interval = wilson_interval(row.affected, row.enrolled) if row.affected is not None else (None, None)
    ratio = _("comparison") if _is_reference_row(question, row) else times(row.comparison.risk_ratio, 2).rstrip("×")
    figures = [
        count(row.enrolled),
        count(row.affected),
        count(row.events),
        school_days(row.days),
        percent(row.comparison.rate),
        percent_range(interval),
        ratio,
        ratio_range(row.comparison.risk_ratio_low, row.comparison.risk_ratio_high),
    ]
    first = [Cell(group_label(question, row), href=deeper(question, row), note=few)]
    if with_year:
        first.append(Cell(year_words(row.school_year)))
    return [*first, *(Cell(text, is_number=True) for text in figures)]


def _is_reference_row(question: Question, row: RateRow) -> bool:
    if question.reference == OTHERS:
        return False
    return written(row.key[question.by.index(question.groups[0])]) == question.reference


def trend_picture(question: Question, report: RateReport) -> Figure:
    """Rates of the groups over the school years, those with most students first, and everybody's."""
    years = [place.year for place in question.years]
    by_group: dict[str, dict[int, RateRow]] = {}
    for row in report.rows:
        by_group.setdefault(group_label(question, row), {})[row.school_year] = row
    largest = sorted(by_group, key=lambda label: -max(row.enrolled for row in by_group[label].values()))
    series = [_series(label, by_group[label], years, question) for label in largest[:TREND_GROUPS]]
    everybody = {year: rate(pool.affected, pool.enrolled) for year, pool in report.totals.items()}
    points = tuple(YearPoint(year_words(year), everybody.get(year), percent(everybody.get(year))) for year in years)
    if question.by:
        series.append(Series(_("All students"), points, emphasis=True))
    else:
        series = [Series(_("All students"), points, emphasis=True)]
    subtitle = subtitle_of(question, years)
    title = _trend_title(everybody, years)
    rows = sorted(report.rows, key=lambda row: (group_label(question, row), row.school_year))
    return figure_of(
        lambda width: trend_lines(series, title=title, description=subtitle, width=width, mirrored=get_language_bidi()),
        title=title,
        subtitle=subtitle,
        table=rate_table(question, rows, with_year=True),
    )


def _series(label: str, rows: dict[int, RateRow], years: Sequence[int], question: Question) -> Series:
    points = []
    for year in years:
        share = rows[year].comparison.rate if year in rows else None
        href = question.address(school_year=str(year))
        points.append(YearPoint(year_words(year), share, percent(share), href))
    return Series(label, tuple(points))


def _trend_title(everybody: dict[int, float | None], years: Sequence[int]) -> str:
    first, last = everybody.get(years[0]), everybody.get(years[-1])
    words = {
        "first": percent(first),
        "last": percent(last),
        "begin": year_words(years[0]),
        "end": year_words(years[-1]),
    }
    return _("From %(first)s of all students in %(begin)s to %(last)s in %(end)s") % words


def dimension_label(question: Question) -> str:
    """Name of what the rows tell apart."""
    labels = [_("School") if name == SCHOOL else str(DIMENSIONS[name].label) for name in question.by]
    return ", ".join(labels) or _("All students together")


def rows_found(number: int) -> str:
    """How many rows a table has."""
    return ngettext("%(count)s row", "%(count)s rows", number) % {"count": count(number)}
