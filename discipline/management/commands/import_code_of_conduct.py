"""Import a code of conduct."""

from pathlib import Path

from discipline.imports import import_code_of_conduct
from district.importing import ImportCommand, ImportOptions, ImportOutcome, Progress
from district.models import District


class Command(ImportCommand):
    """`import_code_of_conduct FILE --district CODE`: the behaviors of a code of conduct from CSV or XLSX."""

    help = "Import the behaviors of a code of conduct from a CSV file or a workbook."
    source_help = "the code of conduct, CSV or the first sheet of an XLSX workbook"

    def import_source(
        self, source: Path, district: District, options: ImportOptions, progress: Progress
    ) -> ImportOutcome:
        """Import `source` into `district`."""
        return import_code_of_conduct(source, district=district, options=options, by=None, progress=progress)
