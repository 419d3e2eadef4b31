"""Counts that are kept as long as nothing they were made from has changed: the same figures, without counting again.

Denominators change with a roster, a few times a year: they are counted when first asked for and kept until the year's
revision moves. Numerators change with every record: those of the present year are counted each time, from an index
that holds all they need. Those of a year that is over, in which nothing was written for a day, are kept as well, until
the latest change among its referrals and removals is another one. So no write has anything to maintain, and nothing is
ever added to a count: two writers could each take theirs for a student's first suspension.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.db import DatabaseError, connection
from django.utils import timezone

from dashboards import measures
from dashboards.dimensions import DIMENSIONS, SCHOOL, written
from dashboards.dimensions import Value as GroupValue
from dashboards.measures import EVERY_SCHOOL, MEASURES, SAME_ALL_YEAR, Cell, Key, Measure, Pool
from dashboards.models import Tally, TallyCell
from discipline.groups import ARE_CURRENT, GROUPED, copy_groups
from district.calendar import school_year_window
from district.models import SchoolYear
from district.sql import brief_write

QUIET = timedelta(days=1)
"""A year is frozen when its latest change is older than this: no transaction is open so long, no clock that wrong."""
FROZEN = ("iss", "oss", "suspension", "oss_multiple", "expulsion", "any_removal", "referral")
"""Measures whose counts are kept for years that are over. The others are rare, and so is asking for them."""
_FLAGS = {"true": True, "false": False}


_LATEST = "(SELECT MAX(updated_at) FROM {table} WHERE school_year_id = y.id)"
_STATES = f"""
SELECT y.id, y.year, y.revision, {ARE_CURRENT}, k.id, k.revision, k.is_frozen, k.changed_at,
       {", ".join(_LATEST.format(table=model._meta.db_table) for model in GROUPED)}
FROM {SchoolYear._meta.db_table} y LEFT JOIN {Tally._meta.db_table} k
  ON k.school_year_id = y.id AND k.dimension = %s AND k.snapshot = %s
WHERE y.id IN ({{keys}})
"""  # noqa: S608 - names of tables


@dataclass(frozen=True)
class YearState:
    """What the counts of a school year depend on, and the tally of one dimension that is kept of it, if any.

    `revision` is that of its enrollment, `changed_at` the latest change of a referral or removal. `has_groups`: those
    hold race and sex up to date. `tally` is a key; `counted_revision`, `is_kept` and `kept_from` tell what it was made
    from.
    """

    key: int
    year: int
    revision: int
    has_groups: bool
    tally: int | None
    counted_revision: int | None
    is_kept: bool | None
    kept_from: datetime | None
    changed_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether the year has ended and its records have been at rest for a while."""
        rests = self.changed_at is None or self.changed_at < timezone.now() - QUIET
        return rests and school_year_window(self.year)[1] < timezone.localdate()

    @property
    def is_frozen(self) -> bool:
        """Whether the tally's numerators hold."""
        return bool(self.is_kept) and self.kept_from == self.changed_at

    @property
    def is_current(self) -> bool:
        """Whether the tally's denominators hold, and its numerators too where they could be kept."""
        return self.counted_revision == self.revision and (self.is_frozen or not self.is_over)


def count_cells(measure: Measure, pool: Pool, by: Sequence[str]) -> list[Cell]:
    """Count as `measures.count_cells` does: the same cells in another order, from what is kept where that is possible.

    Kept are counts by at most one dimension besides the school, without filters, of schools or the whole district.
    Two queries, or three where a year is not over; more when something has changed and is counted anew.
    """
    names, at_schools = tuple(name for name in by if name != SCHOOL), SCHOOL in by
    needs_groups = measure.is_grouped and {*names, *pool.filters} <= set(SAME_ALL_YEAR)
    is_tallied = len(names) < 2 and not pool.filters and (at_schools or pool.schools is None)
    if not (needs_groups or is_tallied):
        return measures.count_cells(measure, pool, by)
    states = _up_to_date(pool, "".join(names[:1]), groups=needs_groups, tallies=is_tallied)
    pool = replace(pool, has_groups=needs_groups and all(state.has_groups for state in states))
    if not is_tallied or not all(state.is_current for state in states):
        return measures.count_cells(measure, pool, by)
    is_frozen = measure.key in FROZEN and MEASURES[measure.key] is measure
    current = {state.tally: state for state in states if state.tally is not None}
    frozen = {key: state for key, state in current.items() if is_frozen and state.is_frozen}
    live = {key: state for key, state in current.items() if key not in frozen}
    return [
        *(_frozen_cells(measure, pool, frozen, names, at_schools=at_schools) if frozen else ()),
        *(_live_cells(measure, pool, live, names, at_schools=at_schools) if live else ()),
    ]


def _up_to_date(pool: Pool, dimension: str, *, groups: bool, tallies: bool) -> list[YearState]:
    """The states of the pool's years, after what lags behind was made anew: one query when nothing does.

    Where somebody else is writing just now it stays behind: reading waits for nobody.
    """
    states = _states(pool.years, dimension, snapshot=pool.snapshot)
    try:
        if groups and not all(state.has_groups for state in states):
            for state in states:
                if not state.has_groups:
                    copy_groups(state.key)
            states = _states(pool.years, dimension, snapshot=pool.snapshot)
        if tallies and not all(state.is_current for state in states):
            for state in states:
                if not state.is_current:
                    _make_tally(state, dimension, snapshot=pool.snapshot)
            states = _states(pool.years, dimension, snapshot=pool.snapshot)
    except DatabaseError:
        return states
    return states


