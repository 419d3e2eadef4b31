"""What came after each concern within a year: put together when the ombuds looks, kept nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from commitments.models import Concern
from dashboards.models import ActionLook
from dashboards.retaliation import looks, sources
from dashboards.retaliation.looks import Flag
from dashboards.retaliation.people import REPORTER, Known, people_of, reporters_of
from dashboards.retaliation.sources import Adverse, Source
from district.access import Permission
from district.models import User

WINDOW = timedelta(days=365)
"""How long after a concern was filed an action is told: one round of grades, placements, contracts and transfers. No
law sets it (34 CFR 100.7(e) forbids payback whenever it comes): see docs/decisions."""


@dataclass(frozen=True)
class Watched:
    """A concern with what came after it, the latest first. `known` is None where nobody is named in it."""

    concern: Concern
    known: Known | None
    flags: tuple[Flag, ...]

    @property
    def new(self) -> tuple[Flag, ...]:
        """What nobody has looked into yet."""
        return tuple(flag for flag in self.flags if not flag.looks)


def received(user: User) -> Any:
    """The concerns whose recipient `user` is and whose words are still there."""
    rows = Concern.objects.received_by(user).kept()
    return rows.select_related("district", "school").order_by("-filed_on", "pk")


def flagged(user: User) -> list[Watched]:
    """The concerns of `user` after which something was done, the latest first. A fixed number of queries."""
    if not user.holds(Permission.CONCERN_WORK):
        return []
    return [one for one in watched(list(received(user))) if one.flags]


def watched(concerns: Sequence[Concern]) -> list[Watched]:
    """What came after each of the concerns. A fixed number of queries, however many there are.

    Ask it for concerns of which the reader is the recipient, and for no other.
    """
    known = people_of(concerns, reporters_of(concerns))
    if not known:
        return [Watched(concern, None, ()) for concern in concerns]
    first = min(concern.filed_on for concern in concerns)
    found = {
        "students": _of(sources.OF_STUDENTS, {key for one in known.values() for key in one.students}, first),
        "users": _of(sources.OF_USERS, {key for one in known.values() for key in one.users}, first),
        "staff": _of(sources.OF_STAFF, {key for one in known.values() for key in one.staff}, first),
        "people": _of(sources.OF_PEOPLE, {key for one in known.values() for key in one.people}, first),
    }
    flags = {concern.uid: _flags(concern, known.get(concern.uid), found) for concern in concerns}
    marks = [mark for some in flags.values() for _flag, every in some for mark in every]
    noted = looks.by_mark(ActionLook.objects.filter(mark__in=marks))
    return [
        Watched(
            concern,
            known.get(concern.uid),
            tuple(looks.with_looks(flag, every, noted) for flag, every in flags[concern.uid]),
        )
        for concern in concerns
    ]


def _of(some: Iterable[Source], keys: Collection[int], since: date) -> dict[int, list[Adverse]]:
    found: dict[int, list[Adverse]] = {}
    if keys:
        for source in some:
            for action in source(keys, since):
                found.setdefault(action.who, []).append(action)
    return found


def _flags(
    concern: Concern, known: Known | None, found: dict[str, dict[int, list[Adverse]]]
) -> list[tuple[Flag, list[str]]]:
    """The flags of a concern, the latest first, each with every mark under which it may be noted."""
    if known is None:
        return []
    whose = [(found["students"].get(key, ()), whose) for key, whose in known.students.items()]
    for name in ("users", "staff", "people"):
        whose += [(found[name].get(key, ()), REPORTER) for key in sorted(getattr(known, name))]
    flags = []
    for actions, who in whose:
        for action in actions:
            day = action.day_after(concern.filed_on)
            if day is not None and day <= concern.filed_on + WINDOW:
                marks = looks.marks_of(concern, action)
                after = (day - concern.filed_on).days
                flags.append((Flag(marks[0], day, after, action.words, action.place, who), marks))
    return sorted(flags, key=lambda pair: (pair[0].on, pair[0].mark), reverse=True)
