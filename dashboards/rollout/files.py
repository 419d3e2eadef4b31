"""The board as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponseBase

from dashboards.exports import FigureTable, figures_file
from dashboards.rollout import definitions
from dashboards.rollout.findings import finding, target_words
from dashboards.rollout.question import RolloutQuestion
from dashboards.rollout.reports import COLUMNS, RolloutReport
from district.models import User


def rollout_file(question: RolloutQuestion, report: RolloutReport, *, by: User) -> HttpResponseBase:
    """Return the report as the file that the question asks for, and write down who took which figures away.

    Raises TooManyRows for a workbook of more than 100,000 rows, OperationalError when that cannot be written down.
    """
    details = {"report": "rollout", **{name: report.definition[name] for name in ("schools", "day", "school_year")}}
    rows = (list(row.as_json().values()) for row in report.rows)
    table = FigureTable(f"rollout-{report.definition['day']}", COLUMNS, rows, _terms(report))
    details["rows"] = len(report.rows)
    return figures_file(table, file_format=question.format, by=by, district=question.district, details=details)


def _terms(report: RolloutReport) -> Iterator[tuple[str, str]]:
    yield "finding", finding(report)
    for line in report.targets:
        yield "target", target_words(line)
    for name, value in report.definition.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        yield name, "" if shown is None else str(shown)
    for column in COLUMNS:
        words = definitions.COLUMNS.get(column, "")
        yield column, str(words)
