"""From records to the estimate of days avoided: referrals resolved by a circle, and suspensions to compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When

from circles.case_states import COMPLETED
from circles.models import Circle
from dashboards.circle_outcomes.avoided import LevelEstimate, Resolved, estimates
from dashboards.circle_outcomes.question import OutcomeQuestion
from discipline.matrices import highest_level
from discipline.models import Involvement, Referral, Removal, ResponseMatrix
from discipline.response_matrix import Cell
from district.models import Enrollment

Part = tuple[int, date, str]
"""One behavior by which a student caused harm: incident, day, level."""


def avoided_of(question: OutcomeQuestion) -> tuple[LevelEstimate, ...]:
    """Estimate the suspension days that referrals resolved by a circle may have avoided. Six queries."""
    matrices = _matrices(question.district)
    order = list(dict.fromkeys(cell.level for matrix in matrices for cell in matrix[1]))
    alike = Counter((_in_force(matrices, opened_on), referral) for opened_on, referral in _resolved(question, order))
    numbers: dict[str, int] = {}
    for (place, referral), number in alike.items():
        if place is not None and referral.could_suspend(matrices[place][1]):
            numbers[referral.level] = numbers.get(referral.level, 0) + number
    return estimates(numbers, _lengths(question, order) if numbers else {})


Matrix = tuple[tuple[date, date | None], tuple[Cell, ...]]


def _matrices(district: int) -> list[Matrix]:
    """Every matrix of the district, the first in force first. Two queries."""
    rows = ResponseMatrix.objects.filter(district=district).order_by("valid_from", "pk").prefetch_related("cells")
    return [
        (
            (one.valid_from, one.superseded_on),
            tuple(cell.as_cell() for cell in sorted(one.cells.all(), key=lambda row: row.pk)),
        )
        for one in rows
    ]


def _in_force(matrices: Sequence[Matrix], day: date) -> int | None:
    """The place of the matrix in force on a day."""
    spans = enumerate(span for span, _cells in matrices)
    found = [place for place, (first, last) in spans if first <= day and (last is None or day < last)]
    return found[-1] if found else None


def _resolved(question: OutcomeQuestion, order: list[str]) -> list[tuple[date, Resolved]]:
    """Referrals whose case was completed and over which nobody was suspended. Three queries."""
    cases = question.cases().filter(close_reason=COMPLETED, referral__isnull=False)
    suspended = (
        Removal.objects.standing().suspensions().filter(incident=OuterRef("incident"), student=OuterRef("student"))
    )
    opened = Circle.objects.filter(question.of_year(), close_reason=COMPLETED, referral=OuterRef("pk"))
    rows = Referral.objects.countable().filter(pk__in=cases.values("referral")).exclude(Exists(suspended))
    rows = rows.annotate(opened=Subquery(opened.order_by("opened_on").values("opened_on")[:1])).order_by("pk")
    # Also of those that were suspended over: a simpler question than which of them were not.
    every = Referral.objects.filter(pk__in=cases.values("referral")).order_by()
    parts, grades = _parts(every), _grades(every)
    resolved = []
    for incident, student, occurred_on, year, opened_on in rows.values_list(
        "incident", "student", "occurred_on", "school_year", "opened"
    ):
        own = parts.get((student, year), ())
        level = highest_level({at for key, _day, at in own if key == incident}, order)
        earlier = {key for key, day, at in own if at == level and (day, key) < (occurred_on, incident)}
        resolved.append((opened_on, Resolved(level, grades.get((student, year), ""), len(earlier))))
    return resolved


def _parts(referrals: QuerySet) -> Mapping[tuple[int, int], tuple[Part, ...]]:
    """Behaviors by which students caused harm in the years of the referrals, as the matrix counts earlier incidents."""
    rows = Involvement.objects.responsible().filter(
        student__in=referrals.values("student"),
        incident__school_year__in=referrals.values("school_year"),
        incident__merged_into=None,
        behavior__isnull=False,
    )
    columns = ("student", "incident__school_year", "incident", "incident__occurred_on", "behavior__level")
    found: dict[tuple[int, int], list[Part]] = {}
    for student, year, *part in rows.order_by().values_list(*columns):
        found.setdefault((student, year), []).append((part[0], part[1], part[2]))
    return {key: tuple(some) for key, some in found.items()}


def _grades(referrals: QuerySet) -> dict[tuple[int, int], str]:
    """The grade that stands for each student in a year."""
    rows = Enrollment.objects.filter(
        student__in=referrals.values("student"),
        school_year__in=referrals.values("school_year"),
        is_last_in_year=True,
    ).order_by()
    return {(student, year): grade for student, year, grade in rows.values_list("student", "school_year", "grade")}


def _lengths(question: OutcomeQuestion, order: list[str]) -> dict[str, list[Decimal]]:
    """School days of the year's suspensions in the schools counted, by the level of their behavior. One query."""
    ranks = [When(behavior__level=level, then=Value(place)) for place, level in enumerate(order)]
    parts = Involvement.objects.responsible().filter(incident=OuterRef("incident"), student=OuterRef("student"))
    parts = parts.exclude(behavior=None).annotate(
        rank=Case(*ranks, default=Value(-1), output_field=IntegerField()) if ranks else Value(-1)
    )
    rows = Removal.objects.standing().suspensions().filter(days__isnull=False)
    rows = rows.filter(school_year__in=[place.pk for place in question.years], school__district=question.district)
    if question.chosen is not None:
        rows = rows.filter(school__in=question.chosen)
    level = Subquery(parts.order_by("-rank", "-behavior__level").values("behavior__level")[:1])
    found: dict[str, list[Decimal]] = {}
    for at, days, number in rows.order_by().annotate(at=level).values_list("at", "days").annotate(Count("pk")):
        found.setdefault(at or "", []).extend([days] * number)
    return found
