"""
Backends: how a file leaves.

A backend is a module with a function ``sendfile(request, filename, **kwargs)`` that returns a
response. ``SENDFILE_BACKEND`` names the module, one of these or one of your own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse

from .. import _native as native
from .. import conf, responses
from .._native import Delivery, NotFound

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from .._native import HandOff

logger = logging.getLogger("django_sendfile")

Send = Callable[..., "HttpResponseBase"]


class Backend:
    """A backend that the extension knows, by its short name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<sendfile by {self.name}>"

    def __call__(
        self,
        request: HttpRequest,
        filename: str | PathLike[str],
        mimetype: str | None = None,
        **kwargs: Any,
    ) -> HttpResponseBase:
        """Send the file as it is: what a backend of your own may build upon."""
        try:
            return self.respond(request, fspath(filename), Delivery(media_type=mimetype))
        except NotFound as error:
            raise Http404("There is no such file.") from error

    def respond(self, request: HttpRequest, path: str, delivery: Delivery) -> HttpResponseBase:
        response = self.answer(request, path, delivery, cached=False)
        assert response is not None
        return response

    def respond_cached(self, request: HttpRequest, path: str, delivery: Delivery) -> HttpResponseBase | None:
        """``respond``, or ``None`` where the disk would have to be waited for."""
        return self.answer(request, path, delivery, cached=True)

    def answer(self, request: HttpRequest, path: str, delivery: Delivery, *, cached: bool) -> HttpResponseBase | None:
        """The one way of both."""
        answer = conf.native(self.name).respond(request.method, request.META, path, delivery, cached)
        if answer is None:
            return None
        hand_off = answer.hand_off
        if hand_off and garbles(request, hand_off):
            return self.answer(request, path, delivery.streamed(), cached=cached)
        for argument in answer.unsupported or ():
            report_unsupported(self.name, argument)
        return responses.response(request, answer)

    def canary(self, request: HttpRequest, secret: bytes) -> HttpResponseBase | None:
        """The answer to a signed question of ``sendfile check``; ``None`` to everything else."""
        query = str(request.META.get("QUERY_STRING", ""))
        answer = native.canary(conf.native(self.name), secret, query, request.method, request.META)
        if answer is None:
            return None
        if isinstance(answer, str):
            return HttpResponse(answer, content_type="application/json")
        if answer.hand_off and garbles(request, answer.hand_off):
            return Backend("simple").canary(request, secret)
        return responses.response(request, answer)


@cache
def report_unsupported(backend: str, argument: str) -> None:
    """Tell the operator once that an argument changes nothing."""
    logger.warning("%s changes nothing: the backend %s does not support it", argument, backend)


def garbles(request: HttpRequest, hand_off: HandOff) -> bool:
    """Whether the application server would change the header: Granian encodes it again over WSGI."""
    over_wsgi = request.META.get("SERVER_SOFTWARE") == "Granian" and not hasattr(request, "scope")
    return over_wsgi and not hand_off.value([]).isascii()
