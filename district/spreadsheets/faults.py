"""The faults an import found, and the file that gives them back to the person who sent the rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from district.spreadsheets.limits import TableError
from district.spreadsheets.writing import MAX_XLSX_ROWS, Sheet, escape_cell, write_csv, write_xlsx

HEADER = ("file", "line", "column", "value", "reason", "code")
LONGEST_VALUE = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one cell, or with a whole row (`column` empty), or a whole file (`line` None).

    `file` is the member or sheet name, `line` the line where the record starts (header = 1), `value` the cell as
    read, `code` a stable lower-case word.
    """

    file: str
    line: int | None
    column: str
    value: str
    reason: str
    code: str


class ErrorReport:
    """Collects faults, the first one of each (file, line, column).

    Memory is bounded for files that are bad from end to end: after `max_faults` further faults are only counted
    in `omitted` (there a cell with two faults counts twice), and values are kept to 1,000 characters.
    """

    def __init__(self, max_faults: int = MAX_XLSX_ROWS) -> None:
        self.omitted = 0
        self._max_faults = max_faults
        self._faults: dict[tuple[str, int | None, str], Fault] = {}
        self._file_order: dict[str, int] = {}

    def add(self, fault: Fault) -> None:
        """Add a fault unless its cell already has one."""
        key = (fault.file, fault.line, fault.column)
        if key in self._faults:
            return
        if len(self._faults) >= self._max_faults:
            self.omitted += 1
            return
        if len(fault.value) > LONGEST_VALUE:
            fault = replace(fault, value=fault.value[:LONGEST_VALUE] + "…")
        self._file_order.setdefault(fault.file, len(self._file_order))
        self._faults[key] = fault

    def add_table_error(self, error: TableError) -> None:
        """Add the fault of a whole file."""
        self.add(Fault(error.file, error.line, error.column, "", error.message, error.code))

    def __len__(self) -> int:
        return len(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        """Yield the faults by file in order of first appearance, by line, and in order of addition."""
        return iter(sorted(self._faults.values(), key=lambda fault: (self._file_order[fault.file], fault.line or 0)))

    def first(self, count: int) -> list[Fault]:
        """Return the first `count` faults in the order of the file."""
        return list(self)[:count]

    def write(self, path: str | PathLike[str]) -> None:
        """Write the report as .csv or .xlsx by the ending of `path`; only the header if there is no fault.

        Text is made safe against formulas in both, for a workbook is often saved as CSV again. Raises ValueError
        for another ending.
        """
        ending = Path(path).suffix.lower()
        if ending == ".csv":
            write_csv(path, HEADER, map(_cells, self))
        elif ending == ".xlsx":
            rows = ([escape_cell(cell) if isinstance(cell, str) else cell for cell in _cells(fault)] for fault in self)
            write_xlsx(path, [Sheet("errors", HEADER, rows, widths=(24, 8, 24, 30, 70, 20))])
        else:
            raise ValueError("The file for errors must end with .csv or .xlsx.")


def _cells(fault: Fault) -> tuple[str | int | None, ...]:
    return (fault.file, fault.line, fault.column, fault.value, fault.reason, fault.code)
