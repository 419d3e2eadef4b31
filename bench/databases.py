"""Databases of the benchmarks: made once for each scale, schema and school year, copied for whoever writes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from bench import gen

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
FLOORS = ("district", "discipline", "training", "commitments", "circles", "dashboards")
SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/").rstrip("/")
EMPTY = "empty"
"""The scale of a database with tables and no rows."""


def schema_hash() -> str:
    """Return a short hash of everything the stored databases depend on: migrations and what fills them."""
    found = hashlib.sha256()
    for floor in FLOORS:
        for path in sorted((ROOT / floor / "migrations").glob("*.py")):
            found.update(path.read_bytes())
    for path in (ROOT / "bench" / "gen.py", ROOT / "bench" / "load.py", ROOT / "district" / "standing.py"):
        found.update(path.read_bytes())
    return found.hexdigest()[:8]


def environment(url: str) -> dict[str, str]:
    """Return the variables of a process that works on the database at `url`."""
    return {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "only for benchmarks", "DEBUG": "0",
            "DJANGO_SETTINGS_MODULE": "bench.settings", "PYTHONPATH": str(ROOT)}  # fmt: skip


class Sqlite:
    """Databases in files of var/bench/."""

    vendor = "sqlite"

    def path(self, name: str) -> Path:
        return FOLDER / f"{name}.sqlite3"

    def url(self, name: str) -> str:
        return f"sqlite:///{self.path(name)}"

    def names(self) -> list[str]:
        return [path.stem for path in FOLDER.glob("*.sqlite3")]

    def create(self, name: str) -> None:
        self.drop(name)

    def copy(self, name: str, new: str) -> None:
        self.drop(new)
        shutil.copyfile(self.path(name), self.path(new))

    def drop(self, name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{self.path(name)}{ending}").unlink()

    def bytes(self, name: str) -> int:
        return self.path(name).stat().st_size


class Postgres:
    """Databases of the server at TEST_DATABASE_URL, their names begin with reweave_bench_."""

    vendor = "postgres"
    prefix = "reweave_bench_"

    def sql(self, statement: str, *, fetch: bool = False) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=2) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if fetch else []

    def url(self, name: str) -> str:
        return f"{SERVER}/{self.prefix}{self.known(name)}"

    def known(self, name: str) -> str:
        return name.lower().replace("-", "_")

    def names(self) -> list[str]:
        rows = self.sql("SELECT datname FROM pg_database", fetch=True)
        return [name.removeprefix(self.prefix) for (name,) in rows if name.startswith(self.prefix)]

    def create(self, name: str) -> None:
        self.drop(name)
        self.sql(f"CREATE DATABASE {self.prefix}{self.known(name)}")

    def copy(self, name: str, new: str) -> None:
        self.drop(new)
        self.sql(f"CREATE DATABASE {self.prefix}{self.known(new)} TEMPLATE {self.prefix}{self.known(name)}")

    def drop(self, name: str) -> None:
        self.sql(f"DROP DATABASE IF EXISTS {self.prefix}{self.known(name)} WITH (FORCE)")

    def bytes(self, name: str) -> int:
        return self.sql(f"SELECT pg_database_size('{self.prefix}{self.known(name)}')", fetch=True)[0][0]


SERVERS = {server.vendor: server for server in (Sqlite(), Postgres())}


def answers(vendor: str) -> bool:
    """Say whether the database can be used here."""
    if vendor == "sqlite":
        return True
    try:
        SERVERS[vendor].sql("SELECT 1")
    except Exception:
        return False
    return True


def prepare(scale: str, vendor: str) -> str:
    """Return the name of the loaded database of a scale, made now if it is not there; older ones are thrown away."""
    server = SERVERS[vendor]
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = f"{scale}-{gen.SEED}-{_year()}-{schema_hash()}"
    mark = FOLDER / f"{name}.{vendor}.json"
    if mark.exists() and server_has(server, name):
        return name
    for old in server.names():
        if old.lower().startswith(f"{scale.lower()}{'-' if vendor == 'sqlite' else '_'}"):
            server.drop(old)
    for path in FOLDER.glob(f"{scale}-*{vendor}*"):
        path.unlink()
    print(f"Making the database of scale {scale} on {vendor} ...", file=sys.stderr, flush=True)
    server.create(name)
    command = [sys.executable, "-m", "bench.load_scale", scale]
    made = subprocess.run(command, env=environment(server.url(name)), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if made.returncode:
        raise SystemExit(f"The database of scale {scale} could not be made.")
    told = json.loads(made.stdout.strip().splitlines()[-1])
    mark.write_text(json.dumps(told | {"bytes": server.bytes(name)}), encoding="utf-8")
    return name


def told_of(name: str, vendor: str) -> dict[str, Any]:
    """Return what was noted when the database was made: rows, hash, seconds, bytes."""
    return json.loads((FOLDER / f"{name}.{vendor}.json").read_text(encoding="utf-8"))


@contextmanager
def copy_of(name: str, vendor: str, purpose: str) -> Iterator[str]:
    """A copy of a database that may be written to; the address. It is gone afterwards."""
    server = SERVERS[vendor]
    new = f"copy-{purpose}-{os.getpid()}"
    server.copy(name, new)
    try:
        yield server.url(new)
    finally:
        server.drop(new)


def server_has(server: Sqlite | Postgres, name: str) -> bool:
    """Say whether the server still has the database."""
    return name in server.names() or name.lower().replace("-", "_") in server.names()


def _year() -> int:
    today = date.today()
    return today.year + (today.month >= 7)
