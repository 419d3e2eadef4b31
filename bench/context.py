"""What a subject is told, and what it brings back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench import timing
from bench.clocks import processor_clock
from bench.timing import Contender, Race


class WrongAnswer(Exception):
    """A contender counted something else than the others: its speed means nothing."""


@dataclass(frozen=True)
class Context:
    """Where and how much to measure. `name` is that of the loaded database."""

    scale: str
    vendor: str
    name: str
    quick: bool = False
    http: bool = False

    def race(self, contenders: dict[str, Contender], **options: Any) -> Race:
        """Let contenders run in turns."""
        return timing.race(contenders, quick=self.quick, clock=processor_clock(), **options)


@dataclass
class Findings:
    """Races by name, the value of each goal that was measured, remarks, and further figures for the record."""

    races: dict[str, Race] = field(default_factory=dict)
    values: dict[str, float | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        races = {name: race.as_json() for name, race in self.races.items()}
        values = {key: None if value is None else round(value, 4) for key, value in self.values.items()}
        return {"races": races, "values": values, "notes": self.notes, "figures": self.figures}

    def note(self, text: str) -> None:
        """Remark on something, now and in the record."""
        print(f"  {text}", file=sys.stderr, flush=True)
        self.notes.append(text)


def optional(findings: Findings, module: str, contenders: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the contenders that need a module; none, and a printed line, when it is not installed."""
    try:
        return contenders()
    except ModuleNotFoundError as error:
        findings.note(f"{module} is left out: {error.name} is not installed.")
        return {}


def same(name: str, answer: Any, truth: Any) -> None:
    """Raise WrongAnswer when a contender's answer is not the truth."""
    if answer != truth:
        raise WrongAnswer(f"{name} gives another answer than the naive ORM.")
