"""Suspension risk by school and race for one year: the product, hand-written limits, and what analysts use today."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Count, Sum

from bench.context import Context, Findings, optional, same
from bench.subjects import analysts
from dashboards import measures, tallies
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.measures import MEASURES, Pool
from dashboards.models import Tally, TallyCell
from discipline.models import Removal
from discipline.models.codes import SUSPENSIONS
from district.models import Enrollment, SchoolYear

MEASURE = MEASURES["suspension"]
BY = (SCHOOL, "race")
Answer = dict[tuple[int, str], tuple[int, int, int, int | None]]
"""(school, race) → enrolled, suspended students, suspensions, hundredths of school days."""

_ENROLLED = (
    "SELECT school_id, race, COUNT(*) FROM district_enrollment WHERE school_year_id = %s GROUP BY school_id, race"
)
_SUSPENDED = """
SELECT school_id, race, COUNT(DISTINCT student_id), COUNT(*), SUM(days), SUM(CASE WHEN days IS NULL THEN 1 ELSE 0 END)
FROM discipline_removal WHERE school_year_id = %s AND voided_at IS NULL AND kind IN ('ISS', 'OSS')
GROUP BY school_id, race
"""
_TALLY = """
SELECT c.school_id, c.value, c.enrolled, c.suspension, c.suspension_events, c.suspension_hundredths
FROM dashboards_tallycell c JOIN dashboards_tally t ON t.id = c.tally_id
WHERE t.school_year_id = %s AND t.dimension = 'race' AND t.snapshot = {false} AND c.school_id IS NOT NULL
"""
_KEPT = """
SELECT c.school_id, c.value, c.enrolled FROM dashboards_tallycell c JOIN dashboards_tally t ON t.id = c.tally_id
WHERE t.school_year_id = %s AND t.dimension = 'race' AND t.snapshot = {false} AND c.school_id IS NOT NULL
"""


def rows(statement: str, year: SchoolYear) -> list[tuple[Any, ...]]:
    """Run a statement on one school year."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(false="FALSE" if connection.vendor == "postgresql" else "0"), [year.pk])
        return cursor.fetchall()


def naive(year: SchoolYear) -> tuple[list[Any], list[Any]]:
    """What anybody would write first: two grouped queries that join the student."""
    enrolled = Enrollment.objects.filter(school_year=year).order_by().values_list("school", "student__race")
    removals = Removal.objects.filter(school_year=year, voided_at=None, kind__in=SUSPENSIONS).order_by()
    suspended = removals.values_list("school", "student__race")
    return list(enrolled.annotate(n=Count("student", distinct=True))), list(
        suspended.annotate(
            n=Count("student", distinct=True), k=Count("pk"), length=Sum("days"), unknown=Count("pk") - Count("days")
        )
    )


def merged(enrolled: list[Any], suspended: list[Any]) -> Answer:
    """Put the two halves of an answer together."""
    found: Answer = {(school, value): (n, 0, 0, 0) for school, value, n in enrolled}
    for school, value, n, k, length, unknown in suspended:
        length = None if unknown else round(float(length) * 100)
        found[school, value] = (found.get((school, value), (0,))[0], n, k, length)
    return found


def of_tally(cells: list[Any]) -> Answer:
    """The answer in rows of a tally: those that have any student or suspension."""
    return {(row[0], row[1]): tuple(row[2:]) for row in cells if row[2] or row[4]}


def of_cells(cells: list[measures.Cell]) -> Answer:
    """The answer in cells of the product."""
    return {
        (c.school, c.values[0]): (c.enrolled, c.affected, c.events, None if c.days is None else int(c.days * 100))
        for c in cells
    }


