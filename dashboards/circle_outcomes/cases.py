"""From the records of cases to what the pure parts count: courses, terms, follow-ups, keepers, exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from circles.agreement_rules import NOT_COUNTED, Kept, TermFacts, kept
from circles.case_states import CLOSED, HELD, NOT_HELD, STATES, told_reason
from circles.models import AgreementTerm, Circle, CircleKeeper, CircleStatus, FollowUp, terms_by_practice
from dashboards.circle_outcomes.courses import CaseCourse
from dashboards.circle_outcomes.question import OutcomeQuestion
from dashboards.parameters import covers
from district.access import Permission
from district.models import User
from training.models import Practice, Practitioner


def courses_of(question: OutcomeQuestion) -> list[CaseCourse]:
    """The course of every case. One query."""
    rows = question.cases().values_list("pk", "status", "held_on")
    first = {f"since_{state}": Min("statuses__on", filter=Q(statuses__status=state)) for state in STATES}
    found = []
    for _pk, status, held_on, *days in rows.annotate(**first):
        reached = {state: day for state, day in zip(STATES, days, strict=True) if day is not None}
        if held_on is not None:
            reached[HELD] = held_on
        found.append(CaseCourse(status, reached))
    return found


def not_held_of(question: OutcomeQuestion, reader: User) -> dict[str, int]:
    """How often a circle was not held, by reason. One query.

    Whoever does not arrange the cases reads each reason as the case tells it: that somebody did not come is nobody
    else's to know.
    """
    rows = CircleStatus.objects.filter(question.of_year("circle__"), status=NOT_HELD).order_by()
    knows = covers(reader, Permission.CIRCLE_ARRANGE, question)
    found: dict[str, int] = {}
    for reason, number in rows.values_list("reason").annotate(Count("pk")):
        told = reason if knows else told_reason(reason)
        found[told] = found.get(told, 0) + number
    return {reason: found[reason] for reason in Circle.NotHeld.values if reason in found}


@dataclass(frozen=True)
class Agreed:
    """Terms of the cases: those due kept or not, how many were waived and replaced, how many are not due yet."""

    kept: Kept
    waived: int
    renegotiated: int
    later: int


def agreed_of(question: OutcomeQuestion) -> Agreed:
    """The terms agreed in the cases; due are those whose day has come. One query."""
    rows = AgreementTerm.objects.filter(question.of_year("agreement__circle__")).order_by()
    due: list[TermFacts] = []
    numbers = dict.fromkeys(NOT_COUNTED, 0)
    later = 0
    for status, due_on, settled_on, number in rows.values_list("status", "due_on", "settled_on").annotate(Count("pk")):
        if status in numbers:
            numbers[status] += number
        elif due_on > question.day:
            later += number
        else:
            due += [TermFacts(status, due_on, settled_on)] * number
    return Agreed(kept(due), numbers["waived"], numbers["renegotiated"], later)


def follow_ups_of(question: OutcomeQuestion) -> tuple[int, int]:
    """Days on which somebody was to ask again, until today, and those on which somebody did. One query.

    A closed case owes nothing any more: of it only what was done counts.
    """
    rows = FollowUp.objects.filter(question.of_year("agreement__circle__"), due_on__lte=question.day)
    rows = rows.filter(Q(done_on__isnull=False) | ~Q(agreement__circle__status=CLOSED))
    found = rows.aggregate(due=Count("pk"), done=Count("pk", filter=Q(done_on__isnull=False)))
    return found["due"], found["done"]


# --- Keepers ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Load:
    """One keeper: open cases today, cases of the year that were held. Without a name: those whom one may not see."""

    uid: str
    name: str
    open: int
    held: int


@dataclass(frozen=True)
class Loads:
    """The load of every keeper by number, and by name as far as the reader may see adults in training."""

    open: tuple[int, ...]
    named: tuple[Load, ...]


def loads_of(question: OutcomeQuestion, reader: User) -> Loads:
    """Who keeps how many cases; who only observes does not. At most two queries."""
    rows = CircleKeeper.objects.current().filter(question.narrowed("circle__")).order_by()
    rows = rows.exclude(part=CircleKeeper.Part.OBSERVED)
    counts = {
        "now": Count("pk", filter=~Q(circle__status=CLOSED)),
        "kept": Count("pk", filter=question.of_year("circle__") & Q(circle__held_on__isnull=False)),
    }
    found = {
        person: (now, held) for person, now, held in rows.values_list("practitioner").annotate(**counts) if now or held
    }
    names = _names(question, reader, found)
    named = [Load(uid, name, *found[key]) for key, (uid, name) in names.items()]
    named.sort(key=lambda one: (-one.open, -one.held, one.name))
    others = [counts for key, counts in found.items() if key not in names]
    if names and others:
        named.append(Load("", "", sum(now for now, _held in others), sum(held for _now, held in others)))
    return Loads(tuple(sorted(now for now, _held in found.values())), tuple(named))


def _names(question: OutcomeQuestion, reader: User, people: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Keepers whom the reader may see: those of cases that they arrange, else the adults in training in their reach."""
    rows = Practitioner.objects.filter(pk__in=list(people)).order_by()
    if not covers(reader, Permission.CIRCLE_ARRANGE, question):
        if not reader.holds(Permission.TRAINING_VIEW):
            return {}
        rows = rows.allowed(reader, Permission.TRAINING_VIEW)
    return {one.pk: (str(one.uid), str(one)) for one in rows.select_related("person")}


@dataclass(frozen=True)
class Exceptions:
    """Keepers of cases, and those chosen all the same: without a certificate, with a stake in the case."""

    kept: int
    without_certificate: int
    with_stake: int


def exceptions_of(question: OutcomeQuestion) -> Exceptions:
    """How often a rule about keepers was overridden in the cases. Three queries."""
    terms = terms_by_practice(Practice.objects.filter(district=question.district))
    certified = [key for key, one in terms.items() if one.needs_credential]
    rows = CircleKeeper.objects.filter(question.of_year("circle__")).exclude(part=CircleKeeper.Part.OBSERVED)
    overridden = ~Q(override_reason="")
    short = Q(certificate="", part=CircleKeeper.Part.LED, circle__practice__in=certified)
    found = rows.aggregate(
        kept=Count("pk"),
        short=Count("pk", filter=overridden & short),
        stake=Count("pk", filter=overridden & ~Q(conflict="")),
    )
    return Exceptions(found["kept"], found["short"], found["stake"])
