"""The verb: import the days that differ from the rule of the calendar (Monday to Friday within the school year)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from district import audit, standing
from district.importing import ImportOptions, ImportOutcome, Progress
from district.imports.checking import RowChecker
from district.imports.digest import name_of, sha256_of
from district.models import CalendarDay, District, ImportBatch, School, SchoolYear, User
from district.spreadsheets import (
    COMMAND_LINE_LIMITS,
    Limits,
    Table,
    TableError,
    read_table,
    require_columns,
    unknown_columns,
)

REQUIRED = ("school_id", "date", "kind")
COLUMNS = (*REQUIRED, "reason")
LONGEST_REASON = 200
KINDS = {kind.value: kind.value for kind in CalendarDay.Kind}

Place = tuple[int | None, date]
"""Key of the school, None for the whole district, and the day."""


def import_calendar(
    source: Path | BinaryIO,
    *,
    district: District,
    options: ImportOptions,
    by: User | None,
    progress: Progress = lambda message: None,
    limits: Limits = COMMAND_LINE_LIMITS,
    name: str = "",
) -> ImportOutcome:
    """Import a table `school_id,date,kind,reason`; `kind` is instruction, closure or half_day.

    An empty `school_id` is the whole district; a day of a school wins over the district's. Days that a later file
    does not name stay. Of two rows for the same day and school that differ, the later is refused.
    """
    outcome = ImportOutcome()
    file_name = name or name_of(source)
    try:
        with read_table(source, member_name=file_name, limits=limits) as table:
            require_columns(table, REQUIRED)
            unknown = unknown_columns(table.header, COLUMNS)
            if unknown:
                outcome.warnings.append(_("Columns that are not read: %(columns)s.") % {"columns": ", ".join(unknown)})
            wanted = _read(table, district, outcome)
        progress(_("%(file)s: %(count)d rows read.") % {"file": file_name, "count": outcome.read})
        if not outcome.refused or options.partial:
            batch = ImportBatch(
                district=district,
                kind=ImportBatch.Kind.CALENDAR,
                file_name=file_name[:255],
                sha256=sha256_of(source),
                user_id=by.pk if by else None,
            )
            _write(wanted, batch, by, options, outcome)
    except TableError as error:
        outcome.refusal = str(error)
        outcome.report.add_table_error(error)
    except OSError as error:
        outcome.refusal = _("%(file)s cannot be read: %(reason)s") % {"file": source, "reason": error.strerror or error}
    return outcome


def _read(table: Table, district: District, outcome: ImportOutcome) -> dict[Place, dict[str, Any]]:
    schools = dict(School.objects.filter(district=district).values_list("code", "pk"))
    cells = RowChecker(table.file, outcome.report)
    wanted: dict[Place, dict[str, Any]] = {}
    for row in table.rows:
        outcome.read += 1
        cells.begin(row)
        code, day = cells.text("school_id"), cells.day("date", required=True)
        values = {
            "kind": cells.word("kind", KINDS, "unknown_kind"),
            "reason": cells.text("reason", LONGEST_REASON),
        }
        if code and code not in schools:
            cells.refuse("school_id", _("There is no school %(code)s.") % {"code": code}, "unknown_school")
        if not cells.is_bad:
            place = (schools.get(code), date.fromisoformat(day or ""))
            if wanted.setdefault(place, values) != values:
                cells.refuse("", _("An earlier row says something else of this day."), "repeated_row")
        outcome.refused += cells.is_bad
    return wanted


def _write(
    wanted: dict[Place, dict[str, Any]],
    batch: ImportBatch,
    by: User | None,
    options: ImportOptions,
    outcome: ImportOutcome,
) -> None:
    district = batch.district
    with transaction.atomic():
        District.objects.select_for_update().get(pk=district.pk)
        batch.save()
        known = {(day.school_id, day.day): day for day in CalendarDay.objects.filter(district=district)}
        made: list[CalendarDay] = []
        changes: list[audit.Change] = []
        for (school, on), values in wanted.items():
            day = known.get((school, on))
            if day is None:
                made.append(CalendarDay(district=district, school_id=school, day=on, batch=batch, **values))
            elif before := _change(day, values):
                changes.append(audit.Change("calendarday", day.uid, before, school_id=school))
        CalendarDay.objects.bulk_create(made, batch_size=1_000)
        audit.record_changes(changes, by=by, district=district, batch=batch)
        outcome.created, outcome.updated = len(made), len(changes)
        outcome.unchanged = outcome.read - outcome.created - outcome.updated - outcome.refused
        ImportBatch.objects.filter(pk=batch.pk).update(**outcome.counts())
        audit.record(
            audit.Action.IMPORT,
            by=by,
            target=batch,
            district=district,
            batch=batch,
            details={"kind": batch.kind, "file": batch.file_name, **outcome.counts()},
        )
        if made or changes:
            _refresh(SchoolYear.objects.filter(district=district).select_related("district"))
        if options.dry_run:
            transaction.set_rollback(True)


def _change(day: CalendarDay, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Bring one day up to date; return what changed."""
    before = audit.values_of(day, values)
    changes = audit.differences(before, values)
    if changes:
        day.kind, day.reason = values["kind"], values["reason"]
        day.save(update_fields=["kind", "reason", "updated_at"])
    return changes


def _refresh(years: Iterable[SchoolYear]) -> None:
    """The count day is a school day, so a closure can move it."""
    for year in years:
        standing.refresh(year)
