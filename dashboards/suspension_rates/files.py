"""The suspension rates as files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.http import HttpResponseBase

from dashboards import definitions
from dashboards.dimensions import DIMENSIONS, written
from dashboards.exports import FigureTable, figures_file
from dashboards.suspension_rates.question import Question
from dashboards.suspension_rates.reports import RateReport
from district.models import User


def rates_file(question: Question, report: RateReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that the question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    definition = report.definition.as_json()
    details = {
        "report": "suspension-rates",
        "measure": question.measure.key,
        "by": list(question.by),
        "school_years": list(report.definition.school_years),
        "schools": definition["schools"],
        "filters": definition["filters"],
        "rows": len(report.rows),
    }
    table = FigureTable(_file_name(report), report.columns, _rows(report), _terms(report))
    return figures_file(table, file_format=question.format, by=by, district=question.district, details=details)


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
