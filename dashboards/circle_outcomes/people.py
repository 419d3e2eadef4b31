"""From records to students around circles: who was referred again, who was followed, before and after; and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from circles.models import Circle, CircleParticipant
from circles.recurrence import WINDOWS, Followed
from dashboards.circle_outcomes.before_after import DAYS, Length, Watched
from dashboards.circle_outcomes.presence import Stay, stay_of, unbroken
from dashboards.circle_outcomes.question import OutcomeQuestion
from dashboards.dimensions import DIMENSIONS, SCHOOL, UNREPORTED, Value
from dashboards.measures import MEASURES, Key, Measure, affected_cells, enrolled_students
from discipline.models import Referral, Removal, RemovalKind
from district.models import Enrollment

BEYOND = 2
"""School years after the one asked for in which the days after a circle may lie."""


def came(question: OutcomeQuestion) -> QuerySet[CircleParticipant]:
    """Students who came to a circle of the year as the one who caused harm."""
    rows = CircleParticipant.objects.standing().filter(question.of_year("circle__"), circle__held_on__isnull=False)
    role = CircleParticipant.Role.RESPONSIBLE
    return rows.filter(attended=True, role=role, student__isnull=False).order_by()


@dataclass(frozen=True)
class People:
    """The students of `came`: each circle's day with its group, and what lies around it."""

    circles: tuple[tuple[int, date, Value], ...]
    first: Mapping[int, date] = field(default_factory=dict)
    stays: Mapping[int, tuple[Stay, ...]] = field(default_factory=dict)
    referrals: Mapping[int, tuple[date, ...]] = field(default_factory=dict)
    removals: Mapping[int, tuple[tuple[date, Length], ...]] = field(default_factory=dict)

    def followed(self) -> dict[Value, list[Followed]]:
        """Students after each of their circles, by group."""
        found: dict[Value, list[Followed]] = {}
        for student, held_on, group in self.circles:
            stay = unbroken(self.stays.get(student, ()), held_on)
            left_on = stay.ends_on if stay else held_on - timedelta(days=1)
            one = Followed(held_on, self.referrals.get(student, ()), left_on)
            found.setdefault(group, []).append(one)
        return found

    def watched(self) -> list[Watched]:
        """Students around their first circle, where that is one of the year."""
        days = {(student, held_on) for student, held_on, _group in self.circles}
        return [
            Watched(
                held_on,
                unbroken(self.stays.get(student, ()), held_on),
                self.referrals.get(student, ()),
                self.removals.get(student, ()),
            )
            for student, held_on in sorted(days)
            if self.first[student] == held_on
        ]


def people_of(question: OutcomeQuestion) -> People:
    """Read the students of the year's circles and what is on record of them in the schools counted. Five queries."""
    rows: list[tuple[Any, Any, Any]] = list(came(question).values_list("student", "circle__held_on", "circle__school"))
    if not rows or question.year is None:
        return People(())
    students = came(question).values("student")
    values, stays = _enrollments(question, students)
    days = [held_on for _student, held_on, _school in rows]
    span = (min(days) - timedelta(days=DAYS), max(days) + timedelta(days=max(*WINDOWS, DAYS)))
    codes = {place.pk: place.code for place in question.counted_schools}

    def group(student: int, school: int) -> Value:
        return codes[school] if question.by == SCHOOL else values.get(student, UNREPORTED) if question.by else ""

    return People(
        tuple((student, held_on, group(student, school)) for student, held_on, school in rows),
        _first(question, students),
        stays,
        _referrals(question, students, span),
        _removals(question, students, span),
    )


def _in_schools(question: OutcomeQuestion) -> Q:
    """Only the schools counted: what happened elsewhere is not the reader's to know."""
    return Q(school__district=question.district) if question.chosen is None else Q(school__in=question.chosen)


def _first(question: OutcomeQuestion, students: QuerySet) -> dict[int, date]:
    """The day of each student's first circle as the one who caused harm, of whatever practice and year."""
    rows = CircleParticipant.objects.standing().filter(
        student__in=students, attended=True, role=CircleParticipant.Role.RESPONSIBLE
    )
    held = Circle.objects.standing().filter(_in_schools(question), held_on__isnull=False)
    rows = rows.filter(circle__in=held.order_by().values("pk")).order_by()
    return dict(rows.values_list("student").annotate(Min("circle__held_on")))


