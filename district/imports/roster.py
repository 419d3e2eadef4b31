"""The verb: import a roster package into a district, all of it or nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from district import audit, standing
from district.importing import ImportOptions, ImportOutcome, Progress
from district.imports.changes import Work
from district.imports.digest import name_of, sha256_of
from district.imports.fates import CREATED, UPDATED, count_fates
from district.imports.merged import find_speakers, follow_merges
from district.imports.package import RosterPackage
from district.imports.reading import RosterReader
from district.imports.refusing import Refusing
from district.imports.staging import Staging
from district.imports.stays import find_places
from district.imports.validating import validate
from district.imports.writing_district import find_schools, write_district, write_schools, write_years
from district.imports.writing_people import prepare_people, write_people
from district.imports.writing_places import prepare_places, write_places
from district.imports.writing_programs import prepare_programs, write_programs
from district.imports.years import PlannedYear
from district.models import District, ImportBatch, SchoolYear, User
from district.spreadsheets import COMMAND_LINE_LIMITS, Limits, TableError

FEW_STUDENTS = 5_000
"""Up to so many students of a year are refreshed by themselves, above it the whole year is."""

_TOUCHED = (
    "SELECT school_year_id, student_id FROM {district_enrollment} WHERE batch_id = %(batch)s",
    "SELECT e.school_year_id, e.student_id FROM {district_enrollment} e JOIN {changed_enrollment} c ON c.id = e.id",
)
_TOUCHED_BY_PROGRAMS = (
    "SELECT school_year_id, student_id FROM {district_programstatus} WHERE batch_id = %(batch)s",
    "SELECT p.school_year_id, p.student_id FROM {changed_programstatus} c "
    "JOIN {district_programstatus} p ON p.id = c.id",
    "SELECT school_year_id, student_id FROM {gone_program}",
)


def import_roster(
    source: Path | BinaryIO,
    *,
    district: District,
    options: ImportOptions,
    by: User | None,
    progress: Progress = lambda message: None,
    limits: Limits = COMMAND_LINE_LIMITS,
    name: str = "",
) -> ImportOutcome:
    """Import a OneRoster 1.1 or 1.2 CSV package (zip or folder; bulk or delta), with studentPrograms.csv if there.

    Everything is read and checked before anything is written, then written in one transaction. `source` may be the
    stream of an upload, `name` its file name. A fault that refuses the whole package is the outcome's `refusal`.
    """
    outcome = ImportOutcome(ended=0)
    try:
        with RosterPackage.open(source, limits, name) as package, Staging() as staging:
            outcome.warnings = package.warnings
            district.refresh_from_db(fields=["sourced_id"])
            latest = _latest(district)
            reader = RosterReader(package, staging, outcome)
            try:
                reader.read_all(progress)
                refusing = Refusing(staging, package, district, outcome.report, reader.refused)
                today = district.today()
                years = validate(refusing, today)
                find_speakers(staging, district.pk)
                find_places(staging, package, district.pk)
                follow_merges(staging, district.pk)
            finally:
                outcome.read, outcome.refused = reader.read.total(), reader.refused.total()
            if outcome.refused and not options.partial:
                return outcome
            work = Work(staging, package, district, _batch(source, name, district, by), by, latest)
            fates = _prepare(work, years, today, options, outcome)
            progress(_("Checked. Writing what differs."))
            _write(work, years, fates, options, outcome)
    except TableError as error:
        outcome.refusal = str(error)
        outcome.report.add_table_error(error)
    except IntegrityError as error:
        outcome.refusal = _("The district's records were changed while the file was being read. Import it again.")
        progress(str(error).splitlines()[0])
    except OSError as error:
        outcome.refusal = _("%(file)s cannot be read: %(reason)s") % {"file": source, "reason": error.strerror or error}
    return outcome


def _batch(source: Path | BinaryIO, name: str, district: District, by: User | None) -> ImportBatch:
    return ImportBatch(
        district=district,
        kind=ImportBatch.Kind.ROSTER,
        file_name=(name or name_of(source))[:255],
        sha256=sha256_of(source),
        user_id=by.pk if by else None,
    )


def _prepare(
    work: Work, years: list[PlannedYear], today: date, options: ImportOptions, outcome: ImportOutcome
) -> Counter[int]:
    """Find everything that will be written, and the fates of the rows about people. Reads only."""
    find_schools(work)
    prepare_people(work)
    outcome.ended = prepare_places(work, years, today, allow_shrink=options.allow_shrink)
    if work.package.has_programs:
        prepare_programs(work)
    return count_fates(work)


def _write(
    work: Work, years: list[PlannedYear], fates: Counter[int], options: ImportOptions, outcome: ImportOutcome
) -> None:
    """Write it all in one transaction."""
    with transaction.atomic():
        district = District.objects.select_for_update().get(pk=work.district.pk)  # two imports take turns
        if _latest(district) != work.latest:
            raise IntegrityError("another import or a merge of students ended while this one was being checked")
        work.batch.save()
        write_district(work, district, fates)
        write_schools(work, fates)
        changed_years = write_years(work, years, fates)
        write_people(work)
        write_places(work, years)
        if work.package.has_programs:
            write_programs(work)
        _refresh(work, changed_years)
        outcome.created, outcome.updated = fates[CREATED], fates[UPDATED]
        outcome.unchanged = outcome.read - outcome.created - outcome.updated - outcome.refused
        ImportBatch.objects.filter(pk=work.batch.pk).update(**outcome.counts())
        audit.record(
            audit.Action.IMPORT,
            by=work.by,
            target=work.batch,
            district=district,
            batch=work.batch,
            details={"kind": work.batch.kind, "file": work.batch.file_name, **outcome.counts()},
        )
        if options.dry_run:
            transaction.set_rollback(True)


def _refresh(work: Work, changed: set[int]) -> None:
    """Rebuild what is derived from enrollment and program status, where either has changed."""
    queries = _TOUCHED + (_TOUCHED_BY_PROGRAMS if work.package.has_programs else ())
    work.staging.make_as("touched", " UNION ".join(queries), work.parameters)
    counts = dict(work.staging.rows("SELECT school_year_id, COUNT(*) FROM {touched} GROUP BY school_year_id"))
    for year in SchoolYear.objects.filter(pk__in=changed | set(counts)).select_related("district"):
        students = None
        if year.pk not in changed and counts[year.pk] <= FEW_STUDENTS:
            query = "SELECT student_id FROM {touched} WHERE school_year_id = %(year)s"
            students = [key for (key,) in work.staging.rows(query, {"year": year.pk})]
        standing.refresh(year, students)
    if changed or counts:
        standing.refresh_levels(work.district)


def _latest(district: District) -> tuple[int, int]:
    """Keys of the latest roster import and the latest merge of students in the district, 0 for none."""
    batches = ImportBatch.objects.filter(district=district, kind=ImportBatch.Kind.ROSTER)
    keys = [rows.aggregate(latest=Max("pk"))["latest"] for rows in (batches, district.student_merges)]
    return keys[0] or 0, keys[1] or 0
