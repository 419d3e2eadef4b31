"""The first sheet of an XLSX workbook as text cells.

python-calamine reads it. It allots the whole rectangle between the outermost cells at once and ends the process
when that fails, so a file of 5 KB with one cell at XFD1048576 would stop the server. Every sheet is therefore
measured first, and calamine is given a copy that holds only the parts that were measured.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterator
from decimal import Decimal

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from district.spreadsheets.limits import WORKBOOK_LIMITS, TableError
from district.spreadsheets.measuring import MOST_ROWS, measured_copy

Records = Iterator[tuple[int, list[str]]]


def workbook_records(content: bytes, file: str) -> tuple[str, Records, Callable[[], None]]:
    """Return the name of the first sheet, its (line, cells) records, and a function that closes the workbook.

    The line is the row number of the sheet. Numbers come as plain decimal text (7.0 as "7"), dates as YYYY-MM-DD,
    times as HH:MM, booleans as true and false. Raises TableError `unreadable_file`, `empty_file` or `too_large`.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(measured_copy(content, file))
        sheet = _first_sheet(workbook)
        # The sheet is known to be within the limits of all sheets; the table itself has narrower ones.
        _check_extent(sheet, sheet.name)
        return sheet.name, _records(sheet), workbook.close
    except CalamineError as error:
        raise TableError("unreadable_file", "The workbook is damaged and cannot be read.", file) from error
    except TableError:
        raise
    except BaseException as error:
        # A panic of the Rust library does not derive from Exception and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise TableError("unreadable_file", "The workbook is damaged and cannot be read.", file) from error


def _first_sheet(workbook: CalamineWorkbook) -> CalamineSheet:
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            return workbook.get_sheet_by_name(sheet.name)
    raise CalamineError("no worksheet")


def _check_extent(sheet: CalamineSheet, file: str) -> None:
    last_row, last_column = sheet.end or (0, 0)  # counted from 0
    if last_column >= WORKBOOK_LIMITS.max_columns:
        raise TableError("too_large", f"The sheet has more than {WORKBOOK_LIMITS.max_columns:,} columns.", file)
    if last_row >= MOST_ROWS:
        raise TableError("too_large", f"The sheet has more than {WORKBOOK_LIMITS.max_rows:,} rows.", file)


def _records(sheet: CalamineSheet) -> Records:
    for line, values in enumerate(sheet.iter_rows(), 1):
        yield line, [value if value.__class__ is str else _TEXT_OF[value.__class__](value) for value in values]


def _number_text(value: float) -> str:
    """Return a number without exponent and with 15 significant digits, what a spreadsheet program keeps and shows.

    The digits beyond are the noise of binary fractions: 2.2000000000000002 is a cell in which a person sees 2.2.
    Whole numbers stay exact, for they may be identifiers.
    """
    if not math.isfinite(value):
        return str(value)
    if value == int(value):
        return str(int(value)) if abs(value) <= 2**53 else format(Decimal(repr(value)), "f").removesuffix(".0")
    return format(Decimal(f"{value:.15g}"), "f")


def _clock_text(hours: int, minutes: int, seconds: int) -> str:
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _time_text(value: dt.time) -> str:
    return _clock_text(value.hour, value.minute, value.second)


def _datetime_text(value: dt.datetime) -> str:
    rounded = value + dt.timedelta(microseconds=500_000)
    if rounded.time().replace(microsecond=0) == dt.time():
        return rounded.date().isoformat()
    return f"{rounded.date().isoformat()}T{_time_text(rounded.time())}"


def _duration_text(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    return _clock_text(seconds // 3600, seconds // 60 % 60, seconds % 60)


_TEXT_OF: dict[type, Callable[..., str]] = {
    float: _number_text,
    int: str,
    bool: lambda value: "true" if value else "false",
    dt.date: dt.date.isoformat,
    dt.datetime: _datetime_text,
    dt.time: _time_text,
    dt.timedelta: _duration_text,
}
