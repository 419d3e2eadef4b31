"""Figures as files: a CSV file of the rows, or a workbook with the rows and what they mean."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO, cast

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.dimensions import DIMENSIONS, written
from dashboards.parameters import Question
from dashboards.suspension_rates.reports import RateReport
from district import audit, reads
from district.models import User
from district.spreadsheets import Sheet, csv_chunks, write_xlsx

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEMORY_LIMIT = 1024 * 1024
"""Bytes of a workbook beyond which it waits on disk while it is sent."""


def rates_file(question: Question, report: RateReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that the question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    response = csv_file(report) if question.format == "csv" else xlsx_file(report)
    reads.append(
        audit.Action.EXPORT,
        by=by,
        district=question.district,
        details={
            "report": "suspension-rates",
            "format": question.format,
            "measure": question.measure.key,
            "by": list(question.by),
            "school_years": list(report.definition.school_years),
            "schools": report.definition.as_json()["schools"],
            "filters": report.definition.as_json()["filters"],
            "rows": len(report.rows),
        },
    )
    return response


def csv_file(report: RateReport) -> HttpResponseBase:
    """Return the rows as a CSV download: the keys of the JSON rows are the columns, an unknown figure is empty."""
    response = StreamingHttpResponse(csv_chunks(report.columns, _rows(report)), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(report)}.csv"'
    return response


def xlsx_file(report: RateReport) -> HttpResponseBase:
    """Return a workbook download with the sheets “figures” (the rows) and “definitions” (what they mean).

    Raises TooManyRows beyond 100,000 rows.
    """
    spool = tempfile.SpooledTemporaryFile(max_size=MEMORY_LIMIT)  # noqa: SIM115 - the response closes it
    target = cast(BinaryIO, spool)
    words = Sheet("definitions", (_("term"), _("meaning")), _terms(report), widths=(24, 100))
    write_xlsx(target, [Sheet("figures", report.columns, _rows(report)), words])
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{_file_name(report)}.xlsx", content_type=XLSX_TYPE)


def _file_name(report: RateReport) -> str:
    years = "-".join(str(year) for year in report.definition.school_years[:1] + report.definition.school_years[1:][-1:])
    return f"suspension-rates-{report.definition.measure}-{years}".rstrip("-")


def _rows(report: RateReport) -> Iterator[list[object]]:
    """The rows, with doubles exact and school days as numbers."""
    for row in report.rows:
        values = row.as_json(report.by)
        if values["days"] is not None:
            values["days"] = Decimal(values["days"])
        yield [values.get(column) for column in report.columns]


def _terms(report: RateReport) -> Iterator[tuple[str, str]]:
    definition = report.definition
    yield "district", definition.district
    yield "measure", f"{definition.measure}: {definition.label}"
    yield "numerator", definition.numerator
    yield "denominator", f"{definition.denominator}: {definitions.DENOMINATORS[definition.denominator]}"
    yield "comparison", definition.comparison
    yield "interval", definitions.INTERVAL
    yield "school_years", ", ".join(map(str, definition.school_years))
    yield "as_of", definition.as_of.isoformat() if definition.as_of else ""
    if definition.schools is not None:
        yield "schools", ", ".join(definition.schools)
    for name, values in definition.filters.items():
        yield f"filter: {name}", ", ".join(map(written, values))
    if definition.not_reported:
        yield "not reported", ", ".join(f"{year}: {code}" for year, code in definition.not_reported)
    yield "counting", str(definitions.COUNTING)
    yield "values", str(definitions.VALUES)
    yield "source", str(definitions.SOURCE)
    yield "small numbers", str(definitions.SMALL)
    for column in report.columns:
        yield column, str(definitions.COLUMNS[column] if column in definitions.COLUMNS else DIMENSIONS[column].label)
