"""Which stage the figures of a school would fit: a hint beside the decision that people make, never one itself. Pure.

The stages are those of implementation research (NIRN; Minnesota Department of Education, 2020): need and fit are looked
at, people and plans are put in place, the practice is used for the first time, most use it as it was meant. That 70
percent of what was rated is in place counts as practice as it was meant follows the fidelity inventories of tiered
support (Sprague & Tobin 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

KEEPERS_FOR_FULL = 3
IN_PLACE_FOR_INITIAL = 1 / 3
IN_PLACE_FOR_FULL = 0.7


@dataclass(frozen=True)
class Signs:
    """What is known of a school: `in_place` of the highest rating, `circles` held in the year. None: not known."""

    keepers: int
    in_place: float | None = None
    circles: int | None = None


@dataclass(frozen=True)
class Hint:
    """The stage that the signs would fit, and what the next one still needs: keys of `definitions.NEEDS`."""

    stage: str
    needs: tuple[str, ...] = ()


def hint(signs: Signs) -> Hint:
    """Return the furthest stage for which every sign is there."""
    is_used = bool(signs.circles) or (signs.in_place or 0) >= IN_PLACE_FOR_INITIAL
    if not signs.keepers and signs.in_place is None and not signs.circles:
        return Hint("exploration", ("keeper",))
    if not signs.keepers or not is_used:
        missing = {"keeper": not signs.keepers, "used": not is_used}
        return Hint("installation", tuple(need for need, is_missing in missing.items() if is_missing))
    missing = {
        "keepers": signs.keepers < KEEPERS_FOR_FULL,
        "in_place": (signs.in_place or 0) < IN_PLACE_FOR_FULL,
        "circles": signs.circles == 0,
    }
    needs = tuple(need for need, is_missing in missing.items() if is_missing)
    return Hint("initial", needs) if needs else Hint("full")
