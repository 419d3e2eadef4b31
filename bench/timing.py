"""Contenders of one goal, run in turns in one process: medians, and the median of the ratios within each round.

A neighbour on the machine slows a whole round, not one contender: ratios within a round stay what they are, while
milliseconds do not. The processor's time beside the wall's shows how much the process waited.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

FAST_ROUNDS, SLOW_ROUNDS = 15, 5
SLOW_SECONDS = 1.0
"""A set of contenders that takes longer than this a round is run SLOW_ROUNDS times."""
SEED = 7

Contender = Callable[[], Any]


@dataclass
class Timing:
    """Times of one contender in milliseconds, one a round."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median of the wall's time in milliseconds."""
        return statistics.median(self.wall)

    @property
    def p95(self) -> float:
        """95th percentile of the wall's time in milliseconds."""
        return percentile(self.wall, 95)

    def as_json(self) -> dict[str, float]:
        """Return what is kept of it."""
        return {
            "median_ms": round(self.median, 4),
            "p95_ms": round(self.p95, 4),
            "cpu_ms": round(statistics.median(self.processor), 4),
            "rounds": len(self.wall),
        }


@dataclass
class Race:
    """The outcome of contenders that ran in turns."""

    timings: dict[str, Timing]

    def ratio(self, slower: str, faster: str) -> float | None:
        """Return how many times as long `slower` takes as `faster`: the median over rounds; None if one did not run."""
        if slower not in self.timings or faster not in self.timings:
            return None
        pairs = zip(self.timings[slower].wall, self.timings[faster].wall, strict=True)
        return statistics.median(one / other for one, other in pairs)

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return what is kept of it."""
        return {name: timing.as_json() for name, timing in self.timings.items()}


def race(contenders: Mapping[str, Contender], *, rounds: int | None = None, quick: bool = False) -> Race:
    """Run every contender once for warmth and then in shuffled turns.

    Without `rounds`: FAST_ROUNDS, or SLOW_ROUNDS when a round is slow; `quick` makes do with a third.
    """
    start = time.perf_counter()
    for contender in contenders.values():
        contender()
    if rounds is None:
        rounds = SLOW_ROUNDS if time.perf_counter() - start > SLOW_SECONDS else FAST_ROUNDS
        rounds = max(3, rounds // 3) if quick else rounds
    timings = {name: Timing() for name in contenders}
    order, shuffle = list(contenders), random.Random(SEED)
    for _ in range(rounds):
        shuffle.shuffle(order)
        for name in order:
            gc.collect()
            gc.disable()
            wall, processor = time.perf_counter(), time.process_time()
            contenders[name]()
            timings[name].wall.append((time.perf_counter() - wall) * 1000)
            timings[name].processor.append((time.process_time() - processor) * 1000)
            gc.enable()
    return Race(timings)


def percentile(values: list[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * len(ordered)))]
