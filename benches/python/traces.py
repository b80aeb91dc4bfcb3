"""What a call does beside taking time: system calls by strace, instructions by callgrind."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from benches.python.caller import Caller

CALLS = 200
FEW, MANY = 20, 120


def system_calls(
    python: Path, setup: dict[str, str], backends: list[str], scratch: Path
) -> dict[str, dict[str, float]]:
    """By backend: how often one call makes which system call."""
    if shutil.which("strace") is None:
        return {}
    trace = scratch / "strace"
    with Caller(python, setup, below=["strace", "-f", "-qq", "-o", str(trace)]) as caller:
        for backend in backends:
            caller.call(backend, "call", CALLS)
    counts: dict[str, Counter[str]] = {backend: Counter() for backend in backends}
    current: str | None = None
    for line in trace.read_text(errors="replace").splitlines():
        if mark := re.search(r'"/mark/(begin|end) (\w+) ', line):
            current = mark[2] if mark[1] == "begin" else None
        elif current and (name := re.match(r"\d+ +(\w+)\(", line)):
            counts[current][name[1]] += 1
    # What happens less than once in ten calls is the interpreter's own: memory, mostly.
    return {
        backend: {name: round(count / CALLS, 1) for name, count in of.most_common() if count / CALLS >= 0.1}
        for backend, of in counts.items()
    }


def instructions(python: Path, setup: dict[str, str], backends: list[str], scratch: Path) -> dict[str, float]:
    """By backend: the instructions of one call, in user space."""
    if shutil.which("valgrind") is None or shutil.which("callgrind_control") is None:
        return {}
    folder = scratch / "callgrind"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    # Its log: it does not know openat2, and says so at each call.
    below = ["valgrind", "--tool=callgrind", f"--log-file={scratch}/valgrind", f"--callgrind-out-file={folder}/out"]
    with Caller(python, setup, below=below) as caller:
        return {backend: _instructions(caller, backend, folder) for backend in backends}


def _instructions(caller: Caller, backend: str, folder: Path) -> float:
    caller.call(backend, "call", FEW)
    few, many = (_collected(caller, backend, calls, folder) for calls in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def _collected(caller: Caller, backend: str, calls: int, folder: Path) -> int:
    """The instructions of a command, from reading it to its answer."""
    _control("--zero", caller.pid)
    caller.call(backend, "call", calls)
    _control("--dump", caller.pid)
    # Dumps are numbered: out.1, out.2, …
    last = max(folder.glob("out.*"), key=lambda path: int(path.suffix[1:]))
    total = re.search(r"^(?:totals|summary): (\d+)", last.read_text(), re.MULTILINE)
    assert total, last
    return int(total[1])


def _control(what: str, pid: int) -> None:
    subprocess.run(["callgrind_control", what, str(pid)], check=True, capture_output=True, timeout=120)
