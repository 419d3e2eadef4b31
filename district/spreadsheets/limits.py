"""What a file may cost, the fault of a whole file, and a zip opened within those limits."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

MEBIBYTE = 1024 * 1024

# A small member of nothing but blanks has any ratio and does no harm; the ratio is looked at from this size on.
_RATIO_MATTERS_FROM = MEBIBYTE

ARCHIVE_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
# A wrong offset in the directory of a zip makes the seek fail.
MEMBER_FAULTS = (*ARCHIVE_FAULTS, OSError)


@dataclass(frozen=True)
class Limits:
    """Upper bounds of a file that is read: bytes are counted unzipped, rows without the header.

    `max_ratio` is unzipped bytes over zipped bytes. `max_rows` None means any number.
    """

    max_member_bytes: int
    max_total_bytes: int
    max_ratio: int
    max_members: int
    max_rows: int | None
    max_columns: int


UPLOAD_LIMITS = Limits(50 * MEBIBYTE, 50 * MEBIBYTE, 100, 2_000, 100_000, 100)
COMMAND_LINE_LIMITS = Limits(2048 * MEBIBYTE, 16 * 1024 * MEBIBYTE, 200, 2_000, None, 1_000)

# A workbook is held in memory while it is read, so the command line gives it no more room than a browser does.
WORKBOOK_LIMITS = UPLOAD_LIMITS


class TableError(Exception):
    """A fault that refuses the whole file.

    `code` is a stable lower-case word: `unreadable_file`, `empty_file`, `not_utf8`, `nul_byte`, `too_large`,
    `repeated_header`, `missing_column`, `missing_file`, `repeated_file`. `file` is the member or sheet name,
    `line` the physical line where it is known (header = 1), `column` the column name where there is one.
    """

    def __init__(self, code: str, message: str, file: str = "", line: int | None = None, column: str = "") -> None:
        super().__init__(code, message, file, line, column)
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = self.file + (f", line {self.line}" if self.line else "")
        return f"{place}: {self.message}" if place else self.message


def size_text(size: int) -> str:
    """Return a number of bytes as a person reads it, in whole MB (of 1024 x 1024 bytes)."""
    return f"{size // MEBIBYTE} MB"


def open_archive(source: str | BinaryIO, limits: Limits, file: str) -> zipfile.ZipFile:
    """Open a zip and refuse it before anything is unpacked if its directory promises more than `limits` allow.

    Raises TableError `unreadable_file` (no zip, nothing in it, encrypted) or `too_large`.
    """
    try:
        archive = zipfile.ZipFile(source)
    except ARCHIVE_FAULTS as error:
        raise TableError("unreadable_file", "This is not a readable zip file.", file) from error
    try:
        # ZipInfo.is_dir fails on a member without a name.
        _check_members([member for member in archive.infolist() if not member.filename.endswith("/")], limits, file)
    except TableError:
        archive.close()
        raise
    return archive


def _check_members(members: list[zipfile.ZipInfo], limits: Limits, file: str) -> None:
    if not members:
        raise TableError("empty_file", "The zip file holds no files.", file)
    if len(members) > limits.max_members:
        raise TableError("too_large", f"The zip file holds more than {limits.max_members:,} files.", file)
    for member in members:
        if member.flag_bits & 0x1:
            raise TableError("unreadable_file", f"{member.filename} is protected by a password.", file)
        if member.file_size > limits.max_member_bytes:
            allowed = size_text(limits.max_member_bytes)
            raise TableError("too_large", f"{member.filename} is larger than {allowed} unzipped.", file)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.max_total_bytes:
        raise TableError("too_large", f"The files are larger than {size_text(limits.max_total_bytes)} unzipped.", file)
    _check_ratio(((member.file_size, member.compress_size) for member in members), limits, file)


def _check_ratio(sizes: Iterable[tuple[int, int]], limits: Limits, file: str) -> None:
    for unpacked, packed in sizes:
        if unpacked >= _RATIO_MATTERS_FROM and unpacked > packed * limits.max_ratio:
            message = f"A file in the zip grows more than {limits.max_ratio} times when unzipped."
            raise TableError("too_large", message, file)


class CountedStream(io.RawIOBase):
    """A binary stream that stops after `max_bytes`, whatever the directory of a zip said about its size.

    Reading raises TableError `too_large` past the limit and `unreadable_file` when the zip member is damaged.
    """

    def __init__(self, inner: BinaryIO, max_bytes: int, file: str, *, owned: bool) -> None:
        super().__init__()
        self.max_bytes = max_bytes
        self._inner = inner
        self._file = file
        self._owned = owned
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._inner.read(len(buffer))
        except MEMBER_FAULTS as error:
            raise TableError("unreadable_file", "The file is damaged and cannot be read.", self._file) from error
        self._count += len(chunk)
        if self._count > self.max_bytes:
            raise TableError("too_large", f"The file is larger than {size_text(self.max_bytes)}.", self._file)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if self._owned and not self.closed:
            self._inner.close()
        super().close()
