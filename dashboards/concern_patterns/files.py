"""The patterns of concerns as files: the rows that the page shows, and no other."""

from __future__ import annotations

from django.http import HttpResponseBase

from dashboards.concern_patterns.reports import COLUMNS, PatternsReport
from dashboards.exports import FigureTable, figures_file
from district.models import User


def patterns_file(report: PatternsReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that its question asks for, and write down who took which figures away.

    Raises OperationalError when that cannot be written down.
    """
    question, definition = report.question, report.definition()
    terms = [(name, str(value if value is not None else "")) for name, value in definition.items()]
    rows = [row.as_json(question.year) for row in report.rows]
    name = "-".join(filter(None, ("concerns", str(question.year or ""))))
    table = FigureTable(name, COLUMNS, ([row[column] for column in COLUMNS] for row in rows), terms)
    details = {"report": "concerns", "school_year": question.year, "rows": len(rows)}
    return figures_file(table, file_format=question.format, by=by, district=question.district.pk, details=details)
