"""Live measures of circles: how many are held for how many students, how soon after a return, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from dashboards.circles_held import Agreed, CirclesHeld, Returns, agreed_in, circles_held, returns_of
from dashboards.measures import Cell
from dashboards.progress.asked import Asked, Years
from dashboards.progress.cells import by_cells, finished
from dashboards.progress.readings import Progress, Reading, percent_of


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


def reentry_circles(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Of the returns from out-of-school suspensions, those with a circle within so many days, in percent."""
    found = {}
    returns = returns_of({one.commitment.district_id for one in asked})
    for one in asked:
        commitment = one.commitment
        here = returns.get(commitment.district_id, Returns())
        counts = here.within(commitment.within_days or 0, today, one.counted.schools)
        readings = {year: _share(year, *counts.get(year, (0, 0))) for year in _years(one, years)}
        found[commitment.pk] = finished(one, years.get(commitment.district_id), readings)
    return found


def agreements_kept(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Of the terms of agreements whose day has come, those that were met, in percent."""
    found = {}
    agreed = agreed_in({one.commitment.district_id for one in asked}, until=today)
    for one in asked:
        here = agreed.get(one.commitment.district_id, Agreed())
        counts = {year: here.kept(year, one.counted.schools) for year in _years(one, years)}
        readings = {year: _share(year, kept.met, kept.counted) for year, kept in counts.items()}
        found[one.commitment.pk] = finished(one, years.get(one.commitment.district_id), readings)
    return found


def _years(asked: Asked, years: Mapping[int, Years]) -> tuple[int, ...]:
    known = years.get(asked.commitment.district_id)
    return known.enrolled if known else ()


def _share(year: int, part: int, whole: int) -> Reading:
    return Reading(year, percent_of(part, whole), part, whole)
