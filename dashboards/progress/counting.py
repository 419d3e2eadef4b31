"""From commitments to readings, all of them together: the number of queries depends on which measures are asked for,
not on how many commitments ask.

Rates and ratios are the dashboards' own cells (see `cells.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from commitments.measure_kinds import MEASURE_KINDS
from commitments.models import Commitment, DueItem, Period
from dashboards.dimensions import DIMENSIONS
from dashboards.measures import Cell
from dashboards.progress.asked import NONE, Asked, Function, Years
from dashboards.progress.cells import by_cells
from dashboards.progress.circles import agreements_kept, circles_per_100, reentry_circles
from dashboards.progress.readings import BreachingRecord, Progress, Reading, percent_of, ratio_of
from dashboards.progress.training import trained_adults
from dashboards.progress.watch import Counted, Watch, schools_named
from discipline.models import Removal
from district.calendar import school_year_window
from district.models import Enrollment, SchoolYear


def progress_of(commitments: Iterable[Commitment], *, watch: Watch, today: date) -> dict[int, Progress]:
    """Read the live measure of every commitment that has one, by its key. What the watcher may not count is NONE."""
    live = [one for one in commitments if one.measure]
    if not live:
        return {}
    named = schools_named(live)
    found: dict[int, Progress] = {one.pk: NONE for one in live}
    asked: dict[Function, list[Asked]] = {}
    for one in live:
        counted = watch.counted(one.district_id, named.get(one.pk, frozenset()))
        if not MEASURE_KINDS[one.measure].about_students:
            counted = Counted(named.get(one.pk) or None)
        if counted is not None:
            asked.setdefault(FUNCTIONS[one.measure], []).append(Asked(one, counted))
    years = years_of({one.commitment.district_id for some in asked.values() for one in some}, today)
    for read, some in asked.items():
        found |= read(some, years, today)
    return found


def years_of(districts: Iterable[int], today: date) -> dict[int, Years]:
    """The school years of districts. One query. Now: the year that holds today, else the latest before it."""
    enrolled = Exists(Enrollment.objects.filter(school_year=OuterRef("pk")))
    rows = SchoolYear.objects.filter(district__in=set(districts)).annotate(has_students=enrolled).order_by("year")
    found: dict[int, list[tuple[int, int, bool]]] = {}
    for district, pk, year, has_students in rows.values_list("district", "pk", "year", "has_students"):
        found.setdefault(district, []).append((pk, year, has_students))
    years = {}
    for district, known in found.items():
        usable = tuple(year for _pk, year, has_students in known if has_students)
        begun = [year for year in usable if school_year_window(year)[0] <= today]
        years[district] = Years({pk: year for pk, year, _has in known}, usable, begun[-1] if begun else None)
    return years


# --- Rates and ratios, as the dashboards count them -----------------------------------------------------------------
def suspension_rates(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Students suspended out of students enrolled, in percent."""

    def read(asked: Asked, year: int, cells: Sequence[Cell]) -> Reading:
        group = asked.commitment.group
        chosen = [cell for cell in cells if not group or _is_in(cell, group)]
        affected, enrolled = sum(c.affected for c in chosen), sum(c.enrolled for c in chosen)
        return Reading(year, percent_of(affected, enrolled), affected, enrolled)

    return by_cells(asked, years, read)


