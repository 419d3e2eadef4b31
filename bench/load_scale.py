"""Migrates the empty database of this process and loads a scale into it; prints what it holds as JSON."""

from __future__ import annotations

import json
import sys
import time

import django


def main(scale: str) -> None:
    """Load `scale`, or only make the tables."""
    django.setup()
    from django.core.management import call_command

    from bench import databases, gen, load

    start = time.perf_counter()
    call_command("migrate", verbosity=0)
    told: dict[str, object] = {"migrate": round(time.perf_counter() - start, 2)}
    if scale != databases.EMPTY:
        start = time.perf_counter()
        people = gen.generate(gen.SCALES[scale])
        told |= {"generate": round(time.perf_counter() - start, 2), **people.counts(), "sha256": people.digest()}
        told |= {name: round(seconds, 2) for name, seconds in load.load(people).items()}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
