"""The board as frozen rows: what the page, the endpoint, the CSV file and the workbook all show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from commitments.models import RolloutTarget, Stage
from dashboards.parameters import SchoolPlace
from dashboards.progress.forecast import reached_on
from dashboards.rollout import counting, definitions
from dashboards.rollout.counting import TIERS, Decision, Promises, Suspensions, stage_on
from dashboards.rollout.hints import Hint, Signs, hint
from dashboards.rollout.question import RolloutQuestion
from district.models import User

SCHOOL, FIRST, OTHERS, DISTRICT = "school", "first_school", "other_schools", "district"
BREAKDOWN_NAMES = (SCHOOL, FIRST, OTHERS, DISTRICT)
"""What rows are, in their order."""
COLUMNS = (
    *("breakdown", "school", "label", "stage", "since", "evidence", "decided_by", "hint", "schools", "in_practice"),
    *("certified", "in_place", "rated_on", *(f"circles_tier_{tier}" for tier in TIERS), "agreements_kept"),
    *("students", "suspension_rate", "baseline_rate", "suspension_change", "status"),
    *("commitments", "met", "missed"),
)
"""Keys of a row, in the order in which files have them."""


@dataclass(frozen=True)
class RolloutRow:
    """One school, or several together. `students` is None where the reader does not see exact figures.

    `circles` are those of tier 1, 2 and 3 for every 100 students, `agreements_kept` a share; None: not recorded yet.
    """

    breakdown: str
    label: str
    schools: int
    in_practice: int
    certified: int
    promises: Promises
    students: Suspensions | None
    status: str
    school: str = ""
    decision: Decision | None = None
    hint: Hint | None = None
    rating: tuple[float, date] | None = None
    circles: tuple[float | None, ...] = (None, None, None)
    agreements_kept: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the row as the API shows it."""
        decision, rating, students = self.decision, self.rating, self.students
        found: dict[str, Any] = {
            "breakdown": self.breakdown,
            "school": self.school,
            "label": self.label,
            "stage": decision.stage if decision else None,
            "since": decision.decided_on.isoformat() if decision else None,
            "evidence": decision.evidence if decision else "",
            "decided_by": decision.decided_by if decision else "",
            "hint": self.hint.stage if self.hint else None,
            "schools": self.schools,
            "in_practice": self.in_practice,
            "certified": self.certified,
            "in_place": rating[0] if rating else None,
            "rated_on": rating[1].isoformat() if rating else None,
            **{f"circles_tier_{tier}": number for tier, number in zip(TIERS, self.circles, strict=True)},
            "agreements_kept": self.agreements_kept,
            "students": students.students if students else None,
            "suspension_rate": students.rate if students else None,
            "baseline_rate": students.baseline_rate if students else None,
            "suspension_change": students.change if students else None,
            "status": self.status,
            "commitments": self.promises.commitments,
            "met": self.promises.met,
            "missed": self.promises.missed,
        }
        return found


@dataclass(frozen=True)
class TargetLine:
    """One target and how far the district is: schools there today, and on its day where that is over."""

    target: RolloutTarget
    wanted: int
    reached: int
    reached_by_due: int | None
    forecast_on: date | None

    @property
    def state(self) -> str:
        """met, missed (its day is over, and it was not reached by then) or open."""
        if self.reached_by_due is not None:
            return "met" if self.reached_by_due >= self.wanted else "missed"
        return "met" if self.reached >= self.wanted else "open"

    def as_json(self) -> dict[str, Any]:
        """Return the line as the API shows it."""
        one = self.target
        return {
            "id": str(one.uid),
            "stage": one.stage,
            "schools": one.schools,
            "due_on": one.due_on.isoformat(),
            "adopted_on": one.adopted_on.isoformat(),
            "source": one.source,
            "wanted": self.wanted,
            "reached": self.reached,
            "reached_by_due": self.reached_by_due,
            "state": self.state,
            "forecast_on": self.forecast_on.isoformat() if self.forecast_on else None,
        }


