"""How much a server has read, once it reads no more."""

from __future__ import annotations

import time
from collections.abc import Callable

from harness import procfs

QUIET = 64 * 1024
"""Bytes in a fifth of a second that an event loop and a watchdog may read while nothing is sent."""


def bytes_read_when_quiet(workers: list[int]) -> int:
    """The bytes that the workers have read, once they read no more of them."""
    last = 0

    def quiet() -> bool:
        nonlocal last
        before, last = last, procfs.bytes_read(workers)
        return last - before < QUIET

    assert within(30, quiet, every=0.2), "the workers go on reading"
    return last


def within(seconds: float, condition: Callable[[], bool], *, every: float = 0.05) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
