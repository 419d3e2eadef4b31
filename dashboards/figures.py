"""A chart as a page shows it: sentence, subtitle, the picture for wide pages and for phones, notes, its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.charts import NARROW, WIDE
from district.page_parts import Section


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
    title: str,
    subtitle: str,
    notes: tuple[tuple[str, str], ...] = (),
    table: Section | None = None,
    is_open: bool = False,
) -> Figure:
    """Draw both pictures of a chart: `draw` takes the width in pixels and returns the SVG."""
    return Figure(title, subtitle, draw(WIDE), draw(NARROW), notes, table, is_open)
