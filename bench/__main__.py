"""`python -m bench`: measure subjects at scales on databases, print each goal with its verdict, keep the findings.

python -m bench                                  every subject, scale S, SQLite, and PostgreSQL when it answers
python -m bench page api --scale S,M --db sqlite
python -m bench --gate                           a short run with slack: exit code 1 when a goal is clearly missed
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import databases, gen, report
from bench.goals import SLACK, judge

SUBJECTS = ("dashboard", "page", "api", "picker", "export", "write", "imports")
"""In this order: `write` adds records, so what reads them comes before it."""
GATED = ("dashboard", "page", "api", "write")
"""What the gate runs. Imports and files take a process for each contender, which is too long for it."""
TRIES = 3
"""A subject that misses a goal at the gate is measured so often; only a goal that is missed each time fails."""

Measured = dict[str, Any]


def main() -> int:
    """Run what the command line asks for. Exit code 1: a wrong answer, a broken subject, or a goal the gate refuses."""
    options = _options()
    vendors = [vendor for vendor in options.db if _answers(vendor)]
    found: dict[str, dict[str, dict[str, Measured]]] = {}
    for vendor in vendors:
        for scale in options.scale:
            found.setdefault(vendor, {})[scale] = _measure_all(options, scale, vendor)
    print(report.as_text(found))
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    broken = any(not measured for scales in found.values() for told in scales.values() for measured in told.values())
    refused = report.refused(found) if options.gate else []
    if options.gate:
        print(f"\nThe gate lets pass what is within {SLACK:g} times its bound, or what RESULTS.md explains.")
        print("Refused: " + ", ".join(refused) if refused else "Nothing is refused.")
    return 1 if broken or refused else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks; see bench/README.md.")
    parser.add_argument("subjects", nargs="*", metavar="subject", help=f"of {', '.join(SUBJECTS)} (default: all)")
    parser.add_argument("--scale", default=["S"], type=_listed(*gen.SCALES), help="XS, S, M, or several: S,M")
    parser.add_argument("--db", type=_listed(*databases.SERVERS), help="default: both; at the gate sqlite")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows")
    parser.add_argument("--gate", action="store_true", help="a quick run that fails on what misses its goal by far")
    parser.add_argument("--json", metavar="FILE", help="keep everything that was measured")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    options.quick = options.quick or options.gate
    options.db = options.db or (["sqlite"] if options.gate else list(databases.SERVERS))
    asked = options.subjects or (GATED if options.gate else SUBJECTS)
    options.subjects = [subject for subject in SUBJECTS if subject in asked]
    return options


def _listed(*known: str) -> Any:
    def read(text: str) -> list[str]:
        values = text.split(",")
        if unknown := [value for value in values if value not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return values

    return read


def _answers(vendor: str) -> bool:
    if databases.answers(vendor):
        return True
    print(f"No {vendor} server answers: left out.", file=sys.stderr)
    return False


def _measure_all(options: argparse.Namespace, scale: str, vendor: str) -> dict[str, Measured]:
    """Measure every subject on one copy of the scale's database, for reading leaves traces too."""
    name, told = databases.prepare(scale, vendor), {}
    with databases.copy_of(name, vendor, f"run-{scale.lower()}") as url:
        for subject in options.subjects:
            told[subject] = _measure(options, subject, scale, vendor, name, url)
            for _ in range(TRIES - 1):
                values = told[subject].get("values", {})
                if not options.gate or all(judge(values, scale, at_gate=True).values()):
                    break
                again = _measure(options, subject, scale, vendor, name, url)
                told[subject] = again | {"values": report.better(values, again.get("values", {}))}
    return told


def _measure(options: argparse.Namespace, subject: str, scale: str, vendor: str, name: str, url: str) -> Measured:
    """Measure one subject in a process of its own; return what it found, nothing when it broke."""
    print(f"{vendor} {scale}: {subject} ...", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "bench.run", subject, "--scale", scale, "--vendor", vendor, "--name", name]
    command += ["--quick"] if options.quick else []
    start = time.perf_counter()
    done = subprocess.run(
        command, env=databases.environment(url), cwd=databases.ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        return {}
    return json.loads(done.stdout.strip().splitlines()[-1]) | {"seconds": round(time.perf_counter() - start, 1)}


if __name__ == "__main__":
    sys.exit(main())
