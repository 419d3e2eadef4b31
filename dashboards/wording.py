"""Figures as people read them: rounded for display only, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

NONE = "–"
ONE_PERCENT = 0.01


def rounded(number: float | Decimal, places: int) -> str:
    """A number with exactly `places` decimals, rounded half up, in the reader's language."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    shown = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return number_format(shown, places, force_grouping=True)


def percent(share: float | None) -> str:
    """A share as percent with one decimal: 0.111 is 11.1%; with two below one percent: 0.0023 is 0.23%."""
    if share is None:
        return NONE
    return _("%(number)s%%") % {"number": rounded(share * 100, 2 if 0 < share < ONE_PERCENT else 1)}


def percent_range(bounds: tuple[float | None, float | None]) -> str:
    """Two shares as a range: 9.4–13.1%, with two decimals where the whole range lies below one percent."""
    low, high = bounds
    if low is None or high is None:
        return NONE
    places = 2 if high < ONE_PERCENT else 1
    return _("%(number)s%%") % {"number": f"{rounded(low * 100, places)}–{rounded(high * 100, places)}"}


def times(ratio: float | None, decimals: int = 1) -> str:
    """A ratio with its sign: 4.1×."""
    return NONE if ratio is None else f"{rounded(ratio, decimals)}×"


def ratio_range(low: float | None, high: float | None) -> str:
    """Two ratios as a range with two decimals: 3.35–4.93."""
    return NONE if low is None or high is None else f"{rounded(low, 2)}–{rounded(high, 2)}"


def count(number: int | None) -> str:
    """A whole number with its thousands set apart."""
    return NONE if number is None else number_format(number, 0, force_grouping=True)


def school_days(days: Decimal | None) -> str:
    """School days with their halves and quarters: 1,797.5; a dash when a length is not known."""
    if days is None:
        return NONE
    decimals = max(0, -int(days.normalize().as_tuple().exponent))
    return rounded(days, decimals)


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