def _enrollments(question: OutcomeQuestion, students: QuerySet) -> tuple[dict[int, Value], dict[int, tuple[Stay, ...]]]:
    """The value of each student in the year, and their stays in the schools counted."""
    year = question.years[0].year
    dimension = DIMENSIONS.get(question.by)
    rows = Enrollment.objects.filter(student__in=students, school__district=question.district).order_by()
    rows = rows.filter(school_year__year__range=(year - 1, year + BEYOND))
    columns = ("student", "school", "school_year__year", "school_year__starts_on", "school_year__ends_on")
    values: dict[int, Value] = {}
    stays: dict[int, list[Stay]] = {}
    counted = question.chosen
    column = dimension.column if dimension else "race"
    found = rows.values_list(*columns, "begins_on", "ends_on", "is_last_in_year", column)
    for student, school, of, first, last, begins_on, ends_on, stands, value in found:
        if dimension and of == year and stands:
            values[student] = dimension.stored(value)
        if counted is None or school in counted:
            stay = stay_of(of, first=first, last=last, begins_on=begins_on, ends_on=ends_on)
            stays.setdefault(student, []).append(stay)
    return values, {student: tuple(some) for student, some in stays.items()}


def _referrals(question: OutcomeQuestion, students: QuerySet, span: tuple[date, date]) -> dict[int, tuple[date, ...]]:
    rows = Referral.objects.countable().filter(_in_schools(question), student__in=students, occurred_on__range=span)
    found: dict[int, list[date]] = {}
    for student, day in rows.order_by().values_list("student", "occurred_on"):
        found.setdefault(student, []).append(day)
    return {student: tuple(days) for student, days in found.items()}


def _removals(
    question: OutcomeQuestion, students: QuerySet, span: tuple[date, date]
) -> dict[int, tuple[tuple[date, Length], ...]]:
    """Removals from class or school; one from the bus loses no time in class."""
    rows = Removal.objects.standing().exclude(kind=RemovalKind.BUS).filter(_in_schools(question), student__in=students)
    found: dict[int, list[tuple[date, Length]]] = {}
    for student, day, length in (
        rows.filter(begins_on__range=span).order_by().values_list("student", "begins_on", "days")
    ):
        found.setdefault(student, []).append((day, length))
    return {student: tuple(some) for student, some in found.items()}


# --- Who takes part ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Taking:
    """Students of a group: enrolled, came to a circle; referred, and came to a circle over that referral."""

    enrolled: int = 0
    came: int = 0
    referred: int = 0
    came_after: int = 0

    def __add__(self, other: Taking) -> Taking:
        """Two groups together."""
        return Taking(
            self.enrolled + other.enrolled,
            self.came + other.came,
            self.referred + other.referred,
            self.came_after + other.came_after,
        )


def taking_part(question: OutcomeQuestion, names: tuple[str, ...]) -> dict[Key, Taking]:
    """Count students by group with the values that every rate takes. Four queries."""
    pool, at_schools = question.pool, SCHOOL in names
    dimensions = tuple(name for name in names if name != SCHOOL)

    def affected(measure: Measure) -> dict[Key, int]:
        cells = affected_cells(measure, pool, dimensions, at_schools=at_schools)
        return {key: cell.affected for key, cell in cells.items()}

    parts = [
        enrolled_students(pool, dimensions, at_schools=at_schools),
        affected(Measure("circle", lambda: _anybody(question), place="circle__", has_days=False, is_grouped=False)),
        affected(MEASURES["referral"]),
        affected(Measure("circle_after_referral", lambda: _answered(question), has_days=False)),
    ]
    keys = dict.fromkeys(key for part in parts for key in part)
    return {key: Taking(*(part.get(key, 0) for part in parts)) for key in keys}


def _anybody(question: OutcomeQuestion) -> QuerySet:
    """Students who came to a circle of a case, in whatever part."""
    rows = CircleParticipant.objects.standing().filter(question.narrowed("circle__"), attended=True)
    return rows.filter(student__isnull=False, circle__held_on__isnull=False)


def _answered(question: OutcomeQuestion) -> QuerySet:
    """Referrals over which a circle was held to which the student came."""
    there = _anybody(question).filter(circle__referral=OuterRef("pk"), student=OuterRef("student"))
    return Referral.objects.countable().filter(Exists(there.order_by()))
