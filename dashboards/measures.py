"""From records to whole numbers: who is enrolled, who is affected by a measure, how often and for how many days.

Each student has one value per dimension and school year, for numerator and denominator alike: that of the enrollment
which stands for the year (its last day, or the count day), or, where figures are kept by school, of the enrollment in
that school. An event belongs to the school of its incident; a student who was never enrolled there takes the year's
value. Distinct students do not add up over schools, so every level is counted for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import (
    Case,
    Count,
    Exists,
    Expression,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from dashboards.dimensions import DIMENSIONS, SCHOOL, UNREPORTED
from dashboards.dimensions import Value as GroupValue
from discipline.models import Involvement, LawEnforcement, Referral, Removal, RemovalKind
from discipline.models.codes import EXPULSIONS, SUSPENSIONS
from district.models import Enrollment

HUNDREDTH = Decimal("0.01")
SAME_ALL_YEAR = ("race", "sex")
EVERY_SCHOOL = 0
"""Stands for the school in counts of the whole pool; keys of schools begin at 1."""

Key = tuple[int, int, tuple[GroupValue, ...]]
"""Year, school and values of a cell."""


@dataclass(frozen=True)
class Measure:
    """One kind of event.

    `events` gives the countable records, `place` is the way from them to the record that holds school and school
    year, `has_days` says whether they have a length, `repeated` whether a student needs two or more. `parts` are the
    measures without which this one is not known either. `is_grouped`: the records hold race and sex themselves.
    """

    key: str
    events: Callable[[], QuerySet]
    place: str = ""
    has_days: bool = True
    repeated: bool = False
    parts: tuple[str, ...] = ()
    is_grouped: bool = True

    @property
    def no_days(self) -> Decimal | None:
        """School days where there is no event."""
        return Decimal(0) if self.has_days else None


def _removals(*kinds: RemovalKind) -> Callable[[], QuerySet]:
    return lambda: Removal.objects.standing().filter(kind__in=kinds)


def _contacts(*kinds: LawEnforcement) -> Callable[[], QuerySet]:
    """Contacts with law enforcement: one per incident and student, however many behaviours name it."""

    def events() -> QuerySet:
        # The first condition is that of the partial index.
        named = Involvement.objects.exclude(law_enforcement="").responsible().filter(law_enforcement__in=kinds)
        earlier = named.filter(incident=OuterRef("incident"), student=OuterRef("student"), pk__lt=OuterRef("pk"))
        return named.filter(~Exists(earlier))

    return events


MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure("oss", _removals(RemovalKind.OSS)),
        Measure("iss", _removals(RemovalKind.ISS)),
        Measure("suspension", _removals(*SUSPENSIONS), parts=("iss", "oss")),
        Measure("oss_multiple", _removals(RemovalKind.OSS), repeated=True, parts=("oss",)),
        Measure("expulsion", _removals(*EXPULSIONS)),
        Measure("referral", lambda: Referral.objects.countable(), has_days=False),
        Measure("law_enforcement", _contacts(*LawEnforcement), place="incident__", has_days=False, is_grouped=False),
        Measure("arrest", _contacts(LawEnforcement.ARRESTED), place="incident__", has_days=False, is_grouped=False),
        Measure("any_removal", _removals(*RemovalKind)),
    )
}


@dataclass(frozen=True)
class Pool:
    """The students among whom figures are counted and compared.

    `years` maps the key of a school year to its year. `schools` are keys of schools, None for every school of the
    district. `filters` maps a dimension to its admitted values. With `snapshot` only those enrolled on the count day
    count as enrolled; who is affected does not change. `has_groups`: referrals and removals of the years are known to
    hold race and sex up to date (discipline/groups.py), so that enrollment need not be asked for them.
    """

    years: Mapping[int, int]
    schools: frozenset[int] | None = None
    filters: Mapping[str, frozenset[GroupValue]] = field(default_factory=dict)
    snapshot: bool = False
    has_groups: bool = False

    @property
    def standing(self) -> str:
        """The mark of the one enrollment whose values stand for a student in a year."""
        return "is_standing_on_count_day" if self.snapshot else "is_last_in_year"

    def column(self, name: str) -> str:
        """Return the column of the enrollment that holds the dimension `name`."""
        return DIMENSIONS[name].count_day_column if self.snapshot else DIMENSIONS[name].column

    def enrollments(self) -> QuerySet:
        """Enrollments at any time in the years and schools of the pool."""
        rows = Enrollment.objects.filter(school_year__in=list(self.years)).order_by()
        return rows if self.schools is None else rows.filter(school__in=self.schools)

    def counted_enrollments(self) -> QuerySet:
        """The enrollments that the denominator counts."""
        rows = self.enrollments()
        return rows.filter(is_on_count_day=True) if self.snapshot else rows


class Cell(NamedTuple):
    """Counts of the students who share a year, a school (`EVERY_SCHOOL`: none is told apart) and the same values."""

    year: int
    school: int
    values: tuple[GroupValue, ...]
    enrolled: int = 0
    affected: int = 0
    events: int = 0
    days: Decimal | None = Decimal(0)


@dataclass(frozen=True)
class Others:
    """The students a cell is compared with."""

    affected: int
    enrolled: int


def count_cells(measure: Measure, pool: Pool, by: Sequence[str]) -> list[Cell]:
    """Count enrolled and affected students, events and school days of every cell that has any of them. Two queries.

    `by` names dimensions and, where figures are kept by school, `school`; the values of a cell follow its order.
    `days` is None when the measure has no days or a length in the cell is unknown. Cells with nobody enrolled are
    given too: totals include their students.
    """
    names, at_schools = tuple(name for name in by if name != SCHOOL), SCHOOL in by
    cells = affected_cells(measure, pool, names, at_schools=at_schools)
    for key, enrolled in enrolled_students(pool, names, at_schools=at_schools).items():
        cell = cells.get(key)
        cells[key] = cell._replace(enrolled=enrolled) if cell else Cell(*key, enrolled, days=measure.no_days)
    return list(cells.values())


def enrolled_students(pool: Pool, names: Sequence[str], *, at_schools: bool) -> dict[Key, int]:
    """Count the students of the denominator by year, school (none unless `at_schools`) and values. One query."""
    rows = _enrolled_at_schools(pool, names) if at_schools else _enrolled_in_pool(pool, names)
    found: dict[Key, int] = {}
    for key, (students,) in _keyed(rows, pool, names, "students"):
        found[key] = found.get(key, 0) + students
    return found


def affected_cells(measure: Measure, pool: Pool, names: Sequence[str], *, at_schools: bool) -> dict[Key, Cell]:
    """Count affected students, events and school days by the same keys; nobody is enrolled yet. One query."""
    rows = _affected_at_schools(measure, pool, names) if at_schools else _affected_in_pool(measure, pool, names)
    # Counted by a column of the index, so that the rows need not be read.
    counted: dict[str, Count | Sum] = {"events": Count("student")}
    if measure.has_days:
        counted |= {"length": Sum("days"), "unknown": Count("student", filter=Q(days=None))}
    found: dict[Key, Cell] = {}
    for key, (students, events, *length) in _keyed(rows.annotate(**counted), pool, names, "students", *counted):
        days = _known_days(*length) if length else None
        before = found.get(key)
        if before:
            students, events = before.affected + students, before.events + events
            days = before.days + days if before.days is not None and days is not None else None
        found[key] = Cell(*key, 0, students, events, days)
    return found


def counted_events(measure: Measure, pool: Pool) -> QuerySet:
    """Return the events of the pool whose students its filters admit, to be counted by what else the records say.

    The same events as those of `count_cells` without `school`.
    """
    rows = _with_year_row(_events(measure, pool, at_school=False), pool, measure.place)
    return _valued(rows, pool, (), _of_year_row)


def count_beside_schools(measure: Measure, pool: Pool, cells: Iterable[Cell]) -> dict[tuple[int, int], Others]:
    """For each (year, school) count the pool's students not enrolled there at any time in the year. One query.

    They are affected wherever in the pool the event happened, and filtered by their value of the year. The key
    (year, `EVERY_SCHOOL`) holds the whole pool: the others of a school that is missing. `cells` are those by school:
    they know already who was enrolled there at any time, unless only the students of a filter or a day were counted.
    """
    branches = {
        "enrolled": _enrolled_in_pool(pool, ()),
        "affected": _affected_in_pool(measure, pool, ()),
        "affected here": _affected_by_school(measure, pool),
    }
    if pool.filters or pool.snapshot:
        branches["enrolled here"] = _enrolled_by_school(pool)
    queries = [
        rows.annotate(what=Value(what)).values_list("what", "year_key", "school_key", "students")
        for what, rows in branches.items()
    ]
    counts = {(what, year, school): n for what, year, school, n in queries[0].union(*queries[1:], all=True)}
    if "enrolled here" not in branches:
        keys = {year: key for key, year in pool.years.items()}
        counts |= {("enrolled here", keys[cell.year], cell.school): cell.enrolled for cell in cells}
    schools = {(year, school) for _what, year, school in counts} | {(year, EVERY_SCHOOL) for year in pool.years}
    return {
        (pool.years[year], school): Others(
            affected=counts.get(("affected", year, EVERY_SCHOOL), 0) - counts.get(("affected here", year, school), 0),
            enrolled=counts.get(("enrolled", year, EVERY_SCHOOL), 0) - counts.get(("enrolled here", year, school), 0),
        )
        for year, school in schools
    }


def _enrolled_in_pool(pool: Pool, names: Sequence[str]) -> QuerySet:
    """Students of the denominator by year and the values that stand for them."""
    rows = pool.counted_enrollments()
    if pool.schools is None:
        # Exactly one enrollment stands for each student of the district, so rows are students.
        rows = _valued(rows.filter(**{pool.standing: True}), pool, names, F)
        return _grouped(rows, names, year=F("school_year"), school=Value(EVERY_SCHOOL), students=Count("pk"))
    rows = _valued(_with_year_row(rows, pool), pool, names, _of_year)
    students = Count("student", distinct=True)
    return _grouped(rows, names, year=F("school_year"), school=Value(EVERY_SCHOOL), students=students)


def _enrolled_at_schools(pool: Pool, names: Sequence[str]) -> QuerySet:
    """Students of the denominator by year, school and their values there."""
    rows = _valued(pool.counted_enrollments(), pool, names, F)
    return _grouped(rows, names, year=F("school_year"), school=F("school"), students=Count("pk"))


def _enrolled_by_school(pool: Pool) -> QuerySet:
    """Students of the pool's denominator by year and each school they were enrolled in at any time in it."""
    rows = _valued(_with_year_row(pool.enrollments(), pool), pool, (), _of_year)
    if pool.snapshot:
        present = pool.counted_enrollments().filter(student=OuterRef("student"), school_year=OuterRef("school_year"))
        rows = rows.filter(Exists(present))
    return _grouped(rows, (), year=F("school_year"), school=F("school"), students=Count("pk"))


