"""What rules and matrix say about a removal before it is ordered or changed; what a person states against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from discipline.law import Law, evaluate_proposal, person_on, proposal_for
from discipline.models import Involvement, Referral, Removal, ResponseMatrix
from discipline.response_matrix import Allowed, allowed
from district.rules import Evaluation, Outcome


@dataclass(frozen=True)
class Case:
    """What a person typed for a removal: code of an exception or condition → why it holds; key of a rule → why one
    goes on although it asks for a reason; why a response outside the matrix is right here.
    """

    stated: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    outside: str = ""


@dataclass(frozen=True)
class MatrixPlace:
    """Where the matrix is asked: level, grade, earlier incidents of the level in the year; and what it allows."""

    matrix: ResponseMatrix
    level: str
    grade: str
    prior: int
    answer: Allowed


@dataclass(frozen=True)
class Judgment:
    """The findings of the rules, the rules themselves, and the place in the matrix (None: no matrix, no level)."""

    kind: str
    decided_on: date
    evaluation: Evaluation
    law: Law
    place: MatrixPlace | None
    case: Case
    clock_days: Decimal | None
    clock_adds: Decimal | None

    @property
    def is_outside(self) -> bool:
        """Whether the matrix does not allow this removal."""
        return self.place is not None and self.place.answer.is_outside(self.kind)

    @property
    def asks(self) -> bool:
        """Whether anything keeps it from being saved as it stands."""
        return not self.evaluation.is_allowed or (self.is_outside and not self.case.outside.strip())

    @property
    def blocked(self) -> tuple:
        """Findings that no reason lifts."""
        return self.evaluation.of(Outcome.BLOCKED)


def judge_removal(
    *,
    about: Referral | Removal,
    kind: str,
    begins_on: date,
    ends_on: date | None,
    days: Decimal | None,
    decided_on: date,
    case: Case,
) -> Judgment:
    """Judge a removal over a referral, or new terms of a removal. Writes nothing; a fixed number of queries."""
    proposal = proposal_for(
        referral=about,
        kind=kind,
        begins_on=begins_on,
        ends_on=ends_on,
        days=days,
        decided_on=decided_on,
        stated=case.stated,
        reasons=case.reasons,
    )
    evaluation, law = evaluate_proposal(proposal, about.school.district, decided_on)
    levels = {behavior.level for behavior in proposal.behaviors if behavior.level}
    place = _place(about, levels, proposal.grade, decided_on)
    return Judgment(kind, decided_on, evaluation, law, place, case, proposal.clock_days, proposal.clock_adds)


def place_for(about: Referral, day: date) -> MatrixPlace | None:
    """Where the matrix is asked about responses that are no removal; None without a matrix or a level. Five queries."""
    parts = Involvement.objects.responsible().filter(incident=about.incident_id, student=about.student_id)
    levels = set(parts.exclude(behavior=None).values_list("behavior__level", flat=True)) - {""}
    if not levels:
        return None
    person = person_on(about.student, about.school_year, about.incident.occurred_on)
    return _place(about, levels, person.grade, day)


def _place(about: Referral | Removal, levels: set[str], grade: str, day: date) -> MatrixPlace | None:
    """Where the matrix is asked about the highest level. Three queries."""
    matrix = about.school.district.response_matrices.in_force_on(day).first()
    if matrix is None or not levels:
        return None
    level = max(levels, key=lambda one: (len(one), one))
    parts = Involvement.objects.responsible().filter(
        student=about.student_id, behavior__level=level, incident__school_year=about.school_year_id
    )
    earlier = parts.filter(incident__occurred_on__lte=about.incident.occurred_on).exclude(incident=about.incident_id)
    prior = earlier.values("incident").distinct().count()
    cells = [row.as_cell() for row in matrix.cells.filter(level=level)]
    return MatrixPlace(matrix, level, grade, prior, allowed(cells, level=level, grade=grade, prior=prior))
