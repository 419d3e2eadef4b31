"""The verb: import a roster package into a district, all of it or nothing."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district import audit, standing
from district.importing import ImportOptions, ImportOutcome, Progress
from district.imports.changes import Work
from district.imports.fates import CREATED, UPDATED, count_fates
from district.imports.package import RosterPackage
from district.imports.reading import RosterReader
from district.imports.refusing import Refusing
from district.imports.staging import Staging
from district.imports.stays import find_places
from district.imports.validating import validate
from district.imports.writing_district import write_district, write_schools, write_years
from district.imports.writing_people import write_people
from district.imports.writing_places import KINDS, find_ended, match_places, write_places
from district.imports.writing_programs import write_programs
from district.imports.years import PlannedYear
from district.models import District, ImportBatch, SchoolYear, User
from district.spreadsheets import COMMAND_LINE_LIMITS, Limits, TableError

READ_AT_ONCE = 1024 * 1024

_TOUCHED_YEARS = (
    "SELECT DISTINCT school_year_id FROM {district_enrollment} WHERE batch_id = %(batch)s",
    "SELECT DISTINCT e.school_year_id FROM {district_enrollment} e JOIN {changed_enrollment} c ON c.id = e.id",
)
_TOUCHED_BY_PROGRAMS = (
    "SELECT DISTINCT school_year_id FROM {district_programstatus} WHERE batch_id = %(batch)s",
    "SELECT DISTINCT p.school_year_id FROM {district_programstatus} p JOIN {changed_programstatus} c ON c.id = p.id",
    "SELECT DISTINCT school_year_id FROM {gone_program}",
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
            reader = RosterReader(package, staging, outcome)
            try:
                reader.read_all(progress)
                refusing = Refusing(staging, package, district, outcome.report, reader.refused)
                today = district.today()
                years = validate(refusing, today)
                find_places(staging, package, district.pk)
            finally:
                outcome.read, outcome.refused = reader.read.total(), reader.refused.total()
            if outcome.refused and not options.partial:
                return outcome
            progress(_("Checked. Writing what differs."))
            batch = ImportBatch(
                district=district,
                kind=ImportBatch.Kind.ROSTER,
                file_name=(name or _name_of(source))[:255],
                sha256=sha256_of(source),
                user_id=by.pk if by else None,
            )
            _write(Work(staging, package, district, batch, by), years, options, outcome)
    except TableError as error:
        outcome.refusal = str(error)
        outcome.report.add_table_error(error)
    except IntegrityError as error:
        outcome.refusal = _("The district's records were changed while the file was being read. Import it again.")
        progress(str(error).splitlines()[0])
    except OSError as error:
        outcome.refusal = _("%(file)s cannot be read: %(reason)s") % {"file": source, "reason": error.strerror or error}
    return outcome


def _write(work: Work, years: list[PlannedYear], options: ImportOptions, outcome: ImportOutcome) -> None:
    with transaction.atomic():
        locked = District.objects.select_for_update().get(pk=work.district.pk)  # two imports take turns
        work.batch.save()
        fates: Counter[int] = Counter()
        write_district(work, locked, fates)
        write_schools(work, fates)
        changed_years = write_years(work, years, fates)
        write_people(work)
        for kind in KINDS:
            match_places(work, kind)
        outcome.ended = sum(
            find_ended(work, kind, years, work.district.today(), allow_shrink=options.allow_shrink) for kind in KINDS
        )
        write_places(work, years)
        if work.package.has_programs:
            write_programs(work)
        _refresh(work, changed_years)
        fates += count_fates(work)
        outcome.created, outcome.updated = fates[CREATED], fates[UPDATED]
        outcome.unchanged = outcome.read - outcome.created - outcome.updated - outcome.refused
        ImportBatch.objects.filter(pk=work.batch.pk).update(**outcome.counts())
        audit.record(
            audit.Action.IMPORT,
            by=work.by,
            target=work.batch,
            district=work.district,
            batch=work.batch,
            details={"kind": work.batch.kind, "file": work.batch.file_name, **outcome.counts()},
        )
        if options.dry_run:
            transaction.set_rollback(True)


def _refresh(work: Work, changed: set[int]) -> None:
    """Rebuild what is derived from enrollment and program status, in the years where either has changed."""
    queries = _TOUCHED_YEARS + (_TOUCHED_BY_PROGRAMS if work.package.has_programs else ())
    for query in queries:
        changed |= {key for (key,) in work.staging.rows(query, work.parameters)}
    for year in SchoolYear.objects.filter(pk__in=changed).select_related("district"):
        standing.refresh(year)
        standing.raise_revision(year)
    if changed:
        standing.refresh_levels(work.district)


def _name_of(source: Path | BinaryIO) -> str:
    return Path(getattr(source, "name", "") or str(source)).name


def sha256_of(source: Path | BinaryIO) -> str:
    """Return the SHA-256 of a file, of a stream (left at its start), or of the names and contents of a folder."""
    digest = hashlib.sha256()
    if not isinstance(source, str | os.PathLike):
        source.seek(0)
        _digest(digest, source)
        source.seek(0)
        return digest.hexdigest()
    for path in _files(Path(source)):
        if path != Path(source):
            digest.update(path.name.encode() + b"\0")
        with path.open("rb") as stream:
            _digest(digest, stream)
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(entry for entry in path.rglob("*") if entry.is_file())
    else:
        yield path


def _digest(digest: hashlib._Hash, stream: BinaryIO) -> None:
    while chunk := stream.read(READ_AT_ONCE):
        digest.update(chunk)
