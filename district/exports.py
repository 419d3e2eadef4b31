"""Lists as files: CSV that streams, XLSX up to what a workbook takes. Both doors use this."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from django.db import models
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from district.columns import RecordTable
from district.filtering import StrictFilterSet
from district.reads import record_export
from district.spreadsheets import MAX_XLSX_ROWS, Sheet, TooManyRows, csv_chunks, write_xlsx

if TYPE_CHECKING:
    from district.models import User

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""File format → media type."""


def file_of(
    table: RecordTable,
    queryset: models.QuerySet,
    filterset: StrictFilterSet,
    *,
    file_format: str,
    by: User,
    selected: bool = False,
) -> HttpResponseBase:
    """Return the rows of `queryset` as a file with one line of column names, after recording the export.

    `selected`: they were picked one by one, so the trail says that the filter alone does not tell which they were.
    Raises TooManyRows when a workbook would have more than 100,000 rows, and OperationalError when the audit trail
    cannot be written; nothing has been sent then.
    """
    count = queryset.order_by().count()
    if file_format == "xlsx" and count > MAX_XLSX_ROWS:
        raise TooManyRows(table.name)
    record_export(table, filterset, file_format=file_format, count=count, by=by, selected=selected)
    header = [column.name for column in table.columns_for(by)]
    name = f"{table.name}.{file_format}"
    if file_format == "csv":
        response = StreamingHttpResponse(
            csv_chunks(header, table.cells(queryset, by)), content_type=CONTENT_TYPES["csv"]
        )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        workbook = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        write_xlsx(workbook, [Sheet(table.name, header, table.cells(queryset, by))])
        workbook.seek(0)
        response = FileResponse(workbook, as_attachment=True, filename=name, content_type=CONTENT_TYPES["xlsx"])
    response["X-Content-Type-Options"] = "nosniff"
    return response
