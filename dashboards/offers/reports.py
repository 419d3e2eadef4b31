"""Offers as frozen rows: what the page, the endpoint, the CSV file and the workbook all show.

Counted are removals from class or school, not students: each of them is a decision in which something can be offered.
The students behind them are those of the suspension rates: the same pool, the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dashboards.dimensions import BREAKDOWNS, DIMENSIONS, SCHOOL, Value, written
from dashboards.measures import Key, Measure, affected_cells, enrolled_students
from dashboards.parameters import Asked, Reading
from dashboards.risk import Comparison, compare
from discipline.actions.offering import ASKED
from discipline.models import OfferAnswer, Removal
from district.access import Permission
from district.models import User

FEW = 10
"""Decisions below which one more or less moves a share much; the figures are exact all the same."""

COUNTED = _("Removals from class or school in which something restorative was offered first, whatever the answer.")
OUT_OF = _("Removals from class or school of which it is on record whether something was offered.")
NOT_INCLUDED = _("Bus suspensions, voided removals, and removals of which nobody recorded it, such as imported ones.")
UNITS = _("Counted are removals, not students: each is a decision in which something can be offered.")
FIGURES = (
    *("enrolled", "removals", "asked", "offered", "accepted", "declined"),
    *("offer_rate", "acceptance_rate", "offer_ratio", "offer_ratio_low", "offer_ratio_high", "status"),
)


def _counted(key: str, **conditions: Any) -> Measure:
    def events():
        return Removal.objects.standing().filter(kind__in=ASKED, **conditions)

    return Measure(key, events, has_days=False, parts=("any_removal",))


MEASURES: dict[str, Measure] = {
    "removals": _counted("removals"),
    "asked": _counted("asked", offer__isnull=False),
    "offered": _counted("offered", offer__answer__in=[one for one in OfferAnswer if one != OfferAnswer.NOT_OFFERED]),
    "accepted": _counted("accepted", offer__answer=OfferAnswer.ACCEPTED),
    "declined": _counted("declined", offer__answer=OfferAnswer.DECLINED),
}


@dataclass(frozen=True, kw_only=True)
class OfferQuestion(Asked):
    """What is asked, of whom. `by` is one dimension, `school`, or empty."""

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        *("district", "school_year", "by", "school", "level"),
        *DIMENSIONS,
        "format",
    )

    by: str

    @property
    def names(self) -> tuple[str, ...]:
        """What rows are told apart by."""
        return (self.by,) if self.by else ()

    @property
    def stated(self) -> dict[str, str]:
        """Years and breakdown are always written out."""
        return {**super().stated, "by": self.by}

    def keeps(self, name: str, value: str | None) -> bool:
        """An empty breakdown is written: without the key a page takes its own."""
        return name == "by" and value is not None


@dataclass(frozen=True)
class OfferRow:
    """Figures of one group and year. Shares and ratios are doubles that are never rounded, None where not defined.

    `offer_rate` is offered of asked, `acceptance_rate` accepted of offered. The ratio compares the offer rate with
    that of all other decisions of the year (and pool), with a 95 % interval. Of a school that did not report its
    removals nothing is given but who is enrolled.
    """

    school_year: int
    key: tuple[Value, ...]
    enrolled: int
    counts: Mapping[str, int] | None
    comparison: Comparison | None = None

    @property
    def is_small(self) -> bool:
        """Whether one decision can move the share much."""
        return self.counts is not None and self.counts["asked"] < FEW

    @property
    def acceptance_rate(self) -> float | None:
        """Accepted, of those offered."""
        if self.counts is None or not self.counts["offered"]:
            return None
        return self.counts["accepted"] / self.counts["offered"]

    def as_json(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the row as the API shows it."""
        found = self.comparison
        row: dict[str, Any] = {"school_year": self.school_year, **dict(zip(names, self.key, strict=True))}
        row["enrolled"] = self.enrolled
        row |= {name: self.counts[name] if self.counts is not None else None for name in MEASURES}
        row |= {
            "offer_rate": found.rate if found else None,
            "acceptance_rate": self.acceptance_rate,
            "offer_ratio": found.risk_ratio if found else None,
            "offer_ratio_low": found.risk_ratio_low if found else None,
            "offer_ratio_high": found.risk_ratio_high if found else None,
            "status": "not_reported" if self.counts is None else "actual",
        }
        return row | {"small": True} if self.is_small else row


