"""Imports killed at random moments leave nothing half-visible, and the same command completes them.

Real processes on a real database: a SQLite file, or a PostgreSQL database of its own, whichever the suite runs on.
This is the long form; five kills of each import, aimed at the writing, stand beside the imports' own tests.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time

import pytest
from django.db import connection

from tests.workplace import ROOT, Workplace

EXAMPLE = ROOT / "tests" / "fixtures" / "example_district"
COUNT = """
import json
from django.apps import apps
names = ["district.Person", "district.Student", "district.Enrollment", "district.ProgramStatus", "district.Staff",
         "district.School", "district.ImportBatch", "discipline.Incident", "discipline.Involvement",
         "discipline.Referral", "discipline.ReferralStatus", "discipline.Removal"]
print(json.dumps({name: apps.get_model(name).objects.count() for name in names}))
"""


def counts(place: Workplace) -> dict[str, int]:
    return json.loads(place.run("shell", "--verbosity", "0", "-c", COUNT).strip().splitlines()[-1])


@pytest.fixture
def workplace(tmp_path, db):
    place = Workplace(tmp_path, "kill")
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
    before = counts(place)
    started = time.monotonic()
    place.run(*command)
    duration = time.monotonic() - started
    after = counts(place)
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
        assert counts(place) in (before, after)
        out = place.run(*command)
        assert out.splitlines()[-1].startswith("summary: ")
        assert counts(place) == after or counts(place)["district.ImportBatch"] == after["district.ImportBatch"] + 1
        assert {k: v for k, v in counts(place).items() if k != "district.ImportBatch"} == {
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
