"""Rows of an attendance file: from text cells to values, without looking anything up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from district.cells import CellFault, read_choice, read_date, read_days, read_identifier, read_text
from district.spreadsheets import Row
from training.models import Evaluation, Language, Practitioner

COLUMNS = (
    "session_id",
    "course",
    "day",
    "hours",
    "staff_id",
    "email",
    "given_name",
    "family_name",
    "role",
    "organization",
    "schools",
    "given_by",
    "language",
    "place",
    "evaluation",
    "evaluated_on",
    "evaluation_note",
)
REQUIRED = ("session_id", "course", "day", "hours")
SESSION_SAYS = ("course", "given_by", "language", "place")
"""What all rows of a session agree on."""
PERSON_SAYS = ("given_name", "family_name", "role", "organization", "schools")
"""What all rows of somebody new agree on; somebody known keeps what is known."""
MOST_HOURS = Decimal(24)

ROLES = {value: value for value in Practitioner.Capacity.values}
LANGUAGES = {value: value for value in Language.values}
RESULTS = {str(value): str(value) for value, _words in Evaluation.STATES}


@dataclass(slots=True)
class TrainingRow:
    """One row in values: one person's hours on one day of one session, and perhaps how the course went.

    Columns that are empty are "" (text) or None. `who` says who it was, in this file and a later one, once that is
    looked up. `faults` holds everything found wrong; a row with any is refused.
    """

    source: Row
    line: int
    session_id: str = ""
    course: str = ""
    day: date | None = None
    hours: Decimal | None = None
    staff_id: str = ""
    email: str = ""
    given_name: str = ""
    family_name: str = ""
    role: str = ""
    organization: str = ""
    schools: tuple[str, ...] = ()
    given_by: str = ""
    language: str = ""
    place: str = ""
    evaluation: str = ""
    evaluated_on: date | None = None
    evaluation_note: str = ""
    who: str = ""
    faults: list[CellFault] = field(default_factory=list)

    def add_fault(self, column: str, code: str, reason: str) -> None:
        """Note a fault of one column, unless the column has one."""
        if all(fault.column != column for fault in self.faults):
            self.faults.append(CellFault(column, code, reason))

    def has_fault(self, column: str) -> bool:
        """Say whether a column has a fault."""
        return any(fault.column == column for fault in self.faults)


def _line(limit: int) -> Callable[[str, str, int], Any]:
    return lambda column, text, year: read_identifier(column, text, limit)


def _hours(column: str, text: str, year: int) -> Decimal | CellFault:
    hours = read_days(column, text)
    if isinstance(hours, CellFault):
        return hours
    if not 0 < hours <= MOST_HOURS:
        return CellFault(column, "out_of_range", _("Hours of a day are more than 0 and at most 24."))
    return hours


def _email(column: str, text: str, year: int) -> str | CellFault:
    try:
        validate_email(text)
    except ValidationError:
        return CellFault(column, "invalid_email", _("This is not an e-mail address."))
    return text.lower()


def _codes(column: str, text: str, year: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code.strip() for code in text.split(";") if code.strip()))


READERS: dict[str, Callable[[str, str, int], Any]] = {
    "session_id": _line(60),
    "course": _line(40),
    "day": read_date,
    "hours": _hours,
    "staff_id": _line(255),
    "email": _email,
    "given_name": _line(255),
    "family_name": _line(255),
    "role": lambda column, text, year: read_choice(column, text, ROLES),
    "organization": _line(200),
    "schools": _codes,
    "given_by": _line(200),
    "language": lambda column, text, year: read_choice(column, text, LANGUAGES),
    "place": _line(200),
    "evaluation": lambda column, text, year: read_choice(column, text, RESULTS),
    "evaluated_on": read_date,
    "evaluation_note": lambda column, text, year: read_text(column, text, 500),
}
"""Column → what reads a cell of it that is not empty, given the column, the text and the latest year of a day."""


def parse(source: Row, today: date) -> TrainingRow:
    """Return the row in values, with all its faults. `today` is the day in the district: nothing is later."""
    row = TrainingRow(source, source.line)
    if source.too_many_cells:
        row.add_fault("", "too_many_cells", _("The row has more cells than the header."))
        return row
    cells = {column: text for column in COLUMNS if (text := source.get(column))}
    for column in REQUIRED:
        if column not in cells:
            row.add_fault(column, "required", _("This cell must not be empty."))
    for column, text in cells.items():
        value = READERS[column](column, text, today.year)
        if isinstance(value, CellFault):
            row.add_fault(*value)
        else:
            setattr(row, column, value)
    _check_sense(row, cells, today)
    return row


def _check_sense(row: TrainingRow, cells: dict[str, str], today: date) -> None:
    for column in ("day", "evaluated_on"):
        if (day := getattr(row, column)) and day > today:
            row.add_fault(column, "future_date", _("The day lies in the future."))
    if "staff_id" not in cells and "email" not in cells:
        row.add_fault("email", "required", _("Who was it? Give a staff id or an e-mail address."))
    if "evaluation" not in cells:
        for column in ("evaluated_on", "evaluation_note"):
            if column in cells:
                row.add_fault(column, "evaluation_missing", _("This belongs to an evaluation, and the row has none."))
    elif row.evaluation == "failed" and not row.evaluation_note and not row.has_fault("evaluation_note"):
        row.add_fault("evaluation_note", "required", _("Say in a note why it failed."))
    if row.day and row.evaluated_on and row.evaluated_on < row.day:
        row.add_fault("evaluated_on", "evaluated_before", _("Nobody is evaluated before they were there."))
