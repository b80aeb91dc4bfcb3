"""What /proc says about a server: what all its processes use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
#: Written to clear_refs, it lets VmHWM start anew (proc(5)).
FORGET_PEAK = "5"


@dataclass(frozen=True)
class Usage:
    """What processes have used: processor seconds, in user space and in the kernel, and page faults."""

    user: float
    system: float
    #: Those that need no disk: memory that was given back to the kernel, and is asked for again.
    faults: int

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.user - other.user, self.system - other.system, self.faults - other.faults)


def tree(root: int) -> list[int]:
    """A process and every living one below it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def usage(root: int) -> Usage:
    """What a process, those below it, and those of them that have ended, have used."""
    user = system = faults = 0
    for pid in tree(root):
        if fields := _stat(pid):
            # minflt and cminflt; utime, stime, cutime and cstime (proc(5)).
            faults += int(fields[7]) + int(fields[8])
            user += int(fields[11]) + int(fields[13])
            system += int(fields[12]) + int(fields[14])
    return Usage(user / TICKS, system / TICKS, faults)


def resident(root: int) -> dict[int, int]:
    """The bytes that are resident now, by process."""
    return _memory(root, "VmRSS")


def peak(root: int) -> dict[int, int]:
    """The most bytes that were resident since `forget_peak`, by process."""
    return _memory(root, "VmHWM")


def forget_peak(root: int) -> None:
    for pid in tree(root):
        (PROC / str(pid) / "clear_refs").write_text(FORGET_PEAK)


def _memory(root: int, field: str) -> dict[int, int]:
    found = {}
    for pid in tree(root):
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(field + ":"):
                found[pid] = int(line.split()[1]) * 1024
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third, the state, on; none for a process that has gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    # The command's name, in parentheses, may hold anything.
    return text.rpartition(")")[2].split()
