"""What /proc says about processes: who their children are, how much memory and how many files they hold."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """Every living process below this one, parents first."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def resident_peak(pids: list[int]) -> int:
    """The most bytes that were resident since `forget_peak`, summed over the processes (VmHWM)."""
    return sum(_status_kib(pid, "VmHWM") for pid in pids) * 1024


def resident(pids: list[int]) -> int:
    """The bytes resident now, summed over the processes (VmRSS)."""
    return sum(_status_kib(pid, "VmRSS") for pid in pids) * 1024


def forget_peak(pids: list[int]) -> None:
    """Let VmHWM start anew from what is resident now (proc(5), clear_refs)."""
    for pid in pids:
        (PROC / str(pid) / "clear_refs").write_text("5")


def bytes_read(pids: list[int]) -> int:
    """What the processes have read so far, by read(2) and its relatives, sendfile(2) included (rchar)."""
    total = 0
    for pid in pids:
        counters = dict(line.split(": ") for line in (PROC / str(pid) / "io").read_text().splitlines())
        total += int(counters["rchar"])
    return total


def open_files(pids: list[int]) -> list[str]:
    """What the processes' descriptors point to, sockets and all."""
    found = []
    for pid in pids:
        for descriptor in (PROC / str(pid) / "fd").iterdir():
            try:
                found.append(os.readlink(descriptor))
            except FileNotFoundError:
                continue
    return sorted(found)


def _parent(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command in parentheses may hold anything; the fields after it are state and parent.
    return int(stat.rpartition(")")[2].split()[1])


def _status_kib(pid: int, field: str) -> int:
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise LookupError(f"{field} is not in /proc/{pid}/status")
