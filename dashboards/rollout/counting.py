"""From records to what is known of every school: stages, keepers, ratings, commitments, suspensions. Fixed queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Exists, OuterRef

from commitments.models import Commitment, FidelityRound, Rating, RolloutStage, RolloutTarget
from commitments.scores import score
from commitments.sections import with_standing
from dashboards.circles_held import Agreed, CirclesHeld, agreed_in, circles_held
from dashboards.dimensions import SCHOOL
from dashboards.measures import EVERY_SCHOOL, Cell, Pool, enrolled_students
from dashboards.risk import rate
from dashboards.rollout.question import RolloutQuestion
from dashboards.tallies import count_cells
from dashboards.training_coverage.counting import certified_on, roster_of
from dashboards.training_coverage.question import question_of_district
from district.calendar import school_year_of
from district.models import User

TIERS = (1, 2, 3)
Key = int | None
"""Key of a school; None: all schools counted together."""


@dataclass(frozen=True)
class Decision:
    """One decision about the stage of a school."""

    stage: str
    decided_on: date
    evidence: str
    decided_by: str


def stages_of(question: RolloutQuestion) -> dict[int, list[Decision]]:
    """Every standing decision until today by school, in order. One query."""
    rows = RolloutStage.objects.until(question.day)
    rows = rows.filter(school__in=[place.pk for place in question.counted_schools])
    found: dict[int, list[Decision]] = {}
    for school, *decision in rows.values_list("school", "stage", "decided_on", "evidence", "decided_by"):
        found.setdefault(school, []).append(Decision(*decision))
    return found


def stage_on(decisions: list[Decision], day: date) -> str | None:
    """The stage that held on a day."""
    before = [one.stage for one in decisions if one.decided_on <= day]
    return before[-1] if before else None


def targets_of(question: RolloutQuestion) -> list[RolloutTarget]:
    """What the district is to reach, in the order of the days. One query."""
    return list(RolloutTarget.objects.standing().filter(district=question.district).order_by("due_on", "pk"))


@dataclass(frozen=True)
class Keepers:
    """People certified today by school, and those of any set of schools counted once."""

    people: Mapping[int, frozenset[int]]
    everybody: frozenset[int]
    is_whole_district: bool

    def number(self, schools: frozenset[int] | None) -> int:
        """People certified who serve one of the schools by name; None: all of the question."""
        if schools is None and self.is_whole_district:
            return len(self.everybody)
        keys = self.people if schools is None else schools
        return len(frozenset().union(*(self.people.get(key, frozenset()) for key in keys)))


def keepers_of(question: RolloutQuestion) -> Keepers:
    """Count as the coverage of training does. Six queries."""
    asked = question_of_district(question.district, question.day)
    roster, certified = roster_of(asked), certified_on(asked, question.day)
    places = question.counted_schools
    people = {place.pk: roster.counted(frozenset([place.pk])) & certified for place in places}
    return Keepers(people, frozenset(roster.capacities) & certified, question.chosen is None)


def ratings_of(question: RolloutQuestion, reader: User) -> dict[int, tuple[float, date]]:
    """The share in place by the latest round with ratings, and the day of that round, by school. Two queries."""
    rated = Exists(Rating.objects.filter(round=OuterRef("pk")))
    rounds = FidelityRound.objects.visible_to(reader).filter(rated, opened_on__lte=question.day)
    rounds = rounds.filter(school__in=[place.pk for place in question.counted_schools]).order_by("opened_on", "pk")
    latest = {school: (key, on) for key, school, on in rounds.values_list("pk", "school", "opened_on")}
    given: dict[int, list[tuple[int, int, int]]] = {}
    rows = Rating.objects.filter(round__in=[key for key, _on in latest.values()])
    for key, *rating in rows.values_list("round", "item", "rater", "value"):
        given.setdefault(key, []).append((rating[0], rating[1], rating[2]))
    shares = {school: (score(given.get(key, ())).share, on) for school, (key, on) in latest.items()}
    return {school: (share, on) for school, (share, on) in shares.items() if share is not None}


@dataclass(frozen=True)
class Promises:
    """Commitments that bind: how many, how many of them are met, how many missed."""

    commitments: int = 0
    met: int = 0
    missed: int = 0

    def plus(self, *, met: bool, missed: bool) -> Promises:
        """One more."""
        return Promises(self.commitments + 1, self.met + met, self.missed + missed)


def promises_of(question: RolloutQuestion, reader: User) -> tuple[dict[int, Promises], Promises]:
    """Commitments by the school that they name, and all of the reader's that bind a school counted. Two queries."""
    status = (Commitment.Status.ACTIVE, Commitment.Status.COMPLETE)
    rows = Commitment.objects.visible_to(reader).filter(district=question.district, status__in=status)
    states = {
        key: {"met": state == Commitment.Status.COMPLETE, "missed": misses > 0}
        for key, state, misses in with_standing(rows, reader).values_list("pk", "status", "misses_known")
    }
    named: dict[int, set[int]] = {}
    links = Commitment.schools.through.objects.filter(commitment__in=states)
    for commitment, school in links.values_list("commitment", "school"):
        named.setdefault(commitment, set()).add(school)
    counted = {place.pk for place in question.counted_schools}
    by_school: dict[int, Promises] = {}
    together = Promises()
    for key, state in states.items():
        for school in named.get(key, set()) & counted:
            by_school[school] = by_school.get(school, Promises()).plus(**state)
        if key not in named or named[key] & counted:
            together = together.plus(**state)
    return by_school, together


