"""Rows that contradict each other or refer to what is not there: found with SQL, reported, and taken out of staging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from district.imports.layout import BULK
from district.imports.package import RosterPackage
from district.imports.staging import TABLES, Staging, fill
from district.models import District
from district.spreadsheets import ErrorReport, Fault
from district.sql import equal


@dataclass(frozen=True)
class StagedFile:
    """A file, the staging table it was read into, and the staged column that names the user (or none)."""

    name: str
    table: str
    user_column: str = ""
    has_deletions: bool = True

    @property
    def staged(self) -> str:
        """The staging table as `Staging` names it."""
        return "{" + self.table + "}"

    @property
    def file(self) -> str:
        """The member name, such as `users.csv`."""
        return f"{self.name}.csv"


ORGS = StagedFile("orgs", "org")
SESSIONS = StagedFile("academicSessions", "session")
COURSES = StagedFile("courses", "course")
CLASSES = StagedFile("classes", "class")
USERS = StagedFile("users", "user", "sourced_id")
ROLES = StagedFile("roles", "role", "user_id")
DEMOGRAPHICS = StagedFile("demographics", "demographic", "sourced_id")
ENROLLMENTS = StagedFile("enrollments", "enrollment", "user_id")
PROGRAMS = StagedFile("studentPrograms", "program", "user_id", has_deletions=False)

# What a delta may refer to although the file does not hold it. Terms, courses and classes are not kept, so a delta's
# references to them cannot be checked.
_IN_DATABASE = {
    "org": (
        "OR EXISTS (SELECT 1 FROM {district_school} x WHERE x.district_id = %(district)s AND x.sourced_id = s.<field>) "
        "OR EXISTS (SELECT 1 FROM {district_district} x WHERE x.id = %(district)s AND x.sourced_id = s.<field>)"
    ),
    "user": (
        "OR EXISTS (SELECT 1 FROM {district_person} x WHERE x.district_id = %(district)s "
        "AND x.sourced_id = s.<field> AND NOT (x.sourced_id = ''))"
    ),
}
_DANGLING = (
    "SELECT s.line, s.<field> FROM <source> s WHERE s.<field> <> '' <active> "
    "AND NOT (EXISTS (SELECT 1 FROM <target> t WHERE t.sourced_id = s.<field>) <database>)"
)
_LINKED = "(SELECT m.line, m.deleted, l.value AS <field> FROM <links> l JOIN <source> m ON m.line = l.line)"
_SEVERAL = "SELECT <key> FROM <source> GROUP BY <key> HAVING COUNT(*) > 1 LIMIT 1"
_REPEATED = (
    "SELECT line, first_line FROM ("
    "SELECT line, FIRST_VALUE(line) OVER (PARTITION BY <key> ORDER BY line) AS first_line FROM <source>"
    ") ranked WHERE line <> first_line"
)
_EXACT = (
    "SELECT r.line FROM {repeat} r JOIN <source> a ON a.line = r.line JOIN <source> b ON b.line = r.first_line "
    "WHERE <same>"
)
_SAME_LIST = (
    "NOT EXISTS (SELECT 1 FROM <links> x WHERE x.line = r.line AND x.value NOT IN "
    "(SELECT y.value FROM <links> y WHERE y.line = r.first_line)) "
    "AND NOT EXISTS (SELECT 1 FROM <links> x WHERE x.line = r.first_line AND x.value NOT IN "
    "(SELECT y.value FROM <links> y WHERE y.line = r.line))"
)
_LEAVE_OUT = "DELETE FROM <source> WHERE line IN (SELECT line FROM {exact})"
_LATER = "SELECT r.line, s.<value> FROM {repeat} r JOIN <source> s ON s.line = r.line"
_KEEP_USER = "INSERT INTO {refused_user} SELECT <user> FROM <source> WHERE line IN (SELECT line FROM {bad_row})"
_TAKE_OUT = "DELETE FROM <source> WHERE line IN (SELECT line FROM {bad_row})"


class Refusing:
    """Takes bad rows out of staging and reports them. `refused` counts rows by file name (without `.csv`)."""

    def __init__(
        self, staging: Staging, package: RosterPackage, district: District, report: ErrorReport, refused: dict[str, int]
    ) -> None:
        self.staging = staging
        self.package = package
        self.district = district
        self.refused = refused
        self._report = report

    def refuse(
        self,
        source: StagedFile,
        query: str,
        *,
        column: str,
        reason: Callable[[str], str],
        code: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> int:
        """Refuse the rows whose line and value `query` gives; return how many there were."""
        staging = self.staging
        staging.run("DELETE FROM {bad_row}")
        if not staging.run("INSERT INTO {bad_row} " + query, {"district": self.district.pk, **(parameters or {})}):
            return 0
        for line, value in staging.rows("SELECT line, value FROM {bad_row} ORDER BY line, value"):
            shown = value if value is None else str(value)
            self._report.add(Fault(source.file, line, column, shown or "", reason(shown or ""), code))
        if source.user_column:
            staging.run(fill(_KEEP_USER, user=source.user_column, source=source.staged))
        count = staging.run(fill(_TAKE_OUT, source=source.staged))
        self.refused[source.name] += count
        return count

    def repeats(self, source: StagedFile, key: str = "sourced_id", column: str = "sourcedId", links: str = "") -> None:
        """Refuse the later of two rows with one key; a row repeated exactly is only left out.

        `links` names the staging table of a list in the row, which must then be the same too.
        """
        staging, table = self.staging, source.staged
        if next(staging.rows(fill(_SEVERAL, key=key, source=table)), None) is None:
            return
        staging.make_as("repeat", fill(_REPEATED, key=key, source=table))
        columns = [name for name in TABLES[source.table] if name != "line"]
        same = " AND ".join(equal(f'a."{name}"', f'b."{name}"') for name in columns)
        if links:
            same += " AND " + fill(_SAME_LIST, links="{" + links + "}")
        staging.make_as("exact", fill(_EXACT, source=table, same=same))
        staging.run(fill(_LEAVE_OUT, source=table))
        self.refuse(
            source,
            fill(_LATER, source=table, value=key.split(",")[0]),
            column=column,
            reason=lambda value: _("%(value)s stands in an earlier row with other values.") % {"value": value},
            code="repeated_row",
        )

    def dangling(self, source: StagedFile, column: str, field: str, target: StagedFile, links: str = "") -> int:
        """Refuse rows whose `field` names a row of another file (or record) that is not there.

        `links` names the staging table that holds the items of a list, one a row.
        """
        mode = self.package.modes.get(target.name)
        if mode != BULK and target.table not in _IN_DATABASE:
            return 0
        rows = fill(_LINKED, links="{" + links + "}", source=source.staged, field=field) if links else source.staged
        query = fill(
            _DANGLING,
            source=rows,
            target=target.staged,
            active="AND s.deleted IS NOT TRUE" if source.has_deletions else "",
            database="" if mode == BULK else _IN_DATABASE[target.table],
            field=field,
        )
        names = {"file": target.file}
        if mode == BULK:
            words = _("%(value)s is not in %(file)s, or its row there was refused.")
        else:
            words = _("%(value)s is neither in %(file)s nor in the district's records.")
        return self.refuse(
            source,
            query,
            column=column,
            reason=lambda value: words % {"value": value, **names},
            code="unresolved_reference",
        )
