"""The coverage as frozen rows: what the page, the endpoint, the CSV file and the workbook all show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from dashboards.parameters import SchoolPlace
from dashboards.training_coverage import counting, definitions
from dashboards.training_coverage.counting import Denominators, People, Roster, Trained
from dashboards.training_coverage.quarters import quarters_until
from dashboards.training_coverage.question import CoverageQuestion
from district.models import User
from training.models import Language, Practitioner

TOTAL, SCHOOL, ANY_SCHOOL, CAPACITY, LANGUAGE, PRACTICE = (
    "total",
    "school",
    "any_school",
    "capacity",
    "language",
    "practice",
)
TRAINER, QUARTER = "trainer", "school_quarter"
BREAKDOWN_NAMES = (TOTAL, SCHOOL, ANY_SCHOOL, CAPACITY, LANGUAGE, PRACTICE, TRAINER, QUARTER)
"""What rows tell apart, in their order."""
KEYS = ("school", "capacity", "language", "practice", "trainer", "taught_by", "quarter")
SOON = (30, 60, 90)
"""Days within which certificates end soon."""
FIGURES = (
    *("certified", "expiring_30", "expiring_60", "expiring_90"),
    *("staff", "per_100_staff", "students", "per_100_students"),
    *(*counting.STEPS, "licensed"),
)
FEW_STUDENTS = 10
"""Below so many students enrolled neither their number nor a figure per student is given."""


@dataclass(frozen=True)
class Figures:
    """Figures of some people. None: not asked of this row, or not known.

    `certified` are people, each counted once; `expiring` those of them whose certificates end within 30, 60 and 90
    days unless renewed; `steps` people on the way by the step they have reached; `licensed` trainers with a license.
    """

    certified: int | None
    expiring: tuple[int, ...] = ()
    staff: int | None = None
    students: int | None = None
    steps: tuple[int, ...] = ()
    licensed: int | None = None

    @property
    def per_100_staff(self) -> float | None:
        """People certified for every 100 members of staff."""
        return _per_100(self.certified, self.staff)

    @property
    def per_100_students(self) -> float | None:
        """People certified for every 100 students."""
        return _per_100(self.certified, self.students)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as the API shows them."""
        found: dict[str, Any] = dict.fromkeys(FIGURES)
        found |= {
            "certified": self.certified,
            "staff": self.staff,
            "per_100_staff": self.per_100_staff,
            "students": self.students,
            "per_100_students": self.per_100_students,
            "licensed": self.licensed,
        }
        found |= {f"expiring_{days}": number for days, number in zip(SOON, self.expiring, strict=False)}
        return found | dict(zip(counting.STEPS, self.steps, strict=False))


def _per_100(number: int | None, out_of: int | None) -> float | None:
    return 100 * number / out_of if number is not None and out_of else None


@dataclass(frozen=True)
class CoverageRow:
    """One row: what it tells apart, the values that name it, its words and its figures."""

    breakdown: str
    key: tuple[tuple[str, str], ...]
    label: str
    figures: Figures

    def value(self, name: str) -> str:
        """The value of one of the keys, empty without it."""
        return dict(self.key).get(name, "")

    def as_json(self) -> dict[str, Any]:
        """Return the row as the API shows it."""
        return {"breakdown": self.breakdown, **dict(self.key), "label": self.label, **self.figures.as_json()}


@dataclass(frozen=True)
class CoverageReport:
    """A question and its answer: all rows, breakdown after breakdown.

    `peers` are the students of the whole district trained as peers, None where that is not shown.
    """

    definition: dict[str, Any]
    rows: tuple[CoverageRow, ...]
    peers: int | None = None

    columns = ("breakdown", *KEYS, "label", *FIGURES)

    def of(self, breakdown: str) -> tuple[CoverageRow, ...]:
        """The rows that tell one thing apart, in their order."""
        return tuple(row for row in self.rows if row.breakdown == breakdown)

    @property
    def total(self) -> Figures:
        """The figures of everybody counted."""
        return self.of(TOTAL)[0].figures

    @property
    def without(self) -> tuple[CoverageRow, ...]:
        """The schools with nobody certified."""
        return tuple(row for row in self.of(SCHOOL) if not row.figures.certified)

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {"definition": self.definition, "rows": [row.as_json() for row in self.rows]}


def coverage(question: CoverageQuestion, reader: User) -> CoverageReport:
    """Answer the question as far as `reader` may know. The number of queries is fixed."""
    counter = _Counter(question, counting.roster_of(question))
    rows = [
        counter.total(),
        *counter.schools(),
        *counter.any_school(),
        *counter.roles(),
        *counter.languages(),
        *counter.practices(),
        *counter.trainers(reader),
        *counter.quarters(),
    ]
    peers = counting.peers_of(question) if question.is_whole_district else None
    return CoverageReport(_definition(question, counter, peers), tuple(rows), peers)


