"""The cascade: from enrolled to removed, step by step, with the relative rate at each step."""

from __future__ import annotations

from collections.abc import Sequence

from .groups import NARROW_LIMIT
from .marks import LABEL, bar, frame, hit_areas, links_of, row_of, text, x_of
from .render import render
from .rows import WIDE, Step


def cascade_bars(
    steps: Sequence[Step], *, title: str, description: str, width: int = WIDE, mirrored: bool = False
) -> str:
    """Aligned bars from a zero baseline: share of the group at each decision point, its count, its relative rate."""
    wide = width > NARROW_LIMIT
    left, right, height_of_row, drop = (190, 84, 46, 0) if wide else (0, 64, 60, 12)
    top_value = max([step.value for step in steps] + [0.001])
    x = x_of("x", {"domain": [0, top_value], "nice": False})
    y = row_of(len(steps))
    bars = [{"row": number, "x": step.value, "zero": 0} for number, step in enumerate(steps)]
    names = [{"row": number, "text": step.label} for number, step in enumerate(steps)]
    counts = [{"row": number, "text": step.count_text} for number, step in enumerate(steps)]
    ratios = [{"row": number, "x": step.value, "text": step.value_text} for number, step in enumerate(steps)]
    start = {"x": {"value": -left}, "y": y}
    places, links = links_of(steps)
    end = {"x": {"value": width - left}, "y": y}
    beside = (
        text(counts, start, "ink-2", align="left", dy=10) if wide else text(counts, end, "ink-2", align="right", dy=-14)
    )
    layers = [
        bar(bars, {"x": x, "x2": {"field": "zero"}, "y": y}, "teal", height=16, yOffset=drop),
        text(names, start, "ink", align="left", dy=-9 if wide else -14, fontWeight=600, fontSize=LABEL),
        beside,
        text(ratios, {"x": x, "y": y}, "ink", align="left", dx=8, dy=drop, fontWeight=600),
        *hit_areas(places, len(steps), left=left, width=width),
    ]
    spec = frame(layers, width=width, height=height_of_row * len(steps), left=left, right=right, top=4, bottom=8)
    return render(spec, title=title, description=description, kind="cascade", links=links, mirrored=mirrored)