def measure(context: Context) -> Findings:
    """Race the matrix of the open year and of a closed one, and the five-year trend."""
    findings = Findings()
    years = list(SchoolYear.objects.order_by("year"))
    opened, closed = years[-1], years[-3]
    _first_questions(findings, years)
    for label, year in (("closed", closed), ("open", opened)):
        truth = merged(*naive(year))
        pool = Pool({year.pk: year.year})
        contenders: dict[str, tuple[Callable[[], Any], Callable[[Any], Answer]]] = {
            "naive_orm": (lambda year=year: naive(year), lambda parts: merged(*parts)),
            "b2_sql": (lambda year=year: (rows(_ENROLLED, year), rows(_SUSPENDED, year)), lambda parts: merged(*parts)),
            "hybrid_sql": (lambda year=year: merged(rows(_KEPT, year), rows(_SUSPENDED, year)), lambda found: found),
            "product": (lambda pool=pool: tallies.count_cells(MEASURE, pool, BY), of_cells),
        }
        if label == "closed":
            contenders["rollup_sql"] = (lambda year=year: rows(_TALLY, year), of_tally)
        contenders |= optional(findings, "pandas", lambda year=year: analysts.pandas_contenders(context, year))
        contenders |= optional(findings, "duckdb", lambda year=year: analysts.duckdb_contenders(context, year))
        contenders |= optional(findings, "numpy", lambda year=year: analysts.numpy_contenders(context, year))
        for name, (run, as_answer) in contenders.items():
            same(f"{name} ({label} year)", as_answer(run()), truth)
        findings.figures[f"cells_{label}"] = len(truth)
        findings.races[f"matrix_{label}"] = context.race({name: run for name, (run, _as_answer) in contenders.items()})
    _race_both(context, findings, opened, closed)
    _judge(findings)
    _size(findings)
    if not context.quick:
        _others(context, findings, years)
    return findings


def _first_questions(findings: Findings, years: list[SchoolYear]) -> None:
    """What the first question after a roster costs: the year is counted and kept."""
    Tally.objects.all().delete()
    for label, year in (("closed", years[-3]), ("open", years[-1])):
        start = time.perf_counter()
        tallies.count_cells(MEASURE, Pool({year.pk: year.year}), BY)
        findings.figures[f"first_question_{label}_s"] = round(time.perf_counter() - start, 3)


def _race_both(context: Context, findings: Findings, opened: SchoolYear, closed: SchoolYear) -> None:
    """The open year against the tally of a closed one, in the same rounds."""
    pool = Pool({opened.pk: opened.year})
    findings.races["open_beside_closed"] = context.race(
        {
            "product_open": lambda: tallies.count_cells(MEASURE, pool, BY),
            "rollup_sql": lambda: rows(_TALLY, closed),
        }
    )


def _judge(findings: Findings) -> None:
    closed, opened = findings.races["matrix_closed"], findings.races["matrix_open"]
    findings.values |= {
        "D1": closed.ratio("product", "rollup_sql"),
        "D2a": opened.ratio("product", "hybrid_sql"),
        "D2b": findings.races["open_beside_closed"].ratio("product_open", "rollup_sql"),
        "D3a": closed.ratio("naive_orm", "product"),
        "D3b": opened.ratio("naive_orm", "product"),
        "D4a": closed.ratio("pandas_usecols", "product"),
        "D4b": opened.ratio("pandas_usecols", "product"),
        "D4c": closed.ratio("duckdb_parquet", "product", wall=True),
        "D4d": opened.ratio("duckdb_parquet", "product", wall=True),
        "D5": closed.ratio("product", "numpy_f2"),
    }


def _size(findings: Findings) -> None:
    """Keep every tally there can be, and count the rows."""
    for year in SchoolYear.objects.all():
        for name in ("", *DIMENSIONS):
            for snapshot in (False, True):
                by = (SCHOOL, name) if name else (SCHOOL,)
                tallies.count_cells(MEASURE, Pool({year.pk: year.year}, snapshot=snapshot), by)
    findings.figures["tally_rows"] = TallyCell.objects.count()
    findings.values["D9"] = TallyCell.objects.count() / Enrollment.objects.count()


def _others(context: Context, findings: Findings, years: list[SchoolYear]) -> None:
    """Other questions, kept beside counted anew; their answers are compared too."""
    every, last, closed = ({y.pk: y.year for y in some} for some in (years, years[-1:], years[-3:-2]))
    questions = {
        "trend_race": (every, ("race",)),
        "school_idea_open": (last, (SCHOOL, "idea")),
        "school_idea_closed": (closed, (SCHOOL, "idea")),
        "race_sex_idea_open": (last, ("race", "sex", "idea")),
    }
    for name, (of, by) in questions.items():
        pool = Pool(of)
        contenders = {
            "product": lambda pool=pool, by=by: tallies.count_cells(MEASURE, pool, by),
            "counted_anew": lambda pool=pool, by=by: measures.count_cells(MEASURE, pool, by),
        }
        same(name, set(contenders["product"]()), set(contenders["counted_anew"]()))
        findings.races[name] = context.race(contenders)