class _Counter:
    """The sets of people behind one question, and the rows made of them."""

    def __init__(self, question: CoverageQuestion, roster: Roster) -> None:
        self.question = question
        self.roster = roster
        self.counted = roster.counted(question.chosen)
        today = question.day
        certified = counting.certified_on(question, today)
        self.certified = self.counted & certified
        later = [counting.certified_on(question, today + timedelta(days=days + 1)) for days in SOON]
        self.expiring = [self.certified - still for still in later]
        self.steps = counting.on_the_way(question, roster, certified)
        self.staff = counting.staff_of(question)
        self.students = counting.students_of(question)

    def figures(self, people: People, staff: int | None, students: int | None) -> Figures:
        """All figures of some people."""
        return Figures(
            len(people & self.certified),
            tuple(len(people & some) for some in self.expiring),
            staff,
            students if students is not None and students >= FEW_STUDENTS else None,
            tuple(len(people & self.steps[step]) for step in counting.STEPS),
        )

    def total(self) -> CoverageRow:
        """Everybody counted."""
        return CoverageRow(
            TOTAL, (), _("All together"), self.figures(self.counted, self.staff.total, self.students.total)
        )

    def schools(self) -> Iterator[CoverageRow]:
        """Every school that is open, and closed ones that somebody still serves."""
        for place in self.question.counted_schools:
            serving = self.roster.counted(frozenset([place.pk]))
            closed = place.closed_on is not None and place.closed_on <= self.question.day
            if closed and not serving & self.certified:
                continue
            staff, students = _of_school(self.staff, place), _of_school(self.students, place)
            yield CoverageRow(SCHOOL, (("school", place.code),), place.name, self.figures(serving, staff, students))

    def any_school(self) -> Iterator[CoverageRow]:
        """People who serve no school by name: they belong to no school's row."""
        if self.question.chosen is None:
            people = self.roster.serving_any()
            yield CoverageRow(ANY_SCHOOL, (), _("Any school of the district"), self.figures(people, None, None))

    def roles(self) -> Iterator[CoverageRow]:
        """Roles of adults, in the order in which pages offer them."""
        for role in Practitioner.Capacity:
            people = frozenset(key for key in self.counted if self.roster.capacities[key] == role)
            yield CoverageRow(CAPACITY, (("capacity", role.value),), str(role.label), self.figures(people, None, None))

    def languages(self) -> Iterator[CoverageRow]:
        """Languages that somebody certified speaks, those of most people first."""
        found = {
            language: len(self.certified & people) for language, people in counting.by_language(self.question).items()
        }
        names = {language.value: str(language.label) for language in Language}
        for language, number in _ranked(found):
            yield CoverageRow(LANGUAGE, (("language", language),), names[language], Figures(number))

    def practices(self) -> Iterator[CoverageRow]:
        """Practices of the district, in the order of their tier; nobody for one is worth knowing too."""
        found = counting.by_practice(self.question)
        for code, name in self.question.practices.items():
            if not self.question.practice or code == self.question.practice:
                number = len(self.certified & found.get(code, set()))
                yield CoverageRow(PRACTICE, (("practice", code),), name, Figures(number))

    def trainers(self, reader: User) -> Iterator[CoverageRow]:
        """Trainers of record, each after who trained them; those whom the reader may not see as one row."""
        found = counting.lineage(self.question, self.counted, reader)
        uids = {one.trainer: one.uid for one in found}
        for one in _in_lines([one for one in found if one.uid]):
            key = (("trainer", one.uid), ("taught_by", uids.get(one.taught_by or 0, "")))
            yield CoverageRow(TRAINER, key, one.name, Figures(len(one.people), licensed=len(one.trainers)))
        others = [one for one in found if not one.uid]
        if others:
            people: set[int] = set().union(*(one.people for one in others))
            trainers: set[int] = set().union(*(one.trainers for one in others))
            yield CoverageRow(TRAINER, (), _("Other trainers"), Figures(len(people), licensed=len(trainers)))

    def quarters(self) -> Iterator[CoverageRow]:
        """Who was certified at the end of each quarter, by school; None before the first record and after closing."""
        first = counting.first_certified_on(self.question)
        quarters = quarters_until(self.question.day)
        days = {quarter: quarter.counted_on(self.question.day) for quarter in quarters}
        held = {quarter: counting.certified_on(self.question, day) for quarter, day in days.items()}
        for place in self.question.counted_schools:
            serving = self.roster.counted(frozenset([place.pk]))
            for quarter in quarters:
                silent = first is None or days[quarter] < first or _is_closed(place, days[quarter])
                number = None if silent else len(serving & held[quarter])
                key = (("school", place.code), ("quarter", quarter.code))
                yield CoverageRow(QUARTER, key, f"{place.name}, {quarter.words}", Figures(number))


def _is_closed(place: SchoolPlace, day: Any) -> bool:
    return place.closed_on is not None and place.closed_on <= day


def _of_school(found: Denominators, place: SchoolPlace) -> int | None:
    """Nobody in a school that a roster names not at all is not known, it is no zero."""
    return found.by_school.get(place.pk)


def _ranked(found: dict[str, int]) -> Iterable[tuple[str, int]]:
    return sorted(((key, number) for key, number in found.items() if number), key=lambda one: (-one[1], one[0]))


def _in_lines(found: list[Trained]) -> Iterator[Trained]:
    """Trainers in lines of teaching: each after their own trainer, those of most people first; a circle is cut."""
    by_size = sorted(found, key=lambda one: (-len(one.people), one.name))
    known = {one.trainer for one in found}
    left = {one.trainer: one for one in by_size}

    def line(trainer: int) -> Iterator[Trained]:
        yield left.pop(trainer)
        for one in by_size:
            if one.taught_by == trainer and one.trainer in left:
                yield from line(one.trainer)

    for one in by_size:
        if one.trainer in left and (one.taught_by is None or one.taught_by not in known):
            yield from line(one.trainer)
    while left:
        yield from line(next(iter(left)))


def _definition(question: CoverageQuestion, counter: _Counter, peers: int | None) -> dict[str, Any]:
    schools = None if question.chosen is None else [place.code for place in question.counted_schools]
    return {
        "district": question.district_code,
        "schools": schools,
        "practice": question.practice or None,
        "day": question.day.isoformat(),
        "as_of": question.as_of.isoformat(timespec="seconds"),
        "staff_year": counter.staff.year,
        "student_year": counter.students.year,
        "student_peers": peers,
        **{name: str(words) for name, words in definitions.TERMS.items()},
    }
