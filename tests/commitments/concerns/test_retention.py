"""After their time no byte of a hundred concerns is left in the database's own files; a day before, every one is."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from commitments.models import Concern
from district.erasing import erase
from tests.commitments.concerns.filing_many import COUNT, SLICE

ROOT = Path(__file__).parents[3]
RESOLVED = date(2021, 3, 1)
LAST = RESOLVED + timedelta(days=365)


class Files:
    """The database that the processes work on: what its files hold, and what its tables say."""

    def __init__(self, folder: Path) -> None:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self.path = folder / "concerns.sqlite3"
            with closing(sqlite3.connect(self.path)) as file:
                connection.connection.backup(file)
            self.url = f"sqlite:///{self.path}"
            self.held = sqlite3.connect(self.path)  # so that the log of the writes stays when a process ends
            self.held.execute("PRAGMA journal_mode=WAL")
        else:
            names = connection.settings_dict
            password = f":{names['PASSWORD']}" if names["PASSWORD"] else ""
            self.url = f"postgres://{names['USER']}{password}@{names['HOST']}:{names['PORT']}/{names['NAME']}"

    def run(self, *arguments: str) -> str:
        environment = {**os.environ, "DATABASE_URL": self.url, "MIGRATION_DATABASE_URL": self.url, "DEBUG": "1"}
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def content(self) -> bytes:
        """Every byte of the files in which rows stand, or stood."""
        if connection.vendor == "sqlite":
            return b"".join(path.read_bytes() for path in sorted(self.path.parent.glob("concerns.sqlite3*")))
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()")
            folder = cursor.fetchone()[0]
            cursor.execute("SELECT pg_ls_dir(%s)", [folder])
            names = [name for (name,) in cursor.fetchall() if name[0].isdigit()]
            found = []
            for name in names:
                cursor.execute("SELECT pg_read_binary_file(%s, 0, 200000000, true)", [f"{folder}/{name}"])
                found.append(bytes(cursor.fetchone()[0] or b""))
        return b"\n".join(found)

    def analyze(self) -> None:
        """Let PostgreSQL sample the tables for its planner, as it does by itself sooner or later: it keeps samples."""
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def rows(self, query: str) -> list[tuple]:
        if connection.vendor == "sqlite":
            return self.held.execute(query).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


def seen(content: bytes, needles: dict, kind: str) -> int:
    """Of how many concerns something is found."""
    if kind == "plain":
        found = set(re.findall(rb"(?:vermilion|cobalt|umber|ochre)\d{3}[a-z]{4,5}", content))
        return sum(any(word.encode() in found for word in one["plain"]) for one in needles.values())
    runs = b" ".join(re.findall(rb"[A-Za-z0-9_=-]{%d,}" % SLICE, content))  # what a sealed text consists of
    return sum(any(part.encode() in runs for text in one["sealed"] for part in text) for one in needles.values())


@pytest.mark.django_db(transaction=True)
def test_a_hundred_texts_are_there_until_the_last_day_and_gone_after_it(scene, tmp_path):
    files = Files(tmp_path)
    told = tmp_path / "needles.json"
    script = (
        "from tests.commitments.concerns.filing_many import file_many; "
        f"file_many('ONE', '{scene.ombuds.email}', '{RESOLVED}', '{told}')"
    )
    files.run("shell", "-c", script)
    needles = json.loads(told.read_text())
    assert len(needles) == COUNT
    files.analyze()
    files.run("run_scheduled", "--no-mail", "--today", LAST.isoformat())
    before = files.content()
    assert seen(before, needles, "sealed") == COUNT, "the last day: every one is found where it stands"
    assert seen(before, needles, "plain") == 0, "and none of them in plain words"
    for _run in range(5):  # a snapshot that somebody else holds keeps deleted rows: what is left is erased later
        files.run("run_scheduled", "--no-mail", "--today", (LAST + timedelta(days=1)).isoformat())
        if files.rows("SELECT count(*) FROM commitments_concern WHERE erased_on IS NULL") == [(0,)]:
            break
    after = files.content()
    bad = {kind: seen(after, needles, kind) for kind in ("sealed", "plain")}
    print(json.dumps({"id": f"T33_{connection.vendor}", "n": COUNT, "bad": sum(bad.values()), "bytes": len(after)}))
    assert bad == {"sealed": 0, "plain": 0}
    left = "SELECT state, outcome, erased_on IS NOT NULL, count(*) FROM commitments_concern GROUP BY 1, 2, 3"
    assert [(*row[:2], bool(row[2]), row[3]) for row in files.rows(left)] == [("resolved", "upheld", True, COUNT)]
    for table in ("reporter", "message", "evidence", "named"):
        assert files.rows(f"SELECT count(*) FROM commitments_concern{table}") == [(0,)]  # noqa: S608


@pytest.mark.django_db(transaction=True)
def test_deleted_rows_that_somebody_still_sees_are_not_taken_for_erased(scene, monkeypatch):
    """PostgreSQL keeps what an older snapshot may read: erasing says that it is not done, until that has ended."""
    if connection.vendor == "sqlite":
        assert erase([Concern])
        return
    import psycopg

    monkeypatch.setattr("district.erasing.PAUSE", 0)
    scene.filed()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM django_migrations")
        Concern.objects.update(sealed="")
        assert not erase([Concern])
    assert erase([Concern])


def test_nothing_is_erased_inside_a_transaction(scene):
    assert connection.in_atomic_block
    assert not erase([Concern])


@pytest.mark.django_db(transaction=True)
def test_a_role_that_does_not_own_the_tables_is_told_so(scene):
    if connection.vendor == "sqlite":
        assert erase([Concern])
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS reweave_erasing_test")
        cursor.execute("CREATE ROLE reweave_erasing_test")
        cursor.execute("GRANT USAGE ON SCHEMA public TO reweave_erasing_test")
        cursor.execute("SET ROLE reweave_erasing_test")
        try:
            assert not erase([Concern])
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("REVOKE ALL ON SCHEMA public FROM reweave_erasing_test")
            cursor.execute("DROP ROLE reweave_erasing_test")
    assert erase([Concern])
