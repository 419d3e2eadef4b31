"""The coverage as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponseBase

from dashboards.exports import FigureTable, figures_file
from dashboards.training_coverage import definitions
from dashboards.training_coverage.findings import finding
from dashboards.training_coverage.question import CoverageQuestion
from dashboards.training_coverage.reports import CoverageReport
from district.models import User


def coverage_file(question: CoverageQuestion, report: CoverageReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that the question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    definition = report.definition
    details = {
        "report": "training-coverage",
        "schools": definition["schools"],
        "practice": definition["practice"],
        "day": definition["day"],
        "rows": len(report.rows),
    }
    name = "-".join(filter(None, ("training-coverage", question.practice, definition["day"])))
    table = FigureTable(name, report.columns, _rows(report), _terms(question, report))
    return figures_file(table, file_format=question.format, by=by, district=question.district, details=details)


def _rows(report: CoverageReport) -> Iterator[list[object]]:
    for row in report.rows:
        values = row.as_json()
        yield [values.get(column) for column in report.columns]


def _terms(question: CoverageQuestion, report: CoverageReport) -> Iterator[tuple[str, str]]:
    yield "finding", finding(question, report)
    for name, value in report.definition.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        yield name, "" if shown is None else str(shown)
    for column in report.columns:
        yield column, str(definitions.COLUMNS[column])