def _events(measure: Measure, pool: Pool, *, at_school: bool) -> QuerySet:
    """Events of the pool that make their student count as affected: in the pool, or in the school of the event."""
    inside: dict[str, Collection[int]] = {f"{measure.place}school_year__in": list(pool.years)}
    if pool.schools is not None:
        inside[f"{measure.place}school__in"] = pool.schools
    rows = measure.events().filter(**inside).order_by()
    if measure.repeated:
        same = {"student": OuterRef("student"), f"{measure.place}school_year": OuterRef(f"{measure.place}school_year")}
        if at_school:
            same[f"{measure.place}school"] = OuterRef(f"{measure.place}school")
        rows = rows.filter(Exists(measure.events().filter(**inside, **same).exclude(pk=OuterRef("pk"))))
    return rows


def _affected_in_pool(measure: Measure, pool: Pool, names: Sequence[str]) -> QuerySet:
    """Students with an event in the pool by year and the values that stand for them."""
    rows = _events(measure, pool, at_school=False)
    if _hold_their_values(measure, pool, names):
        rows = _valued(rows, pool, names, F)
    else:
        rows = _valued(_with_year_row(rows, pool, measure.place), pool, names, _of_year_row)
    year = F(f"{measure.place}school_year")
    return _grouped(rows, names, year=year, school=Value(EVERY_SCHOOL), students=Count("student", distinct=True))


