"""The few marks that all charts are drawn with, as layers of a Vega-Lite specification in pixels of a fixed frame."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from .render import COLOR, Link, placeholder

Layer = dict[str, Any]
TEXT = 14
"""Captions are 14 pixels; nothing is smaller."""
LABEL = 16


def frame(layers: list[Layer], *, width: int, height: float, left: int, right: int, top: int, bottom: int) -> Layer:
    """A specification of exactly `width` pixels: a plot with the given margins, no axes, no background."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width - left - right,
        "height": height,
        "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
        "autosize": {"type": "none"},
        "background": "transparent",
        "config": {"view": {"stroke": None}, "text": {"fontSize": TEXT}, "point": {"opacity": 1}},
        "layer": layers,
    }


def x_of(field: str, scale: dict | None = None) -> Layer:
    """Horizontal position by a number; the scale is stated once, in the first layer."""
    return {"field": field, "type": "quantitative", "axis": None, **({"scale": scale} if scale else {})}


def row_of(count: int) -> Layer:
    """Vertical position by the row's number, from the top."""
    return {"field": "row", "type": "ordinal", "axis": None, "scale": {"domain": list(range(count)), "padding": 0}}


def rule(values: Sequence[dict], encoding: Layer, color: str, *, thickness: float = 1, **mark: Any) -> Layer:
    """Lines."""
    return {
        "data": {"values": list(values)},
        "mark": {"type": "rule", "color": COLOR[color], "strokeWidth": thickness, **mark},
        "encoding": encoding,
    }


def text(values: Sequence[dict], encoding: Layer, color: str, *, halo: bool = False, **mark: Any) -> Layer:
    """Words; with a halo in the colour of the paper where lines pass behind them."""
    outline = {"stroke": COLOR["paper"], "strokeWidth": 5, "strokeJoin": "round"} if halo else {}
    return {
        "data": {"values": list(values)},
        "mark": {"type": "text", "color": COLOR[color], "baseline": "middle", **outline, **mark},
        "encoding": {"text": {"field": "text", "type": "nominal"}, **encoding},
    }


def point(values: Sequence[dict], encoding: Layer, color: str, *, hollow: bool = False, **mark: Any) -> Layer:
    """Dots, squares, diamonds."""
    look = (
        {"filled": True, "color": COLOR["paper"], "stroke": COLOR[color], "strokeWidth": 2.4}
        if hollow
        else {"filled": True, "color": COLOR[color], "strokeWidth": 0}
    )
    return {
        "data": {"values": list(values)},
        "mark": {"type": "point", "size": 140, **look, **mark},
        "encoding": encoding,
    }


def bar(values: Sequence[dict], encoding: Layer, color: str, **mark: Any) -> Layer:
    """Rectangles."""
    return {
        "data": {"values": list(values)},
        "mark": {"type": "rect", "color": COLOR[color], "stroke": None, **mark},
        "encoding": encoding,
    }


def hit_areas(hrefs: Iterable[tuple[int, int]], count: int, *, left: int, width: int) -> list[Layer]:
    """One link over the whole of each row, so that a finger finds it: (row, position of the link)."""
    values = [{"row": row, "href": placeholder(position)} for row, position in hrefs]
    if not values:
        return []
    encoding = {
        "x": {"value": -left},
        "x2": {"value": width - left},
        "y": row_of(count),
        "href": {"field": "href", "type": "nominal"},
    }
    return [bar(values, encoding, "hit")]


def links_of(rows: Sequence[Any]) -> tuple[list[tuple[int, int]], tuple[Link, ...]]:
    """The rows that lead somewhere: (row, position) pairs, and the links with their spoken names."""
    linked = [(number, row) for number, row in enumerate(rows) if row.href]
    links = tuple(Link(row.href, spoken(row)) for _number, row in linked)
    return [(number, position) for position, (number, _row) in enumerate(linked)], links


def spoken(row: Any) -> str:
    """A row in words: its name, its figure and its count."""
    said = [getattr(row, "value_text", ""), getattr(row, "count_text", "")]
    words = ", ".join(part for part in said if part)
    return f"{row.label}: {words}" if words else row.label


def ticks(highest: float, most: int = 4) -> list[float]:
    """Round values from 0 to just under or at `highest`, at most `most` steps: 0, 0.04, 0.08, 0.12."""
    if highest <= 0:
        return [0.0]
    rough = highest / most
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(size * magnitude for size in (1, 2, 2.5, 5, 10) if size * magnitude >= rough)
    return [round(step * number, 12) for number in range(int(highest / step + 1e-9) + 1)]


def percent(share: float) -> str:
    """A tick's share as a percentage without needless digits: "4%", "0.5%"."""
    return f"{share * 100:.10g}%"
