"""Rosters: the product's import against the same statements unchecked, raw inserts, and what is usual in Django.

Every contender runs in a process of its own on an empty database, and reads the same files.
"""

from __future__ import annotations

import importlib.util
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench import databases
from bench.children import in_child
from bench.context import Context, Findings, WrongAnswer
from bench.roster_files import Package, write_package

HERE = "bench.subjects.importers"
STUDENTS = {"XS": 2_000, "S": 25_000, "M": 1_000_000}
SLOW_STUDENTS = {"import_export": 2_000, "bulk_create": 20_000}
BAD, REPEATED, CHANGED = 0.01, 0.005, 0.01
ROUNDS = 3
WORKBOOK_ROWS = 100_000
LOCK_STUDENTS = 50_000
"""A package of 100,000 rows: users and demographics."""
POST_EVERY = 0.005


def measure(context: Context) -> Findings:
    """Import, import again with changes, read a workbook; on SQLite post meanwhile; at M compare memory."""
    findings = Findings()
    with tempfile.TemporaryDirectory(dir=databases.FOLDER) as folder:
        students = STUDENTS["XS"] if context.quick else STUDENTS[context.scale]
        packages = _packages(Path(folder), students)
        findings.figures["students"] = students
        _measure_imports(context, findings, packages, students)
        _measure_workbook(context, findings, Path(folder))
        if context.vendor == "sqlite" and not context.quick:
            _measure_posts(findings, Path(folder))
        if context.scale == "M":
            small = _on_empty(context, "product", str(write_package(Path(folder) / "small", 100_000, year=2027).folder))
            big = findings.figures["imports"]["product"]["peak_mb"]
            findings.values["I5"] = big / small["peak_mb"]
    return findings


def _packages(folder: Path, students: int) -> dict[str, Package]:
    faulty = write_package(folder / "faulty", students, year=2027, bad=BAD, repeated=REPEATED)
    whole = write_package(folder / "whole", students, year=2027)
    changed = write_package(folder / "changed", students, year=2027, changed=CHANGED)
    return {"faulty": faulty, "whole": whole, "changed": changed}


def _on_empty(context: Context, contender: str, *arguments: Any) -> dict[str, Any]:
    """Run a contender on a fresh database with empty tables."""
    empty = databases.prepare(databases.EMPTY, context.vendor)
    with databases.copy_of(empty, context.vendor, contender.replace("_", "")) as url:
        return in_child(f"{HERE}:{contender}", *arguments, url=url)


def _measure_imports(context: Context, findings: Findings, packages: dict[str, Package], students: int) -> None:
    faulty, clock = str(packages["faulty"].folder), "cpu" if context.vendor == "sqlite" else "wall"
    told: dict[str, list[dict[str, Any]]] = {}
    rounds = 1 if context.quick or context.scale == "M" else ROUNDS
    for _ in range(rounds):
        for name in ("product", "same_sql", "raw"):
            told.setdefault(name, []).append(_on_empty(context, name, faulty))
    slow = {name: min(limit, students) for name, limit in SLOW_STUDENTS.items()}
    told["bulk_create"] = [_on_empty(context, "bulk_create", faulty, slow["bulk_create"])]
    if importlib.util.find_spec("import_export"):
        told["import_export"] = [_on_empty(context, "import_export", faulty, slow["import_export"])]
    else:
        findings.note("django-import-export is left out: it is not installed.")
    seconds = {name: statistics.median(one[clock] for one in rounds) for name, rounds in told.items()}
    answer = told["product"][0]["answer"]
    _check_faults(answer, packages["faulty"])
    rates = {name: students / spent for name, spent in seconds.items()}
    rates["bulk_create"] = slow["bulk_create"] / seconds["bulk_create"]
    if "import_export" in told:
        # Only students: their persons and enrollments are not counted against it.
        rates["import_export"] = slow["import_export"] / (told["import_export"][0]["answer"] / 1000)
    findings.figures["imports"] = {
        name: {"students_per_s": round(rates[name]), "peak_mb": round(max(one["peak_mb"] for one in rounds), 1),
               "wall_s": round(statistics.median(one["wall"] for one in rounds), 2),
               "cpu_s": round(statistics.median(one["cpu"] for one in rounds), 2)}
        for name, rounds in told.items()
    }  # fmt: skip
    findings.figures["locked_s"] = round(statistics.median(one["answer"]["locked"] for one in told["product"]), 2)
    findings.values |= {
        "I1a": seconds["product"] / seconds["same_sql"],
        "I1b": seconds["product"] / seconds["raw"],
        "I2a": rates["product"] / rates["import_export"] if "import_export" in rates else None,
        "I2b": rates["product"] / rates["bulk_create"],
    }
    _measure_again(context, findings, packages, clock)