def _affected_at_schools(measure: Measure, pool: Pool, names: Sequence[str]) -> QuerySet:
    """Students with an event at a school by year, school and their values there; visitors keep the year's."""
    year, school = F(f"{measure.place}school_year"), F(f"{measure.place}school")
    students = Count("student", distinct=True)
    rows = _events(measure, pool, at_school=True)
    if _hold_their_values(measure, pool, names):
        return _grouped(_valued(rows, pool, names, F), names, year=year, school=school, students=students)
    here = Q(student__enrollments__school_year=year, student__enrollments__school=school)
    rows = rows.annotate(school_row=FilteredRelation("student__enrollments", condition=here))

    def value(column: str) -> Expression:
        return Case(When(school_row__isnull=True, then=_of_year_row(column)), default=F(f"school_row__{column}"))

    rows = _valued(_with_year_row(rows, pool, measure.place), pool, names, value)
    return _grouped(rows, names, year=year, school=school, students=students)


def _affected_by_school(measure: Measure, pool: Pool) -> QuerySet:
    """Students with an event anywhere in the pool by year and each of its schools they were enrolled in."""
    year = F(f"{measure.place}school_year")
    inside = Q(student__enrollments__school_year=year)
    if pool.schools is not None:
        inside &= Q(student__enrollments__school__in=pool.schools)
    rows = _with_year_row(_events(measure, pool, at_school=False), pool, measure.place)
    rows = _valued(rows, pool, (), _of_year_row)
    rows = rows.annotate(attended=FilteredRelation("student__enrollments", condition=inside))
    rows = rows.filter(attended__isnull=False)
    return _grouped(rows, (), year=year, school=F("attended__school"), students=Count("student", distinct=True))


