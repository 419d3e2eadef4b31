"""Import a discipline file."""

from pathlib import Path

from discipline.imports import import_discipline
from district.importing import ImportCommand, ImportOptions, ImportOutcome, Progress
from district.models import District


class Command(ImportCommand):
    """`import_discipline FILE --district CODE`: incidents, parts, referrals and removals from CSV or XLSX."""

    help = "Import incidents, the parts students had in them, and removals from a CSV file or a workbook."
    source_help = "the discipline file, CSV or the first sheet of an XLSX workbook"

    def import_source(
        self, source: Path, district: District, options: ImportOptions, progress: Progress
    ) -> ImportOutcome:
        """Import `source` into `district`."""
        return import_discipline(source, district=district, options=options, by=None, progress=progress)
