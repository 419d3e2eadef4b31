"""A real database and real processes on it, beside the suite's own: for kills, and for many people at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


class Workplace:
    """A database that can be put back to a saved state, and commands that run on it as processes of their own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.on_postgres = connection.vendor == "postgresql"
        self.name = f"{name}_{os.getpid()}"
        if self.on_postgres:
            default = settings.DATABASES["default"]
            password = f":{default['PASSWORD']}" if default["PASSWORD"] else ""
            host, port = default["HOST"] or "127.0.0.1", default["PORT"] or 5432
            self.server = f"postgresql://{default['USER']}{password}@{host}:{port}"

    def url(self) -> str:
        return f"{self.server}/{self.name}" if self.on_postgres else f"sqlite:///{self.folder}/current.sqlite3"

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "DATABASE_URL": self.url(),
            "SECRET_KEY": "only for this test",
        }

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return out

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
