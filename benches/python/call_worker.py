"""
Calls ``sendfile``, in an environment that has this package or django-sendfile2.

Reads commands from standard input, a line of JSON each, and answers each with one: ``backend``,
``part`` (what to call) and ``calls`` (how often); the answer has the nanoseconds of all calls. An
empty part does nothing. Started by `benches.python.calls`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

WARM_UP = 20


def main() -> None:
    setup = json.loads(sys.argv[1])
    settings.configure(
        SENDFILE_ROOT=setup["root"],
        SENDFILE_URL=setup["url"],
        SENDFILE_BACKEND=None,
        # The backend `development` warns without it.
        DEBUG=True,
        LOGGING_CONFIG=None,
        ALLOWED_HOSTS=["*"],
    )
    django.setup()
    for line in sys.stdin:
        print(json.dumps(run(setup["file"], **json.loads(line))), flush=True)


def run(file: str, backend: str, part: str, calls: int) -> dict[str, Any]:
    function = prepare(backend, file, part)
    for _ in range(WARM_UP):
        function()
    # For whoever reads a trace of the system calls.
    mark(f"begin {backend} {part}")
    start = time.perf_counter_ns()
    for _ in range(calls):
        function()
    spent = time.perf_counter_ns() - start
    mark(f"end {backend} {part}")
    return {"nanoseconds": spent}


def mark(what: str) -> None:
    os.access(f"/mark/{what}", os.F_OK)


def prepare(backend: str, file: str, part: str) -> Callable[[], Any]:
    """The function to call."""
    from django_sendfile.utils import _get_sendfile

    module = f"django_sendfile.backends.{backend}"
    if module != settings.SENDFILE_BACKEND:
        settings.SENDFILE_BACKEND = module
        _get_sendfile.cache_clear()
    return PARTS[part](file)


def nothing(file: str) -> Callable[[], Any]:
    return lambda: None


def call(file: str) -> Callable[[], Any]:
    """What a view does."""
    from django_sendfile import sendfile

    request = download_request()
    return lambda: sendfile(request, file)


def call_and_read(file: str) -> Callable[[], Any]:
    """And what a server does with the answer: its body is read."""
    whole = call(file)
    return lambda: b"".join(whole())


def http_response(file: str) -> Callable[[], Any]:
    """Django's response alone, which no package can do without."""
    from django.http import HttpResponse

    return HttpResponse


def native(file: str) -> Callable[[], Any]:
    """This package's extension alone: the decision, from the request to headers and body."""
    from django_sendfile import conf
    from django_sendfile._native import Delivery

    backend = settings.SENDFILE_BACKEND.rpartition(".")[2]
    request = download_request()
    respond, method, meta, delivery = conf.native(backend).respond, request.method, request.META, Delivery()
    return lambda: respond(method, meta, file, delivery)


def our_response(file: str) -> Callable[[], Any]:
    """This package's response alone, made of an answer of the extension."""
    from django_sendfile import responses

    answer, request = native(file)(), download_request()
    return lambda: responses.response(request, answer)


def download_request() -> Any:
    from django.test import RequestFactory

    return RequestFactory().get("/documents/1/download")


PARTS = {
    "": nothing,
    "call": call,
    "call and read": call_and_read,
    "HttpResponse": http_response,
    "native": native,
    "response": our_response,
}

if __name__ == "__main__":
    main()
