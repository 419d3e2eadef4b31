"""Imports an attendance file: people, sessions, registrations, hours by day, and how the course went.

One row is one person on one day of one session. Rows are checked against each other and against what stands; then one
transaction writes what is new or changed. The same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from district import audit
from district.importing import ImportOptions, ImportOutcome, Progress
from district.imports.digest import name_of, sha256_of
from district.models import District, ImportBatch, User
from district.spreadsheets import (
    COMMAND_LINE_LIMITS,
    Fault,
    Limits,
    TableError,
    read_table,
    require_columns,
    unknown_columns,
)

from .references import References
from .rows import COLUMNS, PERSON_SAYS, REQUIRED, SESSION_SAYS, TrainingRow, parse
from .writing import Writing


def import_training(
    source: Path | BinaryIO,
    *,
    district: District,
    options: ImportOptions,
    by: User | None,
    progress: Progress = lambda message: None,
    limits: Limits = COMMAND_LINE_LIMITS,
    name: str = "",
) -> ImportOutcome:
    """Import a CSV file or the first sheet of a workbook into `district`.

    `source` may be the stream of an upload, `name` its file name. Any bad row refuses the file, unless
    `options.partial`. A fault that refuses the whole file in any case is the outcome's `refusal`.
    """
    outcome = ImportOutcome()
    name = name or name_of(source)
    try:
        with read_table(source, member_name=name, limits=limits) as table:
            require_columns(table, REQUIRED)
            if unknown := unknown_columns(table.header, COLUMNS):
                outcome.warnings.append(_("Unknown columns are not read: %(names)s.") % {"names": ", ".join(unknown)})
            today = district.today()
            rows = [parse(row, today) for row in table.rows]
            file = table.file
        batch = ImportBatch(
            district=district,
            kind=ImportBatch.Kind.TRAINING,
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
    _check_and_write(outcome, batch, options, by, file, rows)
    return outcome


def _check_and_write(
    outcome: ImportOutcome,
    batch: ImportBatch,
    options: ImportOptions,
    by: User | None,
    file: str,
    rows: list[TrainingRow],
) -> None:
    """Compare the rows with each other and with what stands, and write the good ones in one transaction."""
    outcome.read = len(rows)
    with transaction.atomic():
        # One import at a time in a district. Not a full lock of the row: that would stop all who refer to it.
        District.objects.select_for_update(no_key=True).get(pk=batch.district_id)
        references = References(batch.district)
        references.look_up(rows)
        _refuse_contradictions(rows)
        writing = Writing(references, batch)
        writing.compare([row for row in rows if not row.faults])
        _report(outcome, file, rows)
        if outcome.refused and not options.partial:
            outcome.refusal = _("Nothing was written: %(count)d of %(read)d rows are refused.") % {
                "count": outcome.refused,
                "read": outcome.read,
            }
            return
        batch.save()
        fates = writing.write()
        outcome.created = sum(fate == "created" for fate in fates.values())
        outcome.updated = sum(fate == "updated" for fate in fates.values())
        outcome.unchanged = outcome.read - outcome.refused - outcome.created - outcome.updated
        for name, value in outcome.counts().items():
            setattr(batch, name, value)
        batch.save()
        audit.record_changes(writing.changes, by=by, district=batch.district, batch=batch)
        details = {"kind": str(batch.kind), "file": batch.file_name, **outcome.counts()}
        audit.record(audit.Action.IMPORT, by=by, target=batch, district=batch.district, batch=batch, details=details)
        if options.dry_run:
            transaction.set_rollback(True)


Stated = dict[str, tuple[object, int]]
"""Column → what the rows of one record have stated so far, and in which line."""


def _refuse_contradictions(rows: list[TrainingRow]) -> None:
    """Of rows that disagree about a session, a person, or the hours of one day, refuse the later ones.

    An empty cell states nothing, and a refused row decides nothing: the next good one does.
    """
    stated: dict[Hashable, Stated] = {}
    for row in rows:
        if row.faults:
            continue
        about: tuple[tuple[Hashable, tuple[str, ...]], ...] = (
            (("session", row.session_id), SESSION_SAYS),
            (("person", row.who), PERSON_SAYS),
            (("hours", row.session_id, row.who, row.day), ("hours", "evaluation")),
        )
        for key, columns in about:
            known = stated.get(key, {})
            for column in columns:
                value = getattr(row, column)
                if value and column in known and known[column][0] != value:
                    reason = _("Line %(line)d says otherwise of the same record.") % {"line": known[column][1]}
                    row.add_fault(column, "contradicts", reason)
        if not row.faults:
            for key, columns in about:
                for column in columns:
                    if value := getattr(row, column):
                        stated.setdefault(key, {}).setdefault(column, (value, row.line))


def _report(outcome: ImportOutcome, file: str, rows: list[TrainingRow]) -> None:
    for row in rows:
        outcome.refused += bool(row.faults)
        for column, code, reason in row.faults:
            outcome.report.add(Fault(file, row.line, column, row.source.as_read(column), reason, code))
