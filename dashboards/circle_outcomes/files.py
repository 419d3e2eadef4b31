"""The outcomes as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponseBase

from dashboards.circle_outcomes import definitions
from dashboards.circle_outcomes.findings import finding
from dashboards.circle_outcomes.reports import OutcomeReport
from dashboards.exports import FigureTable, figures_file
from district.models import User


def outcomes_file(report: OutcomeReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that its question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    question, definition = report.question, report.definition()
    told = ("school_year", "schools", "by", "tiers", "practices", "day")
    details = {
        "report": "circle-outcomes",
        **{name: definition[name] for name in told},
        "rows": len(report.rows),
    }
    rows = (list(row.as_json().values()) for row in report.rows)
    name = f"circle-outcomes-{definition['school_year'] or ''}".rstrip("-")
    table = FigureTable(name, report.columns, rows, _terms(report))
    return figures_file(table, file_format=question.format, by=by, district=question.district, details=details)


def _terms(report: OutcomeReport) -> Iterator[tuple[str, str]]:
    yield "finding", finding(report)
    for name, value in report.definition().items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield name, "" if shown is None else str(shown)
    for column in report.columns:
        yield column, str(definitions.COLUMNS[column])
