"""Groups compared: suspension rate with its interval, and the risk ratio on a doubling axis with a line at 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .marks import LABEL, TEXT, Layer, frame, hit_areas, links_of, percent, point, row_of, rule, text, ticks, x_of
from .render import render
from .rows import WIDE, GroupRow

NAMES = 190
"""Width in pixels of the names beside the rows of a wide picture."""
VALUES = 66
EDGE = 24
NARROW_LIMIT = 480
LOWEST_RATIO, HIGHEST_RATIO = 1 / 16, 16


def rate_dots(
    rows: Sequence[GroupRow],
    *,
    district_rate: float | None,
    district_label: str,
    title: str,
    description: str,
    width: int = WIDE,
    mirrored: bool = False,
) -> str:
    """Rate by group: a dot with its 95 % interval, in the order given, and a dashed line at the district's rate.

    Rates are shares. The axis begins at 0 and ends with the groups that are not small; the interval of a small group
    is cut at the end of the axis.
    """
    reach = [row.high or row.value or 0 for row in rows if not row.small] or [row.high or 0 for row in rows]
    highest = max([*reach, district_rate or 0, 0.001])
    top_value = min(highest * 1.02, max(1.0, highest))
    scale = {"domain": [0, top_value], "zero": True, "nice": False, "clamp": True}
    marks = ticks(top_value, 4 if width > NARROW_LIMIT else 3)
    axis = [(value, percent(value)) for value in marks]
    line = [] if district_rate is None else [(district_rate, district_label)]
    return _drawn(
        rows,
        scale,
        axis,
        line,
        origin=0.0,
        title=title,
        description=description,
        width=width,
        kind="rate",
        mirrored=mirrored,
    )


def ratio_dots(
    rows: Sequence[GroupRow],
    *,
    title: str,
    description: str,
    width: int = WIDE,
    mirrored: bool = False,
    labels: bool = True,
    same_label: str = "1×",
) -> str:
    """Risk ratio by group on a doubling axis, a solid line at 1, ticks ½ 1 2 4 and on where the rows need them.

    `same_label` stands at the tick of 1 ("1× same"). `labels=False` leaves the names out, for a picture beside
    `rate_dots`: the rows share their height. Bounds beyond 1/16 and 16 are cut there; a ratio of 0 has no place on
    such an axis and shows its text only.
    """
    kept = [row for row in rows if not row.small and row.value] or [row for row in rows if row.value]
    bounds = [bound for row in kept for bound in (row.low, row.value, row.high) if bound]
    low = max(LOWEST_RATIO, min([*bounds, 0.5]) * 0.92)
    high = min(HIGHEST_RATIO, max([*bounds, 4]) * 1.05)
    scale = {"type": "log", "base": 2, "domain": [low, high], "nice": False, "clamp": True}
    names = {1 / 16: "1⁄16×", 1 / 8: "⅛×", 0.25: "¼×", 0.5: "½×", 1: same_label, 2: "2×", 4: "4×", 8: "8×", 16: "16×"}
    axis = [(value, name) for value, name in names.items() if low <= value <= high]
    shown = [row if row.value else _without_mark(row) for row in rows]
    return _drawn(
        shown,
        scale,
        axis,
        [(1.0, "")],
        origin=1.0,
        title=title,
        description=description,
        width=width,
        kind="ratio",
        mirrored=mirrored,
        labels=labels,
    )


def _without_mark(row: GroupRow) -> GroupRow:
    return GroupRow(
        row.label, None, count_text=row.count_text, value_text=row.value_text, href=row.href, small=row.small
    )


def _drawn(
    rows: Sequence[GroupRow],
    scale: dict,
    axis: list[tuple[float, str]],
    line: list[tuple[float, str]],
    *,
    origin: float,
    title: str,
    description: str,
    width: int,
    kind: str,
    mirrored: bool,
    labels: bool = True,
) -> str:
    """Compose the layers, back to front: hairlines, lines, intervals, dots, words, links."""
    layout = layout_of(rows, width, labels)
    x, y = x_of("x", scale), row_of(len(rows))
    height = layout.step * len(rows)
    layers = _lines(axis, line, x, height, kind)
    layers += _intervals(rows, x, y, layout.drop) + _dots(rows, x, y, layout.drop)
    layers += _values(rows, x, y, layout.drop, origin)
    if labels:
        layers += names_beside(rows, y, layout) if layout.is_wide else names_above(rows, y, layout, width)
    places, links = links_of(rows)
    layers += hit_areas(places, len(rows), left=layout.left, width=width)
    spec = frame(layers, width=width, height=height, left=layout.left, right=VALUES, top=30, bottom=30)
    return render(spec, title=title, description=description, kind=kind, links=links, mirrored=mirrored)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in pixels: height of a row, how far its mark lies below the row's middle, left margin."""

    is_wide: bool
    step: int
    drop: int
    left: int
    count_below: bool


