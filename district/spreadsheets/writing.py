"""Tables written as CSV text or as XLSX workbooks, safe against formulas and fed from an iterator."""

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from os import PathLike
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Target = str | PathLike[str] | BinaryIO

MAX_XLSX_ROWS = 100_000

# What a spreadsheet program takes for the start of a formula when it opens a CSV file: the four signs, their
# full-width forms (East Asian locales read them as the same) and the white space that is dropped before them.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_CHUNK_CHARACTERS = 32 * 1024

# Not allowed in XML, and so not in a workbook.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Excel reads _x0041_ as the character with that number.
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SHEET_NAME_SIGNS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# A spreadsheet program keeps 15 digits of a number; a longer whole number is an identifier and stays text.
_MOST_EXACT_WHOLE = 10**15


class TooManyRows(ValueError):
    """A sheet was given more rows than a workbook takes; nothing was written."""

    def __init__(self, sheet: str) -> None:
        super().__init__(f"The sheet {sheet} would have more than {MAX_XLSX_ROWS:,} rows. Use CSV instead.")


@dataclass(frozen=True)
class Sheet:
    """One sheet to write: `rows` may be an iterator; `widths` are column widths in characters."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    widths: Sequence[float] | None = None


def escape_cell(value: str) -> str:
    """Return text that no spreadsheet program runs as a formula: a leading `= + - @`, tab or line break gets a `'`.

    For text only: a negative number is written as a number and stays as it is.
    """
    return "'" + value if value[:1] in _FORMULA_STARTS else value


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV file piece by piece: UTF-8 without byte order mark, CRLF; the header comes alone and at once.

    Text is escaped against formulas; numbers are exact (floats in their shortest form that reads back the same,
    Decimals without exponent); booleans are true and false, dates and times ISO 8601. None, and a number that is
    not finite, is an empty cell.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([_csv_cell(str(name)) for name in header])
    yield _emptied(buffer)
    for row in rows:
        # Most cells are text that needs nothing, or a day: no function is called for them.
        writer.writerow(
            [
                value
                if (value[:1] not in _FORMULA_STARTS if value.__class__ is str else value.__class__ is dt.date)  # type: ignore[index]
                else _csv_cell(value)
                for value in row
            ]
        )
        if buffer.tell() >= _CHUNK_CHARACTERS:
            yield _emptied(buffer)
    if buffer.tell():
        yield _emptied(buffer)


def write_csv(target: Target, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file to a path or binary stream, as `csv_chunks` makes it."""
    if isinstance(target, (str, PathLike)):
        with open(target, "wb") as stream:
            stream.writelines(csv_chunks(header, rows))
    else:
        target.writelines(csv_chunks(header, rows))


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def _csv_cell(value: object) -> object:
    kind = value.__class__
    if kind is str:
        return "'" + value if value[:1] in _FORMULA_STARTS else value  # type: ignore[index,operator]
    if value is None or kind is int:
        return value
    if kind is float:
        return value if math.isfinite(value) else ""  # type: ignore[arg-type]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else ""
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return escape_cell(str(value))


def write_xlsx(target: Target, sheets: Sequence[Sheet]) -> None:
    """Write a workbook to a path or binary stream; rows pass through a temporary file, not through memory.

    Text stays text whatever it begins with; numbers, booleans, dates and times are real ones (a time zone is
    dropped: convert first). Characters that XML forbids become U+FFFD; text over 32,767 characters is cut, the
    most a cell holds. Raises TooManyRows beyond 100,000 rows a sheet, before `target` is touched.
    """
    workbook = Workbook(write_only=True)
    try:
        names: list[str] = []
        for sheet in sheets:
            names.append(_sheet_name(sheet.name, names))
            _fill(workbook.create_sheet(names[-1]), sheet)
        workbook.save(target)  # type: ignore[arg-type]
    except BaseException:
        _drop_temporary_files(workbook)
        raise


def _fill(worksheet: WriteOnlyWorksheet, sheet: Sheet) -> None:
    worksheet.freeze_panes = "A2"
    letters = [get_column_letter(number) for number in range(1, len(sheet.header) + 1)]
    widths = sheet.widths or [min(max(len(str(name)) + 4, 10), 40) for name in sheet.header]
    for letter, width in zip(letters, widths, strict=False):
        worksheet.column_dimensions[letter].width = width
    bold = Font(bold=True)
    titles = [_text_cell(worksheet, str(name)) for name in sheet.header]
    for title in titles:
        title.font = bold
    worksheet.append(titles)
    count = 0
    for row in sheet.rows:
        count += 1
        if count > MAX_XLSX_ROWS:
            raise TooManyRows(sheet.name)
        worksheet.append([_xlsx_cell(worksheet, value) for value in row])
    if letters:
        worksheet.auto_filter.ref = f"A1:{letters[-1]}{count + 1}"


def _xlsx_cell(worksheet: WriteOnlyWorksheet, value: object) -> object:
    """Return a value that openpyxl writes as it is, or a cell that says how; plain values are much faster."""
    kind = value.__class__
    if kind is str:
        # openpyxl makes a formula of "=…" and an error value of "#N/A".
        if value.isprintable() and value[:1] not in ("=", "#") and "_x" not in value:  # type: ignore[attr-defined,index,operator]
            return value
        return _text_cell(worksheet, value)  # type: ignore[arg-type]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _MOST_EXACT_WHOLE else _text_cell(worksheet, str(int(value)))
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        # openpyxl writes 16 digits; some floats need 17 to read back the same.
        return value if float(f"{value:.16g}") == value else _number_cell(worksheet, repr(value))
    if isinstance(value, Decimal):
        return _number_cell(worksheet, format(value, "f")) if value.is_finite() else None
    if isinstance(value, (dt.datetime, dt.time)):
        return value.replace(tzinfo=None)
    if isinstance(value, (dt.date, dt.timedelta)):
        return value
    return _text_cell(worksheet, str(value))


def _text_cell(worksheet: WriteOnlyWorksheet, value: str) -> WriteOnlyCell:
    safe = _ESCAPE_LOOKALIKE.sub("_x005F_", _NOT_IN_XML.sub("\ufffd", value))
    cell = WriteOnlyCell(worksheet, value=safe)
    cell.data_type = "s"
    return cell


def _number_cell(worksheet: WriteOnlyWorksheet, digits: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(worksheet, value=digits)
    cell.data_type = "n"
    return cell


def _sheet_name(name: str, taken: Sequence[str]) -> str:
    """Return a name that Excel accepts: at most 31 characters, none of []:*?/\\, and no other sheet's name."""
    clean = " ".join(_SHEET_NAME_SIGNS.sub(" ", name).split()).strip("'")[:31].strip(" '") or "Sheet"
    used = {other.casefold() for other in taken}
    unique, number = clean, 1
    while unique.casefold() in used:
        number += 1
        ending = f" ({number})"
        unique = clean[: 31 - len(ending)] + ending
    return unique


def _drop_temporary_files(workbook: Workbook) -> None:
    # openpyxl keeps the rows of each sheet in a temporary file and removes it only when the workbook is saved.
    for worksheet in workbook.worksheets:
        writer = worksheet._writer
        if writer is not None:
            with suppress(Exception):
                worksheet.close()
            with suppress(OSError, ValueError):
                writer.cleanup()
