"""Removals as a file: the product against a bare loop of the same library, and against django-import-export."""

from __future__ import annotations

import csv
import importlib.util
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db import models
from django.test import RequestFactory

from bench.children import in_child
from bench.context import Context, Findings, WrongAnswer
from discipline.filters import RemovalFilterSet
from discipline.models import Removal
from discipline.tables import REMOVALS
from district.exports import file_of
from district.models import User

HERE = "bench.subjects.export"
ROWS = 100_000
"""A workbook takes no more; a smaller district gives all it has."""
ROUNDS = {"xlsx": 5, "csv": 7}


def chosen(rows: int) -> models.QuerySet:
    """The removals that are exported: as many of the first as a workbook takes."""
    if Removal.objects.count() <= rows:
        return Removal.objects.all()
    last = Removal.objects.order_by("pk").values_list("pk", flat=True)[rows - 1]
    return Removal.objects.filter(pk__lte=last)


def paths() -> list[str]:
    """The stored columns of the list."""
    return [column.path for column in REMOVALS.columns if column.path]


def product(rows: int, kind: str, target: str) -> dict[str, float]:
    """The file as both doors give it, query, safety against formulas and audit event included."""
    user = User.objects.get(email="records@bench.example")
    request = RequestFactory().get("/")
    request.user = user
    filterset = RemovalFilterSet(request.GET, chosen(rows), request=request)
    start = time.perf_counter()
    response = file_of(REMOVALS, filterset.qs, filterset, file_format=kind, by=user)
    first = 0.0
    with Path(target).open("wb") as file:
        for chunk in response.streaming_content:
            first = first or time.perf_counter() - start
            file.write(chunk)
    return {"first_byte": first, "all": time.perf_counter() - start}


def bare_xlsx(rows: int, target: str) -> None:
    """The same query and openpyxl's write-only mode, nothing else."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append([column.name for column in REMOVALS.columns])
    for row in chosen(rows).values_list(*paths()).iterator():
        sheet.append([_plain(value) for value in row])
    workbook.save(target)


def bare_csv(rows: int, target: str) -> None:
    """The same query, not even written."""
    for _row in chosen(rows).values_list(*paths()).iterator():
        pass


def csv_writer(rows: int, target: str) -> None:
    """The same query through csv.writer."""
    with Path(target).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(chosen(rows).values_list(*paths()).iterator())


def import_export(rows: int, kind: str, target: str) -> None:
    """django-import-export with a resource of the same columns."""
    from import_export import fields, resources

    attributes = {column.name: fields.Field(attribute=column.path, column_name=column.name)
                  for column in REMOVALS.columns if column.path}  # fmt: skip
    meta = type("Meta", (), {"model": Removal, "fields": list(attributes)})
    resource = type("RemovalResource", (resources.ModelResource,), {**attributes, "Meta": meta})()
    related = chosen(rows).select_related("incident", "student", "school", "school_year")
    content = getattr(resource.export(related), kind)
    Path(target).write_bytes(content if isinstance(content, bytes) else content.encode())


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float)) or value is None or hasattr(value, "isoformat") else str(value)


def measure(context: Context) -> Findings:
    """Run each contender in its own process, in turns, and compare the files cell by cell."""
    findings = Findings()
    rows = 10_000 if context.quick else ROWS
    findings.figures["rows"] = chosen(rows).count()
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            _measure(context, findings, kind, rows, Path(folder))
        _compare(Path(folder))
    return findings


def _measure(context: Context, findings: Findings, kind: str, rows: int, folder: Path) -> None:
    contenders: dict[str, tuple[str, tuple[Any, ...]]] = {
        "product": (f"{HERE}:product", (rows, kind, str(folder / f"product.{kind}"))),
        "bare": (f"{HERE}:bare_{kind}", (rows, str(folder / f"bare.{kind}"))),
    }
    if kind == "csv":
        contenders["csv_writer"] = (f"{HERE}:csv_writer", (rows, str(folder / "writer.csv")))
    if importlib.util.find_spec("import_export"):
        contenders["import_export"] = (f"{HERE}:import_export", (rows, kind, str(folder / f"import_export.{kind}")))
    else:
        findings.note("django-import-export is left out: it is not installed.")
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in contenders}
    for _ in range(2 if context.quick else ROUNDS[kind]):
        for name, (function, arguments) in contenders.items():
            told[name].append(in_child(function, *arguments))
    clock = "cpu" if context.vendor == "sqlite" else "wall"
    ratios = {
        name: statistics.median(one[clock] / other[clock] for one, other in zip(told["product"], rounds, strict=True))
        for name, rounds in told.items()
    }
    findings.figures[kind] = {
        name: {
            key: round(statistics.median(one[key] for one in rounds), 3)
            for key in ("wall", "cpu", "bare_mb", "peak_mb")
        }
        for name, rounds in told.items()
    }
    times = [one["answer"] for one in told["product"]]
    if kind == "csv":
        findings.values["X2a"] = ratios["bare"]
        findings.values["X2b"] = statistics.median(one["first_byte"] / one["all"] for one in times)
    else:
        findings.values["X1a"] = ratios["bare"]
        findings.values["X1b"] = 1 / ratios["import_export"] if "import_export" in ratios else None
        findings.values["X1c"] = statistics.median(one["peak_mb"] - one["bare_mb"] for one in told["product"])


def _compare(folder: Path) -> None:
    """Read both files of the product back: the same cells."""
    from python_calamine import CalamineWorkbook

    with (folder / "product.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    sheet = CalamineWorkbook.from_path(str(folder / "product.xlsx")).get_sheet_by_index(0).to_python()
    for line, row in zip(lines, sheet, strict=True):
        for text, cell in zip(line, row, strict=True):
            if not _is_same(text, cell):
                raise WrongAnswer(f"CSV {text!r} is {cell!r} in the workbook.")


def _is_same(text: str, cell: Any) -> bool:
    if isinstance(cell, bool):
        return text == str(cell).lower()
    if isinstance(cell, (int, float)):
        return float(text) == cell
    return text == (cell.isoformat()[: len(text)] if hasattr(cell, "isoformat") else str(cell))