def layout_of(rows: Sequence[GroupRow], width: int, labels: bool) -> Layout:
    """Rows are 50 pixels high; higher where a name needs two lines. On a phone the name stands above its line.

    A picture without names keeps the heights of the one it stands beside.
    """
    if width > NARROW_LIMIT or not labels:
        wrapped = any("\n" in wrap(row.label) for row in rows)
        return Layout(True, 66 if wrapped else 50, 0, NAMES if labels else EDGE, False)
    tight = any(breadth(row.label, LABEL) + breadth(row.count_text, TEXT) + 16 > width for row in rows)
    return Layout(False, 76 if tight else 58, 22 if tight else 12, EDGE, tight)


def wrap(label: str) -> str:
    """Break a long name into two lines at the space nearest its middle."""
    if breadth(label, LABEL) <= NAMES - 12 or " " not in label:
        return label
    middle = len(label) / 2
    spaces = [position for position, letter in enumerate(label) if letter == " "]
    cut = min(spaces, key=lambda position: abs(position - middle))
    return f"{label[:cut]}\n{label[cut + 1 :]}"


def breadth(words: str, size: int) -> float:
    """Rough width of words in pixels: the page's font is not known where the picture is drawn."""
    return 0.53 * size * len(words)


def shortened(name: str, room: float, size: int) -> str:
    """A name cut where it would run into the plot; the link and the table carry it whole."""
    letters = int((room - 12) / breadth("x", size))
    return name if len(name) <= letters else f"{name[: letters - 1].rstrip()}…"


def _lines(axis: list, line: list, x: Layer, height: float, kind: str) -> list[Layer]:
    """Hairline verticals with their tick words below, and the line of comparison with its name above."""
    at = [{"x": value, "text": word} for value, word in axis]
    compared = [{"x": value, "text": word} for value, word in line]
    dash = {} if kind == "ratio" else {"strokeDash": [3, 3]}
    return [
        rule(at, {"x": x}, "line"),
        text(at, {"x": x, "y": {"value": height + 16}}, "ink-2"),
        rule(compared, {"x": x}, "ink", thickness=1.5, **dash),
        text([one for one in compared if one["text"]], {"x": x, "y": {"value": -14}}, "ink", fontWeight=600),
    ]


def _intervals(rows: Sequence[GroupRow], x: Layer, y: Layer, drop: int) -> list[Layer]:
    ranges = [
        {"row": number, "x": row.low, "x2": row.high, "small": row.small}
        for number, row in enumerate(rows)
        if row.value is not None and row.low is not None and row.high is not None
    ]
    encoding = {"x": x, "x2": {"field": "x2"}, "y": y}
    sure = [one for one in ranges if not one["small"]]
    unsure = [one for one in ranges if one["small"]]
    return [
        rule(sure, encoding, "interval", thickness=7, strokeCap="round", yOffset=drop),
        rule(unsure, encoding, "line-strong", thickness=1.5, strokeDash=[2, 4], yOffset=drop),
    ]


