"""Figures as people read them: rounded for display only, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

NONE = "–"


def percent(share: float | None) -> str:
    """A share as percent with one decimal: 0.111 is 11.1%."""
    return NONE if share is None else _("%(number)s%%") % {"number": number_format(share * 100, 1)}


def percent_range(bounds: tuple[float | None, float | None]) -> str:
    """Two shares as a range: 9.4–13.1%."""
    low, high = bounds
    return NONE if low is None or high is None else f"{number_format(low * 100, 1)}–{percent(high)}"


def times(ratio: float | None, decimals: int = 1) -> str:
    """A ratio with its sign: 4.1×."""
    return NONE if ratio is None else f"{number_format(ratio, decimals)}×"


def ratio_range(low: float | None, high: float | None) -> str:
    """Two ratios as a range with two decimals: 3.35–4.93."""
    return NONE if low is None or high is None else f"{number_format(low, 2)}–{number_format(high, 2)}"


def count(number: int | None) -> str:
    """A whole number with its thousands set apart."""
    return NONE if number is None else number_format(number, 0, force_grouping=True)


def of_students(affected: int, enrolled: int) -> str:
    """Counts beside a name: 123 of 1,104 students."""
    return ngettext("%(affected)s of %(enrolled)s student", "%(affected)s of %(enrolled)s students", enrolled) % {
        "affected": count(affected),
        "enrolled": count(enrolled),
    }


def joined(words: Iterable[str]) -> str:
    """Words as a list: A, B and C."""
    *first, last = list(words) or [""]
    return pgettext("list", "%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
