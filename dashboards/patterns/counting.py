"""From records to whole numbers: events and distinct students of a selection, by what is known of each event.

Events are those of `dashboards.measures`, so a total here is a total there. A student has one value of the year for
every group; the grade is that of the year too. Keys are values as an address writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Concat, ExtractHour, ExtractIsoWeekDay, ExtractMonth

from dashboards.dimensions import UNREPORTED
from dashboards.measures import Cell, count_cells, counted_events
from dashboards.patterns.facets import BEHAVIOR, HOUR, LOCATION, MONTH, STAFF, SUBJECTIVE, WEEKDAY
from dashboards.patterns.formulas import Repeats, SchoolDays, average_days, open_days
from dashboards.patterns.question import PatternQuestion
from discipline import narrowing
from discipline.narrowing import ACCOUNT, WEEKDAYS
from district.calendar import school_year_window
from district.models import calendars_of

DAYS = tuple(WEEKDAYS)
SOME, MANY = 2, 6
"""Students with one event, with two to five, and with six or more are told apart."""


@dataclass(frozen=True)
class Tally:
    """Events of one kind and the distinct students in them."""

    events: int
    students: int


Tallies = dict[tuple[str, ...], Tally]


def count_total(question: PatternQuestion) -> Cell:
    """Count students enrolled, students with an event, and events of the whole selection. Two queries."""
    cells = count_cells(question.narrowed, question.pool, ())
    return cells[0] if cells else Cell(question.years[0].year, 0, ())


def count_everything(question: PatternQuestion) -> int:
    """Count all events of the same schools and year, whatever the selection. One query."""
    return counted_events(question.measure, question.everything).count()


def count_by_grade(question: PatternQuestion) -> list[Cell]:
    """Count the same as `count_total` for each grade, which is the one value of each cell. Two queries."""
    return count_cells(question.narrowed, question.pool, ("grade",))


def count_by(question: PatternQuestion, *names: str) -> Tallies:
    """Count the events of each value of one facet, or of each pair of two. One query.

    An event for two behaviours counts at each of them, one that two members of staff made at each of these.
    """
    rows = selected(question)
    keys = {}
    for name in names:
        rows, keys[f"by_{name}"] = _told_apart(rows, name)
    events = Count("pk", distinct=bool({BEHAVIOR, STAFF} & set(names)))
    counted = rows.values(**keys).annotate(events=events, students=Count("student", distinct=True))
    return {
        tuple(_value(name, row[f"by_{name}"]) for name in names): Tally(row["events"], row["students"])
        for row in counted
    }


def selected(question: PatternQuestion) -> QuerySet:
    """The events that the question is about."""
    return counted_events(question.narrowed, question.pool)


def _told_apart(rows: QuerySet, name: str) -> tuple[QuerySet, Any]:
    """Return the rows and the expression that gives each its value of a facet."""
    if name == BEHAVIOR:
        return narrowing.with_parts(rows, "behavior"), F("part__behavior__code")
    if name == STAFF:
        rows = narrowing.with_parts(rows, "reported_by_staff").annotate(account=narrowing.account(rows))
        account = Case(When(account__isnull=False, then=Concat(Value(ACCOUNT), F("account"), output_field=CharField())))
        return rows, Coalesce(F("part__reported_by_staff__local_id"), account)
    expressions: dict[str, Any] = {
        SUBJECTIVE: narrowing.judgment(),
        LOCATION: F("incident__location"),
        MONTH: ExtractMonth("incident__occurred_on"),
        WEEKDAY: ExtractIsoWeekDay("incident__occurred_on"),
        HOUR: ExtractHour("incident__occurred_time"),
    }
    return rows, expressions[name]


def _value(name: str, stored: Any) -> str:
    """The value as an address writes it; `UNREPORTED` where nobody said."""
    if stored is None or stored == "":
        return UNREPORTED
    return DAYS[stored - 1] if name == WEEKDAY else str(stored)


def count_repeats(question: PatternQuestion, enrolled: int) -> Repeats:
    """Count the students of the pool by their number of events, out of `enrolled`. One query.

    Students who were never enrolled in the schools counted are left out: nobody knows how many of those had none.
    """
    here = question.pool.enrollments().filter(student=OuterRef("student"), school_year=OuterRef("school_year"))
    students = selected(question).filter(Exists(here)).values("student").annotate(times=Count("pk"))
    between = Q(times__gte=SOME, times__lt=MANY)
    found = students.aggregate(
        one=Count("student", filter=Q(times=1)),
        some=Count("student", filter=between),
        many=Count("student", filter=Q(times__gte=MANY)),
        some_events=Sum("times", filter=between, default=0),
        many_events=Sum("times", filter=Q(times__gte=MANY), default=0),
    )
    one, some, many = found["one"], found["some"], found["many"]
    return Repeats(enrolled - one - some - many, one, some, many, found["some_events"], found["many_events"])


def count_school_days(question: PatternQuestion, until: date) -> SchoolDays:
    """Average the school days up to `until` of the schools that reported the measure. Two queries.

    A school has no day after it closed. Where months or days of the week are selected, only school days in them.
    """
    year = question.years[0].year
    first, _last = school_year_window(year)
    common, own = calendars_of(question.district)
    spans: dict[tuple[int, date], int] = {}
    for place in question.counted_schools:
        if year not in place.unreported:
            key = (place.pk if place.pk in own else 0, min(until, place.closed_on or until))
            spans[key] = spans.get(key, 0) + 1
    counted = [(open_days(own.get(school, common), first, day), number) for (school, day), number in spans.items()]
    return average_days(counted).within(
        months=[int(month) for month in question.facets.get(MONTH, ())],
        weekdays=[DAYS.index(day) + 1 for day in question.facets.get(WEEKDAY, ())],
    )


def last_day_counted(question: PatternQuestion) -> date:
    """The day up to which school days count: that of the records' latest change in the district, or the year's last."""
    year = question.years[0]
    _first, last = school_year_window(year.year)
    return min(last, year.changed_at.astimezone(ZoneInfo(question.timezone)).date())
