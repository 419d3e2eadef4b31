"""Patterns as frozen rows: what the page, the endpoint, the CSV file and the workbook all show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dashboards import definitions as shared
from dashboards.dimensions import DIMENSIONS, UNREPORTED, Value, written
from dashboards.patterns import counting, definitions
from dashboards.patterns.counting import Tallies, Tally
from dashboards.patterns.facets import BEHAVIOR, HOUR, LOCATION, MONTH, STAFF, SUBJECTIVE, WEEKDAY
from dashboards.patterns.formulas import Repeats, per_school_day, share
from dashboards.patterns.question import PatternQuestion
from discipline.narrowing import MONTHS, WEEKDAYS

TOTAL, GRADE, TIMES, GRID = "total", "grade", "times", "weekday_hour"
KEYS = (MONTH, WEEKDAY, HOUR, LOCATION, BEHAVIOR, GRADE, SUBJECTIVE, TIMES, STAFF)
BREAKDOWN_NAMES = (TOTAL, MONTH, WEEKDAY, HOUR, GRID, LOCATION, BEHAVIOR, GRADE, SUBJECTIVE, TIMES, STAFF)
"""What rows tell apart, in their order; by staff only where one may see it."""
FIGURES = ("events", "students", "enrolled", "school_days", "per_school_day", "share", "student_rate")
SCHOOL_WEEK = ("MON", "TUE", "WED", "THU", "FRI")
NOTHING = Tally(0, 0)


@dataclass(frozen=True)
class PatternRow:
    """Figures of one part of the selection. Shares and figures per day are doubles that are never rounded.

    `breakdown` says what the row tells apart, `key` which part it is, by the parameters that select it. `events` are
    those of the part, `students` the distinct students in them (by `times`: those who have so many), `total` the
    events of the whole selection. `enrolled` is given for the total, grades and `times`, `school_days` for the
    total, months and weekdays.
    """

    breakdown: str
    key: tuple[tuple[str, str], ...]
    label: str
    events: int
    students: int
    total: int
    enrolled: int | None = None
    school_days: Fraction | None = None

    @property
    def value(self) -> str:
        """The first of the values that select the row."""
        return self.key[0][1] if self.key else ""

    @property
    def per_school_day(self) -> float | None:
        """Events on one school day."""
        return per_school_day(self.events, self.school_days)

    @property
    def share(self) -> float | None:
        """Share of the selection's events."""
        return share(self.events, self.total)

    @property
    def student_rate(self) -> float | None:
        """Share of the students enrolled."""
        return share(self.students, self.enrolled)

    @property
    def is_small(self) -> bool:
        """Whether one student makes the figure; the figure itself is exact."""
        few = 0 < self.students < shared.FEW_AFFECTED
        return few or (self.enrolled is not None and self.enrolled < shared.FEW_ENROLLED)

    def as_json(self) -> dict[str, Any]:
        """Return the row as the API shows it."""
        row: dict[str, Any] = {"breakdown": self.breakdown, **dict(self.key), "label": self.label}
        row |= {
            "events": self.events,
            "students": self.students,
            "enrolled": self.enrolled,
            "school_days": None if self.school_days is None else float(self.school_days),
            "per_school_day": self.per_school_day,
            "share": self.share,
            "student_rate": self.student_rate,
        }
        return row | {"small": True} if self.is_small else row


@dataclass(frozen=True)
class Definition:
    """What the rows count, for the reader of a page or a file.

    `events_in_all` are those of the same schools and year without the selection, `not_enrolled` the students of the
    selection who were never enrolled in the schools counted, `counted_until` the day up to which school days count.
    """

    measure: str
    label: str
    numerator: str
    school_year: int | None
    as_of: datetime | None
    counted_until: date | None
    district: str
    schools: tuple[str, ...] | None
    filters: Mapping[str, tuple[Value, ...]]
    events_in_all: int
    not_enrolled: int
    not_reported: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the definition as the API shows it."""
        return {
            "measure": self.measure,
            "label": self.label,
            "numerator": self.numerator,
            "school_year": self.school_year,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "counted_until": self.counted_until.isoformat() if self.counted_until else None,
            "district": self.district,
            "schools": list(self.schools) if self.schools is not None else None,
            "filters": {name: list(values) for name, values in self.filters.items()},
            "events_in_all": self.events_in_all,
            "not_enrolled": self.not_enrolled,
            "not_reported": list(self.not_reported),
            "when": str(definitions.WHEN),
            "school_days": str(definitions.SCHOOL_DAYS),
            "several": str(definitions.SEVERAL),
            "students": str(definitions.STUDENTS),
            "source": str(shared.SOURCE),
        }


@dataclass(frozen=True)
class PatternReport:
    """A question and its answer: all rows, breakdown after breakdown; none where nothing was reported."""

    definition: Definition
    rows: tuple[PatternRow, ...]

    def of(self, breakdown: str) -> tuple[PatternRow, ...]:
        """The rows that tell one thing apart, in their order."""
        return tuple(row for row in self.rows if row.breakdown == breakdown)

    @property
    def total(self) -> PatternRow:
        """The whole selection; IndexError where nothing was reported."""
        return self.of(TOTAL)[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a file of the rows."""
        used = {name for row in self.rows for name, _value in row.key}
        keys = [name for name in KEYS if name != STAFF or name in used]
        return ("breakdown", *keys, "label", *FIGURES, "small")

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {"definition": self.definition.as_json(), "rows": [row.as_json() for row in self.rows]}


