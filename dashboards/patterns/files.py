"""The patterns as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponseBase

from dashboards import definitions as shared
from dashboards.dimensions import written
from dashboards.exports import FigureTable, figures_file
from dashboards.patterns import definitions
from dashboards.patterns.question import PatternQuestion
from dashboards.patterns.reports import PatternReport
from dashboards.patterns.statement import statement
from district.models import User


def patterns_file(question: PatternQuestion, report: PatternReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that the question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    definition = report.definition.as_json()
    details = {
        "report": "patterns",
        "measure": question.measure.key,
        "school_years": [definition["school_year"]] if definition["school_year"] else [],
        "schools": definition["schools"],
        "filters": definition["filters"],
        "with_staff": question.with_staff,
        "rows": len(report.rows),
    }
    name = "-".join(filter(None, ("patterns", question.measure.key, str(definition["school_year"] or ""))))
    table = FigureTable(name, report.columns, _rows(report), _terms(question, report))
    return figures_file(table, file_format=question.format, by=by, district=question.district, details=details)


def _rows(report: PatternReport) -> Iterator[list[object]]:
    for row in report.rows:
        values = row.as_json()
        yield [values.get(column) for column in report.columns]


def _terms(question: PatternQuestion, report: PatternReport) -> Iterator[tuple[str, str]]:
    definition = report.definition
    yield "problem statement", statement(question, report)
    yield "district", definition.district
    yield "measure", f"{definition.measure}: {definition.label}"
    yield "numerator", definition.numerator
    yield "school_year", str(definition.school_year or "")
    yield "as_of", definition.as_of.isoformat() if definition.as_of else ""
    yield "counted_until", definition.counted_until.isoformat() if definition.counted_until else ""
    if definition.schools is not None:
        yield "schools", ", ".join(definition.schools)
    for name, values in definition.filters.items():
        yield f"filter: {name}", ", ".join(map(written, values))
    yield "events_in_all", str(definition.events_in_all)
    yield "not_enrolled", str(definition.not_enrolled)
    if definition.not_reported:
        yield "not reported", ", ".join(definition.not_reported)
    yield "when", str(definitions.WHEN)
    yield "school days", str(definitions.SCHOOL_DAYS)
    yield "several", str(definitions.SEVERAL)
    yield "counting students", str(definitions.STUDENTS)
    if question.with_staff:
        yield "referred by", str(definitions.STAFF)
    yield "source", str(shared.SOURCE)
    yield "small numbers", str(definitions.SMALL)
    for column in report.columns:
        yield column, str(definitions.COLUMNS[column])
