"""What the product is held to: each goal is a ratio of contenders that ran in turns, or an exact number.

Milliseconds are never a goal: they tell one machine from another, not one design from another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SLACK = 2.0
"""What the gate of a small run leaves on a ratio: neighbours on the machine and small numbers make noise."""


@dataclass(frozen=True)
class Goal:
    """One goal. `limits` holds its bound by scale; `at_least`: more is better.

    At the gate: `is_exact` leaves no slack, `held` is the bound where the product misses the goal for a reason that
    RESULTS.md tells (it must not get worse), and what `is_steady` is False for is not judged, since noise moves it.
    """

    key: str
    says: str
    limits: dict[str, float] = field(default_factory=dict)
    at_least: bool = False
    is_exact: bool = False
    held: float | None = None
    is_steady: bool = True

    def is_met(self, value: float, scale: str) -> bool:
        """Say whether `value` keeps the bound of `scale`."""
        return value >= self.limits[scale] if self.at_least else value <= self.limits[scale]

    def passes(self, value: float, scale: str) -> bool:
        """Say whether `value` gets through the gate."""
        limit, slack = self.limits[scale] if self.held is None else self.held, 1.0 if self.is_exact else SLACK
        return value >= limit / slack if self.at_least else value <= limit * slack


def _both(limit: float) -> dict[str, float]:
    return {"S": limit, "M": limit}


GOALS: dict[str, Goal] = {
    goal.key: goal
    for goal in (
        Goal(
            "D1", "a closed year's matrix, school x race, takes at most 1.5x hand-written SQL on the tally", {"M": 1.5}
        ),
        Goal("D2a", "the open year's takes at most 1.3x hand-written SQL of the same design", {"M": 1.3}),
        Goal("D2b", "the open year's takes at most 4x the hand-written SQL of a closed year", {"M": 4}),
        Goal("D3a", "a closed year's is at least 100x faster than the naive ORM (20x at S)", {"S": 20, "M": 100}, True),
        Goal("D3b", "the open year's is at least 40x faster than the naive ORM", {"M": 40}, True),
        Goal("D4a", "a closed year's is at least 75x faster than pandas.read_csv(usecols)", {"M": 75}, True),
        Goal("D4b", "the open year's is at least 25x faster than pandas.read_csv(usecols)", {"M": 25}, True),
        Goal("D4c", "a closed year's is at least 15x faster than DuckDB on Parquet", {"M": 15}, True),
        Goal("D4d", "the open year's is at least 5x faster than DuckDB on Parquet", {"M": 5}, True),
        Goal("D5", "a closed year's takes at most 4x two bincounts over arrays in memory", {"M": 4}),
        Goal("D6a", "the page of 25 schools takes at most 1.5x as long at M as at S", {"growth": 1.5}),
        Goal(
            "D6b",
            "queries of the page of 25 schools, session and user included: at most 8",
            _both(8),
            is_exact=True,
            held=13,
        ),
        Goal("D6c", "the slowest of 20 pages takes at most 3x the median", _both(3), is_steady=False),
        Goal("D7", "the whole page takes at most 2x the rendering of its template", _both(2), held=5.5),
        Goal("D9", "tallies have at most 10 % as many rows as enrollments", _both(0.10), is_exact=True, held=0.11),
        Goal("W1", "logging a removal takes at most 1.10x as long with the dashboards' indexes", _both(1.10)),
        Goal("W2a", "POST of a referral takes at most 2x the smallest DRF view that inserts one", _both(2), held=4.5),
        Goal("W2b", "queries of that POST: at most 8", _both(8), is_exact=True),
        Goal(
            "I1a", "the staged import takes at most 1.3x the same statements without validation", _both(1.3), held=1.7
        ),
        Goal("I1b", "the staged import takes at most 4x raw inserts of the student file", _both(4), held=13),
        Goal("I2a", "it is at least 50x faster than django-import-export", _both(50), True),
        Goal("I2b", "it is at least 4x faster than bulk_create with the same checks", _both(4), True),
        Goal("I3a", "importing again with 1 % changed takes at most 1.2x the first import", _both(1.2)),
        Goal("I3b", "rows written by that are those that changed: at most this many more", _both(0), is_exact=True),
        Goal("I3c", "it is at least 4x faster than writing every row again (PostgreSQL)", _both(4), True),
        Goal("I4a", "a POST during an import on SQLite waits at most 500 ms (99 of 100)", _both(500)),
        Goal("I4b", "and never longer than 2,000 ms", _both(2_000)),
        Goal("I5", "peak memory of 1,000,000 rows is at most 1.2x that of 100,000", _both(1.2)),
        Goal("I6", "reading a workbook of 100,000 rows takes at most 1.3x bare calamine", _both(1.3), held=3.8),
        Goal("X1a", "a workbook of 100,000 rows takes at most 1.3x a bare openpyxl write-only loop", _both(1.3)),
        Goal("X1b", "it is at least 2x faster than django-import-export", _both(2), True),
        Goal("X1c", "and takes at most 25 MB more than the bare process", _both(25)),
        Goal("X2a", "a CSV file takes at most 2x the bare values_list().iterator()", _both(2), held=2.2),
        Goal("X2b", "its first byte comes within 5 % of the whole time", _both(0.05)),
        Goal("A1a", "a list of 100 nested records takes at most 3x a raw cursor with orjson", _both(3), held=12),
        Goal("A1b", "it is at least 2.5x faster than ModelSerializer with select_related", _both(2.5), True, held=2),
        Goal("A1c", "queries of the list beside signing in: at most 1", _both(1), is_exact=True, held=3),
        Goal("A2", "queries of a list or page do not depend on its rows: lists where they do", _both(0), is_exact=True),
        Goal("A3", "a page 1,000,000 rows deep takes at most 1.25x the first", {"M": 1.25}),
        Goal("T1a", "rendering a page of 50 rows takes at most 12x f-strings of the same cells", _both(12), held=16),
        Goal("T1b", "the whole page takes at most 2x its rendering and one query", _both(2), held=3),
    )
}


def judge(values: dict[str, Any], scale: str, *, at_gate: bool = False) -> dict[str, bool]:
    """Return, for each measured goal with a bound at this scale, whether it is met, or gets through the gate."""
    found = {key: value for key, value in values.items() if value is not None and scale in GOALS[key].limits}
    if at_gate:
        return {key: GOALS[key].passes(value, scale) for key, value in found.items() if GOALS[key].is_steady}
    return {key: GOALS[key].is_met(value, scale) for key, value in found.items()}
