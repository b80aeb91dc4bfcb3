"""What /proc says about processes: who their children are, how much memory and how many files they hold."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")


def tree(root: int) -> list[int]:
    """A process and every living one below it, parents first."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def descendants(pid: int) -> list[int]:
    """Every living process below this one, parents first."""
    return tree(pid)[1:]


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third, the state, on; none for a process that has gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    # The command's name, in parentheses, may hold anything.
    return text.rpartition(")")[2].split()


def resident(pids: list[int]) -> dict[int, int]:
    """The bytes resident now, by process (VmRSS)."""
    return _memory(pids, "VmRSS")


def resident_peak(pids: list[int]) -> dict[int, int]:
    """The most bytes that were resident since `forget_peak`, by process (VmHWM)."""
    return _memory(pids, "VmHWM")


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


def _memory(pids: list[int], field: str) -> dict[int, int]:
    """A process that has ended and is not yet waited for has none."""
    found = {}
    for pid in pids:
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(field + ":"):
                found[pid] = int(line.split()[1]) * 1024
    return found
