"""What all processes of a server have used."""

from __future__ import annotations

import time
from dataclasses import dataclass

from harness import procfs


@dataclass(frozen=True)
class Usage:
    """What processes have used: processor seconds, in user space and in the kernel, and page faults."""

    user: float
    system: float
    #: Those that need no disk: memory that was given back to the kernel, and is asked for again.
    faults: int

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.user - other.user, self.system - other.system, self.faults - other.faults)


def usage(root: int) -> Usage:
    """What a process and those below it have used."""
    user = system = 0.0
    faults = 0
    for pid in procfs.tree(root):
        if fields := procfs.stat(pid):
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
