"""Rows of a discipline file: from text cells to values, without looking anything up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from discipline.models import INCIDENT_LOCATIONS, Involvement, LawEnforcement, RemovalKind, Response
from district.calendar import school_year_of
from district.spreadsheets import Row

from .cells import YEARS_AHEAD, read_boolean, read_choice, read_date, read_days, read_text, read_time
from .columns import REMOVAL_ONLY, REQUIRED, RESPONSIBLE_ONLY, CellFault

LONGEST_DESCRIPTION = 20_000
LONGEST_TEXT = 255

ROLES = {value: value for value in Involvement.Role.values}
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


def parse(source: Row, today: date) -> DisciplineRow:
    """Return the row in values, with all its faults. `today` is the day in the district: no incident is later."""
    row = DisciplineRow(source, source.line)
    if source.too_many_cells:
        row.add_fault("", "too_many_cells", _("The row has more cells than the header."))
        return row
    get, latest = source.get, today.year + YEARS_AHEAD
    for column in REQUIRED:
        if not get(column):
            row.add_fault(column, "required", _("This cell must not be empty."))
    for column in ("incident_id", "school_id", "student_id", "behavior_code", "reported_by", "removal_id"):
        _put(row, column, read_text(column, get(column), LONGEST_TEXT))
    _put(row, "description", read_text("description", get("description"), LONGEST_DESCRIPTION))
    for column in ("occurred_on", "begins_on", "ends_on"):
        _put(row, column, read_date(column, get(column), latest))
    _put(row, "occurred_time", read_time("occurred_time", get("occurred_time")))
    _put(row, "days", read_days("days", get("days")))
    _put(row, "location", read_choice("location", get("location"), location_codes()))
    _put(row, "role", read_choice("role", get("role") or "responsible", ROLES))
    _put(row, "removal", read_choice("removal", get("removal"), REMOVALS))
    _put(row, "law_enforcement", read_choice("law_enforcement", get("law_enforcement"), LAW_ENFORCEMENT))
    _put(row, "response", read_choice("response", get("response"), RESPONSES))
    _put(row, "services_provided", read_boolean("services_provided", get("services_provided")))
    _put(row, "void", read_boolean("void", get("void")) or False)
    _check_sense(row, today)
    return row


def _put(row: DisciplineRow, column: str, value: Any) -> None:
    if value.__class__ is CellFault:
        row.add_fault(*value)
    else:
        setattr(row, column, value)


def _check_sense(row: DisciplineRow, today: date) -> None:
    """Check what columns say together."""
    get = row.source.get
    if row.occurred_on and row.occurred_on > today:
        row.add_fault("occurred_on", "future_date", _("The day lies in the future."))
    has_removal = bool(get("removal"))
    if row.role != Involvement.Role.RESPONSIBLE:
        for column in RESPONSIBLE_ONLY:
            if get(column):
                row.add_fault(column, "responsible_only", _("Only the row of a responsible student may give this."))
    elif not get("behavior_code"):
        row.add_fault("behavior_code", "required", _("A responsible student needs a code of the code of conduct."))
    if not has_removal:
        for column in REMOVAL_ONLY:
            if get(column):
                row.add_fault(column, "removal_missing", _("This belongs to a removal, and the row names none."))
    elif not get("begins_on"):
        row.add_fault("begins_on", "required", _("A removal needs the day on which it begins."))
    if row.begins_on and row.ends_on and row.ends_on < row.begins_on:
        row.add_fault("ends_on", "ends_before_begins", _("The removal ends before it begins."))


def year_of(row: DisciplineRow) -> int | None:
    """School year of the incident, 1 July to 30 June, named by the year in which it ends; None without a day."""
    return school_year_of(row.occurred_on) if row.occurred_on else None
