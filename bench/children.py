"""A contender in a process of its own: how long it takes, and how much memory it needs beyond the bare process."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def in_child(contender: str, *arguments: Any, url: str = "") -> dict[str, Any]:
    """Run `module:function` with arguments in a new process; return what it measured.

    Seconds (`wall`, `cpu`), the highest memory in MB of the process before and at the end (`bare_mb`, `peak_mb`), and
    what the function returned (`answer`). The kernel's VmHWM is read, for ru_maxrss is inherited from the parent.
    """
    environment = os.environ | ({"DATABASE_URL": url} if url else {})
    command = [sys.executable, "-m", "bench.children", contender, json.dumps(arguments)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def peak_mb() -> float:
    """The most memory this process has held, in MB of 1,048,576 bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Run the contender that the command line names."""
    import django

    django.setup()
    module, _colon, function = sys.argv[1].partition(":")
    contender = getattr(importlib.import_module(module), function)
    bare, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    answer = contender(*json.loads(sys.argv[2]))
    told = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "bare_mb": bare}
    print(json.dumps(told | {"peak_mb": peak_mb(), "answer": answer}))


if __name__ == "__main__":
    main()
