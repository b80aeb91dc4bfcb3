"""Where a process spends its time, by py-spy, for the reader who asks why an aim is missed."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

RATE = 250
PACKAGES, FUNCTIONS = 6, 4


def shares(py_spy: Path, pid: int, *, seconds: int, scratch: Path) -> list[tuple[str, float]]:
    """
    The packages, and then the functions, in which the Python of a process and its children runs: their
    shares of the samples. Only threads that hold the GIL are looked at, so the kernel's work is not in it.
    """
    raw = scratch / "py-spy"
    options = ["--subprocesses", "--gil", "--function", "--format", "raw", "--rate", str(RATE)]
    done = subprocess.run(
        [py_spy, "record", *options, "--duration", str(seconds), "--output", raw, "--pid", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 60,
    )
    if done.returncode or not raw.exists():
        return [(f"py-spy failed: {done.stderr.strip()[-200:]}", 1.0)]
    functions: Counter[str] = Counter()
    packages: Counter[str] = Counter()
    for line in raw.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        function = stack.rpartition(";")[2]
        functions[function] += int(count)
        packages[_package(function)] += int(count)
    total = functions.total() or 1
    shown = packages.most_common(PACKAGES) + functions.most_common(FUNCTIONS)
    return [(name, count / total) for name, count in shown]


def _package(function: str) -> str:
    """The first part of the path in `name (path/to/module.py:12)`."""
    found = re.search(r"\((?:[^()]*?site-packages/)?([\w.]+)[^()]*\)$", function)
    return found[1] if found else function
