"""Single cells of an import file that are not empty: text in, value out, or the fault that a person can mend."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _


class CellFault(NamedTuple):
    """What is wrong with one cell of a row; `column` is empty for the row as a whole."""

    column: str
    code: str
    reason: str


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(r"(-?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
MOST_DAYS = Decimal("9999.99")
EARLIEST_YEAR = 1900
YEARS_AHEAD = 2  # an expulsion may reach into the next school year but one; 9999 means that nobody knows


@lru_cache(maxsize=4_096)
def parse_date(text: str) -> date | None:
    """Return the day of an ISO date such as 2021-04-13, None for anything else."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_date(column: str, text: str, latest_year: int) -> date | CellFault:
    """Return the day or the fault. Years run from 1900 to `latest_year`."""
    day = parse_date(text)
    if day is None:
        return CellFault(column, "invalid_date", _("This is not a day of the calendar written as YYYY-MM-DD."))
    if not EARLIEST_YEAR <= day.year <= latest_year:
        reason = _("The year must lie between %(first)d and %(last)d.") % {"first": EARLIEST_YEAR, "last": latest_year}
        return CellFault(column, "out_of_range", reason)
    return day


def read_time(column: str, text: str) -> time | CellFault:
    """Return the local time of HH:MM or the fault."""
    if _TIME.fullmatch(text):
        hour, minute = int(text[:2]), int(text[3:])
        if hour < 24 and minute < 60:
            return time(hour, minute)
    return CellFault(column, "invalid_time", _("This is not a time from 00:00 to 23:59 written as HH:MM."))


def read_days(column: str, text: str) -> Decimal | CellFault:
    """Return a number of school days or the fault: 0 to 9999.99, at most two decimals."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return CellFault(column, "invalid_number", _("This is not a number of days, such as 3 or 0.5."))
    sign, digits = found.groups()
    if sign and digits.strip("0."):
        return CellFault(column, "negative", _("A number of days cannot be below zero."))
    if len(digits.partition(".")[2]) > 2:
        return CellFault(column, "too_many_decimals", _("A number of days has at most two decimals."))
    if len(digits) > 40 or Decimal(digits) > MOST_DAYS:
        return CellFault(column, "out_of_range", _("A number of days is at most %(most)s.") % {"most": MOST_DAYS})
    return Decimal(digits)


def read_boolean(column: str, text: str) -> bool | CellFault:
    """Return the truth value of true or false in any case, or the fault."""
    lowered = text.lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    return CellFault(column, "invalid_boolean", _("This must be true or false."))


def read_identifier(column: str, text: str, limit: int) -> str | CellFault:
    """Return one line of text as it is, or the fault when it is too long or holds a control character."""
    if not text.isprintable() and _CONTROL.search(text):
        return CellFault(column, "control_character", _("The text holds a line break or another control character."))
    return read_text(column, text, limit)


def read_text(column: str, text: str, limit: int) -> str | CellFault:
    """Return free text as it is, or the fault when it cannot be stored."""
    if len(text) > limit:
        return CellFault(column, "too_long", _("At most %(limit)d characters.") % {"limit": limit})
    if "\0" in text:
        return CellFault(column, "control_character", _("The text holds a NUL character, which cannot be stored."))
    return text


def read_choice(column: str, text: str, choices: dict[str, str]) -> str | CellFault:
    """Return the code of a word of `choices` (lower-case word → code), or the fault."""
    code = choices.get(text.lower())
    if code is None:
        allowed = ", ".join(dict.fromkeys(choices.values()))
        return CellFault(column, "invalid_choice", _("This must be one of: %(allowed)s.") % {"allowed": allowed})
    return code
