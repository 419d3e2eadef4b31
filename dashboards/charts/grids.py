"""Grids: when and where (weekday by hour, with the number in each cell), and rollout (school by quarter)."""

from __future__ import annotations

from collections.abc import Sequence

from .groups import breadth, shortened
from .marks import TEXT, Layer, bar, frame, text
from .render import Link, placeholder, render
from .rows import WIDE, HeatCell, Tile

HEAT_STEP = 48
"""Height in pixels of a row of a heat map: a finger finds its cells."""
HEAT_WIDEST = 96


def heat_map(
    cells: Sequence[HeatCell],
    *,
    columns: Sequence[str],
    rows: Sequence[str],
    title: str,
    description: str,
    width: int = WIDE,
    mirrored: bool = False,
) -> str:
    """Counts in a grid; four tones by quarter of the highest count, and the number itself in each cell.

    `columns` and `rows` are the words of the edges in order. A cell of None is hatched: nothing was received. On a
    phone give few columns: a cell is as wide as they leave it, and high enough for a finger.
    """
    highest = max((cell.count for cell in cells if cell.count is not None), default=0)
    values: list[dict] = []
    links: list[Link] = []
    for cell in cells:
        value = {
            "column": cell.column,
            "row": cell.row,
            "tone": 0 if cell.count is None else tone_of(cell.count, highest),
            "text": "" if cell.count is None else str(cell.count),
        }
        if cell.href:
            value["href"] = placeholder(len(links))
            links.append(Link(cell.href, f"{cell.name}: {value['text']}"))
        values.append(value)
    return _grid(
        values,
        columns,
        rows,
        title=title,
        description=description,
        width=width,
        kind="heat",
        step=HEAT_STEP,
        mirrored=mirrored,
        links=tuple(links),
    )


def tone_of(count: int, highest: int) -> int:
    """Tone 1 to 4 of a count: by quarters of the highest; zero is the palest."""
    if not highest or not count:
        return 1
    return min(4, 1 + int(4 * count / (highest + 1e-9)))


def quarter_tiles(
    tiles: Sequence[Tile],
    *,
    columns: Sequence[str],
    rows: Sequence[str],
    title: str,
    description: str,
    width: int = WIDE,
    mirrored: bool = False,
) -> str:
    """School by quarter: tone and letter of the stage 1 to 4; 0 is a dash, None hatched (silent, which is no zero)."""
    values = [
        {
            "column": tile.column,
            "row": tile.row,
            "tone": 0 if tile.stage is None else tile.stage or -1,
            "text": "–" if tile.stage == 0 else tile.letter,
            "bars": tile.stage or 0,
        }
        for tile in tiles
    ]
    return _grid(
        values,
        columns,
        rows,
        title=title,
        description=description,
        width=width,
        kind="tiles",
        step=46,
        mirrored=mirrored,
    )


def _grid(
    values: list[dict],
    columns: Sequence[str],
    rows: Sequence[str],
    *,
    title: str,
    description: str,
    width: int,
    kind: str,
    step: int,
    mirrored: bool,
    links: tuple[Link, ...] = (),
) -> str:
    left = heat_margin(rows) if kind == "heat" else tile_margin(rows, width)
    plot = width - left
    if kind == "tiles":
        plot = min(plot, 64 * len(columns))
    elif columns:
        # The last word may be wider than its column; few columns need no whole page.
        plot -= max(0, round((breadth(columns[-1], TEXT) - plot / len(columns)) / 2))
        plot = min(plot, HEAT_WIDEST * len(columns))
    x = {"field": "column", "type": "ordinal", "axis": None, "scale": _band(columns)}
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": _band(rows)}
    layers = []
    for tone, color in ((0, "hatch"), (1, "stage-1"), (2, "stage-2"), (3, "stage-3"), (4, "stage-4")):
        layers.append(bar([one for one in values if one["tone"] == tone], {"x": x, "y": y}, color, cornerRadius=3))
    steps = kind == "tiles"
    dark = [one for one in values if one["tone"] == 4]
    plain = [one for one in values if one["tone"] != 4]
    look: Layer = {"fontWeight": 600, "dy": 8 if steps else 0}
    layers += [text(plain, {"x": x, "y": y}, "ink", **look), text(dark, {"x": x, "y": y}, "on-stage-4", **look)]
    if steps:
        layers += _step_bars(values, x, y)
    layers += [
        text([{"column": word, "text": word} for word in columns], {"x": x, "y": {"value": -14}}, "ink-2"),
        text(
            [{"row": word, "text": shortened(word, left, TEXT) if kind == "tiles" else word} for word in rows],
            {"x": {"value": -left}, "y": y},
            "ink",
            align="left",
        ),
    ]
    linked = [one for one in values if "href" in one]
    if linked:
        layers.append(bar(linked, {"x": x, "y": y, "href": {"field": "href", "type": "nominal"}}, "hit"))
    spec = frame(layers, width=width, height=step * len(rows), left=left, right=width - left - plot, top=28, bottom=4)
    return render(spec, title=title, description=description, kind=kind, links=links, mirrored=mirrored)


def heat_margin(rows: Sequence[str]) -> int:
    """Room in pixels for the words beside the rows of a heat map."""
    return max(60, round(max((breadth(word, TEXT) for word in rows), default=0)) + 12)


def tile_margin(rows: Sequence[str], width: int) -> int:
    """Room in pixels for the names beside rows of tiles: what they need, up to a third of the picture."""
    most = max((breadth(word, TEXT) for word in rows), default=0)
    return min(max(110, round(most) + 16), width // 3)


def _band(words: Sequence[str]) -> Layer:
    return {"domain": list(words), "type": "band", "paddingInner": 0.07, "paddingOuter": 0}


def _step_bars(values: list[dict], x: Layer, y: Layer) -> list[Layer]:
    """Bars that rise with the stage, beside tone and letter: readable in grey."""
    layers = []
    for number in range(1, 5):
        reached = [one for one in values if one["tone"] >= number]
        for color, some in (
            ("ink", [one for one in reached if one["tone"] < 4]),
            ("on-stage-4", [one for one in reached if one["tone"] == 4]),
        ):
            layers.append(
                bar(
                    some,
                    {"x": x, "y": y},
                    color,
                    width=5,
                    height=3 + 2.5 * number,
                    xOffset=7 * number - 17.5,
                    yOffset=-7 - 1.25 * number,
                )
            )
    return layers
