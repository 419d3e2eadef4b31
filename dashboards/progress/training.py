"""Live measures of trained adults, by the functions of the training coverage: who is certified on a day, and where.

Each school year is read on its last day, the present one today. Years before the first certificate of the district are
not known and have no reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dashboards.parameters import SchoolPlace
from dashboards.progress.asked import Asked, Years
from dashboards.progress.readings import Progress, Reading, percent_of
from dashboards.training_coverage.counting import (
    People,
    Roster,
    StaffRosters,
    certified_on,
    first_certified_on,
    roster_of,
    staff_rosters,
)
from dashboards.training_coverage.question import CoverageQuestion, question_of_district
from district.calendar import school_year_of, school_year_window
from training.models import Practitioner

Chosen = frozenset[int] | None
"""Schools counted; None: the whole district."""


@dataclass(frozen=True)
class Adults:
    """Everything that is asked of the adults of one district: who serves where, who was certified in which year."""

    question: CoverageQuestion
    roster: Roster
    days: Mapping[int, date]
    certified: Mapping[int, People]
    staff: StaffRosters | None

    def schools_with(self, minimum: int, chosen: Chosen, year: int) -> Reading:
        """Schools at which at least `minimum` of those certified serve by name, out of all that are open."""
        places = [place for place in self._places(chosen) if not _is_closed(place, self.days[year])]
        serving = (self.roster.counted(frozenset([place.pk])) & self.certified[year] for place in places)
        number = sum(len(people) >= minimum for people in serving)
        return Reading(year, Fraction(number), number, len(places))

    def staff_certified(self, chosen: Chosen, year: int) -> int:
        """Staff by their role who are certified."""
        people = self.roster.counted(chosen) & self.certified[year]
        return sum(self.roster.capacities[key] in Practitioner.STAFF_CAPACITIES for key in people)

    def _places(self, chosen: Chosen) -> list[SchoolPlace]:
        return [place for place in self.question.schools.values() if chosen is None or place.pk in chosen]


def trained_adults(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Read every measure of trained adults. For each district a fixed number of queries and one a school year."""
    by_district: dict[int, list[Asked]] = {}
    for one in asked:
        by_district.setdefault(one.commitment.district_id, []).append(one)
    found = {}
    for district, some in by_district.items():
        adults = adults_of(district, some, today)
        for one in some:
            history = tuple(_read(adults, one, year) for year in sorted(adults.days))
            found[one.commitment.pk] = Progress(history[-1] if history else None, history)
    return found


def adults_of(district: int, asked: Sequence[Asked], today: date) -> Adults:
    """Return what `asked` needs to know of a district."""
    question = question_of_district(district, today)
    first = first_certified_on(question)
    now = school_year_of(today)
    begins = min(school_year_of(first) if first else now, now)
    days = {year: min(school_year_window(year)[1], today) for year in range(begins, now + 1)}
    shares = [one for one in asked if one.commitment.measure == "staff_trained_share"]
    return Adults(
        question,
        roster_of(question),
        days,
        {year: certified_on(question, day) for year, day in days.items()},
        staff_rosters(question, [one.counted.schools for one in shares]) if shares else None,
    )


def _read(adults: Adults, asked: Asked, year: int) -> Reading:
    commitment, chosen = asked.commitment, asked.counted.schools
    if commitment.measure == "schools_with_keepers":
        return adults.schools_with(commitment.minimum or 1, chosen, year)
    number = adults.staff_certified(chosen, year)
    if adults.staff is None or commitment.measure == "staff_trained":
        return Reading(year, Fraction(number), number)
    is_now = year == max(adults.days)
    staff = adults.staff.number(chosen, None if is_now else year)
    return Reading(year, percent_of(number, staff), number, staff)


def _is_closed(place: SchoolPlace, day: date) -> bool:
    return place.closed_on is not None and place.closed_on <= day
