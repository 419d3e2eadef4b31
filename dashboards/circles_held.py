"""Circles held, circles of coming back, and agreements kept: for the rollout and for commitments alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F, Min, Q

from circles.agreement_rules import Kept, TermFacts, kept
from circles.models import AgreementTerm, Circle, ClassCircle
from discipline.models import Removal
from district.calendar import school_year_of

Place = tuple[int, int, int]
"""Year in which the school year ends, key of the school, tier."""


@dataclass(frozen=True)
class CirclesHeld:
    """Circles held in one district. Nothing recorded at all is no zero."""

    numbers: Mapping[Place, int] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        """Whether the district has recorded any circle in the years asked for."""
        return bool(self.numbers)

    def number(self, year: int, schools: Collection[int] | None = None, tier: int | None = None) -> int:
        """Circles of a year: of all schools or of some, of every tier or of one."""
        return sum(
            number
            for (of, school, at), number in self.numbers.items()
            if of == year and (schools is None or school in schools) and tier in (None, at)
        )


def circles_held(districts: Iterable[int], *, years: Collection[int] | None = None) -> dict[int, CirclesHeld]:
    """Count the circles of districts that were held and stand, in every school year or in those that end in `years`.

    Those with a class and those of cases, which count in the school year of the day on which they were held. Two
    queries.
    """
    keys = set(districts)
    rows = ClassCircle.objects.standing().filter(school__district__in=keys).order_by()
    if years is not None:
        rows = rows.filter(school_year__year__in=years)
    found: dict[int, dict[Place, int]] = {}
    places = ("school__district", "school_year__year", "school", "practice__tier")
    for district, year, school, tier, number in rows.values_list(*places).annotate(number=Count("pk")):
        found.setdefault(district, {})[year, school, tier] = number
    cases = Circle.objects.standing().filter(school__district__in=keys, held_on__isnull=False).order_by()
    places = ("school__district", "held_on", "school", "practice__tier")
    for district, held_on, school, tier, number in cases.values_list(*places).annotate(number=Count("pk")):
        year = school_year_of(held_on)
        if years is None or year in years:
            counts = found.setdefault(district, {})
            counts[year, school, tier] = counts.get((year, school, tier), 0) + number
    return {district: CirclesHeld(numbers) for district, numbers in found.items()}


# --- Coming back ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Returns:
    """Returns from out-of-school suspensions in one district.

    `days` counts them by school year, school and last day of the removal; `circles` holds of each that was followed by
    circles the same key with the day of the first that was held.
    """

    days: Mapping[tuple[int, int, date], int] = field(default_factory=dict)
    circles: tuple[tuple[int, int, date, date], ...] = ()

    def within(self, days: int, today: date, schools: Collection[int] | None = None) -> dict[int, tuple[int, int]]:
        """By school year: returns with a circle within so many days of the last day, and returns whose days are over.

        One that had its circle in time counts at once.
        """
        span = timedelta(days=days)
        found: dict[int, tuple[int, int]] = {}
        for (year, school, last), number in self.days.items():
            if last + span < today and (schools is None or school in schools):
                held, over = found.get(year, (0, 0))
                found[year] = (held, over + number)
        for year, school, last, held_on in self.circles:
            if held_on <= min(last + span, today) and (schools is None or school in schools):
                held, over = found.get(year, (0, 0))
                found[year] = (held + 1, over + (last + span >= today))
        return found


def returns_of(districts: Iterable[int]) -> dict[int, Returns]:
    """Returns from standing out-of-school suspensions with a last day, and the circles that followed. Two queries."""
    rows = Removal.objects.standing().out_of_school().filter(school__district__in=set(districts)).order_by()
    rows = rows.filter(ends_on__isnull=False)
    days: dict[int, dict[tuple[int, int, date], int]] = {}
    places = ("school__district", "school_year__year", "school", "ends_on")
    for district, year, school, last, number in rows.values_list(*places).annotate(number=Count("pk")):
        days.setdefault(district, {})[year, school, last] = number
    circles: dict[int, list[tuple[int, int, date, date]]] = {}
    held = Min("circles__held_on", filter=Q(circles__voided_at=None))
    for district, *key in rows.values_list(*places).annotate(key=F("pk"), held=held).filter(held__isnull=False):
        year, school, last, _key, held_on = key
        circles.setdefault(district, []).append((year, school, last, held_on))
    return {district: Returns(some, tuple(circles.get(district, ()))) for district, some in days.items()}


# --- What was agreed --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Agreed:
    """Terms of agreements whose day has come, by school year of their circle and by school."""

    terms: Mapping[tuple[int, int], tuple[TermFacts, ...]] = field(default_factory=dict)

    def kept(self, year: int | None, schools: Collection[int] | None = None) -> Kept:
        """How much of it was kept, in one school year or in all."""
        return kept(
            term
            for (of, school), some in self.terms.items()
            if year in (None, of) and (schools is None or school in schools)
            for term in some
        )


def agreed_in(districts: Iterable[int], *, until: date) -> dict[int, Agreed]:
    """Terms due until a day, of circles that stand. One query."""
    rows = AgreementTerm.objects.filter(agreement__circle__voided_at=None, due_on__lte=until).order_by()
    rows = rows.filter(agreement__circle__school__district__in=set(districts))
    circle = "agreement__circle__"
    places = (f"{circle}school__district", f"{circle}school_year__year", f"{circle}school")
    found: dict[int, dict[tuple[int, int], list[TermFacts]]] = {}
    for district, year, school, *term in rows.values_list(*places, "status", "due_on", "settled_on"):
        found.setdefault(district, {}).setdefault((year, school), []).append(TermFacts(*term))
    return {
        district: Agreed({key: tuple(terms) for key, terms in by_place.items()}) for district, by_place in found.items()
    }
