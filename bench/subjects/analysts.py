"""The same matrix as analysts make it from files, and its limit: arrays in memory with everything worked out before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import databases
from bench.context import Context
from district.models import SchoolYear

Contender = tuple[Callable[[], Any], Callable[[Any], dict]]
COLUMNS = {
    "enrollments": ("school_year", "school", "student", "race", "sex", "grade", "begins_on", "ends_on"),
    "removals": ("school_year", "school", "student", "race", "sex", "kind", "begins_on", "days", "voided_at"),
}


def files(context: Context, ending: str) -> dict[str, Path]:
    """Return the enrollments and removals as CSV or Parquet files, made once."""
    made = {name: databases.FOLDER / f"{context.name}-{context.vendor}.{name}.{ending}" for name in COLUMNS}
    for name, path in made.items():
        if not path.exists():
            _write_csv(name, path) if ending == "csv" else _write_parquet(files(context, "csv")[name], path)
    return made


def _write_csv(name: str, path: Path) -> None:
    import csv

    from discipline.models import Removal
    from district.models import Enrollment

    model = Enrollment if name == "enrollments" else Removal
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS[name])
        writer.writerows(model._default_manager.order_by("pk").values_list(*COLUMNS[name]).iterator())


def _write_parquet(source: Path, path: Path) -> None:
    import duckdb

    duckdb.sql(f"COPY (SELECT * FROM read_csv('{source}')) TO '{path}' (FORMAT parquet)")


def _answer(enrolled: Any, suspended: Any) -> dict:
    """Put two iterables of plain rows together; days are a sum, and the number of unknown lengths."""
    found = {(int(school), race): (int(n), 0, 0, 0) for school, race, n in enrolled}
    for school, race, n, k, days, unknown in suspended:
        length = None if unknown else round(float(days) * 100)
        found[int(school), race] = (found.get((int(school), race), (0,))[0], int(n), int(k), length)
    return found


def pandas_contenders(context: Context, year: SchoolYear) -> dict[str, Contender]:
    """Read only the columns that are needed, keep one year, group."""
    import pandas as pd

    paths = files(context, "csv")
    used = ["school_year", "school", "student", "race"]

    def run() -> tuple[Any, Any]:
        enrolled = pd.read_csv(paths["enrollments"], usecols=used)
        enrolled = enrolled[enrolled.school_year == year.pk].groupby(["school", "race"]).size()
        removals = pd.read_csv(paths["removals"], usecols=[*used, "kind", "days", "voided_at"])
        keep = (removals.school_year == year.pk) & removals.kind.isin(["ISS", "OSS"]) & removals.voided_at.isna()
        groups = removals[keep].groupby(["school", "race"])
        return enrolled, groups.agg(
            students=("student", "nunique"), events=("student", "size"), days=("days", "sum"), known=("days", "count")
        )

    def as_answer(parts: tuple[Any, Any]) -> dict:
        enrolled, suspended = parts
        return _answer(
            ((*key, n) for key, n in enrolled.items()),
            ((*key, s.students, s.events, s.days, s.events - s.known) for key, s in suspended.iterrows()),
        )

    return {"pandas_usecols": (run, as_answer)}


def duckdb_contenders(context: Context, year: SchoolYear) -> dict[str, Contender]:
    """Two queries on Parquet files, with all cores."""
    import duckdb

    paths = files(context, "parquet")
    database = duckdb.connect()

    def run() -> tuple[list, list]:
        enrolled = database.execute(
            f"SELECT school, race, COUNT(*) FROM '{paths['enrollments']}' WHERE school_year = {year.pk} GROUP BY ALL"
        ).fetchall()
        suspended = database.execute(
            f"""SELECT school, race, COUNT(DISTINCT student), COUNT(*), SUM(days), COUNT(*) - COUNT(days)
            FROM '{paths["removals"]}' WHERE school_year = {year.pk} AND kind IN ('ISS', 'OSS') AND voided_at IS NULL
            GROUP BY ALL"""
        ).fetchall()
        return enrolled, suspended

    return {"duckdb_parquet": (run, lambda parts: _answer(*parts))}


def numpy_contenders(context: Context, year: SchoolYear) -> dict[str, Contender]:
    """Bincounts over arrays that hold, before the clock runs, the cell of each row and who is first in a cell."""
    import numpy as np

    from discipline.models import Removal
    from district.models import Enrollment

    of_year = {"school_year": year.pk}
    enrolled = Enrollment.objects.filter(**of_year).order_by().values_list("school", "race")
    kinds = Removal.objects.filter(**of_year, voided_at=None).suspensions().order_by()
    suspended = list(kinds.values_list("school", "race", "student", "days"))
    places = {key: n for n, key in enumerate(sorted(set(enrolled) | {row[:2] for row in suspended}))}
    cell_of_enrolled = np.array([places[row] for row in enrolled.iterator()])
    cell = np.array([places[row[:2]] for row in suspended])
    student = np.array([row[2] for row in suspended])
    days = np.array([-1.0 if row[3] is None else float(row[3]) for row in suspended])
    order = np.lexsort((student, cell))
    cell, student, days = cell[order], student[order], days[order]
    is_first = np.ones(len(cell), dtype=bool)
    is_first[1:] = (cell[1:] != cell[:-1]) | (student[1:] != student[:-1])
    first, size = cell[is_first], len(places)
    unknown, known = cell[days < 0], np.maximum(days, 0)

    def run() -> tuple[Any, ...]:
        return (
            np.bincount(cell_of_enrolled, minlength=size),
            np.bincount(first, minlength=size),
            np.bincount(cell, minlength=size),
            np.bincount(cell, weights=known, minlength=size),
            np.bincount(unknown, minlength=size),
        )

    def as_answer(counts: tuple[Any, ...]) -> dict:
        n, students, events, length, lacking = (part.tolist() for part in counts)
        return {
            key: (n[p], students[p], events[p], None if lacking[p] else round(length[p] * 100))
            for key, p in places.items()
        }

    return {"numpy_f2": (run, as_answer)}
