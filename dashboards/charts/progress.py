"""A promise over time: the figure of each period as a dot on a line, and the target as a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

from .groups import NARROW_LIMIT
from .marks import LABEL, Layer, frame, point, rule, text, ticks
from .render import COLOR, render
from .rows import WIDE, YearPoint

PLOT_HEIGHT = 200


def progress_line(
    points: Sequence[YearPoint],
    *,
    target: float | None,
    target_label: str,
    title: str,
    description: str,
    width: int = WIDE,
    mirrored: bool = False,
) -> str:
    """Values in the unit of the promise by period; one without a value breaks the line, it is no zero."""
    wide = width > NARROW_LIMIT
    left, right = (52, 150) if wide else (44, 96)
    known = [each.value for each in points if each.value is not None]
    highest = max([*known, target or 0, 1e-9]) * 1.12
    labels = [each.label for each in points]
    x: Layer = {
        "field": "period",
        "type": "ordinal",
        "axis": None,
        "scale": {"domain": labels, "type": "point", "padding": 0.2},
    }
    y: Layer = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, highest], "nice": False}}
    at = [{"y": value, "text": f"{value:.10g}"} for value in ticks(highest)]
    values = [{"period": each.label, "y": each.value, "text": each.value_text} for each in points]
    shown = [value for value in values if value["y"] is not None]
    line = {
        "data": {"values": values},
        "mark": {
            "type": "line",
            "color": COLOR["teal"],
            "strokeWidth": 2.6,
            "invalid": "break-paths-show-path-domains",
        },
        "encoding": {"x": x, "y": y},
    }
    layers = [
        rule(at, {"y": y}, "line"),
        text(at, {"x": {"value": -10}, "y": y}, "ink-2", align="right"),
        text(_every(labels, wide), {"x": x, "y": {"value": PLOT_HEIGHT + 18}}, "ink-2"),
        line,
        point(shown, {"x": x, "y": y}, "teal", size=90),
        text(_every_value(shown, wide), {"x": x, "y": y}, "ink", halo=True, dy=-16, fontWeight=600, fontSize=LABEL),
    ]
    if target is not None:
        goal = [{"y": target, "text": target_label}]
        layers += [
            rule(goal, {"y": y}, "ink", thickness=1.6, strokeDash=[6, 4]),
            text(goal, {"x": {"value": width - left - right + 8}, "y": y}, "ink", align="left", fontWeight=600),
        ]
    spec = frame(layers, width=width, height=PLOT_HEIGHT, left=left, right=right, top=24, bottom=34)
    return render(spec, title=title, description=description, kind="progress", mirrored=mirrored)


def _every(labels: Sequence[str], wide: bool) -> list[dict]:
    """Labels of the periods; with many of them only some, the last always."""
    step = max(1, -(-len(labels) // (8 if wide else 4)))
    return [
        {"period": label, "text": label}
        for number, label in enumerate(labels)
        if (len(labels) - 1 - number) % step == 0
    ]


def _every_value(shown: Sequence[dict], wide: bool) -> list[dict]:
    step = max(1, -(-len(shown) // (8 if wide else 4)))
    return [value for number, value in enumerate(shown) if (len(shown) - 1 - number) % step == 0]
