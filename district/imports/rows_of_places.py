"""One row of orgs, academicSessions, courses and classes: from cells to staged values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from district.imports.checking import EARLIEST_YEAR, LATEST_YEAR, RowChecker
from district.imports.layout import ORG_TYPES, SESSION_TYPES

Put = Callable[..., None]
"""Stage a row: name of the staging table, then its values."""

LONGEST_SESSION = 400
"""Days: more than any school year, so a longer one is a typing error."""


def org_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage a district, a school or another organization of the district."""
    sourced_id = cells.required("sourcedId")
    if deleted:
        put("org", line, sourced_id, True, "", "school", "", "")
        return
    kind = cells.word("type", ORG_TYPES, "unknown_org_type")
    name = cells.required("name") if kind == "school" else cells.text("name")
    put("org", line, sourced_id, False, name, kind, cells.text("identifier"), cells.text("parentSourcedId"))


def session_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage a school year or a term. A school year is named by the year in which it ends."""
    sourced_id = cells.required("sourcedId")
    if deleted:
        put("session", line, sourced_id, True, "", None, None, "", None)
        return
    kind = cells.word("type", SESSION_TYPES, "unknown_session_type")
    begins_on, ends_on = cells.span("startDate", "endDate", required=True)
    named = year_of(cells, "schoolYear", required=False)
    if not cells.is_bad and kind == "schoolYear":
        days = (date.fromisoformat(ends_on or "") - date.fromisoformat(begins_on or "")).days
        if days > LONGEST_SESSION:
            reason = _("A school year of %(days)d days is too long.") % {"days": days}
            cells.refuse("endDate", reason, "session_too_long")
    put("session", line, sourced_id, False, kind, begins_on, ends_on, cells.text("parentSourcedId"), named)


def course_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage what a course refers to."""
    sourced_id = cells.required("sourcedId")
    put("course", line, sourced_id, deleted, cells.text("schoolYearSourcedId"), cells.text("orgSourcedId"))


def class_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage what a class refers to: its course, school and terms."""
    sourced_id = cells.required("sourcedId")
    put("class", line, sourced_id, deleted, cells.text("courseSourcedId"), cells.text("schoolSourcedId"))
    for term in cells.listed("termSourcedIds"):
        put("class_term", line, term)


def year_of(cells: RowChecker, column: str, *, required: bool) -> int | None:
    """Return a school year such as 2021."""
    value: Any = cells.required(column) if required else cells.text(column)
    if not value:
        return None
    if len(value) == 4 and value.isascii() and value.isdigit() and EARLIEST_YEAR <= int(value) <= LATEST_YEAR:
        return int(value)
    cells.refuse(column, _("This must be the year in which the school year ends, such as 2021."), "invalid_year")
    return None
