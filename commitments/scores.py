"""What several raters said of one school, indicator by indicator, and how that moved from round to round. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HIGHEST = 2
"""An indicator is rated 0 not in place, 1 partly in place, 2 in place."""


@dataclass(frozen=True)
class Score:
    """Ratings of one dimension: their number, their mean as a share of the highest, and how far apart raters were.

    `spread` is the largest difference between two raters of the same indicator, 0 to 2; None with fewer than two.
    """

    ratings: int
    raters: int
    share: float | None
    spread: int | None


def score(ratings: Iterable[tuple[int, int, int]]) -> Score:
    """Score ratings given as (indicator, rater, value). Each indicator weighs the same, however many rated it.

    ValueError for a value that is not 0, 1 or 2.
    """
    values: dict[int, list[int]] = {}
    raters = set()
    for item, rater, value in ratings:
        if not 0 <= value <= HIGHEST:
            raise ValueError(f"a rating is 0, 1 or 2, not {value}")
        values.setdefault(item, []).append(value)
        raters.add(rater)
    number = sum(map(len, values.values()))
    if not number:
        return Score(0, 0, None, None)
    means = [sum(given) / len(given) for given in values.values()]
    several = [max(given) - min(given) for given in values.values() if len(given) > 1]
    return Score(number, len(raters), sum(means) / len(means) / HIGHEST, max(several) if several else None)


def by_dimension(items: Sequence[tuple[int, str]], ratings: Iterable[tuple[int, int, int]]) -> dict[str, Score]:
    """Score each dimension of a rubric, in the order of its indicators. `items` are (indicator, dimension)."""
    given: dict[int, list[tuple[int, int, int]]] = {}
    for rating in ratings:
        given.setdefault(rating[0], []).append(rating)
    dimensions = dict.fromkeys(dimension for _item, dimension in items)
    return {
        dimension: score(one for item, of in items if of == dimension for one in given.get(item, ()))
        for dimension in dimensions
    }


def change(earlier: Mapping[str, Score], later: Mapping[str, Score]) -> dict[str, float | None]:
    """For each dimension of `later`, how its share moved since `earlier`; None where either has none."""
    moved: dict[str, float | None] = {}
    for dimension, now in later.items():
        before = earlier.get(dimension)
        known = now.share is not None and before is not None and before.share is not None
        moved[dimension] = now.share - before.share if known else None  # type: ignore[operator, union-attr]
    return moved