def patterns(question: PatternQuestion) -> PatternReport:
    """Answer the question: fifteen queries, one more with referring staff, none without a year."""
    if question.year is None:
        return PatternReport(_definition(question), ())
    until = counting.last_day_counted(question)
    total = counting.count_total(question)
    repeats = counting.count_repeats(question, total.enrolled)
    definition = _definition(
        question,
        until=until,
        events_in_all=counting.count_everything(question),
        not_enrolled=total.affected - (repeats.one + repeats.two_to_five + repeats.six_or_more),
    )
    days = counting.count_school_days(question, until)
    rows = _Rows(question, total.events)
    found = [
        PatternRow(
            TOTAL, (), _("All together"), total.events, total.affected, total.events, total.enrolled, days.total
        ),
        *rows.calendar(MONTH, {month: days.in_month(int(month)) for month in MONTHS}),
        *rows.calendar(WEEKDAY, {day: days.on_weekday(number) for number, day in enumerate(WEEKDAYS, start=1)}),
        *rows.in_order(HOUR),
        *rows.grid(),
        *rows.ranked(LOCATION),
        *rows.ranked(BEHAVIOR),
        *rows.grades(),
        *rows.in_order(SUBJECTIVE),
        *rows.repeats(repeats, total.enrolled),
        *(rows.ranked(STAFF) if question.with_staff else ()),
    ]
    return PatternReport(definition, tuple(found) if question.is_reported else ())


class _Rows:
    """The rows of one question, breakdown by breakdown; one query each."""

    def __init__(self, question: PatternQuestion, total: int) -> None:
        self.question = question
        self.total = total

    def row(self, breakdown: str, key: Mapping[str, str], tally: Tally, **more: Any) -> PatternRow:
        label = ", ".join(self.label(name, value) for name, value in key.items())
        return PatternRow(breakdown, tuple(key.items()), label, tally.events, tally.students, self.total, **more)

    def label(self, name: str, value: str) -> str:
        return str(self.question.labels_of(name).get(value, value))

    def calendar(self, name: str, days: Mapping[str, Fraction]) -> list[PatternRow]:
        """Months or weekdays (value → its school days) with school days or events, and the days of a school week."""
        tallies = counting.count_by(self.question, name)
        found = []
        for value, school_days in days.items():
            tally = tallies.get((value,), NOTHING)
            if school_days or tally.events or (value in SCHOOL_WEEK and name not in self.question.facets):
                found.append(self.row(name, {name: value}, tally, school_days=school_days))
        return found

    def in_order(self, name: str) -> list[PatternRow]:
        """The values of a facet that have events, in the order in which pages offer them."""
        tallies = counting.count_by(self.question, name)
        return [self.row(name, {name: value}, tallies[value,]) for value in self._ordered(name, tallies)]

    def ranked(self, name: str) -> list[PatternRow]:
        """The values of a facet that have events, the most events first; those that nobody said last."""
        rows = self.in_order(name)
        return sorted(rows, key=lambda row: (row.value == UNREPORTED, -row.events))

    def grid(self) -> list[PatternRow]:
        """The pairs of weekday and hour that have events."""
        tallies = counting.count_by(self.question, WEEKDAY, HOUR)
        return [
            self.row(GRID, {WEEKDAY: day, HOUR: hour}, tallies[day, hour])
            for day in WEEKDAYS
            for hour in self.question.labels_of(HOUR)
            if (day, hour) in tallies
        ]

    def grades(self) -> list[PatternRow]:
        """The grades in which anybody is enrolled or has an event, the youngest first."""
        cells = {written(cell.values[0]): cell for cell in counting.count_by_grade(self.question)}
        return [
            PatternRow(
                *(GRADE, ((GRADE, grade),), str(shared.value_label(GRADE, grade))),
                *(cell.events, cell.affected, self.total, cell.enrolled),
            )
            for grade in DIMENSIONS[GRADE].values
            if (cell := cells.get(grade))
        ]

    def repeats(self, repeats: Repeats, enrolled: int) -> list[PatternRow]:
        """Students enrolled by their number of events."""
        return [
            PatternRow(TIMES, ((TIMES, times),), str(definitions.TIMES[times]), events, students, self.total, enrolled)
            for times, students, events in repeats.rows()
        ]

    def _ordered(self, name: str, tallies: Tallies) -> Iterable[str]:
        order = {value: place for place, value in enumerate(self.question.labels_of(name))}
        return sorted((value for (value,) in tallies), key=lambda value: (order.get(value, len(order)), value))


def _definition(
    question: PatternQuestion, *, until: date | None = None, events_in_all: int = 0, not_enrolled: int = 0
) -> Definition:
    year = question.year
    measure = question.measure.key
    filters: dict[str, tuple[Value, ...]] = dict(question.facets)
    filters |= {name: tuple(sorted(values, key=written)) for name, values in question.filters.items()}
    silent = [place.code for place in question.counted_schools if year and year.year in place.unreported]
    return Definition(
        measure=measure,
        label=str(definitions.LABELS[measure]),
        numerator=str(definitions.NUMERATORS[measure]),
        school_year=year.year if year else None,
        as_of=year.changed_at.astimezone(ZoneInfo(question.timezone)) if year else None,
        counted_until=until,
        district=question.district_code,
        schools=None if question.chosen is None else tuple(place.code for place in question.counted_schools),
        filters=filters,
        events_in_all=events_in_all,
        not_enrolled=not_enrolled,
        not_reported=tuple(silent),
    )
