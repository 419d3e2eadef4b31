"""Imports killed at random moments leave nothing half-visible, and the same command completes them.

Real processes on a real database: a SQLite file, or a PostgreSQL database of its own, whichever the suite runs on.
This is the long form; five kills of each import, aimed at the writing, stand beside the imports' own tests.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "tests" / "fixtures" / "example_district"
COUNT = """
import json
from django.apps import apps
names = ["district.Person", "district.Student", "district.Enrollment", "district.ProgramStatus", "district.Staff",
         "district.School", "district.ImportBatch", "discipline.Incident", "discipline.Involvement",
         "discipline.Referral", "discipline.ReferralStatus", "discipline.Removal"]
print(json.dumps({name: apps.get_model(name).objects.count() for name in names}))
"""


class Workplace:
    """A database that can be put back to a saved state, and commands that run on it as processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.on_postgres = connection.vendor == "postgresql"
        self.name = f"kill_{os.getpid()}"
        if self.on_postgres:
            default = settings.DATABASES["default"]
            password = f":{default['PASSWORD']}" if default["PASSWORD"] else ""
            host, port = default["HOST"] or "127.0.0.1", default["PORT"] or 5432
            self.server = f"postgresql://{default['USER']}{password}@{host}:{port}"

    def url(self) -> str:
        return f"{self.server}/{self.name}" if self.on_postgres else f"sqlite:///{self.folder}/current.sqlite3"

    def start(self, *arguments: str) -> subprocess.Popen:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "DATABASE_URL": self.url(),
            "SECRET_KEY": "only for this test",
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return out

    def counts(self) -> dict[str, int]:
        return json.loads(self.run("shell", "--verbosity", "0", "-c", COUNT).strip().splitlines()[-1])

    def sql(self, statement: str) -> None:
        import psycopg

        with closing(psycopg.connect(f"{self.server}/postgres", autocommit=True)) as server:
            server.execute(statement)

    def save(self, state: str) -> None:
        """Keep the current content of the database under the name `state`."""
        if self.on_postgres:
            self.sql(f'CREATE DATABASE "{self.name}_{state}" TEMPLATE "{self.name}"')
        else:
            self.run("shell", "--verbosity", "0", "-c", self._vacuum_into(state))

    def _vacuum_into(self, state: str) -> str:
        target = self.folder / f"{state}.sqlite3"
        return f"from django.db import connection; connection.cursor().execute(\"VACUUM INTO '{target}'\")"

    def restore(self, state: str) -> None:
        if self.on_postgres:
            self.sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            self.sql(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_{state}"')
        else:
            for path in self.folder.glob("current.sqlite3*"):
                path.unlink()
            shutil.copy(self.folder / f"{state}.sqlite3", self.folder / "current.sqlite3")

    def close(self, *states: str) -> None:
        if self.on_postgres:
            for name in (self.name, *(f"{self.name}_{state}" for state in states)):
                self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def workplace(tmp_path, db):
    place = Workplace(tmp_path)
    if place.on_postgres:
        place.sql(f'CREATE DATABASE "{place.name}"')
    place.run("migrate", "--verbosity", "0")
    place.run("create_district", "KILL", "--name", "A district")
    place.save("empty")
    yield place
    place.close("empty", "loaded")


def kill_at_random_moments(place: Workplace, state: str, command: tuple[str, ...], times: int, seed: int) -> int:
    """Run `command` from `state`, killing it `times` times; return how many kills came before the end.

    After each kill the database holds either all of the import or nothing of it, and a second run completes it.
    """
    dice = random.Random(seed)
    place.restore(state)
    before = place.counts()
    started = time.monotonic()
    place.run(*command)
    duration = time.monotonic() - started
    after = place.counts()
    assert after != before
    killed = 0
    for _round in range(times):
        place.restore(state)
        process = place.start(*command)
        try:
            process.wait(timeout=dice.uniform(0.25, 1.0) * duration)
        except subprocess.TimeoutExpired:
            killed += 1
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert place.counts() in (before, after)
        out = place.run(*command)
        assert out.splitlines()[-1].startswith("summary: ")
        assert place.counts() == after or place.counts()["district.ImportBatch"] == after["district.ImportBatch"] + 1
        assert {k: v for k, v in place.counts().items() if k != "district.ImportBatch"} == {
            k: v for k, v in after.items() if k != "district.ImportBatch"
        }
    return killed


def kill_both_imports(place: Workplace, times: int) -> None:
    roster = ("import_roster", str(EXAMPLE / "roster.zip"), "--district", "KILL")
    discipline = ("import_discipline", str(EXAMPLE / "discipline.csv"), "--district", "KILL")
    killed = kill_at_random_moments(place, "empty", roster, times, seed=1)
    place.save("loaded")
    killed += kill_at_random_moments(place, "loaded", discipline, times, seed=2)
    print(json.dumps({"id": "kills", "database": connection.vendor, "n": 2 * times, "killed": killed, "bad": 0}))
    assert killed >= times // 2


@pytest.mark.trust
@pytest.mark.xdist_group("processes")
def test_imports_killed_twenty_times(workplace):
    kill_both_imports(workplace, 20)