def _states(years: Iterable[int], dimension: str, *, snapshot: bool) -> list[YearState]:
    """The states of school years (keys). One query."""
    keys = list(years)
    marks = ", ".join(["%s"] * len(keys)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(_STATES.format(keys=marks), [dimension, snapshot, *keys])
        rows = cursor.fetchall()
    moment = getattr(connection.ops, "convert_datetimefield_value", lambda value, *_: value)
    states = []
    for *state, kept_from, removal_at, referral_at in rows:
        at = [moment(value, None, connection) for value in (kept_from, removal_at, referral_at)]
        states.append(YearState(*state, at[0], max(filter(None, at[1:]), default=None)))  # type: ignore[call-arg]
    return states


def _make_tally(state: YearState, dimension: str, *, snapshot: bool) -> None:
    """Count the students of a year by `dimension` and keep the counts.

    Counting locks nothing; before anything is written, a look says whether what was counted has changed meanwhile.
    Raises DatabaseError when it has, or when somebody else is writing.
    """
    names = (dimension,) if dimension else ()
    pool = Pool({state.key: state.year}, snapshot=snapshot, has_groups=state.has_groups)
    cells: dict[Key, TallyCell] = {}
    for at_schools in (False, True):
        for key, enrolled in measures.enrolled_students(pool, names, at_schools=at_schools).items():
            _cell_of(key, cells).enrolled = enrolled
        for name in FROZEN if state.is_over else ():
            for key, cell in measures.affected_cells(MEASURES[name], pool, names, at_schools=at_schools).items():
                kept = _cell_of(key, cells)
                for column, number in zip(_columns(name), (cell.affected, cell.events, _hundredths(cell)), strict=True):
                    setattr(kept, column, number)
    with brief_write():
        SchoolYear.objects.select_for_update(no_key=True).get(pk=state.key)
        (now,) = _states([state.key], dimension, snapshot=snapshot)
        if now.revision != state.revision or (state.is_over and now.changed_at != state.changed_at):
            raise DatabaseError("The records changed while they were counted.")
        Tally.objects.filter(school_year=state.key, dimension=dimension, snapshot=snapshot).delete()
        tally = Tally.objects.create(
            school_year_id=state.key,
            dimension=dimension,
            snapshot=snapshot,
            revision=state.revision,
            is_frozen=state.is_over,
            changed_at=state.changed_at if state.is_over else None,
        )
        for kept in cells.values():
            kept.tally = tally
        TallyCell.objects.bulk_create(cells.values(), batch_size=1_000)


def _cell_of(key: Key, cells: dict[Key, TallyCell]) -> TallyCell:
    """The cell to keep of a key, an empty one at first."""
    if key not in cells:
        _year, school, values = key
        value = written(values[0]) if values else ""
        cells[key] = TallyCell(school_id=None if school == EVERY_SCHOOL else school, value=value)
    return cells[key]


def _columns(measure: str) -> tuple[str, str, str]:
    return measure, f"{measure}_events", f"{measure}_hundredths"


def _hundredths(cell: Cell) -> int | None:
    return None if cell.days is None else int(cell.days * 100)


@lru_cache(maxsize=10_000)
def _days(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def _frozen_cells(
    measure: Measure, pool: Pool, tallies: Mapping[int, YearState], names: Sequence[str], *, at_schools: bool
) -> Iterator[Cell]:
    """Cells of years whose numerators are kept, in these `tallies` (by their keys). One query."""
    years, values = {key: state.year for key, state in tallies.items()}, _Values(names)
    for tally, school, value, enrolled, affected, events, hundredths in _rows(
        pool, tallies, _columns(measure.key), at_schools=at_schools
    ):
        if enrolled or events:
            days = None if hundredths is None else _days(hundredths)
            yield Cell(years[tally], school or EVERY_SCHOOL, values[value], enrolled, affected, events, days)


def _live_cells(
    measure: Measure, pool: Pool, tallies: Mapping[int, YearState], names: Sequence[str], *, at_schools: bool
) -> Iterator[Cell]:
    """Cells of years whose events are counted now. Two queries."""
    years, values, none = {key: state.year for key, state in tallies.items()}, _Values(names), measure.no_days
    pool = replace(pool, years={state.key: state.year for state in tallies.values()})
    cells = measures.affected_cells(measure, pool, names, at_schools=at_schools)
    for tally, school, value, enrolled in _rows(pool, tallies, (), at_schools=at_schools):
        key = (years[tally], school or EVERY_SCHOOL, values[value])
        cell = cells.pop(key, None)
        if cell is None:
            yield Cell(*key, enrolled, 0, 0, none)
        else:
            yield Cell(*key, enrolled, cell.affected, cell.events, cell.days)
    # Where nobody is enrolled.
    yield from cells.values()


def _rows(pool: Pool, tallies: Iterable[int], columns: Sequence[str], *, at_schools: bool) -> Iterable[tuple]:
    """Tally, school, value, enrolled and `columns` of the cells of schools of the pool, or of the district."""
    rows = TallyCell.objects.filter(tally__in=list(tallies), school__isnull=not at_schools).order_by()
    if at_schools and pool.schools is not None:
        rows = rows.filter(school__in=pool.schools)
    return rows.values_list("tally", "school", "value", "enrolled", *columns)


class _Values(dict[str, tuple[GroupValue, ...]]):
    """Stored value → the values of a cell."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._dimension = DIMENSIONS[names[0]] if names else None

    def __missing__(self, value: str) -> tuple[GroupValue, ...]:
        is_flag = self._dimension is not None and self._dimension.is_flag
        self[value] = (_FLAGS.get(value, value) if is_flag else value,) if self._dimension else ()
        return self[value]
