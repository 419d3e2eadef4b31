"""`import_roster PATH --district CODE`: a OneRoster CSV package, bulk or delta."""

from pathlib import Path

from django.core.management.base import CommandParser

from district.importing import ImportCommand, ImportOptions, ImportOutcome, Progress
from district.imports import import_roster
from district.models import District


class Command(ImportCommand):
    """Import schools, students and staff of a district."""

    help = "Import a roster: OneRoster 1.1 or 1.2 CSV, a zip or a folder, with studentPrograms.csv if it is there."
    source_help = "the zip or folder to import"
    ended = 0

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--allow-shrink", action="store_true", help="import also when more than 10 percent of the people would end"
        )

    def import_source(
        self, source: Path, district: District, options: ImportOptions, progress: Progress
    ) -> ImportOutcome:
        return import_roster(source, district=district, options=options, by=None, progress=progress)
