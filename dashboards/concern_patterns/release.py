"""The patterns of a school year, released once: counts that are too few, and those that give them away, are not in it.

One release a year, never changed: nobody learns anything by comparing today's figures with yesterday's, and there is
nothing to filter by. The totals of quarters (`commitments/concerns/totals.py`) are read beside it, so that the total is
told only where no quarter follows from it, and kinds are sums of what the quarters tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from commitments.concerns import totals
from commitments.concerns.withholding import told, told_total
from commitments.models import Concern
from dashboards.concern_patterns import counting
from dashboards.concern_patterns.counting import (
    ANSWER,
    COMMITMENT,
    IN_TIME,
    KIND,
    LATE,
    NOT_ANSWERED,
    SCHOOL,
    SENT_HOME,
    Row,
)
from dashboards.models import ConcernRelease
from district.calendar import school_year_of, school_year_window
from district.models import District, School

AFTER = timedelta(days=45)
"""How long after the year is over it is released: what was filed last has an answer then."""
TOTAL = "total"


def release_patterns(district: District, *, today: date) -> int:
    """Release every school year that is over and was not released. Repeated, it changes nothing. Returns how many."""
    last = school_year_of(today - AFTER) - 1
    released = set(ConcernRelease.objects.filter(district=district).values_list("school_year", flat=True))
    written = 0
    for year, rows in sorted(counting.years_of(_rows(district, last)).items()):
        if year in released:
            continue
        matched = counting.matched_in(district.pk, [year]).get(year, 0)
        with transaction.atomic():
            _row, is_new = ConcernRelease.objects.get_or_create(
                district=district,
                school_year=year,
                defaults={"released_on": today, "tables": tables_of(rows, matched, _schools(district, year))},
            )
        written += is_new
    return written


def tables_of(rows: list[Row], matched: int, schools: Iterable[str]) -> dict[str, Any]:
    """What of a school year may be told: the total or None, and of each table the counts that are not withheld.

    A school without a concern is a cell like any other: that it had none is not told either.
    """
    minimum = totals.MINIMUM
    quarters: dict[date, Counter] = {}
    kinds: dict[date, dict[str, Counter]] = {}
    for row in rows:
        begins_on = totals.quarter_of(row.filed_on)
        quarters.setdefault(begins_on, Counter())[row.organization] += 1
        kinds.setdefault(begins_on, {}).setdefault(row.kind, Counter())[row.organization] += 1
    published = [totals.told(some)[0] is not None for some in kinds.values()]
    total = told_total(quarters.values(), published, minimum=minimum)
    found: dict[str, Any] = {TOTAL: total}
    every = {SCHOOL: ["", *schools], COMMITMENT: [""], ANSWER: [IN_TIME, LATE, NOT_ANSWERED]}
    for name, keys in every.items():
        cells = {key: Counter() for key in keys} | counting.cells_of(rows, name)
        found[name] = told(cells, minimum=minimum, is_total_known=total is not None)
    found[KIND] = _told_in_quarters(kinds)
    found[SENT_HOME] = told(counting.sent_home_cells(rows, matched), minimum=minimum)
    return found


def _told_in_quarters(kinds: dict[date, dict[str, Counter]]) -> dict[str, int]:
    """Kinds as far as the quarters tell them: a sum of what everybody has read already."""
    found: Counter = Counter()
    for counts in kinds.values():
        every = {name: counts.get(name, Counter()) for name in Concern.Kind.values}
        found.update({name: count for name, count in totals.told(every)[1].items() if count is not None})
    return {name: count for name, count in found.items() if count}


def _rows(district: District, last: int) -> list[Row]:
    _begins, ends_on = school_year_window(last)
    return counting.rows_of(Concern.objects.filter(district=district, filed_on__lte=ends_on))


def _schools(district: District, year: int) -> list[str]:
    """The codes of the schools that were open in a school year."""
    begins_on, _ends = school_year_window(year)
    rows = School.objects.filter(Q(closed_on=None) | Q(closed_on__gte=begins_on), district=district)
    return list(rows.order_by("code").values_list("code", flat=True))
