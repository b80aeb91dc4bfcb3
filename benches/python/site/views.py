"""A view for each way of sending."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
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
