"""`import_calendar FILE --district CODE`: closures, half days and extra school days."""

from pathlib import Path

from district.calendar_import import import_calendar
from district.importing import ImportCommand, ImportOptions, ImportOutcome, Progress
from district.models import District


class Command(ImportCommand):
    """Import the days that differ from Monday to Friday within the school year."""

    help = "Import a calendar: columns school_id (empty: the whole district), date, kind, reason."
    source_help = "the CSV or XLSX file to import; kind is instruction, closure or half_day"

    def import_source(
        self, source: Path, district: District, options: ImportOptions, progress: Progress
    ) -> ImportOutcome:
        return import_calendar(source, district=district, options=options, by=None, progress=progress)
