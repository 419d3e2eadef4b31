"""Schools ranked, each against the range that chance allows for its size, so that noise shames nobody."""

from __future__ import annotations

from collections.abc import Sequence

from .groups import EDGE, NARROW_LIMIT, shortened
from .marks import Layer, frame, hit_areas, links_of, percent, point, row_of, rule, text, ticks, x_of
from .render import render
from .rows import WIDE, SchoolRow

NAMES = 190
VALUES = 96
SIZE = 15


def school_ranks(
    rows: Sequence[SchoolRow],
    *,
    average: float | None,
    average_label: str,
    title: str,
    description: str,
    width: int = WIDE,
    mirrored: bool = False,
) -> str:
    """Rate of each school, in the order given, over its expected range (a band), with a dashed line at the average.

    All numbers are shares. A school within its range is a dot, above it a diamond, below it a triangle; the words
    "above" and "below" come with `value_text`. A school without a value shows its text only.
    """
    wide = width > NARROW_LIMIT
    left, right, step, drop = (NAMES, VALUES, 28, 0) if wide else (EDGE, VALUES, 46, 10)
    reach = [number for row in rows for number in (row.value, row.high, average) if number is not None]
    top_value = max([*reach, 0.001]) * 1.02
    x = x_of("x", {"domain": [0, top_value], "nice": False, "clamp": True})
    y = row_of(len(rows))
    height = step * len(rows)
    at = [{"x": value, "text": percent(value)} for value in ticks(top_value, 4 if wide else 3)]
    compared = [] if average is None else [{"x": average, "text": average_label}]
    names = [
        {"row": number, "text": shortened(row.label, left if wide else width, SIZE)} for number, row in enumerate(rows)
    ]
    own = [one for one, row in zip(names, rows, strict=True) if row.is_own]
    others = [one for one, row in zip(names, rows, strict=True) if not row.is_own]
    start = {"x": {"value": -left}, "y": y}
    look: Layer = {"align": "left", "fontSize": SIZE, "dy": 0 if wide else -12, "halo": not wide}
    places, links = links_of(rows)
    layers = [
        rule(at, {"x": x}, "line"),
        text(at, {"x": x, "y": {"value": height + 16}}, "ink-2"),
        *_ranges(rows, x, y, drop),
        rule(compared, {"x": x}, "ink", thickness=1.5, strokeDash=[3, 3]),
        text(compared, {"x": x, "y": {"value": -14}}, "ink", fontWeight=600),
        *_marks(rows, x, y, drop),
        text(others, start, "ink", **look),
        text(own, start, "ink", fontWeight=700, **look),
        *hit_areas(places, len(rows), left=left, width=width),
    ]
    spec = frame(layers, width=width, height=height, left=left, right=right, top=30, bottom=30)
    return render(spec, title=title, description=description, kind="schools", links=links, mirrored=mirrored)


def _ranges(rows: Sequence[SchoolRow], x: Layer, y: Layer, drop: int) -> list[Layer]:
    values = [
        {"row": number, "x": row.low, "x2": row.high}
        for number, row in enumerate(rows)
        if row.low is not None and row.high is not None
    ]
    encoding = {"x": x, "x2": {"field": "x2"}, "y": y}
    return [rule(values, encoding, "band", thickness=11, yOffset=drop)]


def _marks(rows: Sequence[SchoolRow], x: Layer, y: Layer, drop: int) -> list[Layer]:
    """One layer a standing: its shape, its colour, and the figure beside it."""
    layers = []
    looks = (("within", "teal", "circle"), ("above", "amber", "diamond"), ("below", "teal", "triangle-down"))
    for standing, color, shape in looks:
        values = [
            {"row": number, "x": row.value, "edge": max(row.value, row.high or 0), "text": row.value_text}
            for number, row in enumerate(rows)
            if row.value is not None and row.standing == standing
        ]
        weight, tone = (400, "ink-2") if standing == "within" else (600, color)
        beside = {"field": "edge" if standing == "within" else "x", "type": "quantitative", "axis": None}
        if standing == "below":
            beside["field"] = "edge"
        layers += [
            point(values, {"x": x, "y": y}, color, shape=shape, size=120, yOffset=drop),
            text(values, {"x": beside, "y": y}, tone, halo=True, align="left", dx=10, dy=drop, fontWeight=weight),
        ]
    unknown = [{"row": n, "x": 0, "text": row.value_text} for n, row in enumerate(rows) if row.value is None]
    return [*layers, text(unknown, {"x": x, "y": y}, "ink-2", align="left", dx=10, dy=drop)]
