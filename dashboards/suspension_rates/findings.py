"""The one sentence over a page of figures: what was found, with its numbers and its uncertainty, never a cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.dimensions import DIMENSIONS, written
from dashboards.measures import Others
from dashboards.risk import rate
from dashboards.suspension_rates.question import OTHERS, Question
from dashboards.suspension_rates.reports import RateRow
from dashboards.wording import joined, of_students, percent, times
from district.models import SchoolLevel
from district.page_parts import year_words


def finding(question: Question, rows: Sequence[RateRow], total: Others | None, year: int) -> SafeString:
    """Say what the rows of `year` show: the group whose rate stands out most, else the rate of everybody.

    A group stands out when its interval lies wholly above 1 and it is not small; the highest ratio is named.
    """
    words: dict[str, Any] = {
        "year": year_words(year),
        "happened": definitions.HAPPENED[question.measure.key],
        "comparison": comparison_name(question),
    }
    if total is None or not total.enrolled:
        return format_html(str(_("Nobody is enrolled here in {year} by these filters.")), **words)
    words |= {"total": percent(rate(total.affected, total.enrolled)), "counts": of_students(*_counts(total))}
    everybody = format_html(str(_("In {year}, <strong>{total}</strong> of students {happened} ({counts}).")), **words)
    if len(question.groups) != 1:
        return everybody
    known = [row for row in rows if row.comparison.risk_ratio is not None and not row.is_small]
    above = [row for row in known if (row.comparison.risk_ratio_low or 0) > 1]
    if not above:
        return _no_group_stands_out(everybody, words, is_known=bool(known))
    row = max(above, key=lambda one: one.comparison.risk_ratio or 0)
    words |= {
        "rate": percent(row.comparison.rate),
        "group": definitions.group_name(question.groups[0], row.key[0]),
        "ratio": times(row.comparison.risk_ratio).removesuffix("×"),
        "low": times(row.comparison.risk_ratio_low).removesuffix("×"),
        "high": times(row.comparison.risk_ratio_high).removesuffix("×"),
    }
    sentence = _(
        "In {year}, <strong>{rate}</strong> of {group} {happened}: <strong>{ratio} times</strong> the rate of "
        "{comparison} (95% interval {low} to {high})."
    )
    return format_html(str(sentence), **words)


def _counts(total: Others) -> tuple[int, int]:
    return total.affected, total.enrolled


def _no_group_stands_out(everybody: SafeString, words: dict[str, Any], *, is_known: bool) -> SafeString:
    if not is_known:
        return format_html("{} {}", everybody, _("The groups have too few students to compare."))
    rest = _("No group’s rate is above that of {comparison} by more than chance explains.")
    return format_html("{} {}", everybody, format_html(str(rest), **words))


def comparison_name(question: Question) -> str:
    """Name those whom every group is compared with, as it stands within a sentence."""
    if question.reference == OTHERS:
        return str(definitions.ALL_OTHERS)
    name = question.groups[0]
    return definitions.group_name(name, DIMENSIONS[name].parse(question.reference))


def highest_rates(question: Question, rows: Sequence[RateRow]) -> str:
    """Title of a picture of groups: who has the highest rates, as far as the groups are large enough to say."""
    sure = [row for row in rows if not row.is_small and row.comparison.rate]
    first = sorted(sure, key=lambda row: -(row.comparison.rate or 0))[: 2 if len(sure) > 2 else 1]
    names = [definitions.group_name(question.groups[0], row.key[0]) for row in first]
    if not names:
        return _("Rates by group")
    if len(names) == 1:
        return _("Highest rate: %(first)s") % {"first": names[0]}
    return _("Highest rates: %(first)s, then %(second)s") % {"first": names[0], "second": names[1]}


def counted_words(question: Question) -> str:
    """Whom the filters leave, as a short line; empty when everybody of the scope counts."""
    parts = []
    if question.asked.get("school"):
        parts.append(", ".join(place.name for place in question.counted_schools))
    if question.asked.get("level"):
        parts.append(", ".join(str(SchoolLevel(level).label) for level in question.asked["level"].split(",")))
    for name, values in question.filters.items():
        groups = [definitions.group_name(name, value) for value in sorted(values, key=written)]
        parts.append(capfirst(joined(groups)))
    return _("Counted here: %(parts)s.") % {"parts": "; ".join(parts)} if parts else ""
