"""The commands: last line of standard output, exit code, file of errors; killed and run again."""

import csv
import io
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discipline.models import Behavior, Incident, Involvement, Referral, Removal
from district.models import AuditEvent, ImportBatch
from tests.discipline.conftest import make_place

ROOT = Path(__file__).resolve().parents[2]
ROWS = 5_000


def run(name: str, *arguments: object) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code, the last line of output and the messages."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=out, stderr=err)
        code = 0
    except SystemExit as stopped:
        code = stopped.code
    except CommandError as error:
        code = error.returncode
    return code, (out.getvalue().splitlines() or [""])[-1], err.getvalue()


def test_summary_and_exit_code(place):
    path = place.file(place.oss(), place.row(student_id="s2"))
    assert run("import_discipline", path, "--district", "ONE", "--dry-run")[:2] == (
        0,
        "dry-run summary: read=2 created=2 updated=0 unchanged=0 refused=0",
    )
    assert Incident.objects.count() == 0
    summary = "summary: read=2 created=2 updated=0 unchanged=0 refused=0"
    assert run("import_discipline", path, "--district", "ONE")[:2] == (0, summary)
    summary = "summary: read=2 created=0 updated=0 unchanged=2 refused=0"
    assert run("import_discipline", path, "--district", "ONE")[:2] == (0, summary)


def test_bad_rows_exit_with_one_and_a_file_of_errors(place):
    path, errors = place.file(place.row(days="-1"), place.row(student_id="s2")), place.folder / "errors.csv"
    code, summary, messages = run("import_discipline", path, "--district", "ONE", "--errors", errors)
    assert (code, summary) == (1, "summary: read=2 created=0 updated=0 unchanged=0 refused=1")
    assert "discipline.csv:2 days" in messages
    [fault] = csv.DictReader(errors.open(encoding="utf-8-sig"))
    assert (fault["file"], fault["line"], fault["column"]) == ("discipline.csv", "2", "days")
    assert (fault["value"], fault["code"]) == ("'-1", "negative")
    code, summary, _ = run("import_discipline", path, "--district", "ONE", "--partial", "--errors", errors)
    assert (code, summary) == (0, "summary: read=2 created=1 updated=0 unchanged=0 refused=1")
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("command", ["import_discipline", "import_code_of_conduct"])
def test_files_and_districts_that_are_not_there(place, command):
    absent = place.folder / "absent.csv"
    for arguments in ((absent, "--district", "ONE"), (place.file(), "--district", "NOWHERE")):
        code, summary, messages = run(command, *arguments, "--partial")
        assert (code, summary) == (1, "summary: read=0 created=0 updated=0 unchanged=0 refused=0")
        assert messages
    assert run(command, place.file(), "--district", "ONE", "--errors", "errors.txt")[0] == 2


def test_code_of_conduct_command(place):
    path = place.folder / "code.csv"
    path.write_text("code,title,subjective\nA1,Talking back,true\nA2,Running,\n")
    code, summary, _ = run("import_code_of_conduct", path, "--district", "ONE")
    assert (code, summary) == (0, "summary: read=2 created=2 updated=0 unchanged=0 refused=0")
    assert Behavior.objects.get(code="A1").subjective is True


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_or_locked_while_rows_are_checked(tmp_path):
    """Before the one transaction, only the temporary tables are written."""
    place = make_place(tmp_path)
    path = place.file(place.oss(), place.row(student_id="s2"))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        place.load_file(path)
    statements = [query["sql"].strip() for query in captured]
    begins = next(number for number, sql in enumerate(statements) if sql.startswith("BEGIN"))
    written = [sql for sql in statements[:begins] if not sql.startswith("SELECT")]
    assert len(written) > 5
    assert [sql for sql in written if "staged_" not in sql] == []
    assert sum(sql.startswith("BEGIN") for sql in statements) == 1


@pytest.fixture
def big_file(transactional_db, tmp_path):
    """A committed district and a file of 5,000 rows for it; returns (path, environment of a command)."""
    place = make_place(tmp_path)
    rows = [
        place.oss(incident_id=f"I{number}", removal_id=f"R{number}", student_id=f"s{number % 4 + 1}")
        for number in range(ROWS)
    ]
    path = place.file(*rows)
    if connection.vendor == "postgresql":
        settings = connection.settings_dict
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)
    else:
        copy = tmp_path / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        url = f"sqlite:///{copy}"
    return path, {**os.environ, "DATABASE_URL": url, "DEBUG": "1"}


def start(path: Path, environment: dict[str, str]) -> subprocess.Popen:
    """Start the command as a process of its own."""
    command = [sys.executable, "manage.py", "import_discipline", str(path), "--district", "ONE"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def stored(environment: dict[str, str]) -> list[int]:
    """Count what another connection sees of an import."""
    models = (Incident, Involvement, Referral, Removal, ImportBatch)
    tables = [*(model._meta.db_table for model in models), Removal.involvements.through._meta.db_table]
    queries = [f"SELECT COUNT(*) FROM {table}" for table in tables]  # noqa: S608
    queries.append(f"SELECT COUNT(*) FROM {AuditEvent._meta.db_table} WHERE action = 'import'")  # noqa: S608
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            return [cursor.execute(query).fetchone()[0] for query in queries]
    with sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///")) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [other.execute(query).fetchone()[0] for query in queries]


def kill_after(process: subprocess.Popen, words: str, seconds: float) -> None:
    """Kill `process` without warning some time after it has said `words`."""
    for line in process.stderr:
        if words in line:
            break
    timer = threading.Timer(seconds, os.kill, (process.pid, signal.SIGKILL))
    timer.start()
    process.wait()
    timer.cancel()


def test_killed_at_any_moment_nothing_is_half_there_and_the_same_command_completes(big_file):
    path, environment = big_file
    nothing, everything = [0] * 7, [ROWS, ROWS, ROWS, ROWS, 1, ROWS, 1]
    moments = [("2000 rows", 0), ("4000 rows", 0), ("Writing", 0), ("Writing", 0.1), ("Writing", 0.3)]
    killed = 0
    for words, seconds in moments:
        process = start(path, environment)
        kill_after(process, words, seconds)
        killed += process.returncode == -signal.SIGKILL
        if stored(environment) != nothing:
            # The last kill came after the end: everything is there, and nothing is left to interrupt.
            assert stored(environment) == everything
            break
    assert killed >= 3
    out, _ = start(path, environment).communicate()
    assert re.search(rf"summary: read={ROWS} (created={ROWS} updated=0 unchanged=0|.* unchanged={ROWS}) refused=0", out)
    assert stored(environment)[:4] == everything[:4]
    assert stored(environment)[5] == ROWS


def test_two_imports_of_one_file_at_once_make_each_record_once(big_file):
    path, environment = big_file
    processes = [start(path, environment), start(path, environment)]
    outputs = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    created = sorted(int(re.search(r"created=(\d+)", out).group(1)) for out, _ in outputs)
    assert created == [0, ROWS]
    assert stored(environment) == [ROWS, ROWS, ROWS, ROWS, 2, ROWS, 2]
