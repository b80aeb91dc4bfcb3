"""
An ASGI application that lets the server send the file itself, where it offers
``http.response.pathsend`` (Granian does). In ``asgi.py`` of your project::

    from django_sendfile.asgi import get_asgi_application

    application = get_asgi_application()

With any other server, and for ranges, it is Django's own application.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import django
from django.core.handlers.asgi import ASGIHandler
from django.http.response import HttpResponseBase

from .responses import StreamedResponse

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def get_asgi_application() -> SendfileHandler:
    """Django's ``get_asgi_application``, with files sent by the server."""
    django.setup(set_prefix=False)
    return SendfileHandler()


class SendfileHandler(ASGIHandler):
    """Django's handler, which names a whole file to the server instead of reading it."""

    async def send_response(self, response: HttpResponseBase, send: Send) -> None:
        path = response.take_path() if isinstance(response, StreamedResponse) else None
        if path is None:
            await super().send_response(response, send)
            return

        async def send_path(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.body":
                message = {"type": "http.response.pathsend", "path": path}
            await send(message)

        # There is nothing left to read, so the only body is the empty one that ends the response.
        await super().send_response(response, send_path)
