"""Which responses the district's matrix allows for a behavior's level, a grade and a number of earlier ones.

Pure. Codes are those of the record: responses, and kinds of removal. Restorative responses come first, always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from district.rules import GRADES

RESTORATIVE = ("RESTORATIVE_CIRCLE", "RESTORATIVE_CONFERENCE", "MEDIATION")
SUPPORT = ("CONFERENCE_FAMILY", "COUNSELING", "WARNING")
RESPONSES = (
    *RESTORATIVE,
    *SUPPORT,
    *("DETENTION", "OTHER", "CLASS", "BUS", "ISS", "OSS"),
    *("ALTERNATIVE_PLACEMENT", "EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES"),
)
"""What a matrix can allow, in the order in which it is shown."""

GOVERNED_BY_LAW = frozenset({"IAES_PERSONNEL", "IAES_HEARING_OFFICER"})
"""Kinds of removal that federal law alone allows or forbids (34 CFR 300.530(g)); no matrix has them."""

BANDS = (("PR", "02"), ("03", "05"), ("06", "08"), ("09", "13"))
"""The grade bands of the default matrix: first and last grade."""
PRIORS = ((0, 0), (1, 1), (2, None))
"""Its numbers of earlier incidents: none, one, two or more."""


@dataclass(frozen=True)
class Cell:
    """What is allowed for a level, grades from a first to a last, and a number of earlier incidents (None: open)."""

    level: str
    grade_from: str
    grade_to: str
    prior_from: int
    prior_to: int | None
    responses: tuple[str, ...]

    def holds(self, *, level: str, grade: str, prior: int) -> bool:
        """Say whether the cell is the one for a level, a grade and a number of earlier incidents."""
        return (
            self.level == level
            and grade in GRADES
            and GRADES.index(self.grade_from) <= GRADES.index(grade) <= GRADES.index(self.grade_to)
            and self.prior_from <= prior
            and (self.prior_to is None or prior <= self.prior_to)
        )


@dataclass(frozen=True)
class Allowed:
    """The answer of a matrix: what it allows, in order, and whether it has an answer at all."""

    responses: tuple[str, ...] = ()
    is_defined: bool = False

    def is_outside(self, response: str) -> bool:
        """Say whether a response goes beyond the matrix and so needs a typed reason.

        Nothing does where the matrix has no answer. An informal removal always does: no matrix allows one.
        """
        return self.is_defined and response not in self.responses and response not in GOVERNED_BY_LAW


def allowed(cells: Iterable[Cell], *, level: str, grade: str, prior: int) -> Allowed:
    """Return what the matrix allows. `prior`: earlier incidents of the level in the school year, 0 or more.

    An unknown level, and a grade without a place in the order, have no answer. For several behaviors of one incident
    ask for the highest level.
    """
    for cell in cells:
        if cell.holds(level=level, grade=grade, prior=prior):
            return Allowed(in_order(cell.responses), is_defined=True)
    return Allowed()


def in_order(responses: Iterable[str]) -> tuple[str, ...]:
    """The responses once each, restorative ones first. Codes that no matrix has are left out."""
    given = set(responses)
    return tuple(response for response in RESPONSES if response in given)


def problems(cells: Sequence[Cell]) -> Iterator[str]:
    """Say what is wrong with a matrix, in English: unknown codes, empty or turned spans, cells that overlap."""
    for cell in cells:
        name = f"level {cell.level}, grades {cell.grade_from} to {cell.grade_to}, {cell.prior_from} earlier"
        if not {cell.grade_from, cell.grade_to} <= set(GRADES):
            yield f"{name}: a grade has no place in the order"
        elif GRADES.index(cell.grade_from) > GRADES.index(cell.grade_to):
            yield f"{name}: the last grade comes before the first"
        if cell.prior_from < 0 or (cell.prior_to is not None and cell.prior_to < cell.prior_from):
            yield f"{name}: the numbers of earlier incidents are turned around"
        if not cell.responses:
            yield f"{name}: nothing is allowed"
        if unknown := sorted(set(cell.responses) - set(RESPONSES)):
            yield f"{name}: {unknown[0]} is not a response that a matrix can allow"
    for place, cell in enumerate(cells):
        for other in cells[place + 1 :]:
            if _overlap(cell, other):
                yield f"level {cell.level}: two cells are about the same grades and number of earlier incidents"


def _overlap(one: Cell, other: Cell) -> bool:
    if one.level != other.level or not {one.grade_from, one.grade_to, other.grade_from, other.grade_to} <= set(GRADES):
        return False
    grades = GRADES.index(one.grade_from) <= GRADES.index(other.grade_to) and GRADES.index(
        other.grade_from
    ) <= GRADES.index(one.grade_to)
    one_last = float("inf") if one.prior_to is None else one.prior_to
    other_last = float("inf") if other.prior_to is None else other.prior_to
    return grades and one.prior_from <= other_last and other.prior_from <= one_last


def default_cells() -> tuple[Cell, ...]:
    """The matrix that a new district begins with: a local default, to be changed. Levels are those of the default code.

    Level 1 never removes from school. Kindergarten to grade 2 are never suspended out of school.
    """
    return tuple(
        Cell(str(level), *band, first, last, _default(level, band, first))
        for level in (1, 2, 3, 4)
        for band in BANDS
        for first, last in PRIORS
    )


def _default(level: int, band: tuple[str, str], prior: int) -> tuple[str, ...]:
    step = level + prior
    is_young, is_older = band == BANDS[0], band in BANDS[2:]
    added = {
        "DETENTION": step >= 2 and not is_young,
        "CLASS": step >= 3,
        "ISS": level >= 2 and step >= 3,
        "OSS": level >= 3 and not is_young and (is_older or step >= 4),
        "ALTERNATIVE_PLACEMENT": level == 4 and is_older and prior >= 1,
        "EXPULSION_WITH_SERVICES": level == 4 and is_older and prior >= 1,
    }
    return (*RESTORATIVE, *SUPPORT, *(response for response, given in added.items() if given))
