"""The cells of one row: read, checked, and the faults that were found reported with file, line and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from district.models import Grade
from district.spreadsheets import ErrorReport, Fault, Row

LONGEST_TEXT = 255
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
"""Bounds of any date in a roster: outside them it is a typing error, and year 1 or 9999 breaks arithmetic."""

_GRADES = {value.casefold(): value for value in Grade.values if value != Grade.UNREPORTED}
_GRADES |= {value.removeprefix("0"): value for value in Grade.values if value.startswith("0")}
_GRADES |= {"k": Grade.KG.value, "": Grade.UNREPORTED.value}
_FLAGS = {"": False, "false": False, "true": True}


class RowChecker:
    """Reads the cells of one row after another; `is_bad` says whether the present row has a fault."""

    def __init__(self, file: str, report: ErrorReport) -> None:
        self.file = file
        self.is_bad = False
        self._report = report
        self._row: Row

    def begin(self, row: Row) -> None:
        """Turn to the next row."""
        self._row = row
        self.is_bad = False
        if row.too_many_cells:
            self.refuse("", _("The row holds more cells than the header."), "too_many_cells")

    def refuse(self, column: str, reason: str, code: str) -> None:
        """Report a fault of `column` ("" for the whole row)."""
        self.is_bad = True
        value = self._row.as_read(column) if column else ""
        self._report.add(Fault(self.file, self._row.line, column, value, reason, code))

    def text(self, column: str, longest: int = LONGEST_TEXT) -> str:
        """Return a cell in composed Unicode, so that the same name or id is the same text however it was typed."""
        value = self._row.get(column)
        if len(value) > longest or not value.isascii():
            value = unicodedata.normalize("NFC", value)
            if len(value) > longest:
                reason = _("The text is longer than %(longest)d characters.") % {"longest": longest}
                self.refuse(column, reason, "too_long")
        return value

    def required(self, column: str, longest: int = LONGEST_TEXT) -> str:
        """Return a cell that must not be empty."""
        value = self.text(column, longest)
        if not value:
            self.refuse(column, _("A value is required here."), "required")
        return value

    def word(self, column: str, words: dict[str, str], code: str) -> str:
        """Return what a cell means by `words` (lower-case word → meaning); it must be one of them."""
        meaning = words.get(self._row.get(column).casefold())
        if meaning is not None:
            return meaning
        if not self._row.get(column):
            self.refuse(column, _("A value is required here."), "required")
        else:
            allowed = ", ".join(sorted(words))
            self.refuse(column, _("This must be one of: %(allowed)s.") % {"allowed": allowed}, code)
        return ""

    def day(self, column: str, *, required: bool = False) -> str | None:
        """Return a date in ISO 8601 (2020-08-20), None for an empty cell."""
        value = self._row.get(column)
        if not value:
            if required:
                self.refuse(column, _("A date is required here."), "required")
            return None
        if not is_iso_date(value):
            reason = _("This is not a date of the form 2020-08-20 between %(earliest)d and %(latest)d.")
            self.refuse(column, reason % {"earliest": EARLIEST_YEAR, "latest": LATEST_YEAR}, "invalid_date")
            return None
        return value

    def span(self, begin: str, end: str, *, required: bool = False) -> tuple[str | None, str | None]:
        """Return two dates, the first not after the second; either may be None."""
        begins_on, ends_on = self.day(begin, required=required), self.day(end, required=required)
        if begins_on and ends_on and ends_on < begins_on:
            self.refuse(
                end, _("The end lies before the begin (%(begin)s).") % {"begin": begins_on}, "ends_before_begins"
            )
        return begins_on, ends_on

    def flag(self, column: str) -> bool:
        """Return true or false; an empty cell is false."""
        value = _FLAGS.get(self._row.get(column).casefold())
        if value is None:
            self.refuse(column, _("This must be true, false or empty."), "invalid_boolean")
        return bool(value)

    def grade(self, column: str, *, is_student: bool | None) -> str:
        """Return the first grade of a list as a CEDS code: `9` is `09`, `K` is `KG`; empty is unreported.

        Only students must have one that is known. Where another file will say who is a student (`is_student` None),
        an unknown grade comes back with a question mark before it.
        """
        first = self._row.get(column).split(",")[0].strip()
        grade = _GRADES.get(first.casefold())
        if grade is None and is_student:
            self.refuse(column, unknown_grade(first), "unknown_grade")
        elif grade is None and is_student is None:
            return f"?{first}"
        return grade or Grade.UNREPORTED.value

    def listed(self, column: str) -> list[str]:
        """Return the items of a comma-separated list in one cell, each once, in their order."""
        value = self.text(column, LONGEST_TEXT * 100)
        return list(dict.fromkeys(filter(None, (item.strip() for item in value.split(",")))))

    def change(self) -> bool:
        """Check `status` and `dateLastModified` of a row of a delta file; return whether the row is to be deleted."""
        modified = self._row.get("dateLastModified")
        if not modified:
            self.refuse("dateLastModified", _("A row of a delta file needs this time."), "required_in_delta")
        elif not _is_iso_time(modified):
            reason = _("This is not a time in ISO 8601, such as 2020-08-20T08:00:00Z.")
            self.refuse("dateLastModified", reason, "invalid_datetime")
        status = self._row.get("status").casefold()
        if not status:
            self.refuse("status", _("A row of a delta file needs active or tobedeleted here."), "required_in_delta")
        elif status not in ("active", "tobedeleted"):
            self.refuse("status", _("This must be active or tobedeleted."), "invalid_status")
        return status == "tobedeleted"


def unknown_grade(grade: str) -> str:
    """Return the reason why a grade is refused."""
    reason = _("%(grade)s is not a grade. Use the CEDS codes, such as PK, KG, 01, 12, UG.")
    return reason % {"grade": grade}


def reason_of(words: str) -> Callable[[str], str]:
    """Return how a refused value is put into its reason: `words` with %(value)s in them."""
    return lambda value: words % {"value": value}


@lru_cache(maxsize=50_000)
def is_iso_date(value: str) -> bool:
    """Say whether `value` is a date such as 2020-08-20; of ISO 8601 only this form is taken."""
    if len(value) != 10 or value[4] != "-" or value[7] != "-":
        return False
    try:
        return EARLIEST_YEAR <= date.fromisoformat(value).year <= LATEST_YEAR
    except ValueError:
        return False


@lru_cache(maxsize=1_000)
def _is_iso_time(value: str) -> bool:
    try:
        return EARLIEST_YEAR <= datetime.fromisoformat(value).year <= LATEST_YEAR
    except ValueError:
        return False
