"""Processor time of this process and, with PostgreSQL on the same machine, of the server process that works for it.

On a busy machine it is what a contender costs, while the clock on the wall also shows how long it stood in the queue.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

Clock = Callable[[], float]
"""Seconds of processor time so far."""


def processor_clock() -> Clock | None:
    """Return the clock of all work done for this process; None when a part of it cannot be seen from here."""
    if connection.vendor != "postgresql":
        return time.process_time
    with connection.cursor() as cursor:
        # A helper of the server process would not be seen.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    path = Path(f"/proc/{server}/schedstat")
    try:
        if not Path(f"/proc/{server}/cmdline").read_bytes().startswith(b"postgres:"):
            return None
        path.read_text(encoding="ascii")
    except OSError:
        return None
    return lambda: time.process_time() + int(path.read_text(encoding="ascii").split()[0]) / 1e9
