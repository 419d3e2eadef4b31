"""What the response matrix says about a referral, read from the record; `discipline.response_matrix` looks it up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from discipline.law import person_on
from discipline.models import Incident, Involvement, Referral, ResponseMatrix
from discipline.response_matrix import Allowed, allowed
from district.models import SchoolYear, Student


@dataclass(frozen=True)
class MatrixAnswer:
    """What the matrix in force on a day allows for a referral, and what it was asked; without a matrix no answer."""

    matrix: ResponseMatrix | None
    level: str
    grade: str
    prior: int
    allowed: Allowed


def answer_for(referral: Referral, day: date) -> MatrixAnswer:
    """Return what the matrix of the referral's district allows on a day. Seven queries at most.

    Of several behaviors the highest level is asked for; a level's place is that in the matrix.
    """
    student, year, incident = referral.student, referral.school_year, referral.incident
    matrix = ResponseMatrix.objects.filter(district=referral.school.district_id).in_force_on(day).first()
    cells = [row.as_cell() for row in matrix.cells.order_by("pk")] if matrix else []
    order = list(dict.fromkeys(cell.level for cell in cells))
    level = highest_level(_levels(incident, student), order)
    grade = person_on(student, year, incident.occurred_on).grade
    prior = earlier_incidents(student, year, level=level, before=incident)
    return MatrixAnswer(matrix, level, grade, prior, allowed(cells, level=level, grade=grade, prior=prior))


def earlier_incidents(student: Student, school_year: SchoolYear, *, level: str, before: Incident) -> int:
    """Incidents of the school year before this one in which the student caused harm by a behavior of the level."""
    earlier = Q(incident__occurred_on__lt=before.occurred_on) | Q(
        incident__occurred_on=before.occurred_on, incident__lt=before.pk
    )
    parts = Involvement.objects.responsible().filter(
        earlier,
        student=student,
        incident__school_year=school_year,
        incident__merged_into=None,
        behavior__level=level,
    )
    return parts.order_by().values("incident").distinct().count()


def highest_level(levels: Collection[str], order: Collection[str]) -> str:
    """The highest of some levels by their order; one that the order does not have stands below all that it has."""
    place = {level: number for number, level in enumerate(order)}
    return max(levels, key=lambda level: (place.get(level, -1), level), default="")


def _levels(incident: Incident, student: Student) -> set[str]:
    parts = Involvement.objects.responsible().filter(incident=incident, student=student, behavior__isnull=False)
    return set(parts.values_list("behavior__level", flat=True))
