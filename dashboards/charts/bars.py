"""Bars from a zero baseline, one a row, with the name beside or above and the figure at the end."""

from __future__ import annotations

from collections.abc import Sequence

from .groups import NAMES, NARROW_LIMIT, Layout, breadth, names_above, names_beside, wrap
from .marks import LABEL, TEXT, Layer, bar, frame, hit_areas, links_of, row_of, rule, text, x_of
from .render import COLOR, render
from .rows import WIDE, GroupRow

THICK = 16
WORD = 10
"""Pixels between the end of a bar and its figure."""


def ranked_bars(
    rows: Sequence[GroupRow], *, title: str, description: str, width: int = WIDE, mirrored: bool = False
) -> str:
    """Bars in the order given. `value` is any number from 0 up; the longest bar fills the plot.

    A small row is hollow. A row without a value shows its words only.
    """
    layout = _layout(rows, width)
    right = round(max((breadth(row.value_text, TEXT) for row in rows), default=0)) + WORD + 12
    x = x_of("x", {"domain": [0, max([*(row.value or 0 for row in rows), 0.001])], "nice": False})
    y = row_of(len(rows))
    places, links = links_of(rows)
    # On a phone names stand on the baseline, so only a wide picture draws it.
    layers = [rule([{"x": 0}] if layout.is_wide else [], {"x": x}, "line-strong"), *_bars(rows, x, y, layout.drop)]
    layers.append(_figures(rows, x, y, layout.drop))
    layers += names_beside(rows, y, layout) if layout.is_wide else names_above(rows, y, layout, width)
    layers += hit_areas(places, len(rows), left=layout.left, width=width)
    height = layout.step * len(rows)
    spec = frame(layers, width=width, height=height, left=layout.left, right=right, top=4, bottom=8)
    return render(spec, title=title, description=description, kind="bars", links=links, mirrored=mirrored)


def _layout(rows: Sequence[GroupRow], width: int) -> Layout:
    """Rows of 50 pixels with the name beside them, higher for names of two lines; on a phone the name stands above."""
    if width > NARROW_LIMIT:
        wrapped = any("\n" in wrap(row.label) for row in rows)
        return Layout(True, 66 if wrapped else 50, 0, NAMES, False)
    tight = any(breadth(row.label, LABEL) + breadth(row.count_text, TEXT) + 16 > width for row in rows)
    return Layout(False, 76 if tight else 56, 22 if tight else 10, 0, tight)


def _bars(rows: Sequence[GroupRow], x: Layer, y: Layer, drop: int) -> list[Layer]:
    placed = [
        {"row": number, "x": row.value, "zero": 0, "small": row.small} for number, row in enumerate(rows) if row.value
    ]
    encoding = {"x": x, "x2": {"field": "zero"}, "y": y}
    look: Layer = {"height": THICK, "yOffset": drop}
    hollow: Layer = {**look, "stroke": COLOR["ink-2"], "strokeWidth": 1.5, "strokeDash": [3, 2]}
    return [
        bar([one for one in placed if not one["small"]], encoding, "teal", **look),
        bar([one for one in placed if one["small"]], encoding, "paper", **hollow),
    ]


def _figures(rows: Sequence[GroupRow], x: Layer, y: Layer, drop: int) -> Layer:
    """The figure at the end of each bar."""
    values = [{"row": number, "x": row.value or 0, "text": row.value_text} for number, row in enumerate(rows)]
    return text(values, {"x": x, "y": y}, "ink", align="left", dx=WORD, dy=drop, fontWeight=600)
