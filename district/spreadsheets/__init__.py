"""The only reader and writer of CSV and XLSX of the product; no Django, no database.

Reading: `read_table` and `Package` give tables row by row within `Limits`; a fault of a whole file is a
`TableError`. Writing: `csv_chunks`, `write_csv` and `write_xlsx`. `ErrorReport` collects the faults of an import.
"""

from district.spreadsheets.faults import ErrorReport, Fault
from district.spreadsheets.limits import COMMAND_LINE_LIMITS, UPLOAD_LIMITS, Limits, TableError
from district.spreadsheets.packages import Package
from district.spreadsheets.reading import Row, Table, read_table, require_columns, unknown_columns
from district.spreadsheets.writing import (
    MAX_XLSX_ROWS,
    Sheet,
    TooManyRows,
    csv_chunks,
    escape_cell,
    write_csv,
    write_xlsx,
)

__all__ = [
    "COMMAND_LINE_LIMITS",
    "MAX_XLSX_ROWS",
    "UPLOAD_LIMITS",
    "ErrorReport",
    "Fault",
    "Limits",
    "Package",
    "Row",
    "Sheet",
    "Table",
    "TableError",
    "TooManyRows",
    "csv_chunks",
    "escape_cell",
    "read_table",
    "require_columns",
    "unknown_columns",
    "write_csv",
    "write_xlsx",
]
