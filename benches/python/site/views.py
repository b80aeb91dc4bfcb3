"""A view for each way of sending."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from django_sendfile import sendfile

ROOT = Path(settings.SENDFILE_ROOT)


def by_sendfile(request: HttpRequest, name: str) -> HttpResponseBase:
    return sendfile(request, ROOT / name)


async def by_asendfile(request: HttpRequest, name: str) -> HttpResponseBase:
    """Not in django-sendfile2."""
    from django_sendfile import asendfile

    return await asendfile(request, ROOT / name)


def by_file_response(request: HttpRequest, name: str) -> FileResponse:
    return FileResponse((ROOT / name).open("rb"))


def empty(request: HttpRequest, name: str) -> HttpResponse:
    """What the server and Django cost before anything is sent."""
    return HttpResponse()


def from_memory(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """What the server and Django cost where the bytes are there already, in the pieces that Django sends."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in _pieces(name):
            yield piece

    length = sum(len(piece) for piece in _pieces(name))
    return StreamingHttpResponse(pieces(), headers={"Content-Length": str(length)})


@cache
def _pieces(name: str) -> list[bytes]:
    content = (ROOT / name).read_bytes()
    return [content[start : start + 2**16] for start in range(0, len(content), 2**16)]
