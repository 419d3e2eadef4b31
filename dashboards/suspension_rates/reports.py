"""Suspension rates as frozen rows: what the page, the endpoint, the CSV file and the workbook all show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.dimensions import DIMENSIONS, SCHOOL, Value, written
from dashboards.measures import EVERY_SCHOOL, Cell, Others, count_beside_schools
from dashboards.risk import Comparison, compare
from dashboards.suspension_rates.question import OTHERS, Question
from dashboards.tallies import count_cells

ACTUAL = "actual"
NOT_REPORTED = "not_reported"
NOBODY = Others(affected=0, enrolled=0)
UNKNOWN = Comparison(None, None, None, None, None)

FIGURES = (
    *("enrolled", "affected", "events", "days"),
    *("rate", "risk_ratio", "risk_ratio_low", "risk_ratio_high", "rate_difference", "status"),
)
"""Keys of a row after those that say whom it counts."""


@dataclass(frozen=True)
class RateRow:
    """Figures of one cell. Shares and ratios are doubles that are never rounded; `days` are school days.

    `key` holds the values of the `by` columns in their order, the school by its code. A row that a school did not
    report has nothing but `enrolled`.
    """

    school_year: int
    key: tuple[Value, ...]
    enrolled: int
    affected: int | None = None
    events: int | None = None
    days: Decimal | None = None
    comparison: Comparison = UNKNOWN
    others: Others = NOBODY
    status: str = ACTUAL

    @property
    def is_small(self) -> bool:
        """Whether one student can move the figure much; the figure itself is exact."""
        return self.affected is not None and (
            self.enrolled < definitions.FEW_ENROLLED or self.affected < definitions.FEW_AFFECTED
        )

    def as_json(self, by: Iterable[str]) -> dict[str, Any]:
        """Return the row as the API shows it."""
        row: dict[str, Any] = {"school_year": self.school_year, **dict(zip(by, self.key, strict=True))}
        row |= {
            "enrolled": self.enrolled,
            "affected": self.affected,
            "events": self.events,
            "days": days_text(self.days),
            "rate": self.comparison.rate,
            "risk_ratio": self.comparison.risk_ratio,
            "risk_ratio_low": self.comparison.risk_ratio_low,
            "risk_ratio_high": self.comparison.risk_ratio_high,
            "rate_difference": self.comparison.rate_difference,
            "status": self.status,
        }
        return row | {"small": True} if self.is_small else row


@dataclass(frozen=True)
class Definition:
    """What the rows count, for the reader of a page or a file."""

    measure: str
    label: str
    numerator: str
    denominator: str
    comparison: str
    school_years: tuple[int, ...]
    as_of: datetime | None
    district: str
    schools: tuple[str, ...] | None
    filters: Mapping[str, tuple[Value, ...]]
    not_reported: tuple[tuple[int, str], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the definition as the API shows it."""
        return {
            "measure": self.measure,
            "label": self.label,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "comparison": self.comparison,
            "school_years": list(self.school_years),
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "interval": definitions.INTERVAL,
            "district": self.district,
            "schools": list(self.schools) if self.schools is not None else None,
            "filters": {name: list(values) for name, values in self.filters.items()},
            "not_reported": [{"school_year": year, "school": code} for year, code in self.not_reported],
            "counting": str(definitions.COUNTING),
            "values": str(definitions.VALUES),
            "source": str(definitions.SOURCE),
        }


