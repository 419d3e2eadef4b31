"""Which counts of a table may be told, so that none of the others follows from them.

Pure: counts in, counts or None out. A count is given by who filed: the organization's key, or None for everybody else,
because an organization knows its own concerns and may take them off any count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

Filers = Counter
"""Organization that filed (None: anybody else) → how many."""


def size(cells: Iterable[Filers]) -> int:
    """How many concerns some cells hold for whoever knows most of them: all but those of one organization."""
    together: Counter = sum(cells, Counter())
    own = [count for organization, count in together.items() if organization is not None]
    return together.total() - max(own, default=0)


def told(cells: Mapping[str, Filers], *, minimum: int, is_total_known: bool = True) -> dict[str, int]:
    """The counts that may be told; whatever is not in the answer is withheld, and so is whether it is zero.

    A cell below the minimum is hidden. What is hidden together must be two cells at least and hold the minimum, else
    the smallest of the others goes with it: the total less what is told is then no small number. Where the total itself
    is withheld, at least two cells are hidden: their sum would tell it.
    """
    if size(cells.values()) < minimum:
        return {}
    hidden = {name for name, cell in cells.items() if size([cell]) < minimum}
    shown = sorted((cell.total(), name) for name, cell in cells.items() if name not in hidden)
    while shown and (hidden or not is_total_known) and not _is_safe([cells[name] for name in hidden], minimum):
        hidden.add(shown.pop(0)[1])
    if hidden and not _is_safe([cells[name] for name in hidden], minimum):
        return {}
    return {name: cell.total() for name, cell in cells.items() if name not in hidden}


def told_total(parts: Iterable[Filers], published: Iterable[bool], *, minimum: int) -> int | None:
    """The total of parts of which some are published elsewhere; None where it would give away one that is not."""
    parts = list(parts)
    hidden = [part for part, is_published in zip(parts, published, strict=True) if not is_published]
    if size(parts) < minimum or (hidden and not _is_safe(hidden, minimum)):
        return None
    return sum(part.total() for part in parts)


def _is_safe(hidden: list[Filers], minimum: int) -> bool:
    return len(hidden) > 1 and size(hidden) >= minimum
