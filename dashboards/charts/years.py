"""Time: lines over school years, each named at its end, so that no legend is needed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .groups import NARROW_LIMIT
from .marks import LABEL, TEXT, Layer, frame, percent, point, rule, text, ticks
from .render import COLOR, Link, placeholder, render
from .rows import WIDE, Series

PLOT_HEIGHT = 240
NAME_GAP = 20
"""Names at the line ends stand at least this many pixels apart."""


def trend_lines(
    series: Sequence[Series], *, title: str, description: str, width: int = WIDE, mirrored: bool = False
) -> str:
    """Share by school year, one line a series; a year without a value breaks the line, it is no zero.

    Raises ValueError when the series do not share their school years.
    """
    years = [point_.label for point_ in series[0].points] if series else []
    if any([point_.label for point_ in one.points] != years for one in series):
        raise ValueError("All series of a chart must have the same school years in the same order.")
    wide = width > NARROW_LIMIT
    left, right = (52, 190) if wide else (44, 120)
    values = [point_.value for one in series for point_ in one.points if point_.value is not None]
    top_value = max([*values, 0.001]) * 1.08
    x = {"field": "year", "type": "ordinal", "axis": None, "scale": {"domain": years, "type": "point", "padding": 0.15}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, top_value], "nice": False}}
    at = [{"y": value, "text": percent(value)} for value in ticks(top_value)]
    layers = [
        rule(at, {"y": y}, "line"),
        text(at, {"x": {"value": -10}, "y": y}, "ink-2", align="right"),
        text([{"year": year, "text": year} for year in years], {"x": x, "y": {"value": PLOT_HEIGHT + 18}}, "ink-2"),
    ]
    for one in sorted(series, key=lambda each: each.emphasis):
        layers += _line(one, x, y)
    layers += _end_names(series, top_value, width - left - right)
    targets, links = _targets(series, x, y)
    spec = frame(layers + targets, width=width, height=PLOT_HEIGHT, left=left, right=right, top=16, bottom=34)
    return render(spec, title=title, description=description, kind="trend", links=links, mirrored=mirrored)


def _line(series: Series, x: Layer, y: Layer) -> list[Layer]:
    values = [{"year": each.label, "y": each.value, "text": each.value_text} for each in series.points]
    known = [value for value in values if value["y"] is not None]
    color = "teal" if series.emphasis else "line-strong"
    line = {
        "data": {"values": values},
        "mark": {
            "type": "line",
            "color": COLOR[color],
            "strokeWidth": 2.6 if series.emphasis else 1.8,
            "invalid": "break-paths-show-path-domains",
        },
        "encoding": {"x": x, "y": y},
    }
    figures = known if series.emphasis else []
    return [
        line,
        point(known, {"x": x, "y": y}, color, size=90 if series.emphasis else 50),
        text(figures, {"x": x, "y": y}, "ink", halo=True, dy=-16, fontWeight=600),
    ]


def _end_names(series: Sequence[Series], top_value: float, plot: int) -> list[Layer]:
    """Names to the right of the last known value, pushed apart where two lines end close together."""
    ends: list[tuple[float, Series]] = []
    for one in series:
        last = next((each.value for each in reversed(one.points) if each.value is not None), None)
        if last is not None:
            ends.append((PLOT_HEIGHT * (1 - last / top_value), one))
    ends.sort(key=lambda end: end[0])
    layers: list[Layer] = []
    lowest = -math.inf
    for place, one in ends:
        top = lowest = max(place, lowest + NAME_GAP)
        look: Layer = {"fontWeight": 600, "fontSize": LABEL} if one.emphasis else {"fontSize": TEXT}
        encoding = {"x": {"value": plot + 2}, "y": {"value": top}}
        layers.append(text([{"text": one.label}], encoding, "teal" if one.emphasis else "ink-2", align="left", **look))
    return layers


def _targets(series: Sequence[Series], x: Layer, y: Layer) -> tuple[list[Layer], tuple[Link, ...]]:
    """A link over each point that leads somewhere, large enough for a finger."""
    values: list[dict] = []
    links: list[Link] = []
    for one in series:
        for each in one.points:
            if each.href and each.value is not None:
                values.append({"year": each.label, "y": each.value, "href": placeholder(len(links))})
                links.append(Link(each.href, f"{one.label}, {each.label}: {each.value_text}"))
    if not links:
        return [], ()
    encoding = {"x": x, "y": y, "href": {"field": "href", "type": "nominal"}}
    return [point(values, encoding, "hit", size=1500, shape="square")], tuple(links)
