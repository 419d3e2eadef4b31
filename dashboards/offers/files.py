"""The restorative offers as files."""

from __future__ import annotations

from django.http import HttpResponseBase

from dashboards.exports import FigureTable, figures_file
from dashboards.offers.reports import OfferReport
from district.models import User


def offers_file(report: OfferReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that its question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    question, definition = report.question, report.definition()
    rows = [row.as_json(question.names) for row in report.rows]
    terms = [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else ""))
        for name, value in definition.items()
    ]
    years = "-".join(str(place.year) for place in question.years)
    table = FigureTable(
        f"restorative-offers-{years}".rstrip("-"),
        report.columns,
        ([row.get(column) for column in report.columns] for row in rows),
        terms,
    )
    details = {
        "report": "restorative-offers",
        "by": list(question.names),
        "school_years": definition["school_years"],
        "schools": definition["schools"],
        "filters": definition["filters"],
        "rows": len(rows),
    }
    return figures_file(table, file_format=question.format, by=by, district=question.district, details=details)
