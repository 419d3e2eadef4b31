"""Measures one subject on one database, in a process of its own; prints the findings as JSON on the last line."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

import django

from bench.context import Context, WrongAnswer


def main() -> int:
    """Run a subject. Exit code 1: a contender gave a wrong answer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("subject")
    for name in ("scale", "vendor", "name"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("quick", "http"):
        parser.add_argument(f"--{name}", action="store_true")
    options = vars(parser.parse_args())
    django.setup()
    subject = importlib.import_module(f"bench.subjects.{options.pop('subject')}")
    try:
        findings = subject.measure(Context(**options))
    except WrongAnswer as error:
        print(f"Wrong answer: {error}", file=sys.stderr)
        return 1
    from bench import environment

    print(json.dumps(findings.as_json() | {"environment": environment.describe()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