@dataclass(frozen=True)
class OfferReport:
    """A question and its answer. `totals` holds the counts of each year over all groups."""

    question: OfferQuestion
    rows: tuple[OfferRow, ...]
    totals: Mapping[int, Mapping[str, int]]
    as_of: datetime | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of every row, those that only some rows have at the end."""
        return ("school_year", *self.question.names, *FIGURES, "small")

    def definition(self) -> dict[str, Any]:
        """What the rows count."""
        asked = self.question
        return {
            "numerator": str(COUNTED),
            "denominator": str(OUT_OF),
            "not_included": str(NOT_INCLUDED),
            "units": str(UNITS),
            "school_years": [place.year for place in asked.years],
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "district": asked.district_code,
            "schools": None if asked.chosen is None else [place.code for place in asked.counted_schools],
            "filters": {name: sorted(map(written, values)) for name, values in asked.filters.items()},
        }

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {"definition": self.definition(), "rows": [row.as_json(self.question.names) for row in self.rows]}


def read_offer_question(parameters: QueryDict, user: User) -> OfferQuestion:
    """Return what `parameters` ask of the offers that `user` may see figures of.

    The user must hold `RATES_VIEW`. Raises InvalidParametersError naming every parameter that is wrong.
    """
    reading = Reading(parameters, OfferQuestion.PARAMETERS)
    by = reading.one("by", ("", *BREAKDOWNS), "")
    return OfferQuestion(by=by, **reading.whom(user, Permission.RATES_VIEW, MEASURES["asked"]))


def restorative_offers(question: OfferQuestion) -> OfferReport:
    """Answer the question: one query for each of the five counts, and one for who is enrolled."""
    names, at_schools = tuple(name for name in question.names if name != SCHOOL), SCHOOL in question.names
    found: dict[Key, dict[str, int]] = {}
    for key, enrolled in enrolled_students(question.pool, names, at_schools=at_schools).items():
        found[key] = {**dict.fromkeys(MEASURES, 0), "enrolled": enrolled}
    for name, measure in MEASURES.items():
        for key, cell in affected_cells(measure, question.pool, names, at_schools=at_schools).items():
            found.setdefault(key, dict.fromkeys(("enrolled", *MEASURES), 0))[name] = cell.events
    totals: dict[int, dict[str, int]] = {}
    for (year, _school, _values), counts in found.items():
        total = totals.setdefault(year, dict.fromkeys(MEASURES, 0))
        for name in MEASURES:
            total[name] += counts[name]
    row_of = _row_of(question, totals)
    rows = [row_of(key, counts) for key, counts in found.items() if counts["enrolled"] or counts["removals"]]
    rows.sort(key=lambda row: (row.school_year, *map(written, row.key)))
    changed = [place.changed_at for place in question.years]
    as_of = max(changed).astimezone(ZoneInfo(question.timezone)) if changed else None
    return OfferReport(question, tuple(rows), totals, as_of)


def _row_of(question: OfferQuestion, totals: Mapping[int, Mapping[str, int]]) -> Callable[..., OfferRow]:
    def row(key: tuple[int, int, tuple[Value, ...]], counts: dict[str, int]) -> OfferRow:
        year, school, values = key
        place = question.schools.get(school) if question.by == SCHOOL else None
        name: tuple[Value, ...] = (place.code,) if place else values
        if place and year in place.unreported:
            return OfferRow(year, name, counts["enrolled"], None)
        others = {one: totals[year][one] - counts[one] for one in ("offered", "asked")}
        comparison = compare(counts["offered"], counts["asked"], others["offered"], others["asked"])
        return OfferRow(year, name, counts["enrolled"], {one: counts[one] for one in MEASURES}, comparison)

    return row