@dataclass(frozen=True)
class Suspensions:
    """Students of the year and of the baseline year: suspended and enrolled."""

    suspended: int = 0
    students: int = 0
    suspended_before: int = 0
    students_before: int = 0

    @property
    def rate(self) -> float | None:
        """Share of the students suspended in the year."""
        return rate(self.suspended, self.students)

    @property
    def baseline_rate(self) -> float | None:
        """Share of the students suspended in the baseline year."""
        return rate(self.suspended_before, self.students_before)

    @property
    def change(self) -> float | None:
        """Rate minus that of the baseline year: one division of whole numbers."""
        if self.students <= 0 or self.students_before <= 0:
            return None
        moved = self.suspended * self.students_before - self.suspended_before * self.students
        return moved / (self.students * self.students_before)


@dataclass(frozen=True)
class StudentFigures:
    """Figures about students where the reader sees exact ones: by school, all together (None), or of some of them."""

    question: RolloutQuestion
    by_school: Mapping[Key, Suspensions] = field(default_factory=dict)

    def of(self, schools: frozenset[int]) -> Suspensions | None:
        """Count each student of some schools once. Three queries; None where one is not open to the reader."""
        if not schools or not self.question.year or not all(self.question.sees(key) for key in schools):
            return None
        return _suspensions(self.question, _cells(self.question, schools, by_school=False)).get(None)


def students_of(question: RolloutQuestion) -> StudentFigures:
    """Count by school, and all together where every school is open to the reader. At most six queries."""
    seen = frozenset(place.pk for place in question.counted_schools if question.sees(place.pk))
    if not question.year or not seen:
        return StudentFigures(question)
    schools = None if question.chosen is None and question.exact is None else seen
    found = dict(_suspensions(question, _cells(question, schools, by_school=True)))
    if question.sees_all:
        found |= _suspensions(question, _cells(question, schools, by_school=False))
    return StudentFigures(question, found)


@dataclass(frozen=True)
class CircleFigures:
    """Circles of the present school year, and the students of it: by school and all together (None)."""

    held: CirclesHeld
    agreed: Agreed
    year: int
    students: Mapping[Key, int]

    def kept(self, schools: frozenset[int]) -> float | None:
        """Share of what was agreed in circles of this and earlier school years that was kept; None: nothing was due."""
        return self.agreed.kept(None, schools).completion

    def per_100(self, schools: frozenset[int], students: int | None) -> tuple[float | None, ...]:
        """Circles of each tier for every 100 students; all None where nothing is recorded or nobody enrolled."""
        if not self.held.is_recorded or not students:
            return tuple(None for _tier in TIERS)
        return tuple(100 * self.held.number(self.year, schools, tier) / students for tier in TIERS)


def circles_of(question: RolloutQuestion) -> CircleFigures:
    """Count circles and students of the present school year, and all agreements that are due. Five queries."""
    year = school_year_of(question.day)
    held = circles_held([question.district], years=[year]).get(question.district, CirclesHeld())
    agreed = agreed_in([question.district], until=question.day).get(question.district, Agreed())
    place = next((one for one in question.every_year if one.year == year), None)
    if place is None or not held.is_recorded:
        return CircleFigures(held, agreed, year, {})
    pool = Pool(years={place.pk: year}, schools=frozenset(one.pk for one in question.counted_schools))
    by_school = enrolled_students(pool, (), at_schools=True)
    students: dict[Key, int] = {school: number for (_year, school, _values), number in by_school.items()}
    return CircleFigures(
        held, agreed, year, students | {None: sum(enrolled_students(pool, (), at_schools=False).values())}
    )


def _cells(question: RolloutQuestion, schools: frozenset[int] | None, *, by_school: bool) -> list[Cell]:
    years = [place for place in (question.year, question.baseline) if place]
    pool: Pool = replace(question.pool, years={place.pk: place.year for place in years}, schools=schools)
    return count_cells(question.measure, pool, (SCHOOL,) if by_school else ())


def _suspensions(question: RolloutQuestion, cells: list[Cell]) -> dict[Key, Suspensions]:
    found = {(cell.school, cell.year): cell for cell in cells}
    year = question.year.year if question.year else 0
    before = question.baseline.year if question.baseline else 0
    nobody = Cell(0, 0, ())
    pairs = {key: (found.get((key, year), nobody), found.get((key, before), nobody)) for key, _year in found}
    return {
        None if key == EVERY_SCHOOL else key: Suspensions(now.affected, now.enrolled, then.affected, then.enrolled)
        for key, (now, then) in pairs.items()
    }
