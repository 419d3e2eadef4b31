"""How many circles were held: by school year, school and tier, for the rollout and for commitments alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from circles.models import ClassCircle

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
    """Count the circles of districts that stand, in every school year or in those that end in `years`. One query."""
    rows = ClassCircle.objects.standing().filter(school__district__in=set(districts)).order_by()
    if years is not None:
        rows = rows.filter(school_year__year__in=years)
    places = ("school__district", "school_year__year", "school", "practice__tier")
    found: dict[int, dict[Place, int]] = {}
    for district, year, school, tier, number in rows.values_list(*places).annotate(number=Count("pk")):
        found.setdefault(district, {})[year, school, tier] = number
    return {district: CirclesHeld(numbers) for district, numbers in found.items()}
