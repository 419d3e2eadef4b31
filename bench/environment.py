"""What the benchmarks ran on. Milliseconds mean nothing without it; ratios mean little without it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import tempfile
import time
from typing import Any

from django.db import connection

PACKAGES = ("Django", "djangorestframework", "numpy", "pandas", "duckdb", "orjson", "openpyxl", "python-calamine")
PACKAGES += ("django-import-export", "psycopg")


def describe() -> dict[str, Any]:
    """Return machine, versions and how fast the disk confirms a write."""
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "database": _database(),
        "packages": {name: version for name in PACKAGES if (version := version_of(name))},
        "fdatasync_us": round(_fdatasync_us()),
        "load": round(os.getloadavg()[0], 1),
    }


def version_of(package: str) -> str:
    """Return the version of an installed package; "" when it is absent."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


def _fdatasync_us() -> float:
    with tempfile.NamedTemporaryFile(dir=".") as file:
        times = []
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times)
