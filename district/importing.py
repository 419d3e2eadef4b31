"""What every import shares: its options, its outcome, its summary line and its command."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from district.models import District
from district.spreadsheets import ErrorReport, TableError

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ImportOptions:
    """How to run: write nothing (`dry_run`), write the good rows (`partial`), end many people (`allow_shrink`)."""

    dry_run: bool = False
    partial: bool = False
    allow_shrink: bool = False


@dataclass
class ImportOutcome:
    """What an import did: rows of the files by fate, the faults behind the refused ones, and warnings.

    A row counts once: created if it made any record, else updated if it changed any, else unchanged; or refused.
    `refusal` says why the whole file was refused; then nothing was written.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    ended: int | None = None
    report: ErrorReport = field(default_factory=ErrorReport)
    warnings: list[str] = field(default_factory=list)
    refusal: str = ""

    def summary(self, *, dry_run: bool) -> str:
        """Return the last line of standard output, such as `summary: read=2 created=2 updated=0 …`."""
        parts = [f"{name}={getattr(self, name)}" for name in ("read", "created", "updated", "unchanged", "refused")]
        if self.ended is not None:
            parts.append(f"ended={self.ended}")
        return ("dry-run " if dry_run else "") + "summary: " + " ".join(parts)

    def counts(self) -> dict[str, int]:
        """Return the counts as stored on the batch."""
        names = ("read", "created", "updated", "unchanged", "refused")
        return {name: getattr(self, name) for name in names} | {"ended": self.ended or 0}


class ImportCommand(BaseCommand):
    """A command that imports one file: 0 all written (or would be), 1 refused and nothing written, 2 wrong usage."""

    source_help = "the file to import"
    ended: int | None = None
    """Whether the summary counts who has ended: 0 for a roster, else None."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help=self.source_help)
        parser.add_argument("--district", required=True, help="code of the district")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--partial", action="store_true", help="write the good rows and refuse the others")
        parser.add_argument("--errors", type=Path, help="write refused rows to this .csv or .xlsx file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["errors"] and options["errors"].suffix.lower() not in (".csv", ".xlsx"):
            raise CommandError("--errors must name a file that ends with .csv or .xlsx.", returncode=2)
        chosen = ImportOptions(options["dry_run"], options["partial"], options.get("allow_shrink", False))
        outcome = self.run(options["source"], options["district"], chosen)
        for warning in outcome.warnings:
            self.stderr.write(f"warning: {warning}")
        if options["errors"]:
            try:
                outcome.report.write(options["errors"])
            except (OSError, ValueError) as error:
                raise CommandError(f"Could not write {options['errors']}: {error}", returncode=2) from error
        for fault in outcome.report.first(20):
            self.stderr.write(f"{fault.file}:{fault.line} {fault.column}: {fault.reason}")
        if outcome.refusal:
            self.stderr.write(outcome.refusal)
        self.stdout.write(outcome.summary(dry_run=chosen.dry_run))
        if outcome.refusal or (outcome.refused and not chosen.partial):
            self.stdout.flush()
            sys.exit(1)

    def run(self, source: Path, district_code: str, options: ImportOptions) -> ImportOutcome:
        """Find the district and import; a fault of the whole file becomes a refusal."""
        district = District.objects.filter(code=district_code).first()
        if district is None:
            refusal = f"There is no district {district_code}. Make it with create_district."
            return ImportOutcome(ended=self.ended, refusal=refusal)
        try:
            return self.import_source(source, district, options, lambda message: self.stderr.write(message))
        except TableError as error:
            outcome = ImportOutcome(ended=self.ended, refusal=str(error))
            outcome.report.add_table_error(error)
            return outcome

    @abstractmethod
    def import_source(
        self, source: Path, district: District, options: ImportOptions, progress: Progress
    ) -> ImportOutcome:
        """Import `source` into `district`."""
