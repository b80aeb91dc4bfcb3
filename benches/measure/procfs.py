"""What /proc says about a server: what all its processes use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
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
    """What a process and those below it have used."""
    user = system = 0.0
    faults = 0
    for pid in tree(root):
        if fields := _stat(pid):
            # minflt and cminflt; utime and stime (proc(5)).
            faults += int(fields[7]) + int(fields[8])
            ticks = int(fields[11]), int(fields[12])
            spent = _spent(pid)
            share = ticks[0] / sum(ticks) if any(ticks) else 0.5
            user += spent * share
            system += spent * (1 - share)
    return Usage(user, system, faults)


def _spent(pid: int) -> float:
    """
    The processor seconds of all threads of a process, to the nanosecond. The ticks in ``stat`` only tell
    user space and kernel apart: they count who runs when the clock ticks, and a server that wakes up
    for a few microseconds at a time is often missed.
    """
    # CPUCLOCK_SCHED of the process: what clock_getcpuclockid(3) gives.
    clock = (~pid << 3) | 2
    try:
        return time.clock_gettime(clock)
    except OSError:
        return 0.0


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
