"""Who may keep a circle on a day: pure, asked when it is scheduled and again for the day on which it was held.

At least one person leads. Where the practice asks for it, whoever leads holds a certificate for the practice that is
valid on the day; those who keep it beside them may still be learning. Somebody with a stake in the case keeps it only
with the coordinator's reason, and so does somebody without a valid certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LED, CO_KEPT, OBSERVED = "led", "co_kept", "observed"


@dataclass(frozen=True)
class Keeping:
    """Somebody chosen to keep a circle, as they stand on its day."""

    key: int
    part: str
    is_certified: bool = False
    has_conflict: bool = False
    is_overridden: bool = False
    """The coordinator gave a reason why they keep it all the same."""


class Trouble(StrEnum):
    """Why a circle may not be kept so."""

    NOBODY_LEADS = "nobody_leads"
    NOT_CERTIFIED = "not_certified"
    CONFLICT = "conflict"


def troubles(keepers: Iterable[Keeping], *, needs_credential: bool) -> list[tuple[Trouble, int | None]]:
    """Return what stands against it, each with the keeper's key (None: of the whole). Empty: they may keep it."""
    chosen = list(keepers)
    leading = [one for one in chosen if one.part == LED]
    found: list[tuple[Trouble, int | None]] = [] if leading else [(Trouble.NOBODY_LEADS, None)]
    if needs_credential:
        found += [(Trouble.NOT_CERTIFIED, one.key) for one in leading if not (one.is_certified or one.is_overridden)]
    keeping = [one for one in chosen if one.part != OBSERVED]
    return found + [(Trouble.CONFLICT, one.key) for one in keeping if one.has_conflict and not one.is_overridden]
