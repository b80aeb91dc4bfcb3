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
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import django
from django.core.handlers.asgi import ASGIHandler
from django.http.response import HttpResponseBase

from .responses import StreamedResponse

#: How long the server may take to open a file that it was told to send, in seconds.
GRACE = 10.0

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

    The server does not tell when it has opened one. So each is kept for a while, under a number so high
    that the system does not give it to another file: late, the server finds nothing, never another's.
    """

    def __init__(self) -> None:
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        # The kernel's table grows to the highest number, so no higher than a server may need.
        limit = min(limit, HIGHEST) if limit > 0 else HIGHEST
        self._first = limit // 2
        self._most = limit // 4
        self._next = self._first
        self._count = 0

    def lend(self, response: StreamedResponse) -> str | None:
        """
        The path of a copy of the response's descriptor, which is closed after a while; nothing of the
        file is then left for the response to read. ``None`` where too many are lent already, and where
        the system gives descriptors no paths.
        """
        if self._count >= self._most or not os.path.isdir(DESCRIPTORS):
            return None
        try:
            copy = fcntl.fcntl(response.fileno(), fcntl.F_DUPFD_CLOEXEC, self._next)
        except OSError:
            return None
        response.skip()
        self._count += 1
        self._next = self._first + (copy + 1 - self._first) % (self._most * 2 - 1)
        asyncio.get_running_loop().call_later(GRACE, self._take_back, copy)
        return f"/proc/{os.getpid()}/fd/{copy}"

    def _take_back(self, copy: int) -> None:
        os.close(copy)
        self._count -= 1


loans = Loans()
