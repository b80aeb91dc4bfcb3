"""The site that the tests ask: one view, which a test sets, behind Django's own handlers."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import clear_url_caches, path

urlpatterns: list[Any] = []


def set_view(function: Callable[[HttpRequest], Any]) -> None:
    urlpatterns[:] = [path("", function)]
    clear_url_caches()


@dataclass
class Answer:
    """What a server got to send."""

    status: int
    headers: dict[str, str]
    body: bytes
    #: The file object that went to ``wsgi.file_wrapper``, and the file that ``pathsend`` named.
    wrapped: Any = None
    pathsend: str | None = None
    chunks: list[int] = field(default_factory=list)


def by_wsgi(
    function: Callable[[HttpRequest], Any], method: str = "GET", file_wrapper: bool = False, **headers: str
) -> Answer:
    """Ask over WSGI. ``headers`` are named as in the environment: ``RANGE="bytes=0-1"``."""
    set_view(function)
    started: list[Any] = []
    wrapped: list[Any] = []

    def wrapper(file: Any, block_size: int) -> Any:
        wrapped.append(file)
        return iter(lambda: file.read(block_size), b"")

    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        **({"wsgi.file_wrapper": wrapper} if file_wrapper else {}),
        **{f"HTTP_{name}": value for name, value in headers.items()},
    }
    result = WSGIHandler()(environ, lambda status, headers: started.append((status, headers)))
    chunks = list(result)
    for closing in [result, *wrapped]:
        if hasattr(closing, "close"):
            closing.close()
    (status, sent), *_ = started
    body = b"".join(chunks)
    lower = {name.lower(): value for name, value in sent}
    return Answer(int(status[:3]), lower, body, *wrapped, chunks=list(map(len, chunks)))


def by_asgi(
    function: Callable[[HttpRequest], Any],
    method: str = "GET",
    application: Any = None,
    extensions: dict[str, Any] | None = None,
    http_version: str = "1.1",
    **headers: str,
) -> Answer:
    """Ask over ASGI."""
    from django.core.handlers.asgi import ASGIHandler

    set_view(function)
    names = {name.lower().replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": http_version,
        "method": method,
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), *names.items()],
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
        "extensions": extensions or {},
    }
    messages: list[dict[str, Any]] = []

    async def ask() -> None:
        ended = asyncio.Event()
        requested = False

        async def receive() -> dict[str, Any]:
            nonlocal requested
            if not requested:
                requested = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)
            if message["type"] == "http.response.pathsend":
                message["found"] = os.readlink(message["path"])
                message["body"] = Path(message["path"]).read_bytes()  # noqa: ASYNC240  nothing else waits
            if message["type"] != "http.response.start" and not message.get("more_body"):
                ended.set()

        await (application or ASGIHandler())(scope, receive, send)

    asyncio.run(ask())
    start, *rest = messages
    lower = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    bodies = [message.get("body", b"") for message in rest]
    pathsend = next((m["found"] for m in rest if m["type"] == "http.response.pathsend"), None)
    return Answer(start["status"], lower, b"".join(bodies), pathsend=pathsend, chunks=list(map(len, bodies)))
