"""Rows that tell groups apart: who takes part, to whom something is offered, who is referred again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from circles.recurrence import WINDOWS, Followed, last_day, recurrence
from dashboards import definitions as shared
from dashboards.circle_outcomes.people import People, Taking, taking_part
from dashboards.circle_outcomes.question import OutcomeQuestion
from dashboards.circle_outcomes.rows import FEW, NOT_REPORTED, TOO_FEW, OutcomeRow, count_row, ratio_columns
from dashboards.dimensions import SCHOOL, Value, written
from dashboards.offers.reports import OfferReport, OfferRow
from dashboards.risk import compare


def group_label(question: OutcomeQuestion, value: Value) -> str:
    """Name of a group; empty for everybody."""
    if question.by == SCHOOL:
        names = {place.code: place.name for place in question.counted_schools}
        return names.get(str(value), str(value))
    return str(shared.value_label(question.by, value)) if question.by else ""


# --- Referred again ---------------------------------------------------------------------------------------------------
def recurrence_rows(question: OutcomeQuestion, people: People) -> Iterator[OutcomeRow]:
    """Everybody, then each group, in each window. Of a group below the floor only its number is given."""
    groups = {value: _windows(question, some) for value, some in people.followed().items()}
    for window in WINDOWS:
        yield _recurrence_row(window, sum((found[window] for found in groups.values()), After()))
    if question.by:
        for value in sorted(groups, key=written):
            for window in WINDOWS:
                more = {"group": value, "label": group_label(question, value)}
                row = _recurrence_row(window, groups[value][window], **more)
                yield row if row.n and row.n >= FEW else _withheld(row)


@dataclass(frozen=True)
class After:
    """Students after a circle: counted, of them referred again; those whose days are not over, those who left."""

    counted: int = 0
    again: int = 0
    waiting: int = 0
    left: int = 0

    def __add__(self, other: After) -> After:
        """Two groups together."""
        return After(
            self.counted + other.counted,
            self.again + other.again,
            self.waiting + other.waiting,
            self.left + other.left,
        )


def _windows(question: OutcomeQuestion, students: list[Followed]) -> dict[int, After]:
    found = {}
    for window in WINDOWS:
        seen = recurrence(students, window, question.day)
        waiting = sum(last_day(one.held_on, window) > question.day for one in students)
        found[window] = After(seen.counted, seen.again, waiting, len(students) - seen.counted - waiting)
    return found


def _recurrence_row(window: int, found: After, **more: Any) -> OutcomeRow:
    more |= {"waiting": found.waiting, "left": found.left}
    return count_row("recurrence", str(window), found.again, found.counted, **more)


def _withheld(row: OutcomeRow) -> OutcomeRow:
    return OutcomeRow(
        part=row.part, item=row.item, group=row.group, label=row.label, n=row.n, status=TOO_FEW, small=True
    )


# --- Who takes part ---------------------------------------------------------------------------------------------------
def participation_rows(question: OutcomeQuestion) -> Iterator[OutcomeRow]:
    """Students who came to a circle, and those referred who came to one over it: everybody, then each group."""
    groups = {_value(question, key): found for key, found in taking_part(question, question.names).items()}
    # A student has one value of a dimension, but may be enrolled in several schools.
    parts = taking_part(question, ()).values() if question.by == SCHOOL else groups.values()
    everybody = sum(parts, Taking())
    yield from _taking_rows(everybody)
    if question.by:
        for value in sorted(groups, key=written):
            found = groups[value]
            if found.enrolled or found.came or found.referred:
                others = None if question.by == SCHOOL else everybody
                yield from _taking_rows(found, others, group=value, label=group_label(question, value))


def _taking_rows(found: Taking, whole: Taking | None = None, **more: Any) -> Iterator[OutcomeRow]:
    sides = (
        ("students", found.came, found.enrolled, whole and (whole.came, whole.enrolled)),
        ("referred", found.came_after, found.referred, whole and (whole.came_after, whole.referred)),
    )
    for item, number, n, total in sides:
        comparison = compare(number, n, total[0] - number, total[1] - n) if total else None
        is_small = n > 0 and (n < shared.FEW_ENROLLED or number < shared.FEW_AFFECTED)
        yield count_row("participation", item, number, n, **ratio_columns(comparison), **{"small": is_small, **more})


def _value(question: OutcomeQuestion, key: tuple[int, int, tuple[Value, ...]]) -> Value:
    _year, school, values = key
    if question.by == SCHOOL:
        place = question.schools.get(school)
        return place.code if place else str(school)
    return values[0] if values else ""


# --- To whom it is offered --------------------------------------------------------------------------------------------
def offer_rows(question: OutcomeQuestion, report: OfferReport) -> Iterator[OutcomeRow]:
    """The offers before removals as their own dashboard counts them: everybody, then each group."""
    if question.year is None:
        return
    total = report.totals.get(question.year.year)
    if total:
        yield from _offered(total)
    if question.by:
        for row in report.rows:
            more: dict[str, Any] = {"group": row.key[0], "label": group_label(question, row.key[0])}
            if row.counts is None:
                for item in ("offered", "accepted"):
                    yield OutcomeRow(part="offers", item=item, status=NOT_REPORTED, **more)
            elif row.counts["removals"]:
                yield from _offered(row.counts, row, **more)


def _offered(counts: Mapping[str, int], row: OfferRow | None = None, **more: Any) -> Iterator[OutcomeRow]:
    yield count_row(
        "offers",
        "offered",
        counts["offered"],
        counts["asked"],
        **ratio_columns(row.comparison if row else None),
        **more,
    )
    yield count_row("offers", "accepted", counts["accepted"], counts["offered"], **more)