def _check_faults(answer: dict[str, Any], package: Package) -> None:
    """Every planted fault is refused, and nothing else but what hangs on a refused row."""
    if answer["faults"] < package.bad or answer["created"] < package.students - package.bad:
        raise WrongAnswer(f"The import found {answer['faults']} faults of {package.bad}.")


def _measure_again(context: Context, findings: Findings, packages: dict[str, Package], clock: str) -> None:
    """The same file again with 1 % of the names changed, and every row written again whether changed or not."""
    empty = databases.prepare(databases.EMPTY, context.vendor)
    with databases.copy_of(empty, context.vendor, "again") as url:
        first = in_child(f"{HERE}:product", str(packages["whole"].folder), url=url)
        second = in_child(f"{HERE}:product", str(packages["changed"].folder), url=url)
        blind = in_child(f"{HERE}:blind_upsert", str(packages["whole"].folder), url=url)
    findings.figures["again"] = {"first": first, "second": second, "blind": blind}
    findings.values["I3a"] = second[clock] / first[clock]
    findings.values["I3b"] = second["answer"]["updated"] - packages["changed"].changed
    if context.vendor == "postgres":
        findings.values["I3c"] = blind["answer"]["locked"] / second["answer"]["locked"]


def _measure_workbook(context: Context, findings: Findings, folder: Path) -> None:
    """A workbook of ten columns: the product's guarded reader against bare calamine."""
    from python_calamine import CalamineWorkbook

    from district.spreadsheets import UPLOAD_LIMITS, Sheet, read_table, write_xlsx

    path, rows = folder / "book.xlsx", WORKBOOK_ROWS // (20 if context.quick else 1)
    header = [f"column_{n}" for n in range(10)]
    lines = ([f"text {n % 977}", n, f"{n:08d}", n / 7, "2026-10-01", "BL", "F", "09", True, None] for n in range(rows))
    write_xlsx(path, [Sheet("rows", header, lines)])

    def product() -> int:
        with read_table(path, member_name="book.xlsx", limits=UPLOAD_LIMITS) as table:
            return sum(1 for _row in table.rows)

    def bare() -> int:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        return sum(1 for _row in sheet.iter_rows()) - 1

    if product() != bare():
        raise WrongAnswer("The workbook is read to another number of rows.")
    race = findings.races["workbook"] = context.race({"product": product, "bare": bare}, rounds=5)
    findings.values["I6"] = race.ratio("product", "bare")


def _measure_posts(findings: Findings, folder: Path) -> None:
    """While a package of 100,000 rows is imported into SQLite, somebody logs an incident every 5 ms."""
    package = write_package(folder / "locking", LOCK_STUDENTS, year=2027)
    empty = databases.prepare(databases.EMPTY, "sqlite")
    with databases.copy_of(empty, "sqlite", "posts") as url:
        in_child("bench.subjects.posting:prepare", url=url)
        done: dict[str, Any] = {}
        stop = folder / "stop"

        def load() -> None:
            done.update(in_child(f"{HERE}:product", str(package.folder), url=url))

        def post() -> None:
            done.update(posts=in_child("bench.subjects.posting:post", str(stop), POST_EVERY, url=url))

        importing, posting = threading.Thread(target=load), threading.Thread(target=post)
        posting.start()
        time.sleep(1)
        importing.start()
        importing.join()
        stop.touch()
        posting.join()
    posts = done["posts"]["answer"]
    findings.figures["posts"] = posts | {"locked_s": done["answer"]["locked"]}
    findings.values |= {"I4a": posts["p99_ms"], "I4b": posts["max_ms"]}