def _dots(rows: Sequence[GroupRow], x: Layer, y: Layer, drop: int) -> list[Layer]:
    placed = [(number, row) for number, row in enumerate(rows) if row.value is not None]
    encoding = {"x": x, "y": y}

    def of(wanted: str) -> list[dict]:
        return [{"row": number, "x": row.value} for number, row in placed if _shape(row) == wanted]

    return [
        point(of("dot"), encoding, "teal", yOffset=drop),
        point(of("square"), encoding, "ink", shape="square", yOffset=drop),
        point(of("ring"), encoding, "ink-2", hollow=True, yOffset=drop),
    ]


def _shape(row: GroupRow) -> str:
    """Few students: a ring. The comparison group: a square. Else a dot."""
    if row.small:
        return "ring"
    return "square" if row.is_reference else "dot"


def _values(rows: Sequence[GroupRow], x: Layer, y: Layer, drop: int, origin: float) -> list[Layer]:
    """The figure at the end of its interval; a row without a mark says why, beside the line it would compare with."""
    figures = [
        {"row": number, "x": max(row.high or 0, row.value), "text": row.value_text}
        for number, row in enumerate(rows)
        if row.value is not None and row.value_text
    ]
    plain = {number for number, row in enumerate(rows) if row.small or (row.is_reference and origin == 1.0)}
    reasons = [
        {"row": number, "x": origin, "text": row.value_text}
        for number, row in enumerate(rows)
        if row.value is None and row.value_text
    ]
    encoding = {"x": x, "y": y}
    common: Layer = {"halo": True, "align": "left", "dx": 10, "dy": drop}
    return [
        text(
            [one for one in figures if one["row"] not in plain], encoding, "ink", fontWeight=600, fontSize=15, **common
        ),
        text([one for one in figures if one["row"] in plain], encoding, "ink-2", **common),
        text(reasons, encoding, "ink-2", **common),
    ]


def names_beside(rows: Sequence[GroupRow], y: Layer, layout: Layout) -> list[Layer]:
    """Name over count, beside the row."""
    names = [
        {"row": number, "text": wrap(row.label), "two": "\n" in wrap(row.label)} for number, row in enumerate(rows)
    ]
    counts = [{"row": number, "text": row.count_text, "two": names[number]["two"]} for number, row in enumerate(rows)]
    encoding = {"x": {"value": -layout.left}, "y": y}
    layers = []
    for two, name_up, count_down in ((False, -10, 10), (True, -20, 20)):
        some = [one for one in names if one["two"] is two]
        these = [one for one in counts if one["two"] is two and one["text"]]
        look: Layer = {"align": "left", "fontWeight": 600, "fontSize": LABEL, "lineBreak": "\n", "lineHeight": 20}
        layers += [
            text(some, encoding, "ink", dy=name_up, **look),
            text(these, encoding, "ink-2", align="left", dy=count_down, fontSize=TEXT),
        ]
    return layers


def names_above(rows: Sequence[GroupRow], y: Layer, layout: Layout, width: int) -> list[Layer]:
    """Name above the line; its count at the end of the same line, or below where both do not fit."""
    names = [{"row": number, "text": row.label} for number, row in enumerate(rows)]
    counts = [{"row": number, "text": row.count_text} for number, row in enumerate(rows) if row.count_text]
    start = {"x": {"value": -layout.left}, "y": y}
    look: Layer = {"halo": True, "dy": -24 if layout.count_below else -13}
    layers = [text(names, start, "ink", align="left", fontWeight=600, fontSize=LABEL, **look)]
    if layout.count_below:
        return [*layers, text(counts, start, "ink-2", halo=True, align="left", dy=-4)]
    end = {"x": {"value": width - layout.left}, "y": y}
    return [*layers, text(counts, end, "ink-2", align="right", **look)]
