"""The pictures and tables of the coverage page, made from the rows of one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from dashboards.charts import NARROW, GroupRow, Tile, quarter_tiles, ranked_bars
from dashboards.figures import HALF_PAGE, Figure, figure_of
from dashboards.training_coverage import counting
from dashboards.training_coverage.findings import per_100_words
from dashboards.training_coverage.quarters import Quarter, quarters_until
from dashboards.training_coverage.question import CoverageQuestion
from dashboards.training_coverage.reports import (
    ANY_SCHOOL,
    CAPACITY,
    LANGUAGE,
    PRACTICE,
    QUARTER,
    SCHOOL,
    TRAINER,
    CoverageReport,
    CoverageRow,
    Figures,
)
from dashboards.wording import NONE, count, percent
from district.page_parts import Cell, Heading, Section, day_words

QUARTERS_ON_A_PHONE = 4
BARS = 10
"""Bars of a picture; its table and the files hold all rows."""
TONES = (1, 2, 3, 5)
"""So many people certified, or more, give a tile its tone 1 to 4: one person is where everything hangs on one."""


def tone_of(number: int | None) -> int | None:
    """Return the tone 1 to 4 of a number of people, 0 for nobody, None where nothing is known."""
    return None if number is None else sum(number >= least for least in TONES)


def school_tiles(question: CoverageQuestion, report: CoverageReport) -> Figure | None:
    """Certified people by school and quarter."""
    quarters = quarters_until(question.day)
    found = {(row.value("school"), row.value("quarter")): row.figures.certified for row in report.of(QUARTER)}
    having = {school for (school, _quarter), number in found.items() if number}
    names = {code: name for code, name in school_names(question).items() if code in having}
    if not names:
        return None
    title, subtitle = _tiles_title(report, quarters), _tiles_subtitle(question)

    def picture(width: int) -> str:
        shown = quarters if width > NARROW else quarters[-QUARTERS_ON_A_PHONE:]
        columns = {quarter: quarter_words(question, quarter) for quarter in shown}
        tiles = [
            Tile(columns[quarter], name, tone_of(number), "" if number is None else count(number))
            for code, name in names.items()
            for quarter in shown
            for number in [found[code, quarter.code]]
        ]
        return quarter_tiles(
            tiles,
            columns=tuple(columns.values()),
            rows=tuple(names.values()),
            title=title,
            description=subtitle,
            width=width,
            mirrored=get_language_bidi(),
        )

    headings = (
        Heading(_("School")),
        *(Heading(quarter_words(question, quarter), is_number=True) for quarter in quarters),
    )
    lines = [
        [
            Cell(name),
            *(Cell(_number(found[code, quarter.code]), is_number=True) for quarter in quarters),
        ]
        for code, name in names.items()
    ]
    return figure_of(picture, title=title, subtitle=subtitle, table=Section(_("The figures"), headings, lines))


def _number(number: int | None) -> str:
    return _("not known") if number is None else count(number)


def school_names(question: CoverageQuestion) -> dict[str, str]:
    """The schools counted by code, in the order of their names; those that share a name say their code too."""
    places = sorted(question.counted_schools, key=lambda place: (place.name, place.code))
    shared = Counter(place.name for place in places)
    return {place.code: place.name if shared[place.name] == 1 else f"{place.name} ({place.code})" for place in places}


def quarter_words(question: CoverageQuestion, quarter: Quarter) -> str:
    """The month in which a quarter was counted: Dec ’26."""
    day = quarter.counted_on(question.day)
    return _("%(month)s ’%(year)s") % {"month": date_format(day, "M"), "year": date_format(day, "y")}


def _tiles_title(report: CoverageReport, quarters: Sequence[Quarter]) -> str:
    """How many schools have somebody now, and how many had at the first quarter shown where that is known."""

    def having(quarter: Quarter) -> int | None:
        numbers = [row.figures.certified for row in report.of(QUARTER) if row.value("quarter") == quarter.code]
        known = [number for number in numbers if number is not None]
        return sum(number > 0 for number in known) if known else None

    now, before = having(quarters[-1]) or 0, having(quarters[0])
    words = {"now": count(now), "before": count(before)}
    if before is None or before == now:
        return (
            ngettext(
                "%(now)s school has somebody who can hold a circle",
                "%(now)s schools have somebody who can hold a circle",
                now,
            )
            % words
        )
    return (
        ngettext(
            "%(now)s school has somebody who can hold a circle, two years ago %(before)s had",
            "%(now)s schools have somebody who can hold a circle, two years ago %(before)s had",
            now,
        )
        % words
    )


def _tiles_subtitle(question: CoverageQuestion) -> str:
    words = _(
        "People certified at the end of each quarter, %(day)s for this one, who serve the school. Tones: 1, 2, 3 or 4, "
        "5 or more. A dash is nobody; a hatch is not known, which is not nobody."
    )
    return words % {"day": day_words(question.day)}


def ranked_pictures(question: CoverageQuestion, report: CoverageReport) -> list[Figure]:
    """By role, language and practice, and who is on the way."""
    practices, certified = report.of(PRACTICE), report.total.certified
    nobody = [row.label for row in practices if not row.figures.certified]
    about = ngettext("By practice: %(count)s has nobody", "By practice: %(count)s have nobody", len(nobody))
    found = [
        _way_picture(report),
        _ranked(report.of(CAPACITY), certified, _("By role"), _("People certified, by role."), _("Role")),
        _ranked(report.of(LANGUAGE), certified, _languages_title(report), _languages_subtitle(), _("Language")),
        _ranked(
            practices,
            certified,
            about % {"count": count(len(nobody))} if nobody else _("By practice: each has somebody"),
            _("People certified, by the practice that they may hold; most may hold several."),
            _("Practice"),
        ),
    ]
    return [figure for figure in found if figure]


def _languages_subtitle() -> str:
    return _("People certified, by the languages in which they hold circles; one person can speak several.")


def _languages_title(report: CoverageReport) -> str:
    number = len(report.of(LANGUAGE))
    return ngettext("Circles in %(number)s language", "Circles in %(number)s languages", number) % {
        "number": count(number)
    }


def _share_words(number: int | None, out_of: int | None) -> str:
    """What part of everybody counted: 14.3% of them."""
    return _("%(share)s of them") % {"share": percent((number or 0) / out_of)} if out_of else ""


def _ranked(
    rows: Sequence[CoverageRow], certified: int | None, title: str, subtitle: str, heading: str
) -> Figure | None:
    """Bars of people, all of them in the order of the report; long lists show their first."""
    if not rows:
        return None
    if len(rows) > BARS:
        subtitle += " " + _("All of them are in the table.")
    bars = [
        GroupRow(
            row.label,
            float(row.figures.certified or 0),
            count_text=_share_words(row.figures.certified, certified),
            value_text=count(row.figures.certified),
        )
        for row in rows[:BARS]
    ]
    headings = (Heading(heading), Heading(_("Certified"), is_number=True))
    lines = [[Cell(row.label), Cell(count(row.figures.certified), is_number=True)] for row in rows]
    return _bars(bars, title, subtitle, Section(_("The figures"), headings, lines))


def _way_picture(report: CoverageReport) -> Figure:
    """People on the way, step by step."""
    words = {
        counting.REGISTERED: _("Registered"),
        counting.LEARNING: _("Learning"),
        counting.ELIGIBLE: _("Everything met"),
        counting.PROPOSED: _("Proposed for award"),
    }
    numbers = dict(zip(counting.STEPS, report.total.steps, strict=True))
    total = sum(numbers.values())
    title = ngettext("%(number)s person is on the way", "%(number)s people are on the way", total) % {
        "number": count(total)
    }
    subtitle = _("People not certified yet, by the furthest step they have reached.")
    bars = [
        GroupRow(words[step], float(number), count_text=_share_words(number, total), value_text=count(number))
        for step, number in numbers.items()
    ]
    headings = (Heading(_("Step")), Heading(_("People"), is_number=True))
    lines = [[Cell(words[step]), Cell(count(number), is_number=True)] for step, number in numbers.items()]
    return _bars(bars, title, subtitle, Section(_("The figures"), headings, lines))


def _bars(bars: Sequence[GroupRow], title: str, subtitle: str, table: Section) -> Figure:
    return figure_of(
        lambda width: ranked_bars(bars, title=title, description=subtitle, width=width, mirrored=get_language_bidi()),
        wide=HALF_PAGE,
        title=title,
        subtitle=subtitle,
        table=table,
    )


def school_table(question: CoverageQuestion, report: CoverageReport, links: Mapping[str, str]) -> Section:
    """Every school with somebody, and its figures; `links` lead from the code of a school to its people."""
    headings = (
        Heading(_("School")),
        Heading(_("Certified"), is_number=True),
        Heading(_("End within 30 / 60 / 90 days"), is_number=True),
        Heading(_("Per 100 staff"), is_number=True),
        Heading(_("Per 100 students"), is_number=True),
        Heading(_("On the way"), is_number=True),
    )
    rows = [row for row in _by_name(question, report.of(SCHOOL)) if row.figures.certified]
    names = school_names(question)
    lines = [_school_line(row, names[row.value("school")], links.get(row.value("school"), "")) for row in rows]
    lines += [_school_line(row, row.label, "") for row in report.of(ANY_SCHOOL)]
    return Section(_("Schools with somebody"), headings, lines, _("No school has somebody."))


def schools_without(question: CoverageQuestion, report: CoverageReport, links: Mapping[str, str]) -> list[Cell]:
    """The schools with nobody, each with how many are on the way there."""
    names = school_names(question)
    found = []
    for row in _by_name(question, report.without):
        way = sum(row.figures.steps)
        note = ngettext("%(number)s on the way", "%(number)s on the way", way) % {"number": count(way)} if way else ""
        found.append(Cell(names[row.value("school")], links.get(row.value("school"), ""), note))
    return found


def _by_name(question: CoverageQuestion, rows: Sequence[CoverageRow]) -> list[CoverageRow]:
    names = school_names(question)
    return sorted(rows, key=lambda row: names[row.value("school")])


def _school_line(row: CoverageRow, name: str, href: str) -> list[Cell]:
    figures = row.figures
    return [
        Cell(name, href),
        Cell(count(figures.certified), is_number=True),
        Cell(_ending(figures), is_number=True),
        Cell(per_100_words(figures.per_100_staff), is_number=True),
        Cell(per_100_words(figures.per_100_students, 2), is_number=True),
        Cell(count(sum(figures.steps)), is_number=True),
    ]


def _ending(figures: Figures) -> str:
    return " / ".join(count(number) for number in figures.expiring) if any(figures.expiring) else NONE


def trainer_table(report: CoverageReport, address: Callable[[str], str]) -> Section:
    """Trainers of record after who trained them; `address` gives the page of a trainer."""
    rows = report.of(TRAINER)
    names = {row.value("trainer"): row.label for row in rows}
    headings = (
        Heading(_("Trainer")),
        Heading(_("Trained by")),
        Heading(_("Certified today"), is_number=True),
        Heading(_("Trainers with a license"), is_number=True),
    )
    lines = [
        [
            Cell(row.label, address(row.value("trainer")) if row.value("trainer") else ""),
            Cell(names.get(row.value("taught_by"), "") if row.value("taught_by") else NONE),
            Cell(count(row.figures.certified), is_number=True),
            Cell(count(row.figures.licensed), is_number=True),
        ]
        for row in rows
    ]
    empty = _("No certificate names a trainer of record yet.")
    return Section(_("Who trained whom"), headings, lines, empty)
