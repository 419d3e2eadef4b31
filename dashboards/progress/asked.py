"""What the function of a live measure is given: commitments with the schools counted for whoever looks, and years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commitments.models import Commitment
from dashboards.progress.readings import Progress
from dashboards.progress.watch import Counted

NONE = Progress()


@dataclass(frozen=True)
class Asked:
    """One commitment with the schools counted for whoever looks."""

    commitment: Commitment
    counted: Counted


@dataclass(frozen=True)
class Years:
    """The school years of one district, the earliest first; those with students, and the one that counts now."""

    keys: Mapping[int, int]
    enrolled: tuple[int, ...]
    current: int | None


Function = Callable[[Sequence[Asked], Mapping[int, Years], date], dict[int, Progress]]
