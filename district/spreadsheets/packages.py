"""A zip or a folder that holds several tables, such as a OneRoster package."""

import os
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO, Self

from district.spreadsheets.limits import MEMBER_FAULTS, Limits, TableError, open_archive, size_text
from district.spreadsheets.reading import Table, open_table

Opener = Callable[[], BinaryIO]


class Package:
    """The files at the top of a zip or folder, found whatever the case of their names.

    One folder around all of them is looked through. Files in other folders, hidden files and what macOS adds are
    left aside. Nothing is ever unpacked to disk.
    """

    def __init__(self, members: dict[str, Opener], limits: Limits, close: Callable[[], None] = lambda: None) -> None:
        self._members = {_key(name): (name, opener) for name, opener in members.items()}
        self._limits = limits
        self._close = close

    @classmethod
    def open(cls, source: str | os.PathLike[str] | BinaryIO, *, limits: Limits, name: str = "") -> Self:
        """Open a path (zip or folder) or the binary stream of a zip; `name` names it in faults.

        Raises TableError `unreadable_file`, `empty_file`, `too_large` or `repeated_file`; OSError if a path cannot
        be opened.
        """
        if isinstance(source, (str, os.PathLike)):
            path = Path(source)
            if path.is_dir():
                return cls(_folder_members(path, limits, name or path.name), limits)
            name = name or path.name
            if path.stat().st_size == 0:
                raise TableError("empty_file", "The file is empty.", name)
            source = str(path)
        archive = open_archive(source, limits, name)
        try:
            return cls(_archive_members(archive, name), limits, archive.close)
        except TableError:
            archive.close()
            raise

    @property
    def names(self) -> list[str]:
        """The names of the files as they are spelled, in alphabetical order."""
        return sorted(name for name, _ in self._members.values())

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    def table(self, name: str) -> Table:
        """Open one file as a table; several may be read at once. Raises TableError, `missing_file` if absent."""
        if name not in self:
            raise TableError("missing_file", "The package does not hold this file.", name)
        spelled, opener = self._members[_key(name)]
        try:
            stream = opener()
        except MEMBER_FAULTS as error:
            raise TableError("unreadable_file", "The file is damaged and cannot be unzipped.", spelled) from error
        return open_table(stream, member_name=spelled, limits=self._limits, owned=True)

    def close(self) -> None:
        """Close the zip if this package opened it."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _key(name: str) -> str:
    return name.casefold()


def _is_hidden(parts: list[str]) -> bool:
    return parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _archive_members(archive: zipfile.ZipFile, file: str) -> dict[str, Opener]:
    found: list[tuple[list[str], zipfile.ZipInfo]] = []
    for member in archive.infolist():
        parts = [part for part in member.filename.replace("\\", "/").split("/") if part not in ("", ".")]
        if parts and not member.is_dir() and not _is_hidden(parts):
            found.append((parts, member))
    folders = {parts[0] if len(parts) > 1 else "" for parts, _ in found}
    depth = 2 if len(folders) == 1 and folders != {""} else 1
    members: dict[str, Opener] = {}
    for parts, member in found:
        if len(parts) == depth:
            _add(members, parts[-1], partial(archive.open, member), file)  # type: ignore[arg-type]
    return members


def _folder_members(folder: Path, limits: Limits, file: str) -> dict[str, Opener]:
    entries = [entry for entry in sorted(folder.iterdir()) if not _is_hidden([entry.name])]
    if len(entries) == 1 and entries[0].is_dir():
        entries = [entry for entry in sorted(entries[0].iterdir()) if not _is_hidden([entry.name])]
    files = [entry for entry in entries if entry.is_file()]
    if not files:
        raise TableError("empty_file", "The folder holds no files.", file)
    if len(files) > limits.max_members:
        raise TableError("too_large", f"The folder holds more than {limits.max_members:,} files.", file)
    if sum(entry.stat().st_size for entry in files) > limits.max_total_bytes:
        raise TableError("too_large", f"The files are larger than {size_text(limits.max_total_bytes)}.", file)
    members: dict[str, Opener] = {}
    for entry in files:
        _add(members, entry.name, partial(entry.open, "rb"), file)  # type: ignore[arg-type]
    return members


def _add(members: dict[str, Opener], name: str, opener: Opener, file: str) -> None:
    if _key(name) in map(_key, members):
        raise TableError("repeated_file", f"The package holds {name} more than once.", file)
    members[name] = opener
