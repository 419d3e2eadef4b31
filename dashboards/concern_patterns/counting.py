"""The concerns of a school year counted: one row read a concern, then tables of integers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from commitments.models import Concern, ConcernStep
from dashboards.models import PassedOn
from district.calendar import school_year_of

SCHOOL, COMMITMENT, KIND, ANSWER, SENT_HOME = "school", "commitment", "kind", "answer", "sent_home"
TABLES = (SCHOOL, COMMITMENT, KIND, ANSWER, SENT_HOME)
IN_TIME, LATE, NOT_ANSWERED = "in_time", "late", "not_answered"
ON_RECORD, NOT_MATCHED = "on_record", "not_matched"


@dataclass(frozen=True)
class Row:
    """What is counted of one concern. Names no word and nobody."""

    school: str
    commitment: str
    kind: str
    organization: int | None
    filed_on: date
    answer: str


def rows_of(concerns: Any) -> list[Row]:
    """The concerns of a queryset as rows. One query."""
    step = ConcernStep.objects.filter(concern=OuterRef("pk")).order_by("number")
    answered = step.filter(kind=ConcernStep.Kind.ANSWERED).values("on")[:1]
    begun = step.filter(kind=ConcernStep.Kind.ACKNOWLEDGED).values("due_on")[:1]
    found = concerns.order_by().annotate(answered_on=Subquery(answered), answer_due_on=Subquery(begun))
    fields = ("school__code", "commitment__uid", "kind", "organization", "filed_on", "answered_on", "answer_due_on")
    return [
        Row(school or "", str(commitment or ""), kind, organization, filed_on, _answer(answered_on, due_on))
        for school, commitment, kind, organization, filed_on, answered_on, due_on in found.values_list(*fields)
    ]


def years_of(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """The rows by the school year in which they were filed."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[school_year_of(row.filed_on)].append(row)
    return dict(found)


def cells_of(rows: Iterable[Row], name: str) -> dict[str, Counter]:
    """A table: value → who filed → how many."""
    found: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        found[getattr(row, name)][row.organization] += 1
    return dict(found)


def sent_home_cells(rows: Iterable[Row], matched: int) -> dict[str, Counter]:
    """Concerns that say that a child was sent home: how many the school has found in its records, and how many not.

    None at all of one of them is left out and not withheld: it is nobody's.
    """
    every: Counter = Counter(row.organization for row in rows if row.kind == Concern.Kind.SENT_HOME)
    on_record = min(matched, every.total())
    cells = {ON_RECORD: Counter({None: on_record}), NOT_MATCHED: Counter({None: every.total() - on_record})}
    return {name: cell for name, cell in cells.items() if cell.total()}


def matched_in(district: int, years: Iterable[int]) -> Mapping[int, int]:
    """How many children that were passed on the schools found, by the school year of the concern. One query."""
    rows = PassedOn.objects.filter(
        school__district=district, filed_in__in=list(years), state=PassedOn.State.MATCHED
    ).values_list("filed_in", flat=True)
    return Counter(rows.order_by())


def _answer(answered_on: date | None, due_on: date | None) -> str:
    if answered_on is None:
        return NOT_ANSWERED
    return LATE if due_on is not None and answered_on > due_on else IN_TIME
