"""The packs of rules that come with the product: one file a jurisdiction, read by `district.rules`.

An edition is the day of the last review. A rule that changes gets a new version in its file; the former stays, because
past decisions were made under it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from district.rules import Pack, pack_of

FEDERAL = "US"
_FOLDER = Path(__file__).parent


@cache
def shipped_packs() -> dict[str, Pack]:
    """Return the packs by their code: US, or a state's postal code."""
    packs = [pack_of(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))]
    return {pack.code: pack for pack in packs}


def packs_for(state: str) -> tuple[Pack, ...]:
    """Return the federal pack and, where there is one, that of the state."""
    packs = shipped_packs()
    return tuple(packs[code] for code in dict.fromkeys((FEDERAL, state)) if code in packs)