def risk_ratios(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """The group's rate divided by that of all others of the same pool (34 CFR 300.647(a)(7))."""

    def read(asked: Asked, year: int, cells: Sequence[Cell]) -> Reading:
        inside = [cell for cell in cells if _is_in(cell, asked.commitment.group)]
        affected, enrolled = sum(c.affected for c in inside), sum(c.enrolled for c in inside)
        others = sum(c.affected for c in cells) - affected, sum(c.enrolled for c in cells) - enrolled
        return Reading(year, ratio_of(affected, enrolled, *others), affected, enrolled, others)

    return by_cells(asked, years, read)


def _is_in(cell: Cell, group: str) -> bool:
    name, _equals, value = group.partition("=")
    return cell.values == (DIMENSIONS[name].parse(value),)


# --- Rules that single records break --------------------------------------------------------------------------------
def suspensions_for_level(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Out-of-school suspensions ordered over behaviors of one level only. One query."""
    levels = {one.commitment.behavior_level for one in asked}
    districts = {one.commitment.district_id for one in asked}
    records: dict[tuple[int, str], list[BreachingRecord]] = {}
    rows = removals_over_levels(levels).filter(school__district__in=districts, incident__occurred_on__lte=today)
    columns = ("uid", "school", "school__district", "incident__occurred_on", "school_year__year", "lowest")
    for uid, school, district, on, year, level in rows.values_list(*columns):
        records.setdefault((district, level), []).append(BreachingRecord(uid, school, on, year))
    found = {}
    for one in asked:
        commitment = one.commitment
        mine = [
            record
            for record in records.get((commitment.district_id, commitment.behavior_level), ())
            if record.on >= commitment.adopted_on
            and (one.counted.schools is None or record.school in one.counted.schools)
        ]
        found[commitment.pk] = _of_records(one, mine, years.get(commitment.district_id))
    return found


def removals_over_levels(levels: Iterable[str]) -> QuerySet:
    """Standing out-of-school suspensions whose behaviors are all of one of `levels`, named by `lowest`."""
    standing = Q(involvements__voided_at=None)
    rows = Removal.objects.standing().out_of_school().order_by()
    rows = rows.annotate(
        lowest=Min("involvements__behavior__level", filter=standing),
        highest=Max("involvements__behavior__level", filter=standing),
    )
    return rows.filter(lowest=F("highest"), lowest__in=sorted(levels))


def _of_records(asked: Asked, records: Sequence[BreachingRecord], years: Years | None) -> Progress:
    counts: dict[int, int] = {}
    for record in records:
        counts[record.year] = counts.get(record.year, 0) + 1
    first = asked.commitment.adopted_on
    shown = [year for year in (years.enrolled if years else ()) if school_year_window(year)[1] >= first]
    by_year = {year: _count(year, counts.get(year, 0)) for year in shown}
    if asked.commitment.period == Period.SCHOOL_YEAR:
        current = by_year.get(years.current) if years and years.current else None
    else:
        current = _count(0, len(records))
    history = tuple(by_year[year] for year in shown)
    latest = tuple(sorted(records, key=lambda record: (record.on, str(record.uid)), reverse=True))
    return Progress(current, history, latest, is_part=asked.counted.is_part)


def _count(period: int, number: int) -> Reading:
    return Reading(period, Fraction(number), number)


# --- What falls due --------------------------------------------------------------------------------------------------
def deliveries(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Of the dates that fell due by today, those on which it had been delivered in time, in percent. One query."""
    on_time = Q(fulfilled_on__lte=F("due_on"))
    rows = DueItem.objects.filter(commitment__in=[one.commitment.pk for one in asked], due_on__lte=today)
    counts = {
        row["commitment"]: row
        for row in rows.order_by().values("commitment").annotate(due=Count("pk"), kept=Count("pk", filter=on_time))
    }
    found = {}
    for one in asked:
        row = counts.get(one.commitment.pk, {"due": 0, "kept": 0})
        reading = Reading(0, percent_of(row["kept"], row["due"]), row["kept"], row["due"])
        found[one.commitment.pk] = Progress(reading, ())
    return found


FUNCTIONS: dict[str, Function] = {
    "oss_for_level": suspensions_for_level,
    "suspension_rate": suspension_rates,
    "risk_ratio": risk_ratios,
    "delivered_on_time": deliveries,
    "circles_per_100": circles_per_100,
    "reentry_circles": reentry_circles,
    "agreements_kept": agreements_kept,
    "schools_with_keepers": trained_adults,
    "staff_trained": trained_adults,
    "staff_trained_share": trained_adults,
}
"""Key of a live measure → how it is read. Keys with one function are read together."""
