"""The board as a file: one line a commitment, the columns of the endpoint."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from commitments import tables
from dashboards.progress.board import COLUMNS, BoardRow
from district.exports import CONTENT_TYPES
from district.filtering import StrictFilterSet
from district.models import User
from district.reads import record_export
from district.spreadsheets import Sheet, csv_chunks, write_xlsx


def board_file(rows: Sequence[BoardRow], filterset: StrictFilterSet, *, file_format: str, by: User) -> HttpResponseBase:
    """Return the rows as CSV or XLSX, after recording the export."""
    record_export(tables.COMMITMENTS, filterset, file_format=file_format, count=len(rows), by=by)
    name = f"commitments-board.{file_format}"
    if file_format == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            csv_chunks(COLUMNS, _cells(rows)), content_type=CONTENT_TYPES["csv"]
        )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        workbook = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        write_xlsx(workbook, [Sheet("commitments", COLUMNS, _cells(rows))])
        workbook.seek(0)
        response = FileResponse(workbook, as_attachment=True, filename=name, content_type=CONTENT_TYPES["xlsx"])
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _cells(rows: Sequence[BoardRow]) -> Iterator[list[object]]:
    for row in rows:
        values = row.as_json()
        yield ["; ".join(value) if isinstance(value, list) else value for value in (values[key] for key in COLUMNS)]
