"""Waiting for files without stopping the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ._native import Lane

T = TypeVar("T")


async def wait_in(lane: Lane | None, function: Callable[..., T], *arguments: object) -> T:
    """
    What ``function`` returns in a thread: one of ``lane``, so that a mount which hangs takes none of the event
    loop's own; one of those for the disks of this machine.
    """
    call: Callable[[], T] | None = partial(copy_context().run, function, *arguments)
    if lane is None:
        assert call is not None
        return await asyncio.get_running_loop().run_in_executor(None, call)
    future: Future[T] = Future()

    def job() -> None:
        # Whoever has gone meanwhile need not be waited for.
        work = call
        if work is None or not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    lane.run(job)
    try:
        return await asyncio.wrap_future(future)
    finally:
        # A mount that hangs keeps the job in its queue, and must not keep the request with it.
        call = None
