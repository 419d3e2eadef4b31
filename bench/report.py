"""What was measured as text for a terminal, and as the tables of RESULTS.md: `python -m bench.report FILE.json ...`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.goals import GOALS, judge

Found = dict[str, dict[str, dict[str, dict[str, Any]]]]
"""Database → scale → subject → findings."""
GROWTH = "growth"
GROWN = {"D6a": ("page", "dashboard_25_schools", "page")}
"""Goals of growth: the subject, race and contender whose cost at M is divided by that at S."""
OWN = ("product", "page", "picker", "first_page", "product_open")
"""Names of the product's own contenders."""


def values_of(scales: dict[str, dict[str, dict[str, Any]]], scale: str) -> dict[str, float]:
    """Return the value of every goal that was measured at a scale, or, for `growth`, from S to M."""
    if scale == GROWTH:
        return {key: grown for key, place in GROWN.items() if (grown := _growth(scales, *place)) is not None}
    found: dict[str, float] = {}
    for measured in scales.get(scale, {}).values():
        found |= {key: value for key, value in measured.get("values", {}).items() if value is not None}
    return found


def better(values: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """Of two runs the better value of each goal: noise only makes a run worse."""
    best = dict(others)
    for key, value in values.items():
        if value is not None and best.get(key) is not None:
            best[key] = (max if GOALS[key].at_least else min)(value, best[key])
    return best


def refused(found: Found) -> list[str]:
    """Return the goals that do not get through the gate."""
    return [
        key
        for scales in found.values()
        for scale in scales
        for key, passes in judge(values_of(scales, scale), scale, at_gate=True).items()
        if not passes
    ]


def as_text(found: Found) -> str:
    """Return a line for each goal: its value, its bound, ok or missed."""
    lines: list[str] = []
    for vendor, scales in found.items():
        for scale in (*scales, *([GROWTH] if len(scales) > 1 else [])):
            values = values_of(scales, scale)
            verdicts = judge(values, scale)
            lines.append(f"\n{vendor}, {'S to M' if scale == GROWTH else 'scale ' + scale}")
            for key, goal in GOALS.items():
                if key in verdicts:
                    word = "ok" if verdicts[key] else "missed"
                    lines.append(f"  {key:4} {number(values[key]):>9} {bound(key, scale):>9}  {word:6} {goal.says}")
            lines += [f"  {name}: it broke" for name, measured in scales.get(scale, {}).items() if not measured]
            if scale == GROWTH:
                lines += [f"  {name}: x {grown:.2f}" for name, grown in growths(scales)]
    return "\n".join(lines)


def growths(scales: dict[str, dict[str, dict[str, Any]]]) -> Iterator[tuple[str, float]]:
    """Yield how many times as much each of the product's own contenders costs at M as at S."""
    for subject, measured in scales.get("S", {}).items():
        for race, timings in measured.get("races", {}).items():
            for contender in timings:
                grown = _growth(scales, subject, race, contender)
                if contender in OWN and grown is not None:
                    yield f"{race}/{contender}", grown


def _growth(scales: dict[str, Any], subject: str, race: str, contender: str) -> float | None:
    try:
        small, large = (scales[scale][subject]["races"][race][contender]["cost_ms"] for scale in ("S", "M"))
    except KeyError:
        return None
    return large / small


def bound(key: str, scale: str) -> str:
    """Return the bound of a goal with its sign."""
    goal = GOALS[key]
    return f"{'>=' if goal.at_least else '<='} {number(goal.limits[scale])}"


def number(value: float) -> str:
    """Return a number with as many digits as matter."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def as_markdown(found: Found) -> str:
    """Return one table of goals over databases and scales, and one of growth."""
    columns = [(vendor, scale) for vendor, scales in found.items() for scale in scales]
    lines = ["| | goal | " + " | ".join(f"{vendor} {scale}" for vendor, scale in columns) + " |"]
    lines.append("|---|---|" + "---|" * len(columns))
    for key, goal in GOALS.items():
        cells = [_cell(found[vendor], key, scale) for vendor, scale in columns]
        if any(cells):
            lines.append(f"| {key} | {goal.says} | " + " | ".join(cells) + " |")
    grown = {vendor: dict(growths(scales)) for vendor, scales in found.items()}
    lines += ["", "| | " + " | ".join(grown) + " |", "|---|" + "---|" * len(grown)]
    for name in dict.fromkeys(name for told in grown.values() for name in told):
        cells = [f"x {told[name]:.2f}" if name in told else "" for told in grown.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(scales: dict[str, Any], key: str, scale: str) -> str:
    if GROWTH in GOALS[key].limits:
        scale = GROWTH if scale == "M" else scale
    value = values_of(scales, scale).get(key)
    if value is None or scale not in GOALS[key].limits:
        return ""
    return number(value) if GOALS[key].is_met(value, scale) else f"**{number(value)}**"


def merged(paths: Sequence[str]) -> Found:
    """Return what several files hold, a later one over an earlier one."""
    found: Found = {}
    for path in paths:
        for vendor, scales in json.loads(Path(path).read_text(encoding="utf-8")).items():
            for scale, told in scales.items():
                found.setdefault(vendor, {}).setdefault(scale, {}).update(told)
    return found


if __name__ == "__main__":
    print(as_markdown(merged(sys.argv[1:])))
