"""The pictures and tables of the patterns page, made from the rows of one report."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from dashboards.charts import NARROW, GroupRow, HeatCell, MonthPoint, heat_map, month_line, ranked_bars
from dashboards.dimensions import UNREPORTED
from dashboards.figures import HALF_PAGE, Figure, figure_of
from dashboards.patterns import definitions
from dashboards.patterns.facets import BEHAVIOR, HOUR, LOCATION, MONTH, STAFF, SUBJECTIVE, WEEKDAY
from dashboards.patterns.question import PatternQuestion
from dashboards.patterns.reports import GRADE, GRID, TIMES, PatternReport, PatternRow
from dashboards.patterns.statement import clock, counted, hours_words, per_day_words
from dashboards.wording import count, percent, rounded
from district.page_parts import Cell, Heading, Section, year_words

BARS, BARS_ON_A_PHONE = 10, 6
"""Bars of a picture; its table and the files hold all rows."""
SCHOOL_HOURS = range(8, 15)
"""Hours that a map shows even without an event."""
DAYTIME = range(7, 19)
"""Hours that need no AM or PM beside those before them."""


def month_picture(question: PatternQuestion, report: PatternReport) -> Figure:
    """Events per school day, month by month."""
    rows, average = report.of(MONTH), report.total.per_school_day
    points = [
        MonthPoint(
            str(definitions.SHORT_MONTHS[row.value]),
            row.per_school_day,
            value_text="" if row.per_school_day is None else per_day_words(row.per_school_day),
            count_text=_few(row, counted(question, row.events)),
            href=question.address(month=row.value),
            small=row.is_small,
        )
        for row in rows
    ]
    label = "" if average is None else _("year %(number)s") % {"number": per_day_words(average)}
    title, subtitle = _month_title(rows), _subtitle(question, _("Per school day, by month"))
    return figure_of(
        lambda width: month_line(
            points,
            average=average,
            average_label=label,
            title=title,
            description=subtitle,
            width=width,
            mirrored=get_language_bidi(),
        ),
        wide=HALF_PAGE,
        title=title,
        subtitle=subtitle,
        notes=_notes(rows),
        table=table_of(question, rows, _("Month")),
    )


def _month_title(rows: Sequence[PatternRow]) -> str:
    known = [row for row in rows if row.per_school_day and not row.is_small]
    if not known:
        return _("Month by month")
    top = max(known, key=lambda row: row.per_school_day or 0)
    words = _("Most per school day in %(month)s: %(number)s")
    return words % {"month": top.label, "number": per_day_words(top.per_school_day or 0)}


def week_picture(question: PatternQuestion, report: PatternReport) -> Figure:
    """Events by weekday and hour; on a phone the hours stand below each other."""
    days = [row.value for row in report.of(WEEKDAY)]
    hours = _hours(question, report)
    found = {(row.key[0][1], row.key[1][1]): row.events for row in report.of(GRID)}
    title, subtitle = _week_title(report), _subtitle(question, _("By day of the week and hour"))
    if UNREPORTED in hours:
        subtitle += " " + _("“No time”: the time is not known.")
    day_words = {day: str(definitions.SHORT_DAYS[day]) for day in days}

    def picture(width: int) -> str:
        narrow = width <= NARROW
        hour_words = {hour: _hour_label(hour) for hour in hours} if narrow else _short_hours(hours)
        cells = [
            HeatCell(
                *((day_words[day], hour_words[hour]) if narrow else (hour_words[hour], day_words[day])),
                found.get((day, hour), 0),
                href=question.address(weekday=day, hour=hour) if found.get((day, hour)) else "",
                name=f"{question.labels_of(WEEKDAY)[day]}, {question.labels_of(HOUR)[hour]}",
            )
            for day in days
            for hour in hours
        ]
        across, down = list(hour_words.values()), list(day_words.values())
        return heat_map(
            cells,
            columns=down if narrow else across,
            rows=across if narrow else down,
            title=title,
            description=subtitle,
            width=width,
            mirrored=get_language_bidi(),
        )

    table = _week_table(question, report, hours)
    return figure_of(picture, wide=HALF_PAGE, title=title, subtitle=subtitle, table=table)


def _hours(question: PatternQuestion, report: PatternReport) -> list[str]:
    """The hours of a map: those of a school day, others that have events, and the time not known."""
    found = {row.value for row in report.of(HOUR)}
    if HOUR not in question.facets:
        found |= {str(hour) for hour in SCHOOL_HOURS}
    return [hour for hour in question.labels_of(HOUR) if hour in found]


def _hour_label(hour: str) -> str:
    return _("No time") if hour == UNREPORTED else clock(int(hour))


def _short_hours(hours: Sequence[str]) -> dict[str, str]:
    """Hours in as few letters as tell them apart: 8 AM, 9, 10, 11, 12 PM, 1, 2; whole words outside of the day."""
    found: dict[str, str] = {}
    halves: set[str] = set()
    for hour in hours:
        words = _hour_label(hour)
        number, _space, half = words.partition(" ")
        if hour != UNREPORTED and int(hour) in DAYTIME and half in halves:
            words = number
        halves.add(half)
        found[hour] = words
    return found


def _week_title(report: PatternReport) -> str:
    rows = [row for row in report.of(GRID) if row.key[1][1] != UNREPORTED]
    top = max(rows, key=lambda row: row.events, default=None)
    if top is None or top.is_small:
        return _("No hour of the week stands out")
    (_day, day), (_hour, hour) = top.key
    words = _("Most often %(day)s %(hour)s: %(number)s of %(all)s")
    return words % {
        "day": definitions.ON_DAYS[day],
        "hour": hours_words([hour]),
        "number": count(top.events),
        "all": count(top.total),
    }


def _week_table(question: PatternQuestion, report: PatternReport, hours: Sequence[str]) -> Section:
    """The map as a table, an hour a row, so that it fits a phone; below it all hours, school days, and per day."""
    days = report.of(WEEKDAY)
    found = {(row.key[0][1], row.key[1][1]): row.events for row in report.of(GRID)}
    by_hour = {row.value: row.events for row in report.of(HOUR)}
    headings = [Heading(_("Hour")), *(Heading(definitions.SHORT_DAYS[day.value], is_number=True) for day in days)]
    rows = [
        [
            Cell(_hour_label(hour), href=question.address(hour=hour)),
            *(Cell(count(found.get((day.value, hour), 0)), is_number=True) for day in days),
            Cell(count(by_hour.get(hour, 0)), is_number=True),
        ]
        for hour in hours
    ]
    whole = [*days, report.total]
    rows += [
        [
            Cell(_("All hours")),
            *(Cell(count(day.events), href=question.address(weekday=day.value), is_number=True) for day in days),
            Cell(count(report.total.events), is_number=True),
        ],
        [Cell(_("School days")), *(_day_cells(row)[0] for row in whole)],
        [Cell(_("Per school day")), *(_day_cells(row)[1] for row in whole)],
    ]
    return Section(_("The figures"), (*headings, Heading(_("All"), is_number=True)), rows)


def _day_cells(row: PatternRow) -> tuple[Cell, Cell]:
    per_day = "" if row.per_school_day is None else per_day_words(row.per_school_day)
    return Cell(days_words(row.school_days), is_number=True), Cell(per_day, is_number=True)


def days_words(days: Fraction | None) -> str:
    """School days with at most one decimal; empty where they do not apply."""
    if days is None:
        return ""
    return rounded(float(days), 0 if days.denominator == 1 else 1)


def ranked_pictures(question: PatternQuestion, report: PatternReport) -> list[Figure]:
    """Where, over what, in which grades, how often a student, and on whose judgment."""
    found = [
        _ranked(question, report, LOCATION, _("Place"), _("By place")),
        _ranked(question, report, BEHAVIOR, _("Behavior"), _("By behavior; one event can name several")),
        _ranked(question, report, GRADE, _("Grade"), _("By grade of the student"), is_short=False),
        _repeats_picture(question, report),
        _ranked(question, report, SUBJECTIVE, _("Judgment"), _("Subjective against objective behaviors")),
    ]
    return [figure for figure in found if figure]


def staff_picture(question: PatternQuestion, report: PatternReport) -> Figure | None:
    """By whom students were referred; for those who may see it. Nobody is named in its title."""
    return _ranked(question, report, STAFF, _("Referred by"), _("By who referred the student; one can name several"))


def _ranked(
    question: PatternQuestion, report: PatternReport, name: str, heading: str, what: str, *, is_short: bool = True
) -> Figure | None:
    """Bars of one facet, or of the grades: the first of them, all where it is not short."""
    rows = report.of(name)
    if not rows:
        return None
    title, subtitle = _ranked_title(rows, name, heading), _subtitle(question, what)
    if is_short and len(rows) > BARS_ON_A_PHONE:
        subtitle += " " + _("All of them are in the table.")

    def picture(width: int) -> str:
        most = BARS if width > NARROW else BARS_ON_A_PHONE
        bars = [_bar(question, row, name) for row in (rows[:most] if is_short else rows)]
        return _drawn(bars, title, subtitle, width)

    return figure_of(
        picture,
        wide=HALF_PAGE,
        title=title,
        subtitle=subtitle,
        notes=_notes(rows[:BARS] if is_short else rows),
        table=table_of(question, rows, heading),
    )


def _ranked_title(rows: Sequence[PatternRow], name: str, heading: str) -> str:
    """What is most often so, with its number; the heading where nothing is, or where it would point at somebody."""
    if name == SUBJECTIVE:
        subjective = next((row.share for row in rows if row.value == "true"), 0.0)
        return _("%(share)s name a behavior that depends on an adult’s judgment") % {"share": percent(subjective)}
    top = max(rows, key=lambda row: (row.value != UNREPORTED, row.events))
    if name == STAFF or top.value == UNREPORTED or top.is_small:
        return heading
    words = {"what": top.label, "number": count(top.events), "all": count(top.total)}
    if name == LOCATION:
        where = str(definitions.PLACES[top.value])
        return _("Most often %(where)s: %(number)s of %(all)s") % {**words, "where": where}
    if name == BEHAVIOR:
        return _("Most often for “%(what)s”: %(number)s of %(all)s") % words
    return _("Most in %(what)s: %(number)s of %(all)s") % words


def _drawn(bars: Sequence[GroupRow], title: str, subtitle: str, width: int) -> str:
    return ranked_bars(bars, title=title, description=subtitle, width=width, mirrored=get_language_bidi())


def _bar(question: PatternQuestion, row: PatternRow, name: str) -> GroupRow:
    students = _students(row.students)
    return GroupRow(
        row.label,
        float(row.events),
        count_text=_few(row, students),
        value_text=_("%(number)s, %(share)s") % {"number": count(row.events), "share": percent(row.share)},
        href=question.address(**{name: row.value}),
        small=row.is_small,
    )


def _students(number: int) -> str:
    return ngettext("%(number)s student", "%(number)s students", number) % {"number": count(number)}


def _few(row: PatternRow, words: str) -> str:
    return _("%(counts)s, few") % {"counts": words} if row.is_small else words


def _repeats_picture(question: PatternQuestion, report: PatternReport) -> Figure:
    """Students enrolled by their number of events."""
    rows = report.of(TIMES)
    many = rows[-1]
    bars = [
        GroupRow(
            row.label,
            row.student_rate or 0.0,
            count_text=_few(row, _students(row.students)),
            value_text=percent(row.student_rate),
            small=row.is_small,
        )
        for row in rows
    ]
    title = _("%(share)s of the students enrolled have none") % {"share": percent(rows[0].student_rate)}
    if many.students and not many.is_small:
        title = ngettext(
            "%(number)s student with 6 or more has %(share)s of all",
            "%(number)s students with 6 or more have %(share)s of all",
            many.students,
        ) % {"number": count(many.students), "share": percent(many.share)}
    subtitle = _subtitle(question, _("Students enrolled, by how many each has"))
    if report.definition.not_enrolled:
        words = ngettext(
            " %(number)s more student was never enrolled in these schools and is not shown.",
            " %(number)s more students were never enrolled in these schools and are not shown.",
            report.definition.not_enrolled,
        )
        subtitle += words % {"number": count(report.definition.not_enrolled)}
    return figure_of(
        lambda width: _drawn(bars, title, subtitle, width),
        wide=HALF_PAGE,
        title=title,
        subtitle=subtitle,
        notes=_notes(rows),
        table=_repeats_table(question, rows),
    )


def _repeats_table(question: PatternQuestion, rows: Sequence[PatternRow]) -> Section:
    headings = (
        Heading(_("Number of each student")),
        Heading(_("Students"), is_number=True),
        Heading(_("Share of the students enrolled"), is_number=True),
        Heading(str(definitions.LABELS[question.measure.key]), is_number=True),
        Heading(_("Share"), is_number=True),
    )
    lines = [
        [
            Cell(row.label, note=_("few students") if row.is_small else ""),
            *(
                Cell(words, is_number=True)
                for words in (
                    count(row.students),
                    percent(row.student_rate),
                    count(row.events),
                    percent(row.share),
                )
            ),
        ]
        for row in rows
    ]
    return Section(title=_("The figures"), headings=headings, rows=lines)


def _subtitle(question: PatternQuestion, what: str) -> str:
    """What is told apart, what is counted, and the year."""
    words = {
        "what": what,
        "measure": definitions.LABELS[question.measure.key],
        "year": year_words(question.years[0].year),
    }
    return _("%(what)s. %(measure)s, %(year)s.") % words


def _notes(rows: Sequence[PatternRow]) -> tuple[tuple[str, str], ...]:
    """What a hollow mark means, where there is one."""
    return (("ring", _("few students: under 5 counted")),) if any(row.is_small for row in rows) else ()


def table_of(question: PatternQuestion, rows: Sequence[PatternRow], heading: str) -> Section:
    """The rows as a table, with what they have: school days or students enrolled."""
    by_day = any(row.school_days is not None for row in rows)
    enrolled = any(row.enrolled is not None for row in rows)
    headings = [
        Heading(heading),
        Heading(str(definitions.LABELS[question.measure.key]), is_number=True),
        Heading(_("Share"), is_number=True),
        Heading(_("Students"), is_number=True),
    ]
    if enrolled:
        headings += [Heading(_("Students enrolled"), is_number=True), Heading(_("Share of them"), is_number=True)]
    if by_day:
        headings += [Heading(_("School days"), is_number=True), Heading(_("Per school day"), is_number=True)]
    lines = []
    for row in rows:
        line = [
            Cell(
                row.label,
                href=question.address(**dict(row.key)),
                note=_("few students") if row.is_small else "",
            ),
            *(Cell(words, is_number=True) for words in (count(row.events), percent(row.share), count(row.students))),
        ]
        if enrolled:
            line += [Cell(count(row.enrolled), is_number=True), Cell(percent(row.student_rate), is_number=True)]
        if by_day:
            line += _day_cells(row)
        lines.append(line)
    return Section(title=_("The figures"), headings=tuple(headings), rows=lines)
