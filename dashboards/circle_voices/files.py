"""The surveys after circles as files: the aggregated rows, and no other."""

from __future__ import annotations

from django.http import HttpResponseBase

from dashboards.circle_voices.reports import VoicesReport
from dashboards.exports import FigureTable, figures_file
from district.models import User


def voices_file(report: VoicesReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that its question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    question, definition = report.question, report.definition()
    terms = [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else ""))
        for name, value in definition.items()
    ]
    rows = [row.as_json(question.by) for row in report.rows]
    name = "-".join(["circle-voices", *map(str, question.years)])
    table = FigureTable(name, report.columns, ([row[column] for column in report.columns] for row in rows), terms)
    details = {
        "report": "circle-voices",
        "by": question.by,
        "school_years": definition["school_years"],
        "schools": definition["schools"],
        "rows": len(rows),
    }
    return figures_file(table, file_format=question.format, by=by, district=question.district, details=details)
