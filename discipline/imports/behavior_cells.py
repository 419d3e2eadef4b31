"""What the values of a behavior must be: the same for a file, the page and the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from discipline.catalogue import CEDS_BEHAVIORS, CRDC_OFFENSES
from discipline.models import Behavior, RemovalKind, Response
from district.cells import CellFault, read_boolean, read_choice, read_date, read_identifier, read_text

REQUIRED = ("code", "title")
MEANING = ("title", "definition", "level", "category", "subjective", "max_response", "grades")
"""What a student was referred for, in the words of that day. The codes of other systems are no part of it."""
LATEST_YEAR = 2100
LONGEST_DEFINITION = 20_000
LONGEST_LINE = {field.name: field.max_length for field in Behavior._meta.fields if field.max_length}


def _one_line(column: str, text: str) -> str | CellFault:
    return read_identifier(column, text, LONGEST_LINE[column])


def _one_of(codes: Iterable[str]) -> Callable[[str, str], str | CellFault]:
    words = {code.lower(): code for code in sorted(codes)}
    return lambda column, text: read_choice(column, text, words)


def _day(column: str, text: str) -> date | CellFault:
    return read_date(column, text, LATEST_YEAR)


READERS: dict[str, Callable[[str, str], Any]] = {
    "code": _one_line,
    "title": _one_line,
    "definition": lambda column, text: read_text(column, text, LONGEST_DEFINITION),
    "level": _one_line,
    "category": _one_line,
    "subjective": read_boolean,
    "ceds_behavior": _one_of(CEDS_BEHAVIORS),
    "crdc_offense": _one_of(CRDC_OFFENSES),
    "state_code": _one_line,
    "max_response": _one_of((*Response.values, *RemovalKind.values)),
    "grades": _one_line,
    "valid_from": _day,
    "valid_to": _day,
}
"""Column → what reads a cell of it that is not empty."""
EMPTY: dict[str, Any] = {"subjective": False, "valid_from": None, "valid_to": None}


def read_cell(column: str, text: str) -> Any:
    """Return the value of a cell, or its CellFault."""
    if text:
        return READERS[column](column, text)
    if column in REQUIRED:
        return CellFault(column, "required", _("This cell must not be empty."))
    return EMPTY.get(column, "")


def backwards(first: date | None, last: date | None) -> CellFault | None:
    """The fault of a span that ends before it begins; None when it does not, or an end is open."""
    if first is None or last is None or first <= last:
        return None
    return CellFault("valid_to", "ends_before_begins", _("The behavior ends before it begins."))


def overlaps() -> CellFault:
    """The fault of a span that shares a day with another of the same code."""
    reason = _("The code would mean two things on the same day: another row of it is valid then.")
    return CellFault("valid_from", "overlaps", reason)


def share_a_day(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Say whether two spans (first and last day, both included, None: open) have a day in common."""
    (first, last), (other_first, other_last) = one, other
    begins_in_time = first is None or other_last is None or first <= other_last
    return begins_in_time and (last is None or other_first is None or other_first <= last)