@dataclass(frozen=True)
class RolloutReport:
    """A question and its answer: rows, targets, and the decisions behind the stages by school code."""

    definition: dict[str, Any]
    rows: tuple[RolloutRow, ...]
    targets: tuple[TargetLine, ...]
    stages: dict[str, int]
    decisions: dict[str, list[Decision]] = field(default_factory=dict)

    def of(self, breakdown: str) -> tuple[RolloutRow, ...]:
        """The rows of one kind, in their order."""
        return tuple(row for row in self.rows if row.breakdown == breakdown)

    @property
    def total(self) -> RolloutRow:
        """All schools counted together."""
        return self.of(DISTRICT)[0]

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {
            "definition": self.definition,
            "stages": self.stages,
            "targets": [target.as_json() for target in self.targets],
            "rows": [row.as_json() for row in self.rows],
        }


def rollout(question: RolloutQuestion, reader: User) -> RolloutReport:
    """Answer the question as far as `reader` may know. The number of queries is fixed."""
    board = _Board(question, reader)
    rows = (*board.schools(), *board.first_beside_others(), board.district())
    number = {stage.value: 0 for stage in Stage} | {"none": 0}
    for place in board.open_schools:
        number[board.stage_of(place) or "none"] += 1
    decisions = {place.code: board.stages.get(place.pk, []) for place in question.counted_schools}
    return RolloutReport(_definition(question), rows, tuple(board.targets()), number, decisions)


