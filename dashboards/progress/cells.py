"""The dashboards' own cells for commitments (`measures.count_cells`), counted for many of them together.

Commitments with the same rate, the same dimension and the same kind of pool share one count: those of a whole district
one, those of single schools one by school, those of several schools one for each set of schools.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboards.dimensions import SCHOOL
from dashboards.measures import EVERY_SCHOOL, MEASURES, Cell, Pool
from dashboards.progress.asked import NONE, Asked, Years
from dashboards.progress.readings import Progress, Reading
from dashboards.tallies import count_cells

ENROLLED_BY = "oss"
"""The measure whose cells a commitment takes that needs the students enrolled and no rate."""


@dataclass(frozen=True)
class Shape:
    """What commitments must have in common to be counted together."""

    district: int
    rate_of: str
    dimension: str
    schools: frozenset[int] | None
    by_school: bool


def finished(asked: Asked, years: Years | None, by_year: Mapping[int, Reading]) -> Progress:
    """The readings of the years with students, and the one that counts now."""
    if years is None:
        return NONE
    history = tuple(by_year[year] for year in years.enrolled if year in by_year)
    current = by_year.get(years.current) if years.current else None
    return Progress(current, history, is_part=asked.counted.is_part)


def by_cells(
    asked: Sequence[Asked],
    years: Mapping[int, Years],
    read: Callable[[Asked, int, Sequence[Cell]], Reading],
) -> dict[int, Progress]:
    """Read each commitment from the cells of its schools and group, by school year."""
    shapes: dict[Shape, list[Asked]] = {}
    for one in asked:
        shapes.setdefault(_shape(one), []).append(one)
    found: dict[int, Progress] = {}
    for shape, some in shapes.items():
        known = years.get(shape.district)
        cells = _cells(shape, some, known) if known else {}
        for one in some:
            place = next(iter(one.counted.schools)) if shape.by_school and one.counted.schools else EVERY_SCHOOL
            by_year = {
                year: read(one, year, cells.get((year, place), ())) for year in (known.enrolled if known else ())
            }
            found[one.commitment.pk] = finished(one, known, by_year)
    return found


def _shape(asked: Asked) -> Shape:
    one, schools = asked.commitment, asked.counted.schools
    by_school = schools is not None and len(schools) == 1
    dimension = one.group.partition("=")[0]
    return Shape(one.district_id, one.rate_of or ENROLLED_BY, dimension, None if by_school else schools, by_school)


def _cells(shape: Shape, asked: Sequence[Asked], years: Years) -> dict[tuple[int, int], list[Cell]]:
    """The cells of a shape by year and school (`EVERY_SCHOOL`: none is told apart)."""
    schools = shape.schools
    if shape.by_school:
        schools = frozenset().union(*(one.counted.schools or frozenset() for one in asked))
    pool = Pool(years=years.keys, schools=schools)
    by = [name for name in (SCHOOL if shape.by_school else "", shape.dimension) if name]
    found: dict[tuple[int, int], list[Cell]] = {}
    for cell in count_cells(MEASURES[shape.rate_of], pool, by):
        found.setdefault((cell.year, cell.school), []).append(cell)
    return found
