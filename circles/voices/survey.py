"""The survey after a circle as counts, and when counts may be shown: pure.

An answer joins the pile of its school, year and part in the circle; nobody's answer stands alone. Once a month piles
that are large enough become batches, and only batches are shown. Whatever is shown is a sum of whole batches, so is
every difference between two figures, of two readers, two pages or two months: none is about fewer than the minimum,
neither of surveys nor of answers to one question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MINIMUM = 10
"""People below whom nothing is shown: the floor of most states' reports, and of what the product publishes."""

HEARD, FAIR, REPAIRED, SAFE = "heard", "fair", "repaired", "safe"
QUESTIONS = (HEARD, FAIR, REPAIRED, SAFE)
YES, MOSTLY, LITTLE, NO = "yes", "mostly", "little", "no"
ANSWERS = (YES, MOSTLY, LITTLE, NO)
GOOD = frozenset({YES, MOSTLY})

Counts = Mapping[str, Mapping[str, int]]
"""Question → answer → how many gave it."""
Group = tuple[int, str]
"""School (its key) and part in the circle."""


@dataclass(frozen=True)
class Tally:
    """How many surveys came back, and how often each answer stands in them. A question may be left out."""

    returned: int = 0
    counts: Counts = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        counts = {
            question: {answer: self.count(question, answer) + other.count(question, answer) for answer in ANSWERS}
            for question in QUESTIONS
        }
        return Tally(self.returned + other.returned, counts)

    def count(self, question: str, answer: str) -> int:
        """How often one answer was given."""
        return self.counts.get(question, {}).get(answer, 0)

    def answered(self, question: str) -> int:
        """How many answered a question."""
        return sum(self.count(question, answer) for answer in ANSWERS)

    def good(self, question: str) -> int:
        """How many answered yes, or mostly."""
        return sum(self.count(question, answer) for answer in GOOD)


def tally_of(given: Mapping[str, str]) -> Tally:
    """Return one survey as counts. Raises ValueError for an unknown question or answer, or when all are left out."""
    answered = {question: answer for question, answer in given.items() if answer}
    if not answered or not set(answered) <= set(QUESTIONS) or not set(answered.values()) <= set(ANSWERS):
        raise ValueError(sorted(given))
    return Tally(1, {question: {answer: 1} for question, answer in answered.items()})


@dataclass(frozen=True)
class Batch:
    """Answers that may be shown: at least the minimum. No school, or no part: of several that were too few alone."""

    school: int | None
    role: str
    tally: Tally
    groups: tuple[Group, ...]


def told(tally: Tally, minimum: int) -> Tally:
    """Return counts without the questions that fewer than the minimum answered: those are in no figure, nor total."""
    kept = {question: dict(tally.counts[question]) for question in QUESTIONS if tally.answered(question) >= minimum}
    return Tally(tally.returned, kept)


def batches_of(piles: Mapping[Group, Tally], minimum: int = MINIMUM) -> list[Batch]:
    """Return what of `piles` (of one school year) may be shown now; every pile is in one batch at most.

    A pile that is large enough is a batch. Of the rest, each school's together; then each part's over all schools; then
    all together: whatever of them is large enough. What is left waits. A question that too few of a batch answered is
    left out of it for good.
    """
    left = {group: tally for group, tally in piles.items() if tally.returned}
    found: list[Batch] = []

    def take(school: int | None, role: str, groups: Iterable[Group]) -> None:
        chosen = tuple(sorted(groups))
        total = sum((left[group] for group in chosen), Tally())
        if total.returned >= minimum:
            found.append(Batch(school, role, told(total, minimum), chosen))
            for group in chosen:
                del left[group]

    for group in sorted(left):
        take(*group, [group])
    for school in sorted({school for school, _role in left}):
        take(school, "", [group for group in left if group[0] == school])
    for role in sorted({role for _school, role in left}):
        take(None, role, [group for group in left if group[1] == role])
    take(None, "", list(left))
    return found


_CODED = ((300, 1), (100, 2), (40, 5), (20, 10), (10, 20))
"""From so many answers on → percent at either end that is not told apart (guidance for states, NCES 2011-603)."""


def coded_share(good: int, answered: int, minimum: int = MINIMUM) -> str:
    """Return a share as whole percent; near either end only that it is there: "<=20%". Empty below the minimum.

    Where all of a group said the same, a share to the last percent would tell what each of them said.
    """
    if answered < max(minimum, 1):
        return ""
    end = next((percent for least, percent in _CODED if answered >= least), _CODED[-1][1])
    percent = 100 * good / answered
    if percent <= end:
        return f"<={end}%"
    if percent >= 100 - end:
        return f">={100 - end}%"
    return f"{round(percent)}%"
