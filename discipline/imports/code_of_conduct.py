"""Imports a code of conduct: one row defines one behavior for a span of time.

A behavior is known by its code and the first day of the span; rows missing from a later file are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from discipline.catalogue import CEDS_BEHAVIORS, CRDC_OFFENSES
from discipline.models import Behavior, RemovalKind, Response
from district import audit
from district.importing import ImportOptions, ImportOutcome, Progress
from district.imports.digest import name_of, sha256_of
from district.models import District, ImportBatch, User
from district.spreadsheets import (
    COMMAND_LINE_LIMITS,
    Fault,
    Limits,
    Row,
    TableError,
    read_table,
    require_columns,
    unknown_columns,
)

from .cells import read_boolean, read_choice, read_date, read_identifier, read_text
from .columns import CellFault

REQUIRED = ("code", "title")
LATEST_YEAR = 2100
LONGEST_DEFINITION = 20_000
LONGEST_LINE = {field.name: field.max_length for field in Behavior._meta.fields if field.max_length}
Key = tuple[str, date | None]


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


@dataclass(slots=True)
class BehaviorRow:
    """One row in values. `values` holds every column of the file, empty ones too."""

    source: Row
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What makes the row the same behavior in a later file."""
        return self.values["code"], self.values.get("valid_from")


def import_code_of_conduct(
    source: Path | BinaryIO,
    *,
    district: District,
    options: ImportOptions,
    by: User | None,
    progress: Progress = lambda message: None,
    limits: Limits = COMMAND_LINE_LIMITS,
    name: str = "",
) -> ImportOutcome:
    """Import a CSV file or the first sheet of a workbook as behaviors of `district`.

    `source` may be the stream of an upload, `name` its file name. Any bad row refuses the file, unless
    `options.partial`. A fault that refuses the whole file in any case is the outcome's `refusal`.
    """
    outcome = ImportOutcome()
    name = name or name_of(source)
    try:
        with read_table(source, member_name=name, limits=limits) as table:
            require_columns(table, REQUIRED)
            if unknown := unknown_columns(table.header, READERS):
                outcome.warnings.append(_("Unknown columns are not read: %(names)s.") % {"names": ", ".join(unknown)})
            columns = [column for column in READERS if column in table.positions]
            rows = [_parse(row, columns) for row in table.rows]
            file = table.file
        batch = ImportBatch(
            district=district,
            kind=ImportBatch.Kind.CODE_OF_CONDUCT,
            file_name=name[:255],
            sha256=sha256_of(source),
            user_id=by.pk if by else None,
        )
    except TableError as error:
        outcome.refusal = str(error)
        outcome.report.add_table_error(error)
        return outcome
    except OSError as error:
        outcome.refusal = _("%(file)s cannot be read: %(reason)s") % {"file": name, "reason": error.strerror or error}
        return outcome
    progress(_("%(count)d rows checked") % {"count": len(rows)})
    _compare_and_write(outcome, batch, options, by, file, rows)
    return outcome


def _compare_and_write(
    outcome: ImportOutcome,
    batch: ImportBatch,
    options: ImportOptions,
    by: User | None,
    file: str,
    rows: list[BehaviorRow],
) -> None:
    """Compare the rows with each other and with what stands, and write the good ones in one transaction."""
    district = batch.district
    outcome.read = len(rows)
    with transaction.atomic():
        District.objects.select_for_update(no_key=True).get(pk=district.pk)
        known = {(each.code, each.valid_from): each for each in district.behaviors.all()}
        accepted = _without_contradictions(rows)
        _refuse_overlaps(accepted, known)
        _report(outcome, file, rows)
        if outcome.refused and not options.partial:
            outcome.refusal = _("Nothing was written: %(count)d of %(read)d rows are refused.") % {
                "count": outcome.refused,
                "read": outcome.read,
            }
            return
        _write(outcome, batch, by, [row for row in accepted.values() if not row.faults], known)
        if options.dry_run:
            transaction.set_rollback(True)


