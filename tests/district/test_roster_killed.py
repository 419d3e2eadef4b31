"""An import that is killed leaves nothing half-visible, and the same command completes it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from district.models import District
from tests import factories as make

from .rosters import bulk, student

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]
STUDENTS = 2_000
DELAYS = (0, 0.05, 0.1, 0.2, 0.4)
"""Seconds between the begin of the writing and the kill."""
COUNTS = (
    "SELECT (SELECT COUNT(*) FROM district_person WHERE district_id = {0}), "
    "(SELECT COUNT(*) FROM district_student WHERE district_id = {0}), "
    "(SELECT COUNT(*) FROM district_enrollment e JOIN district_school s ON s.id = e.school_id "
    "WHERE s.district_id = {0} AND e.is_last_in_year), "
    "(SELECT COUNT(*) FROM district_importbatch WHERE district_id = {0} AND created > 0), "
    "(SELECT COUNT(*) FROM district_auditevent WHERE district_id = {0} AND action = 'import')"
)
NOTHING, ALL = (0, 0, 0, 0, 0), (STUDENTS, STUDENTS, STUDENTS, 1, 1)


@pytest.fixture
def districts():
    """Return one district for each kill."""
    return [make.make_district(f"K{number}") for number in range(len(DELAYS))]


@pytest.fixture
def database(districts, tmp_path):
    """Return the URL of a database that other processes see, and a function that reads one row from it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        path = tmp_path / "killed.sqlite3"
        with sqlite3.connect(path) as file:
            connection.connection.backup(file)

        def read(query):
            with sqlite3.connect(path) as file:
                return file.execute(query).fetchone()

        return f"sqlite:///{path}", read

    def read_row(query):
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()

    names = connection.settings_dict
    password = f":{names['PASSWORD']}" if names["PASSWORD"] else ""
    return f"postgres://{names['USER']}{password}@{names['HOST']}:{names['PORT']}/{names['NAME']}", read_row


def start(url, path, district):
    """Start the import in a process of its own."""
    command = [sys.executable, "manage.py", "import_roster", str(path), "--district", district.code]
    environment = {**os.environ, "DATABASE_URL": url, "DEBUG": "1", "MIGRATION_DATABASE_URL": url}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_killed_at_any_moment_it_is_all_or_nothing(districts: list[District], database, tmp_path):
    url, read = database
    path = bulk(tmp_path / "r.zip", [student(f"s{number}") for number in range(STUDENTS)])
    for district, delay in zip(districts, DELAYS, strict=True):
        process = start(url, path, district)
        while "Writing" not in (line := process.stderr.readline()):
            assert line, process.communicate()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert read(COUNTS.format(district.pk)) in (NOTHING, ALL)
        process = start(url, path, district)
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert out.splitlines()[-1].startswith("summary: read=2004 created=")
        counts = read(COUNTS.format(district.pk))
        assert counts[:4] == ALL[:4]
