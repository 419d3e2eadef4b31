"""Figures as files: a CSV file of the rows, or a workbook with the rows and what they mean."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from district import audit, reads
from district.models import User
from district.spreadsheets import Sheet, csv_chunks, write_xlsx

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEMORY_LIMIT = 1024 * 1024
"""Bytes of a workbook beyond which it waits on disk while it is sent."""


@dataclass(frozen=True)
class FigureTable:
    """A report as a file holds it: its name without ending, its columns and rows, and (term, meaning) pairs."""

    file_name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    terms: Iterable[tuple[str, str]]


def figures_file(
    table: FigureTable, *, file_format: str, by: User, district: int, details: dict[str, Any]
) -> HttpResponseBase:
    """Return the table as a file (csv or xlsx), and write down who took which figures away (`details`).

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    response = csv_file(table) if file_format == "csv" else xlsx_file(table)
    reads.append(audit.Action.EXPORT, by=by, district=district, details={**details, "format": file_format})
    return response


def csv_file(table: FigureTable) -> HttpResponseBase:
    """Return the rows as a CSV download: the keys of the JSON rows are the columns, an unknown figure is empty."""
    response = StreamingHttpResponse(csv_chunks(table.columns, table.rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{table.file_name}.csv"'
    return response


def xlsx_file(table: FigureTable) -> HttpResponseBase:
    """Return a workbook download with the sheets “figures” (the rows) and “definitions” (what they mean).

    Raises TooManyRows beyond 100,000 rows.
    """
    spool = tempfile.SpooledTemporaryFile(max_size=MEMORY_LIMIT)  # noqa: SIM115 - the response closes it
    target = cast(BinaryIO, spool)
    words = Sheet("definitions", (_("term"), _("meaning")), table.terms, widths=(24, 100))
    write_xlsx(target, [Sheet("figures", table.columns, table.rows), words])
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{table.file_name}.xlsx", content_type=XLSX_TYPE)
