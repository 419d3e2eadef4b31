"""What moved between two clocks, such as before and after a snow day: a trace that a person can read."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from discipline.idea_clock.clock import Clock


def _(text: str) -> str:
    """Mark `text` for translation; pages translate it when they show it."""
    return text


MOVES = {
    "total": _("Days in the clock"),
    "at_most": _("Days at most"),
    "days": _("Days of this removal"),
    "last_on": _("Last day of this removal"),
    "standing": _("Whether it counts"),
    "services_due": _("Services from"),
    "pattern_review": _("A person decides whether there is a pattern"),
    "change_of_placement": _("Change of placement"),
    "notice_due": _("Notice to the parents due"),
    "determination_due": _("Manifestation determination due"),
    "interim_ends": _("45th school day in the interim setting"),
}
"""What can move → what it is called."""


@dataclass(frozen=True)
class Move:
    """One figure that differs: what, of which removal (None: the whole clock), before and after (None: not there)."""

    what: str
    removal: Hashable | None
    before: Decimal | date | str | None
    after: Decimal | date | str | None


def moves(before: Clock, after: Clock) -> tuple[Move, ...]:
    """Return what moved from one clock to another of the same student and year, the clock's own totals first."""
    former, latter = _figures(before), _figures(after)
    names = dict.fromkeys([*former, *latter])
    return tuple(
        Move(what, removal, former.get((what, removal)), latter.get((what, removal)))
        for what, removal in names
        if former.get((what, removal)) != latter.get((what, removal))
    )


def _figures(clock: Clock) -> dict[tuple[str, Hashable | None], Decimal | date | str | None]:
    return dict(_each_figure(clock))


def _each_figure(
    clock: Clock,
) -> Iterator[tuple[tuple[str, Hashable | None], Decimal | date | str | None]]:
    yield ("total", None), clock.total
    yield ("at_most", None), clock.at_most
    for line in clock.lines:
        key = line.count.removal.key
        yield ("standing", key), line.count.standing.value
        yield ("days", key), line.count.total
        yield ("last_on", key), line.count.last_on
    for event in clock.events:
        if event.kind.value in MOVES:
            yield (event.kind.value, event.removal), event.due_on if event.has_due else event.on
