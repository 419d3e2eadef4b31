"""Rows of a discipline file: from text cells to values, without looking anything up."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from discipline.models import INCIDENT_LOCATIONS, Involvement, LawEnforcement, RemovalKind, Response
from district.calendar import school_year_of
from district.cells import (
    YEARS_AHEAD,
    CellFault,
    read_boolean,
    read_choice,
    read_date,
    read_days,
    read_identifier,
    read_text,
    read_time,
)
from district.spreadsheets import Row

from .columns import COLUMNS, REMOVAL_ONLY, REQUIRED, RESPONSIBLE_ONLY

LONGEST_DESCRIPTION = 20_000
LONGEST_IDENTIFIER = 255

ROLES = {role.value: role.value for role in Involvement.NAMED_IN_FILES}
REMOVALS = {value.lower(): value for value in RemovalKind.values}
RESPONSES = {value.lower(): value for value in Response.values}
LAW_ENFORCEMENT = {value: value for value in LawEnforcement.values}


@dataclass(slots=True)
class DisciplineRow:
    """One row in values. Columns that are empty are "" (text) or None; ids are filled in when they are looked up.

    `days` are school days as given. `faults` holds everything found wrong; a row with any is refused.
    """

    source: Row
    line: int
    incident_id: str = ""
    school_id: str = ""
    occurred_on: date | None = None
    occurred_time: time | None = None
    location: str = ""
    student_id: str = ""
    role: str = Involvement.Role.RESPONSIBLE.value
    behavior_code: str = ""
    description: str = ""
    reported_by: str = ""
    law_enforcement: str = ""
    removal: str = ""
    removal_id: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    days: Decimal | None = None
    services_provided: bool | None = None
    response: str = ""
    void: bool = False
    school_pk: int = 0
    year_pk: int = 0
    student_pk: int = 0
    behavior_pk: int | None = None
    behavior_uid: str = ""
    staff_pk: int | None = None
    faults: list[CellFault] = field(default_factory=list)

    def add_fault(self, column: str, code: str, reason: str) -> None:
        """Note a fault of one column, unless the column has one."""
        if all(fault.column != column for fault in self.faults):
            self.faults.append(CellFault(column, code, reason))


@cache
def location_codes() -> dict[str, str]:
    """Lower-case word → CEDS incident location code: the code, with or without leading zeros, and its English name."""
    with translation.override("en"):
        names = {str(name).lower(): code for code, name in INCIDENT_LOCATIONS.items()}
    return {code: code for code in INCIDENT_LOCATIONS} | names | {code.lstrip("0"): code for code in INCIDENT_LOCATIONS}


def _identifier(column: str, text: str, latest_year: int) -> str | CellFault:
    return read_identifier(column, text, LONGEST_IDENTIFIER)


def _day(column: str, text: str, latest_year: int) -> date | CellFault:
    return read_date(column, text, latest_year)


READERS: dict[str, Callable[[str, str, int], Any]] = {
    "incident_id": _identifier,
    "school_id": _identifier,
    "occurred_on": _day,
    "occurred_time": lambda column, text, year: read_time(column, text),
    "location": lambda column, text, year: read_choice(column, text, location_codes()),
    "student_id": _identifier,
    "role": lambda column, text, year: read_choice(column, text, ROLES),
    "behavior_code": _identifier,
    "description": lambda column, text, year: read_text(column, text, LONGEST_DESCRIPTION),
    "reported_by": _identifier,
    "law_enforcement": lambda column, text, year: read_choice(column, text, LAW_ENFORCEMENT),
    "removal": lambda column, text, year: read_choice(column, text, REMOVALS),
    "removal_id": _identifier,
    "begins_on": _day,
    "ends_on": _day,
    "days": lambda column, text, year: read_days(column, text),
    "services_provided": lambda column, text, year: read_boolean(column, text),
    "response": lambda column, text, year: read_choice(column, text, RESPONSES),
    "void": lambda column, text, year: read_boolean(column, text),
}
"""Column → what reads a cell of it that is not empty, given the column, the text and the latest year of a day."""


def parse(source: Row, today: date) -> DisciplineRow:
    """Return the row in values, with all its faults. `today` is the day in the district: no incident is later."""
    row = DisciplineRow(source, source.line)
    if source.too_many_cells:
        row.add_fault("", "too_many_cells", _("The row has more cells than the header."))
        return row
    cells = {column: text for column in COLUMNS if (text := source.get(column))}
    for column in REQUIRED:
        if column not in cells:
            row.add_fault(column, "required", _("This cell must not be empty."))
    latest = today.year + YEARS_AHEAD
    for column, text in cells.items():
        value = READERS[column](column, text, latest)
        if value.__class__ is CellFault:
            row.add_fault(*value)
        else:
            setattr(row, column, value)
    _check_sense(row, cells, today)
    return row


def _check_sense(row: DisciplineRow, cells: Collection[str], today: date) -> None:
    """Check what the columns say together; `cells` are the columns that are not empty."""
    if row.occurred_on and row.occurred_on > today:
        row.add_fault("occurred_on", "future_date", _("The day lies in the future."))
    if row.role != "responsible":
        for column in RESPONSIBLE_ONLY:
            if column in cells:
                row.add_fault(column, "responsible_only", _("Only the row of a responsible student may give this."))
    elif "behavior_code" not in cells:
        row.add_fault("behavior_code", "required", _("A responsible student needs a code of the code of conduct."))
    if "removal" not in cells:
        for column in REMOVAL_ONLY:
            if column in cells:
                row.add_fault(column, "removal_missing", _("This belongs to a removal, and the row names none."))
    elif "begins_on" not in cells:
        row.add_fault("begins_on", "required", _("A removal needs the day on which it begins."))
    if row.begins_on and row.ends_on and row.ends_on < row.begins_on:
        row.add_fault("ends_on", "ends_before_begins", _("The removal ends before it begins."))


def year_of(row: DisciplineRow) -> int | None:
    """School year of the incident, 1 July to 30 June, named by the year in which it ends; None without a day."""
    return school_year_of(row.occurred_on) if row.occurred_on else None
