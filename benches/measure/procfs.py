"""What /proc says about a server: the processor time and the memory of all its processes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
#: Written to clear_refs, it lets VmHWM start anew (proc(5)).
FORGET_PEAK = "5"


@dataclass(frozen=True)
class Cpu:
    """Processor seconds, spent in user space and in the kernel."""

    user: float
    system: float

    @property
    def total(self) -> float:
        return self.user + self.system

    def __sub__(self, other: Cpu) -> Cpu:
        return Cpu(self.user - other.user, self.system - other.system)


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


def cpu(root: int) -> Cpu:
    """What a process, those below it, and those of them that have ended, have used."""
    ticks = [0, 0]
    for pid in tree(root):
        if fields := _stat(pid):
            # utime, stime, and the same of children that were waited for.
            user, system, waited_user, waited_system = map(int, fields[11:15])
            ticks[0] += user + waited_user
            ticks[1] += system + waited_system
    return Cpu(ticks[0] / TICKS, ticks[1] / TICKS)


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
