"""A school year month by month: one line of figures per school day, beginning when the school year does."""

from __future__ import annotations

from collections.abc import Sequence

from .bars import ranked_bars
from .groups import NARROW_LIMIT
from .marks import Layer, bar, frame, links_of, point, rule, text, ticks
from .render import COLOR, placeholder, render
from .rows import WIDE, GroupRow, MonthPoint

PLOT_HEIGHT = 220
LEFT, RIGHT = 40, 80


def month_line(
    points: Sequence[MonthPoint],
    *,
    average: float | None,
    average_label: str,
    title: str,
    description: str,
    width: int = WIDE,
    mirrored: bool = False,
) -> str:
    """A line over the months in the order given, with a dashed line at the average of the year.

    A month without a value breaks the line; one of few students is a ring. On a phone the same months are bars, one
    below the other, so that a finger finds each: there is no room for twelve of them side by side.
    """
    if width <= NARROW_LIMIT:
        rows = [_as_bar(one) for one in points]
        return ranked_bars(rows, title=title, description=description, width=width, mirrored=mirrored)
    top_value = max([*(one.value or 0 for one in points), average or 0, 0.001]) * 1.15
    labels = [one.label for one in points]
    x = {"field": "month", "type": "ordinal", "axis": None, "scale": {"domain": labels, "type": "band", "padding": 0}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, top_value], "nice": False}}
    at = [{"y": value, "text": f"{value:.10g}"} for value in ticks(top_value)]
    layers = [
        rule(at, {"y": y}, "line"),
        text(at, {"x": {"value": -10}, "y": y}, "ink-2", align="right"),
        text([{"month": word, "text": word} for word in labels], {"x": x, "y": {"value": PLOT_HEIGHT + 18}}, "ink-2"),
        *_average(average, average_label, y, width - LEFT - RIGHT),
        *_line(points, x, y),
    ]
    places, links = links_of(points)
    linked = [{"month": labels[number], "href": placeholder(position)} for number, position in places]
    if linked:
        column = {"x": x, "y": {"value": 0}, "y2": {"value": PLOT_HEIGHT + 30}}
        layers.append(bar(linked, {**column, "href": {"field": "href", "type": "nominal"}}, "hit"))
    spec = frame(layers, width=width, height=PLOT_HEIGHT, left=LEFT, right=RIGHT, top=20, bottom=34)
    return render(spec, title=title, description=description, kind="months", links=links, mirrored=mirrored)


def _as_bar(one: MonthPoint) -> GroupRow:
    return GroupRow(
        one.label,
        one.value,
        count_text=one.count_text,
        value_text=one.value_text,
        href=one.href,
        small=one.small,
    )


def _average(average: float | None, label: str, y: Layer, plot: int) -> list[Layer]:
    at = [] if average is None else [{"y": average, "text": label}]
    return [
        rule(at, {"y": y}, "ink", thickness=1.2, strokeDash=[3, 3]),
        text(at, {"x": {"value": plot + 6}, "y": y}, "ink-2", halo=True, align="left"),
    ]


def _line(points: Sequence[MonthPoint], x: Layer, y: Layer) -> list[Layer]:
    values = [{"month": one.label, "y": one.value, "text": one.value_text, "small": one.small} for one in points]
    known = [value for value in values if value["y"] is not None]
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
    return [
        line,
        point([one for one in known if not one["small"]], {"x": x, "y": y}, "teal", size=90),
        point([one for one in known if one["small"]], {"x": x, "y": y}, "ink-2", hollow=True, size=90),
        text(known, {"x": x, "y": y}, "ink", halo=True, dy=-16, fontWeight=600),
    ]
