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
from itertools import chain
from typing import Any

FAST_ROUNDS, SLOW_ROUNDS = 15, 5
SLOW_SECONDS = 1.0
"""A set of contenders that takes longer than this a round is run SLOW_ROUNDS times."""
TURN_SECONDS = 0.02
"""How long a short contender is repeated within its turn."""
MOST_REPEATS = 20
SEED = 7

Contender = Callable[[], Any]


@dataclass
class Timing:
    """Times of one contender in milliseconds, a list for each round.

    A short contender is repeated within its turn. All of its times make the median and the 95th percentile; the best
    one of a turn makes the ratio, for that is the one in which the machine did nothing else.
    """

    wall: list[list[float]] = field(default_factory=list)
    processor: list[list[float]] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median of the wall's time in milliseconds."""
        return statistics.median(chain.from_iterable(self.wall))

    @property
    def p95(self) -> float:
        """95th percentile of the wall's time in milliseconds."""
        return percentile(list(chain.from_iterable(self.wall)), 95)

    def best(self, *, by_processor: bool = False) -> list[float]:
        """The best time of each round."""
        return [min(times) for times in (self.processor if by_processor else self.wall)]

    def as_json(self) -> dict[str, float]:
        """Return what is kept of it."""
        return {
            "median_ms": round(self.median, 4),
            "best_ms": round(statistics.median(self.best()), 4),
            "p95_ms": round(self.p95, 4),
            "cpu_ms": round(statistics.median(chain.from_iterable(self.processor)), 4),
            "rounds": len(self.wall),
        }


@dataclass
class Race:
    """The outcome of contenders that ran in turns.

    `by_processor`: the processor's time is the whole of their work, and ratios are made of it: however busy the machine
    is, a neighbour does not count.
    """

    timings: dict[str, Timing]
    by_processor: bool = False

    def ratio(self, slower: str, faster: str, *, wall: bool = False) -> float | None:
        """Return how many times as long `slower` takes as `faster`: the median over rounds; None if one did not run.

        `wall`: by the clock in any case, for contenders that use several cores.
        """
        if slower not in self.timings or faster not in self.timings:
            return None
        by = self.by_processor and not wall
        one, other = (self.timings[name].best(by_processor=by) for name in (slower, faster))
        return statistics.median(a / b for a, b in zip(one, other, strict=True))

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return what is kept of it."""
        return {name: timing.as_json() | {"cost_ms": self.cost(name)} for name, timing in self.timings.items()}

    def cost(self, name: str) -> float:
        """Milliseconds of which ratios are made: the median over rounds of the best of each."""
        return round(statistics.median(self.timings[name].best(by_processor=self.by_processor)), 4)


def race(
    contenders: Mapping[str, Contender],
    *,
    rounds: int | None = None,
    quick: bool = False,
    clock: Callable[[], float] | None = None,
) -> Race:
    """Run every contender once for warmth and then in shuffled turns.

    Without `rounds`: FAST_ROUNDS, or SLOW_ROUNDS when a round is slow; `quick` makes do with a third. `clock` gives
    the seconds of processor time of all the work; None when it cannot be told.
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
            wall, processor = _turn(contenders[name], clock or time.process_time)
            timings[name].wall.append(wall)
            timings[name].processor.append(processor)
    return Race(timings, by_processor=clock is not None)


def _turn(contender: Contender, clock: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Run a contender for its turn; return wall and processor time of each run in milliseconds."""
    walls: list[float] = []
    processors: list[float] = []
    gc.collect()
    gc.disable()
    try:
        while len(walls) < MOST_REPEATS and sum(walls) < TURN_SECONDS * 1000:
            processor, wall = clock(), time.perf_counter()
            contender()
            walls.append((time.perf_counter() - wall) * 1000)
            processors.append((clock() - processor) * 1000)
    finally:
        gc.enable()
    return walls, processors


def percentile(values: list[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * len(ordered)))]
