"""
An ASGI application that lets the server send the file itself, where it offers
``http.response.pathsend`` (Granian does). In ``asgi.py`` of your project::

    from django_sendfile.asgi import get_asgi_application

    application = get_asgi_application()

With any other server, and for ranges, it is Django's own application.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import resource
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import django
from django.core.handlers.asgi import ASGIHandler
from django.http.response import HttpResponseBase

from .responses import StreamedResponse

#: How long the server may take to open a file that it was told to send, in seconds.
GRACE = 10.0

#: How long a number belongs to no file after that, in seconds.
REST = 60.0

#: The highest number that a descriptor is lent under, whatever the limit of the process.
HIGHEST = 2**16

#: Where a process finds its own descriptors by path, on Linux.
DESCRIPTORS = "/proc/self/fd"

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def get_asgi_application() -> SendfileHandler:
    """Django's ``get_asgi_application``, with files sent by the server."""
    django.setup(set_prefix=False)
    return SendfileHandler()


class SendfileHandler(ASGIHandler):
    """Django's handler, which names a whole file to the server instead of reading it."""

    async def send_response(self, response: HttpResponseBase, send: Send) -> None:
        path = None
        if isinstance(response, StreamedResponse) and response.takes_path():
            path = loans.lend(response)
        if path is None:
            await super().send_response(response, send)
            return

        async def send_path(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.body":
                message = {"type": "http.response.pathsend", "path": path}
            await send(message)

        # There is nothing left to read, so the only body is the empty one that ends the response.
        await super().send_response(response, send_path)


class Loans:
    """
    Descriptors that the server may open again by their path, so that it sends the very file that was
    opened, whatever is put in its place meanwhile.

    The server does not tell when it has opened one. So each is kept for a while, and after that its number
    is kept from every other file: late, the server finds an empty one, never another's.
    """

    def __init__(self) -> None:
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        # The kernel's table grows to the highest number, so no higher than a server may need.
        limit = min(limit, HIGHEST) if limit > 0 else HIGHEST
        self._most = limit // 4
        self._next = limit // 2
        self._lent = 0
        self._empty: int | None = None
        #: Numbers, each with the time since when its file is no longer lent, the longest first.
        self._resting: deque[tuple[float, int]] = deque()

    def lend(self, response: StreamedResponse) -> str | None:
        """
        The path of a copy of the response's descriptor, which is closed after a while; nothing of the
        file is then left for the response to read. ``None`` where too many are lent already, and where
        the system gives descriptors no paths.
        """
        if not os.path.isdir(DESCRIPTORS):
            return None
        try:
            number = self._copy(response.fileno())
        except OSError:
            return None
        if number is None:
            return None
        response.skip()
        self._lent += 1
        asyncio.get_running_loop().call_later(GRACE, self._take_back, number)
        return f"/proc/{os.getpid()}/fd/{number}"

    def _copy(self, descriptor: int) -> int | None:
        """The number of a copy, one that no file has had lately."""
        if self._empty is None:
            # Kept open: when a file is taken back there may be no descriptor left to open this with.
            self._empty = os.open(os.devnull, os.O_RDONLY)
        if self._resting and self._resting[0][0] <= time.monotonic() - REST:
            _, number = self._resting.popleft()
            return os.dup2(descriptor, number, inheritable=False)
        if self._lent + len(self._resting) >= self._most:
            return None
        number = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, self._next)
        self._next = number + 1
        return number

    def _take_back(self, number: int) -> None:
        # Not closed: the system would give the number to the next file.
        assert self._empty is not None
        os.dup2(self._empty, number, inheritable=False)
        self._lent -= 1
        self._resting.append((time.monotonic(), number))


loans = Loans()
