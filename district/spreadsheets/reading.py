"""Tables read from CSV text or from the first sheet of an XLSX workbook, row by row."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from os import PathLike
from typing import BinaryIO, Self

from district.spreadsheets.limits import MEBIBYTE, WORKBOOK_LIMITS, CountedStream, Limits, TableError
from district.spreadsheets.workbooks import workbook_records

Source = str | PathLike[str] | BinaryIO
Records = Iterator[tuple[int, list[str]]]

# The longest cell and the longest record in characters and bytes. They end the damage of a quotation mark that is
# never closed: without them the rest of the file becomes one cell. The first is global to the csv module.
LONGEST_CELL = 1_000_000
LONGEST_RECORD = 4 * MEBIBYTE
csv.field_size_limit(LONGEST_CELL)

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE_START = b"\xd0\xcf\x11\xe0"
_BUFFER_BYTES = 256 * 1024


class Row:
    """One data row: `line` where the record starts in the file (header = 1) and its `cells` as read.

    There are at least as many cells as named columns, missing ones being "". `too_many_cells` says that the row
    holds more cells than the header; they are all in `cells`.
    """

    __slots__ = ("_positions", "cells", "line", "too_many_cells")

    def __init__(self, line: int, cells: list[str], positions: dict[str, int], too_many_cells: bool = False) -> None:
        self.line = line
        self.cells = cells
        self.too_many_cells = too_many_cells
        self._positions = positions

    def get(self, column: str, default: str = "") -> str:
        """Return the cell of a named column without surrounding white space; `default` if there is no such column."""
        position = self._positions.get(column)
        return default if position is None else self.cells[position].strip()

    def as_read(self, column: str) -> str:
        """Return the cell of a named column as it stands in the file; "" if there is no such column."""
        position = self._positions.get(column)
        return "" if position is None else self.cells[position]

    def __repr__(self) -> str:
        return f"Row(line={self.line}, cells={self.cells!r})"


class Table:
    """A header and an iterator of rows, read once and in flat memory.

    `file` is the member name, or the sheet name of a workbook. `header` holds the column names without surrounding
    white space and without nameless columns at the end; `positions` maps a name to its index. Records whose cells
    are all blank are skipped. Iterating `rows` raises TableError for a fault that refuses the rest of the file.
    """

    def __init__(self, file: str, records: Records, limits: Limits, close: Callable[[], None] = lambda: None) -> None:
        self.file = file
        self._limits = limits
        self._close = close
        try:
            self.header_line, names = next(record for record in records if not _is_blank(record[1]))
        except StopIteration:
            raise TableError("empty_file", "The file is empty: it has no header row.", file) from None
        self._header_cells = len(names)
        self.header = [name.strip() for name in names]
        while not self.header[-1]:
            self.header.pop()
        self._check_header()
        self.positions = {name: position for position, name in enumerate(self.header) if name}
        self.rows = self._rows(records)

    def _check_header(self) -> None:
        if len(self.header) > self._limits.max_columns:
            message = f"The file has more than {self._limits.max_columns:,} columns."
            raise TableError("too_large", message, self.file, self.header_line)
        seen: set[str] = set()
        for name in filter(None, self.header):
            if name in seen:
                message = f"The column {name} appears more than once in the header."
                raise TableError("repeated_header", message, self.file, self.header_line, name)
            seen.add(name)

    def _rows(self, records: Records) -> Iterator[Row]:
        width, header_cells, positions = len(self.header), self._header_cells, self.positions
        most = self._limits.max_rows
        count = 0
        for line, cells in records:
            if _is_blank(cells):
                continue
            count += 1
            if most is not None and count > most:
                raise TableError("too_large", f"The file has more than {most:,} rows.", self.file, line)
            too_many = False
            if len(cells) > width:
                # A nameless column at the end is let pass as long as nothing stands under it.
                too_many = len(cells) > header_cells or not _is_blank(cells[width:])
                if not too_many:
                    del cells[width:]
            elif len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            yield Row(line, cells, positions, too_many)

    def close(self) -> None:
        """Close the file if this table opened it."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_table(source: Source, *, member_name: str, limits: Limits) -> Table:
    """Open a CSV file or the first sheet of an XLSX workbook, told apart by content and not by name.

    `source` is a path or a binary stream at its start; `member_name` names the file in faults (a workbook gives
    the name of its sheet instead). CSV: UTF-8 with or without a byte order mark, commas, LF or CRLF, quoted line
    breaks. A workbook keeps to the limits of uploads wherever it comes from.

    Raises TableError; OSError if a path cannot be opened.
    """
    if isinstance(source, (str, PathLike)):
        return open_table(open(source, "rb"), member_name=member_name, limits=limits, owned=True)
    return open_table(source, member_name=member_name, limits=limits, owned=False)