class _Board:
    """What is known of every school, and the rows made of it."""

    def __init__(self, question: RolloutQuestion, reader: User) -> None:
        self.question = question
        self.stages = counting.stages_of(question)
        self.keepers = counting.keepers_of(question)
        self.ratings = counting.ratings_of(question, reader)
        self.promises, self.all_promises = counting.promises_of(question, reader)
        self.figures = counting.students_of(question)
        self.circles = counting.circles_of(question)
        self.open_schools = self._open_on(question.day)

    def _open_on(self, day: date) -> list[SchoolPlace]:
        places = self.question.counted_schools
        return [place for place in places if place.closed_on is None or place.closed_on > day]

    def stage_of(self, place: SchoolPlace) -> str | None:
        """The stage of a school today."""
        return stage_on(self.stages.get(place.pk, []), self.question.day)

    def schools(self) -> Iterator[RolloutRow]:
        """Every open school, in the order of the codes."""
        for place in self.open_schools:
            students, status = self._students(place)
            known = self.stages.get(place.pk, [])
            here = frozenset([place.pk])
            rating, certified = self.ratings.get(place.pk), self.keepers.number(here)
            is_told = self.circles.held.is_recorded and self.question.sees(place.pk)
            held = self.circles.held.number(self.circles.year, here) if is_told else None
            yield RolloutRow(
                SCHOOL,
                place.name,
                1,
                int(self._is_in_practice(place)),
                certified,
                self.promises.get(place.pk, Promises()),
                students,
                status,
                school=place.code,
                decision=known[-1] if known else None,
                hint=hint(Signs(certified, rating[0] if rating else None, held)),
                rating=rating,
                circles=self._circles(here, self.circles.students.get(place.pk)),
                agreements_kept=self.circles.kept(here) if self.question.sees(place.pk) else None,
            )

    def first_beside_others(self) -> Iterator[RolloutRow]:
        """The first school at installation or beyond, and all other open ones together; nothing without a first."""
        first = self._first()
        others = [place for place in self.open_schools if place != first]
        if first is None or not others:
            return
        (row,) = (row for row in self.schools() if row.school == first.code)
        yield RolloutRow(**{**vars(row), "breakdown": FIRST})
        yield self._together(OTHERS, _("All other schools"), others)

    def district(self) -> RolloutRow:
        """All schools counted."""
        label = self.question.district_name if self.question.chosen is None else _("All schools chosen")
        return self._together(DISTRICT, label, self.open_schools)

    def targets(self) -> Iterator[TargetLine]:
        """Targets of the district, where all of it is counted."""
        if self.question.chosen is not None:
            return
        for target in counting.targets_of(self.question):
            wanted = target.schools or len(self._open_on(min(target.due_on, self.question.day)))
            is_over = target.due_on < self.question.day
            reached = self._reached(target.stage, self.question.day)
            yield TargetLine(
                target,
                wanted,
                reached,
                self._reached(target.stage, target.due_on) if is_over else None,
                None if reached >= wanted else self._forecast(target.stage, wanted),
            )

    def _reached(self, stage: str, day: date) -> int:
        wanted = Stage.from_on(stage)
        return sum(stage_on(self.stages.get(place.pk, []), day) in wanted for place in self._open_on(day))

    def _forecast(self, stage: str, wanted: int) -> date | None:
        """The day on which so many schools are there if it goes on as it has since the first."""
        days = sorted({one.decided_on for known in self.stages.values() for one in known} | {self.question.day})
        points = [(day, float(number)) for day in days if (number := self._reached(stage, day))]
        return reached_on(points, target=wanted)

    def _is_in_practice(self, place: SchoolPlace) -> bool:
        return self.stage_of(place) in Stage.from_on(Stage.INITIAL)

    def _first(self) -> SchoolPlace | None:
        begun = Stage.from_on(Stage.INSTALLATION)
        found = []
        for place in self.open_schools:
            days = [one.decided_on for one in self.stages.get(place.pk, []) if one.stage in begun]
            if days:
                found.append((min(days), place.code, place))
        return min(found, key=lambda one: one[:2])[2] if found else None

    def _students(self, place: SchoolPlace) -> tuple[Suspensions | None, str]:
        years = {one.year for one in (self.question.year, self.question.baseline) if one}
        if not self.question.sees(place.pk):
            return None, "withheld"
        if place.unreported & years:
            return None, "not_reported"
        found = self.figures.by_school.get(place.pk)
        return found, "actual" if found else "none"

    def _together(self, breakdown: str, label: str, places: list[SchoolPlace]) -> RolloutRow:
        keys = frozenset(place.pk for place in places)
        is_all = breakdown == DISTRICT
        students = self.figures.by_school.get(None) if is_all else self.figures.of(keys)
        hidden = not all(self.question.sees(place.pk) for place in places)
        enrolled = self.circles.students.get(None) if is_all else self._enrolled(keys)
        promises = self.all_promises if is_all else _sum(self.promises.get(key, Promises()) for key in keys)
        return RolloutRow(
            breakdown,
            label,
            len(places),
            sum(self._is_in_practice(place) for place in places),
            self.keepers.number(None if is_all else keys),
            promises,
            students,
            "withheld" if hidden else "actual" if students else "none",
            circles=self._circles(keys, enrolled),
            agreements_kept=None if hidden else self.circles.kept(keys),
        )

    def _enrolled(self, schools: frozenset[int]) -> int:
        """Students of several schools this year, school by school: who moved between them counts at each."""
        return sum(self.circles.students.get(key, 0) for key in schools)

    def _circles(self, schools: frozenset[int], students: int | None) -> tuple[float | None, ...]:
        if not all(self.question.sees(key) for key in schools):
            return tuple(None for _tier in TIERS)
        return self.circles.per_100(schools, students)


def _sum(parts: Iterator[Promises]) -> Promises:
    some = list(parts)
    return Promises(sum(p.commitments for p in some), sum(p.met for p in some), sum(p.missed for p in some))


def _definition(question: RolloutQuestion) -> dict[str, Any]:
    schools = None if question.chosen is None else [place.code for place in question.counted_schools]
    return {
        "district": question.district_code,
        "schools": schools,
        "day": question.day.isoformat(),
        "school_year": question.year.year if question.year else None,
        "baseline": question.baseline.year if question.baseline else None,
        "measure": question.measure.key,
        **{name: str(words) for name, words in definitions.TERMS.items()},
    }
