"""A roster package: which of its files are read, as bulk or delta, and in which version of OneRoster."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

from django.utils.translation import gettext as _

from district.imports.layout import (
    ABSENT,
    BULK,
    DELTA,
    LAYOUTS,
    MANIFEST,
    PROGRAM_COLUMNS,
    PROGRAM_OPTIONAL,
    PROGRAMS,
    TARGETS,
    USER_COLUMNS_1_1,
    known_columns,
    record_columns,
)
from district.spreadsheets import Limits, Package, Row, Table, TableError, unknown_columns

VERSIONS = {"1.1": "1.1", "1.2": "1.2", "v1.1": "1.1", "v1.2": "1.2", "v1p1": "1.1", "v1p2": "1.2"}
SCHOOL_DATA_SYNC_FILES = ("userFlags.csv", "relationships.csv")
SHOWN_WARNINGS = 3


@dataclass
class RosterPackage:
    """An open package. `modes` holds the files that are read: name without `.csv` → `bulk` or `delta`."""

    files: Package
    version: str = ""
    modes: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, source: str | Path | BinaryIO, limits: Limits, name: str = "") -> Self:
        """Open a zip or folder and read its manifest. Raises TableError for what refuses the whole package."""
        files = Package.open(source, limits=limits, name=name)
        package = cls(files)
        try:
            package._plan()
        except BaseException:
            files.close()
            raise
        return package

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.files.close()

    @property
    def has_programs(self) -> bool:
        """Whether the package brings program status."""
        return PROGRAMS in self.files

    @property
    def is_delta(self) -> bool:
        """Whether people are brought up to date by a delta; else the file replaces them."""
        return self.modes.get("users", DELTA if DELTA in self.modes.values() else BULK) == DELTA

    def table(self, name: str) -> Table:
        """Open a file of OneRoster and check its header. Raises TableError `missing_column`."""
        layout = LAYOUTS[name]
        table = self.files.table(layout.file)
        required = record_columns(layout, delta=self.modes[name] == DELTA)
        if name == "users" and self.version == "1.1":
            required += USER_COLUMNS_1_1
        self._check_header(table, required, known_columns(layout))
        return table

    def program_table(self) -> Table:
        """Open studentPrograms.csv and check its header. Raises TableError `missing_column`."""
        table = self.files.table(PROGRAMS)
        self._check_header(table, PROGRAM_COLUMNS, (*PROGRAM_COLUMNS, *PROGRAM_OPTIONAL))
        return table

    def _check_header(self, table: Table, required: tuple[str, ...], known: tuple[str, ...]) -> None:
        missing = [name for name in required if name not in table.positions]
        if missing:
            table.close()
            raise TableError(
                "missing_column", _missing(missing, table.header), table.file, table.header_line, missing[0]
            )
        unknown = [name for name in unknown_columns(table.header, known) if not name.startswith("metadata.")]
        if unknown:
            message = _("%(file)s: columns that are not read: %(columns)s.")
            self.warnings.append(message % {"file": table.file, "columns": ", ".join(unknown)})

    def _plan(self) -> None:
        if MANIFEST in self.files:
            self._read_manifest()
        else:
            self._do_without_manifest()
        if not self.version:
            self.version = "1.2" if "roles.csv" in self.files else "1.1"
        if self.version == "1.1":
            self.modes.pop("roles", None)
        used = {MANIFEST.casefold(), PROGRAMS.casefold(), *(LAYOUTS[name].file.casefold() for name in self.modes)}
        ignored = [name for name in self.files.names if name.casefold() not in used]
        if ignored:
            self.warnings.append(_("Files that are not read: %(files)s.") % {"files": ", ".join(ignored)})
        self._check_targets()

    def _do_without_manifest(self) -> None:
        foreign = [name for name in SCHOOL_DATA_SYNC_FILES if name in self.files]
        if foreign:
            message = _(
                "This is a School Data Sync package (it holds %(files)s and no manifest.csv), not OneRoster. "
                "Export OneRoster CSV 1.1 or 1.2: manifest.csv is missing, and so are columns of users.csv such as "
                "identifier and grades."
            )
            raise TableError("not_oneroster", message % {"files": ", ".join(foreign)}, MANIFEST)
        self.modes = {name: BULK for name, layout in LAYOUTS.items() if layout.file in self.files}
        if not self.modes and not self.has_programs:
            raise TableError("missing_file", _("The package holds no roster file: %(files)s.") % _roster_files())
        self.warnings.append(_("The package has no manifest.csv; its files are read as bulk."))

    def _read_manifest(self) -> None:
        stated: dict[str, tuple[int, str]] = {}
        with self.files.table(MANIFEST) as table:
            self._check_header(table, ("propertyName", "value"), ("propertyName", "value"))
            for row in table.rows:
                self._read_property(row, stated)
        for name, layout in LAYOUTS.items():
            line, mode = stated.get(name, (None, ""))
            present = layout.file in self.files
            if mode in (BULK, DELTA) and not present:
                message = _("The manifest announces %(file)s (%(mode)s), but the package does not hold it.")
                raise TableError("missing_file", message % {"file": layout.file, "mode": mode}, MANIFEST, line, "value")
            if mode == ABSENT and present:
                message = _("The manifest says that %(file)s is absent, but the package holds it.")
                raise TableError("unexpected_file", message % {"file": layout.file}, MANIFEST, line, "value")
            if present and not mode:
                message = _("The manifest does not name %(file)s; it is read as bulk.")
                self.warnings.append(message % {"file": layout.file})
            if present:
                self.modes[name] = mode or BULK
        if not self.modes and not self.has_programs:
            if len(self.files.names) > 1:
                raise TableError("missing_file", _("The package holds no roster file: %(files)s.") % _roster_files())
            self.warnings.append(_("The package holds a manifest and nothing else: there is nothing to read."))

    def _read_property(self, row: Row, stated: dict[str, tuple[int, str]]) -> None:
        name, value = row.get("propertyName"), row.get("value")
        if name == "oneroster.version":
            self.version = VERSIONS.get(value.casefold(), "")
            if not self.version:
                message = _("OneRoster %(version)s is not read, only 1.1 and 1.2.") % {"version": value}
                raise TableError("unknown_version", message, MANIFEST, row.line, "value")
        elif name.startswith("file."):
            if value.casefold() not in (BULK, DELTA, ABSENT):
                message = _("%(name)s must be bulk, delta or absent.") % {"name": name}
                raise TableError("invalid_mode", message, MANIFEST, row.line, "value")
            stated[name.removeprefix("file.")] = (row.line, value.casefold())

    def _check_targets(self) -> None:
        """Refuse a bulk file that refers to a file which is not there: none of its references could be resolved."""
        for name, mode in self.modes.items():
            targets = TARGETS.get(name, ())
            if name == "users" and self.version == "1.2":
                targets = ("roles",)
            for target in targets if mode == BULK else ():
                if target not in self.modes:
                    message = _("%(file)s needs %(target)s, which the package does not hold.")
                    names = {"file": LAYOUTS[name].file, "target": LAYOUTS[target].file}
                    raise TableError("missing_file", message % names, LAYOUTS[target].file)
        for name, target in (("enrollments", "classes"), ("classes", "courses"), ("classes", "academicSessions")):
            if name in self.modes and target not in self.modes:
                message = _("References of %(file)s are not checked against %(target)s, which is not there.")
                names = {"file": LAYOUTS[name].file, "target": LAYOUTS[target].file}
                self.warnings.append(message % names)


def _roster_files() -> dict[str, str]:
    return {"files": ", ".join(layout.file for layout in LAYOUTS.values())}


def _missing(missing: list[str], header: list[str]) -> str:
    spelled = {name.casefold(): name for name in header}
    parts = [
        _("%(name)s (found: %(found)s)") % {"name": name, "found": spelled[name.casefold()]}
        if name.casefold() in spelled
        else name
        for name in missing
    ]
    word = _("The file lacks the required column %(columns)s; letters must have the same case.")
    if len(missing) > 1:
        word = _("The file lacks the required columns %(columns)s; letters must have the same case.")
    return word % {"columns": ", ".join(parts)}