def _hold_their_values(measure: Measure, pool: Pool, names: Iterable[str]) -> bool:
    """Whether the events of the measure themselves hold every value that is asked for."""
    return pool.has_groups and measure.is_grouped and {*names, *pool.filters} <= set(SAME_ALL_YEAR)


def _with_year_row(rows: QuerySet, pool: Pool, place: str = "") -> QuerySet:
    """Join the one enrollment whose values stand for the student in the year of the row."""
    condition = Q(
        student__enrollments__school_year=F(f"{place}school_year"),
        **{f"student__enrollments__{pool.standing}": True},
    )
    return rows.annotate(year_row=FilteredRelation("student__enrollments", condition=condition))


def _of_year_row(column: str) -> F:
    return F(f"year_row__{column}")


def _of_year(column: str) -> F:
    """The value of the year, from any enrollment of the year: race and sex are the same on all of them."""
    return F(column) if column in SAME_ALL_YEAR else _of_year_row(column)


def _valued(rows: QuerySet, pool: Pool, names: Iterable[str], value: Callable[[str], Expression | F]) -> QuerySet:
    """Give each row its values of the dimensions `names` and keep those that the pool's filters admit."""
    needed = dict.fromkeys([*names, *pool.filters])
    rows = rows.annotate(**{f"value_{name}": value(pool.column(name)) for name in needed})
    for name, admitted in pool.filters.items():
        wanted = Q(**{f"value_{name}__in": [one for one in admitted if one != UNREPORTED or not _is_flag(name)]})
        if UNREPORTED in admitted:
            wanted |= Q(**{f"value_{name}__isnull": True})
        rows = rows.filter(wanted)
    return rows


def _is_flag(name: str) -> bool:
    return DIMENSIONS[name].is_flag


def _grouped(rows: QuerySet, names: Iterable[str], *, year: F, school: F | Value, students: Count) -> QuerySet:
    keys = {"year_key": year, "school_key": school} | {f"key_{name}": F(f"value_{name}") for name in names}
    return rows.values(**keys).annotate(students=students)


def _keyed(rows: QuerySet, pool: Pool, names: Sequence[str], *columns: str) -> Iterator[tuple[Key, tuple]]:
    """Yield the key of each row and its values of `columns`. A value stored in two ways makes two rows of one key."""
    stored = [DIMENSIONS[name].stored for name in names]
    known: dict[tuple, tuple[GroupValue, ...]] = {}
    end = 2 + len(names)
    for row in rows.values_list("year_key", "school_key", *(f"key_{name}" for name in names), *columns):
        values = known.get(row[2:end])
        if values is None:
            values = known[row[2:end]] = tuple(of(value) for of, value in zip(stored, row[2:end], strict=True))
        yield (pool.years[row[0]], row[1], values), row[end:]


def _known_days(length: Decimal | None, unknown: int) -> Decimal | None:
    """School days in hundredths, for SQLite adds in binary; None as soon as one length is unknown."""
    return None if unknown or length is None else length.quantize(HUNDREDTH)