@dataclass(frozen=True)
class RateReport:
    """A question and its answer. `totals` holds, by year, all students of the pool, each once; by school none."""

    by: tuple[str, ...]
    definition: Definition
    rows: tuple[RateRow, ...]
    totals: Mapping[int, Others]

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of every row, those that only some rows have at the end."""
        return ("school_year", *self.by, *FIGURES, "small")

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {"definition": self.definition.as_json(), "rows": [row.as_json(self.by) for row in self.rows]}


def suspension_rates(question: Question) -> RateReport:
    """Answer the question: two queries, three when schools are compared with everybody outside them."""
    cells = count_cells(question.measure, question.pool, question.by)
    by_school_alone = question.by == (SCHOOL,)
    pools = count_beside_schools(question.measure, question.pool, cells) if by_school_alone else _pools(cells)
    others_of = _others(cells, pools, question)
    rows = [_row(cell, others_of(cell), question) for cell in cells if cell.enrolled > 0]
    rows.sort(key=lambda row: (row.school_year, *map(written, row.key)))
    return RateReport(
        by=question.by,
        definition=_definition(question),
        rows=tuple(rows),
        totals={year: pool for (year, school), pool in pools.items() if school == EVERY_SCHOOL},
    )


def days_text(days: Decimal | None) -> str | None:
    """Return school days as a decimal string without trailing zeros; None when they are not known."""
    if days is None:
        return None
    text = f"{days:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _pools(cells: list[Cell]) -> dict[tuple[int, int], Others]:
    """All students of each year and school. Those of cells in which nobody is enrolled count too."""
    pools: dict[tuple[int, int], Others] = {}
    for cell in cells:
        before = pools.get((cell.year, cell.school), NOBODY)
        pools[cell.year, cell.school] = Others(before.affected + cell.affected, before.enrolled + cell.enrolled)
    return pools


def _others(cells: list[Cell], pools: Mapping[tuple[int, int], Others], question: Question) -> Callable[[Cell], Others]:
    """Return what gives the students a cell is compared with.

    By school alone: those never enrolled there, as `pools` has them. Beside another dimension: the rest of the same
    school, or its reference group. Otherwise the rest of the pool, or its reference group.
    """
    if question.by == (SCHOOL,):
        return lambda cell: pools.get((cell.year, cell.school), pools[cell.year, EVERY_SCHOOL])
    if question.reference == OTHERS:
        return lambda cell: Others(
            affected=pools[cell.year, cell.school].affected - cell.affected,
            enrolled=pools[cell.year, cell.school].enrolled - cell.enrolled,
        )
    (name,) = question.groups
    wanted = (DIMENSIONS[name].parse(question.reference),)
    reference = {(one.year, one.school): Others(one.affected, one.enrolled) for one in cells if one.values == wanted}
    return lambda cell: NOBODY if cell.values == wanted else reference.get((cell.year, cell.school), NOBODY)


def _row(cell: Cell, others: Others, question: Question) -> RateRow:
    values = iter(cell.values)
    school = question.schools[cell.school] if cell.school != EVERY_SCHOOL else None
    key = tuple(school.code if name == SCHOOL and school else next(values) for name in question.by)
    if school and cell.year in school.unreported:
        return RateRow(cell.year, key, cell.enrolled, status=NOT_REPORTED)
    return RateRow(
        school_year=cell.year,
        key=key,
        enrolled=cell.enrolled,
        affected=cell.affected,
        events=cell.events,
        days=cell.days,
        comparison=compare(cell.affected, cell.enrolled, others.affected, others.enrolled),
        others=others,
    )


def _definition(question: Question) -> Definition:
    measure = question.measure.key
    years = tuple(place.year for place in question.years)
    changed = [place.changed_at for place in question.years]
    return Definition(
        measure=measure,
        label=str(definitions.LABELS[measure]),
        numerator=str(definitions.NUMERATORS[measure]),
        denominator=question.denominator,
        comparison=comparison_words(question),
        school_years=years,
        as_of=max(changed).astimezone(ZoneInfo(question.timezone)) if changed else None,
        district=question.district_code,
        schools=None if question.chosen is None else tuple(place.code for place in question.counted_schools),
        filters={name: tuple(sorted(values, key=written)) for name, values in question.filters.items()},
        not_reported=tuple(
            (year, place.code) for year in years for place in question.counted_schools if year in place.unreported
        ),
    )


def comparison_words(question: Question) -> str:
    """Say with whom every row is compared."""
    if question.reference == OTHERS:
        return str(definitions.ALL_OTHERS)
    (name,) = question.groups
    group = definitions.group_name(name, DIMENSIONS[name].parse(question.reference))
    pool = _("of the same school") if SCHOOL in question.by else _("of the same schools and filters")
    return f"{group} {pool} ({name}={question.reference})"
