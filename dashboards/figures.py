"""A chart as a page shows it: sentence, subtitle, the picture for wide pages and for phones, notes, its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.charts import NARROW, WIDE
from district.page_parts import Section

HALF_PAGE = 488
"""Width in pixels of a picture of which two stand side by side."""


@dataclass(frozen=True)
class Figure:
    """What `templates/_chart.html` shows. `notes`: (shape of a mark, words); `table`: the same rows."""

    title: str
    subtitle: str
    wide: str
    narrow: str
    notes: tuple[tuple[str, str], ...] = ()
    table: Section | None = None
    is_open: bool = False


def figure_of(
    draw: Callable[[int], str],
    *,
    wide: int = WIDE,
    title: str,
    subtitle: str,
    notes: tuple[tuple[str, str], ...] = (),
    table: Section | None = None,
    is_open: bool = False,
) -> Figure:
    """Draw both pictures of a chart: `draw` takes the width in pixels and returns the SVG.

    `wide` is the width on a wide page: less than all of it where two pictures stand side by side.
    """
    return Figure(title, subtitle, draw(wide), draw(NARROW), notes, table, is_open)
