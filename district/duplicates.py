"""Students who may be on record twice: the same name, whatever its order and accents, and birth dates that agree.

No Django here. It only points out pairs for a person to look at: two children may well share a name and a birthday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations


class Likeness(StrEnum):
    """How two records are alike; the surest first."""

    SAME = "same"  # name and birth date
    SWAPPED = "swapped"  # the same words of the name in another order, same birth date
    SHORTER = "shorter"  # one lacks a word of the name, such as the middle one; same birth date
    DATE_SWAPPED = "date_swapped"  # same name, day and month of the birth date exchanged
    DATE_MISSING = "date_missing"  # same name, one birth date not known


@dataclass(frozen=True)
class Named:
    """One student: key, the search key of the name (no accents, family name first), birth date if known."""

    key: int
    name: str
    birth_date: date | None


@dataclass(frozen=True)
class Pair:
    """Two records that may be of one student; `first` has the smaller key."""

    first: int
    second: int
    likeness: Likeness


FEWEST_WORDS = 2
"""Words that a shorter name must have: one word alone is shared by many."""


def find_pairs(students: Iterable[Named]) -> list[Pair]:
    """Return the pairs that are alike, the surest first, then by key. Each pair once, with its surest likeness."""
    by_words: dict[tuple[str, ...], list[Named]] = {}
    for student in students:
        if words := words_of(student.name):
            by_words.setdefault(words, []).append(student)
    found: dict[tuple[int, int], Likeness] = {}
    order = list(Likeness)
    for first, second, likeness in (*_same_words(by_words), *_shorter(by_words)):
        key = (min(first, second), max(first, second))
        known = found.get(key)
        if known is None or order.index(likeness) < order.index(known):
            found[key] = likeness
    ranked = sorted(found.items(), key=lambda item: (order.index(item[1]), item[0]))
    return [Pair(first, second, likeness) for (first, second), likeness in ranked]


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in an order that does not depend on which one is the family name."""
    return tuple(sorted(name.split()))


def _same_words(by_words: dict[tuple[str, ...], list[Named]]) -> Iterator[tuple[int, int, Likeness]]:
    for group in by_words.values():
        for one, other in combinations(group, 2):
            if likeness := _by_dates(one, other):
                yield one.key, other.key, likeness


def _by_dates(one: Named, other: Named) -> Likeness | None:
    born, also = one.birth_date, other.birth_date
    if born is None and also is None:
        return None
    if born is None or also is None:
        return Likeness.DATE_MISSING
    if born == also:
        return Likeness.SAME if one.name == other.name else Likeness.SWAPPED
    exchanged = (born.year, born.day, born.month) == (also.year, also.month, also.day)
    return Likeness.DATE_SWAPPED if exchanged else None


def _shorter(by_words: dict[tuple[str, ...], list[Named]]) -> Iterator[tuple[int, int, Likeness]]:
    """Pairs of a longer name with every shorter one made of its words."""
    for words, group in by_words.items():
        for count in range(FEWEST_WORDS, len(words)):
            for fewer in set(combinations(words, count)):
                for one in by_words.get(fewer, ()):
                    for other in group:
                        if one.birth_date is not None and one.birth_date == other.birth_date:
                            yield one.key, other.key, Likeness.SHORTER