def open_table(inner: BinaryIO, *, member_name: str, limits: Limits, owned: bool) -> Table:
    """Read a table from a binary stream, as `read_table`; an `owned` stream is closed with the table."""
    counted = CountedStream(inner, limits.max_member_bytes, member_name, owned=owned)
    stream: io.BufferedReader = io.BufferedReader(counted, _BUFFER_BYTES)
    try:
        start = stream.peek(4)[:4]
        if start in _ZIP_STARTS:
            counted.max_bytes = min(limits.max_member_bytes, WORKBOOK_LIMITS.max_total_bytes)
            sheet, records, close_workbook = workbook_records(stream.read(), member_name)
            stream.close()
            return Table(sheet, records, WORKBOOK_LIMITS, close_workbook)
        if start == _OLE_START:
            message = "This is an old Excel workbook or one with a password. Save it as .xlsx without a password."
            raise TableError("unreadable_file", message, member_name)
        return Table(member_name, _csv_records(stream, member_name), limits, stream.close)
    except BaseException:
        stream.close()
        raise


def require_columns(table: Table, required: Iterable[str]) -> None:
    """Raise TableError `missing_column` that names every required column the header lacks; spelling is exact."""
    missing = [name for name in required if name not in table.positions]
    if missing:
        word = "column" if len(missing) == 1 else "columns"
        message = f"The file lacks the required {word} {', '.join(missing)}."
        raise TableError("missing_column", message, table.file, table.header_line, missing[0])


def unknown_columns(header: Sequence[str], known: Iterable[str]) -> list[str]:
    """Return the header names that are not `known`, in file order; a nameless one as `(column 3)`."""
    expected = set(known)
    return [name or f"(column {number})" for number, name in enumerate(header, 1) if name not in expected]


def _is_blank(cells: list[str]) -> bool:
    return not "".join(cells).strip()


class _Lines:
    """The physical lines of a UTF-8 stream; `number` is the last one read, `record_bytes` what the record took."""

    def __init__(self, stream: io.BufferedReader, file: str) -> None:
        self._stream = stream
        self._file = file
        self.number = 0
        self.record_bytes = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        raw = self._stream.readline(LONGEST_RECORD + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        self.record_bytes += len(raw)
        if self.record_bytes > LONGEST_RECORD:
            raise TableError("too_large", _UNCLOSED, self._file, self.number)
        if self.number == 1:
            raw = self._without_mark(raw)
        if b"\0" in raw:
            message = "The file holds a NUL byte. Save it as CSV in UTF-8."
            raise TableError("nul_byte", message, self._file, self.number)
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            message = f"The file is not in UTF-8 (byte {error.start + 1} of this line). Save it as CSV in UTF-8."
            raise TableError("not_utf8", message, self._file, self.number) from error

    def _without_mark(self, raw: bytes) -> bytes:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise TableError("not_utf8", "The file is in UTF-16. Save it as CSV in UTF-8.", self._file, 1)
        return raw.removeprefix(codecs.BOM_UTF8)


_UNCLOSED = "A row is too long to be read. A quotation mark may be opened and not closed."


def _csv_records(stream: io.BufferedReader, file: str) -> Records:
    """Yield (physical line where the record starts, cells); csv.reader itself counts the line where it ends."""
    lines = _Lines(stream, file)
    reader = csv.reader(lines, strict=True)
    while True:
        start = lines.number + 1
        lines.record_bytes = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _csv_fault(str(error), file, start) from error
        yield start, cells


def _csv_fault(reason: str, file: str, line: int) -> TableError:
    if "field limit" in reason:
        return TableError("too_large", _UNCLOSED, file, line)
    if "unexpected end" in reason:
        message = "A quotation mark that opens in this row is never closed."
    elif "new-line character" in reason:
        message = "A carriage return stands alone. Lines must end with LF or CRLF."
    else:
        message = "A quotation mark closes in the middle of a cell. Inside quotes it must be doubled."
    return TableError("unreadable_file", message, file, line)
