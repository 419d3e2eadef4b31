"""What the ombuds noted of an action after a concern: sealed, and found by a keyed hash of the two alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from commitments.models import Concern
from dashboards.models import ActionLook
from dashboards.retaliation.sources import Adverse
from district.sealing import CONCERNS, NoKey, Unreadable

ACTION = "action after a concern"
BLOCK = 4096


@dataclass(frozen=True)
class Look:
    """One note: the day, who wrote it, what they found."""

    on: str
    by: str
    note: str

    @property
    def day(self) -> date:
        """The day of the note."""
        return date.fromisoformat(self.on)


@dataclass(frozen=True)
class Noted:
    """What stands sealed in one row: the concern, so that it goes when the concern's words do, and the notes."""

    concern: str
    looks: tuple[Look, ...]

    @property
    def concern_uid(self) -> UUID:
        """The id of the concern."""
        return UUID(self.concern)


@dataclass(frozen=True)
class Flag:
    """One adverse action after a concern. `mark` is its keyed hash: from it nobody gets to either without the keys."""

    mark: str
    on: date
    days_after: int
    words: str
    place: str
    whose: str
    looks: tuple[Look, ...] = ()


def marks_of(concern: Concern, action: Adverse) -> list[str]:
    """The keyed hash of an action after a concern, by each key: the first to store. Raises NoKey."""
    return CONCERNS.marks(ACTION, f"{concern.uid} {action.source} {action.uid} {action.who}")


def seal(noted: Noted) -> str:
    """Raises NoKey."""
    return CONCERNS.seal_fields({"concern": noted.concern, "looks": [asdict(one) for one in noted.looks]}, block=BLOCK)


def opened(sealed: str) -> Noted | None:
    """What stands in a row; None where no key at hand opens it."""
    try:
        fields: dict[str, Any] = CONCERNS.unseal_fields(sealed)
    except (NoKey, Unreadable):
        return None
    return Noted(fields["concern"], tuple(Look(**one) for one in fields["looks"]))


def by_mark(rows: Iterable[ActionLook]) -> dict[str, tuple[Look, ...]]:
    """The notes by mark."""
    found = ((row.mark, opened(row.sealed)) for row in rows)
    return {mark: noted.looks for mark, noted in found if noted is not None}


def with_looks(flag: Flag, marks: Iterable[str], noted: Mapping[str, tuple[Look, ...]]) -> Flag:
    """The flag with what was noted of it."""
    found = next((noted[mark] for mark in marks if mark in noted), ())
    kept = next((mark for mark in marks if mark in noted), flag.mark)
    return replace(flag, mark=kept, looks=found) if found else flag