def _parse(source: Row, columns: list[str]) -> BehaviorRow:
    row = BehaviorRow(source)
    if source.too_many_cells:
        row.faults.append(CellFault("", "too_many_cells", _("The row has more cells than the header.")))
        return row
    for column in columns:
        text = source.get(column)
        if text:
            value = READERS[column](column, text)
        elif column in REQUIRED:
            value = CellFault(column, "required", _("This cell must not be empty."))
        else:
            value = EMPTY.get(column, "")
        if value.__class__ is CellFault:
            row.faults.append(value)
        else:
            row.values[column] = value
    first, last = row.values.get("valid_from"), row.values.get("valid_to")
    if first and last and last < first:
        reason = _("The behavior ends before it begins.")
        row.faults.append(CellFault("valid_to", "ends_before_begins", reason))
    return row


def _without_contradictions(rows: list[BehaviorRow]) -> dict[Key, BehaviorRow]:
    """Return the first good row of each behavior; later ones that differ from it have a fault now."""
    accepted: dict[Key, BehaviorRow] = {}
    for row in rows:
        if row.faults:
            continue
        first = accepted.setdefault(row.key, row)
        for column, value in row.values.items():
            if first.values[column] != value:
                reason = _("An earlier row of the same behavior says otherwise.")
                row.faults.append(CellFault(column, "contradicts", reason))
    return accepted


def _refuse_overlaps(accepted: dict[Key, BehaviorRow], known: dict[Key, Behavior]) -> None:
    """Note a fault of every row after which one code would mean two things on the same day.

    What counts is the code of conduct as it would stand after the import. Of two rows the later is refused, and what
    it would have replaced stands again.
    """
    for code in {code for code, _first in accepted}:
        keys = {key for key in (*known, *accepted) if key[0] == code}
        while late := _late_rows(keys, accepted, known):
            refused = min(late, key=lambda row: row.source.line)
            reason = _("The code would mean two things on the same day: another row of it is valid then.")
            refused.faults.append(CellFault("valid_from", "overlaps", reason))
            if refused.key not in known:
                keys.discard(refused.key)


def _late_rows(keys: set[Key], accepted: dict[Key, BehaviorRow], known: dict[Key, Behavior]) -> list[BehaviorRow]:
    """Return of every two spans that share a day the later row; the span of a refused row is the one on record."""
    spans: list[tuple[date, date, BehaviorRow | None]] = []
    for key in keys:
        row = accepted.get(key)
        row = None if row is None or row.faults else row
        last = known[key].valid_to if key in known else None
        if row and "valid_to" in row.values:
            last = row.values["valid_to"]
        spans.append((key[1] or date.min, last or date.max, row))
    late = []
    for (first, last, row), (other_first, other_last, other) in combinations(spans, 2):
        rows = [each for each in (row, other) if each]
        if rows and first <= other_last and other_first <= last:
            late.append(max(rows, key=lambda each: each.source.line))
    return late


def _report(outcome: ImportOutcome, file: str, rows: list[BehaviorRow]) -> None:
    for row in rows:
        outcome.refused += bool(row.faults)
        for column, code, reason in row.faults:
            outcome.report.add(Fault(file, row.source.line, column, row.source.as_read(column), reason, code))


def _write(
    outcome: ImportOutcome, batch: ImportBatch, by: User | None, rows: list[BehaviorRow], known: dict[Key, Behavior]
) -> None:
    """Make new behaviors, change those that differ, and record both."""
    district = batch.district
    batch.save()
    changes = []
    for row in rows:
        behavior = known.get(row.key)
        if behavior is None:
            Behavior.objects.create(district=district, batch=batch, **row.values)
            outcome.created += 1
            continue
        before = audit.values_of(behavior, row.values)
        for column, value in row.values.items():
            setattr(behavior, column, value)
        if difference := audit.differences(before, audit.values_of(behavior, row.values)):
            behavior.save()
            changes.append(audit.Change("behavior", behavior.uid, difference))
            outcome.updated += 1
    outcome.unchanged = outcome.read - outcome.refused - outcome.created - outcome.updated
    for name, value in outcome.counts().items():
        setattr(batch, name, value)
    batch.save()
    audit.record_changes(changes, by=by, district=district, batch=batch)
    details = {"kind": str(batch.kind), "file": batch.file_name, **outcome.counts()}
    audit.record(audit.Action.IMPORT, by=by, target=batch, district=district, batch=batch, details=details)
