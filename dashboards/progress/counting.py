"""From commitments to readings, all of them together: the number of queries depends on which measures are asked for,
not on how many commitments ask.

Rates and ratios are the dashboards' own cells (`measures.count_cells`). Commitments with the same rate, the same
dimension and the same kind of pool share one count: those of a whole district one, those of single schools one by
school, those of several schools one for each set of schools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from commitments.measure_kinds import MEASURE_KINDS
from commitments.models import Commitment, DueItem, Period
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.measures import EVERY_SCHOOL, MEASURES, Cell, Pool
from dashboards.progress.asked import NONE, Asked, Function, Years
from dashboards.progress.readings import BreachingRecord, Progress, Reading, percent_of, ratio_of
from dashboards.progress.training import trained_adults
from dashboards.progress.watch import Counted, Watch, schools_named
from dashboards.tallies import count_cells
from discipline.models import Removal
from district.calendar import school_year_window
from district.models import Enrollment, SchoolYear


@dataclass(frozen=True)
class Shape:
    """What commitments must have in common to be counted together."""

    district: int
    rate_of: str
    dimension: str
    schools: frozenset[int] | None
    by_school: bool


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


def _finish(asked: Asked, years: Years | None, by_year: Mapping[int, Reading]) -> Progress:
    """The readings of the years with students, and the one that counts now."""
    if years is None:
        return NONE
    history = tuple(by_year[year] for year in years.enrolled if year in by_year)
    current = by_year.get(years.current) if years.current else None
    return Progress(current, history, is_part=asked.counted.is_part)


# --- Rates and ratios, as the dashboards count them -----------------------------------------------------------------
def suspension_rates(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """Students suspended out of students enrolled, in percent."""

    def read(year: int, cells: Sequence[Cell], group: str | None) -> Reading:
        chosen = [cell for cell in cells if group is None or _is_in(cell, group)]
        affected, enrolled = sum(c.affected for c in chosen), sum(c.enrolled for c in chosen)
        return Reading(year, percent_of(affected, enrolled), affected, enrolled)

    return _by_cells(asked, years, read)


def risk_ratios(asked: Sequence[Asked], years: Mapping[int, Years], today: date) -> dict[int, Progress]:
    """The group's rate divided by that of all others of the same pool (34 CFR 300.647(a)(7))."""

    def read(year: int, cells: Sequence[Cell], group: str | None) -> Reading:
        inside = [cell for cell in cells if group is not None and _is_in(cell, group)]
        affected, enrolled = sum(c.affected for c in inside), sum(c.enrolled for c in inside)
        others = sum(c.affected for c in cells) - affected, sum(c.enrolled for c in cells) - enrolled
        return Reading(year, ratio_of(affected, enrolled, *others), affected, enrolled, others)

    return _by_cells(asked, years, read)


def _is_in(cell: Cell, group: str) -> bool:
    name, _equals, value = group.partition("=")
    return cell.values == (DIMENSIONS[name].parse(value),)


def _by_cells(
    asked: Sequence[Asked],
    years: Mapping[int, Years],
    read: Callable[[int, Sequence[Cell], str | None], Reading],
) -> dict[int, Progress]:
    shapes: dict[Shape, list[Asked]] = {}
    for one in asked:
        shapes.setdefault(_shape(one), []).append(one)
    found: dict[int, Progress] = {}
    for shape, some in shapes.items():
        known = years.get(shape.district)
        cells = _cells(shape, some, known) if known else {}
        for one in some:
            place = next(iter(one.counted.schools)) if shape.by_school and one.counted.schools else EVERY_SCHOOL
            group = one.commitment.group or None
            by_year = {
                year: read(year, cells.get((year, place), ()), group) for year in (known.enrolled if known else ())
            }
            found[one.commitment.pk] = _finish(one, known, by_year)
    return found


def _shape(asked: Asked) -> Shape:
    one, schools = asked.commitment, asked.counted.schools
    by_school = schools is not None and len(schools) == 1
    dimension = one.group.partition("=")[0]
    return Shape(one.district_id, one.rate_of, dimension, None if by_school else schools, by_school)


def _cells(shape: Shape, asked: Sequence[Asked], years: Years) -> dict[tuple[int, int], list[Cell]]:
    """The cells of a shape by year and school (`EVERY_SCHOOL`: none is told apart)."""
    schools = shape.schools
    if shape.by_school:
        schools = frozenset().union(*(one.counted.schools or frozenset() for one in asked))
    pool = Pool(years=years.keys, schools=schools)
    by = [name for name in (SCHOOL if shape.by_school else "", shape.dimension) if name]
    found: dict[tuple[int, int], list[Cell]] = {}
    for cell in count_cells(MEASURES[shape.rate_of], pool, by):
        found.setdefault((cell.year, cell.school), []).append(cell)
    return found


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
    "schools_with_keepers": trained_adults,
    "staff_trained": trained_adults,
    "staff_trained_share": trained_adults,
}
"""Key of a live measure → how it is read. Keys with one function are read together."""
