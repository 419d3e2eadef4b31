"""Imports a discipline file: incidents, the parts students had in them, referrals and removals.

Rows are read, checked and staged by chunks while everybody goes on working; then one transaction writes what is new
or changed. Killed before its end, nothing has happened; the same command completes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.importing import ImportOptions, ImportOutcome, Progress
from district.imports.digest import name_of, sha256_of
from district.models import District, ImportBatch, User
from district.spreadsheets import (
    COMMAND_LINE_LIMITS,
    Fault,
    Limits,
    Row,
    Table,
    TableError,
    read_table,
    require_columns,
    unknown_columns,
)

from . import statements
from .agreement import Agreement
from .applying import Applying, ChangedMeanwhile
from .columns import COLUMNS, REQUIRED
from .parsing import DisciplineRow, parse
from .references import References
from .staging import Staging

CHUNK_ROWS = 2_000
WARNING_LINES = 20
ATTEMPTS = 3


def import_discipline(
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
        with read_table(source, member_name=name, limits=limits) as table, Staging() as staging:
            require_columns(table, REQUIRED)
            if unknown := unknown_columns(table.header, COLUMNS):
                outcome.warnings.append(_("Unknown columns are not read: %(names)s.") % {"names": ", ".join(unknown)})
            _stage(table, staging, district, outcome, progress)
            if outcome.refused and not options.partial:
                outcome.refusal = _("Nothing was written: %(count)d of %(read)d rows are refused.") % {
                    "count": outcome.refused,
                    "read": outcome.read,
                }
                return outcome
            progress(_("Checked. Writing what differs."))
            batch = ImportBatch(
                district=district,
                kind=ImportBatch.Kind.DISCIPLINE,
                file_name=name[:255],
                sha256=sha256_of(source),
                user_id=by.pk if by else None,
            )
            _apply(staging, table, batch, outcome, options, by)
    except TableError as error:
        outcome.refusal = str(error)
        outcome.report.add_table_error(error)
    except OSError as error:
        outcome.refusal = _("%(file)s cannot be read: %(reason)s") % {"file": name, "reason": error.strerror or error}
    return outcome


def _stage(table: Table, staging: Staging, district: District, outcome: ImportOutcome, progress: Progress) -> None:
    """Read, check and stage all rows; faults go to the report, remarks to the warnings."""
    references, today = References(district), district.today()
    agreement = Agreement(staging, references, present=frozenset(table.header))
    remarks = Remarks()
    for sources in _chunks(table.rows):
        rows = [parse(row, today) for row in sources]
        elsewhere = references.look_up(rows)
        agreement.take(rows)
        outcome.read += len(rows)
        for row in rows:
            if row.faults:
                outcome.refused += 1
                _report(outcome, table, row)
        _remark(remarks, elsewhere, agreement)
        progress(_("%(count)d rows checked") % {"count": outcome.read})
    outcome.warnings += remarks.lines()


def _remark(remarks: Remarks, elsewhere: list[DisciplineRow], agreement: Agreement) -> None:
    for row in elsewhere:
        if not row.faults:
            message = _("Line %(line)d: the student is enrolled in the district that year, but not at this school.")
            remarks.add("elsewhere", message % {"line": row.line})
    for row, counted in agreement.overlong:
        if not row.faults:
            message = _(
                "Line %(line)d: days is %(days)s, more than the %(counted)s that the dates hold in the calendar."
            )
            remarks.add("overlong", message % {"line": row.line, "days": row.days, "counted": counted})
    agreement.overlong.clear()


class Remarks:
    """Warnings by kind: the first ones in full, the others as a number."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lines: dict[str, list[str]] = {}

    def add(self, kind: str, message: str) -> None:
        """Add one remark."""
        self._counts[kind] += 1
        if self._counts[kind] <= WARNING_LINES:
            self._lines.setdefault(kind, []).append(message)

    def lines(self) -> list[str]:
        """Return the remarks, each kind followed by how many were left out."""
        found = []
        for kind, lines in self._lines.items():
            found += lines
            if (more := self._counts[kind] - len(lines)) > 0:
                found.append(_("… and %(count)d more rows of this kind.") % {"count": more})
        return found


def _apply(
    staging: Staging, table: Table, batch: ImportBatch, outcome: ImportOutcome, options: ImportOptions, by: User | None
) -> None:
    """Write the staged records and count what became of the rows; a dry run does the same and rolls it back."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                # One import at a time in a district. Not a full lock of the row: that would stop all who refer to it.
                District.objects.select_for_update(no_key=True).get(pk=batch.district_id)
                batch.pk, batch._state.adding = None, True
                batch.save()
                applying = Applying(staging, batch.district, batch, by, frozenset(table.header), timezone.now())
                applying.apply()
                _count(batch, outcome)
                batch.save()
                audit.record(
                    audit.Action.IMPORT,
                    by=by,
                    target=batch,
                    district=batch.district,
                    batch=batch,
                    details={"kind": str(batch.kind), "file": batch.file_name, **outcome.counts()},
                )
                if options.dry_run:
                    transaction.set_rollback(True)
            return
        except (IntegrityError, ChangedMeanwhile):
            # Somebody wrote one of these records between the look and the write. The next look sees it.
            if attempt == ATTEMPTS:
                outcome.created = outcome.updated = outcome.unchanged = 0
                outcome.refusal = _("Nothing was written: the same records were changed meanwhile. Please try again.")


def _count(batch: ImportBatch, outcome: ImportOutcome) -> None:
    fates = statements.count_fates()
    outcome.created, outcome.updated = fates.get(2, 0), fates.get(1, 0)
    outcome.unchanged = outcome.read - outcome.refused - outcome.created - outcome.updated
    for name, value in outcome.counts().items():
        setattr(batch, name, value)


def _report(outcome: ImportOutcome, table: Table, row: DisciplineRow) -> None:
    for column, code, reason in row.faults:
        outcome.report.add(Fault(table.file, row.line, column, row.source.as_read(column), reason, code))


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk
