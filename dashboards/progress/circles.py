"""Live measures of circles: how many are held, for how many students."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from dashboards.circles_held import CirclesHeld, circles_held
from dashboards.measures import Cell
from dashboards.progress.asked import Asked, Years
from dashboards.progress.cells import by_cells
from dashboards.progress.readings import Progress, Reading


def circles_per_100(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Circles held in the school year for every 100 students enrolled at any time in it, of all tiers or of one."""
    held = circles_held({one.commitment.district_id for one in asked})

    def read(asked: Asked, year: int, cells: Sequence[Cell]) -> Reading:
        one = asked.commitment
        tier = int(one.tier) if one.tier else None
        number = held.get(one.district_id, CirclesHeld()).number(year, asked.counted.schools, tier)
        enrolled = sum(cell.enrolled for cell in cells)
        return Reading(year, Fraction(100 * number, enrolled) if enrolled else None, number, enrolled)

    return by_cells(asked, years, read)
