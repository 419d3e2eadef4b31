"""Import attendance at trainings."""

from pathlib import Path

from district.importing import ImportCommand, ImportOptions, ImportOutcome, Progress
from district.models import District
from training.imports import import_training


class Command(ImportCommand):
    """`import_training FILE --district CODE`: people, sessions, hours and results from CSV or XLSX."""

    help = "Import attendance at trainings, one row a person and day, from a CSV file or a workbook."
    source_help = "the attendance file, CSV or the first sheet of an XLSX workbook"

    def import_source(
        self, source: Path, district: District, options: ImportOptions, progress: Progress
    ) -> ImportOutcome:
        """Import `source` into `district`."""
        return import_training(source, district=district, options=options, by=None, progress=progress)
