"""Imports a code of conduct: one row defines one behavior for a span of time.

A behavior is known by its code and the first day of the span; rows missing from a later file are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from discipline.models import Behavior
from district import audit
from district.cells import CellFault
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

from .behavior_cells import MEANING, READERS, REQUIRED, backwards, overlaps, read_cell, share_a_day

Key = tuple[str, date | None]


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
        value = read_cell(column, source.get(column))
        if value.__class__ is CellFault:
            row.faults.append(value)
        else:
            row.values[column] = value
    if fault := backwards(row.values.get("valid_from"), row.values.get("valid_to")):
        row.faults.append(fault)
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
            refused.faults.append(overlaps())
            if refused.key not in known:
                keys.discard(refused.key)


def _late_rows(keys: set[Key], accepted: dict[Key, BehaviorRow], known: dict[Key, Behavior]) -> list[BehaviorRow]:
    """Return of every two spans that share a day the later row; the span of a refused row is the one on record."""
    spans: list[tuple[tuple[date | None, date | None], BehaviorRow | None]] = []
    for key in keys:
        row = accepted.get(key)
        row = None if row is None or row.faults else row
        last = known[key].valid_to if key in known else None
        if row and "valid_to" in row.values:
            last = row.values["valid_to"]
        spans.append(((key[1], last), row))
    late = []
    for (span, row), (other_span, other) in combinations(spans, 2):
        rows = [each for each in (row, other) if each]
        if rows and share_a_day(span, other_span):
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
            if (meaning := [column for column in MEANING if column in difference]) and behavior.is_used():
                text = _("%(code)s has been used, and the file gives it another %(columns)s.")
                outcome.warnings.append(text % {"code": behavior.code, "columns": ", ".join(meaning)})
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
