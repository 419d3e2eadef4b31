"""Reads the files of a package row by row into the staging tables; what is wrong with a row by itself is found here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from district.importing import ImportOutcome, Progress
from district.imports import rows_of_people, rows_of_places
from district.imports.checking import RowChecker
from district.imports.layout import DELTA, LAYOUTS, PROGRAMS
from district.imports.package import RosterPackage
from district.imports.rows_of_places import Put
from district.imports.staging import CHUNK, Staging
from district.spreadsheets import Table

ReadRow = Callable[[RowChecker, Put, int, bool], None]

ROWS: dict[str, ReadRow] = {
    "orgs": rows_of_places.org_row,
    "academicSessions": rows_of_places.session_row,
    "courses": rows_of_places.course_row,
    "classes": rows_of_places.class_row,
    "roles": rows_of_people.role_row,
    "demographics": rows_of_people.demographic_row,
    "enrollments": rows_of_people.enrollment_row,
}
USER_ROWS: dict[str, ReadRow] = {"1.1": rows_of_people.user_row_1_1, "1.2": rows_of_people.user_row_1_2}

USER_COLUMN = {
    "users": "sourcedId",
    "demographics": "sourcedId",
    "roles": "userSourcedId",
    "enrollments": "userSourcedId",
}
"""Where a file names the user, so that nobody whose row was refused is taken for absent."""


class RosterReader:
    """Stages a package. `read` and `refused` count data rows by file name (without `.csv`)."""

    def __init__(self, package: RosterPackage, staging: Staging, outcome: ImportOutcome) -> None:
        self.read: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._package = package
        self._staging = staging
        self._outcome = outcome
        self._staged: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def read_all(self, progress: Progress) -> None:
        """Read every file in the order of their references. Raises TableError for the fault of a whole file."""
        for name in LAYOUTS:
            if name in self._package.modes:
                rows = USER_ROWS[self._package.version] if name == "users" else ROWS[name]
                with self._package.table(name) as table:
                    is_delta = self._package.modes[name] == DELTA
                    self._read(name, table, rows, is_delta=is_delta, user_column=USER_COLUMN.get(name, ""))
                progress(_("%(file)s: %(count)d rows read.") % {"file": table.file, "count": self.read[name]})
        if self._package.has_programs:
            with self._package.program_table() as table:
                self._read("studentPrograms", table, rows_of_people.program_row, user_column="userSourcedId")
            progress(_("%(file)s: %(count)d rows read.") % {"file": PROGRAMS, "count": self.read["studentPrograms"]})

    def _read(self, name: str, table: Table, read_row: ReadRow, *, user_column: str, is_delta: bool = False) -> None:
        cells = RowChecker(table.file, self._outcome.report)
        held: list[tuple[str, tuple[Any, ...]]] = []

        def put(staging_table: str, *values: Any) -> None:
            held.append((staging_table, values))

        with_status = 0
        for row in table.rows:
            self.read[name] += 1
            held.clear()
            cells.begin(row)
            if is_delta:
                deleted = cells.change()
            else:
                deleted = False
                with_status += bool(row.get("status"))
            read_row(cells, put, row.line, deleted)
            if cells.is_bad:
                self.refused[name] += 1
                if user_column:
                    self._staged["refused_user"].append((cells.text(user_column),))
                continue
            for staging_table, values in held:
                self._staged[staging_table].append(values)
            if self.read[name] % CHUNK == 0:
                self._flush()
        self._flush()
        if with_status:
            message = _("%(file)s: the status of %(count)d rows is ignored, for the file is bulk.")
            self._outcome.warnings.append(message % {"file": table.file, "count": with_status})

    def _flush(self) -> None:
        for name, rows in self._staged.items():
            self._staging.load(name, rows)
        self._staged.clear()
