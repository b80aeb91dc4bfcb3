"""
Backends: how a file leaves.

A backend is a module with a function ``sendfile(request, filename, **kwargs)`` that returns a
response. ``SENDFILE_BACKEND`` names the module, one of these or one of your own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from os import PathLike, fsdecode
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse

from .. import _native as native
from .. import conf, responses
from .._native import Delivery, NotFound
from ..log import logger, warn_once

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from .._native import HandOff, Response

Send = Callable[..., "HttpResponseBase"]

#: How the file is to be delivered that a backend of the site's own is sending now: for one of these, if it
#: builds upon it.
asked: ContextVar[Delivery | None] = ContextVar("asked", default=None)


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
        """Send a file, as a backend of your own that builds upon this one was asked to."""
        delivery = asked.get() or Delivery()
        if mimetype:
            delivery = delivery.of_type(mimetype)
        try:
            return self.respond(request, fsdecode(filename), delivery)
        except NotFound as error:
            raise not_found(error) from error

    def respond(self, request: HttpRequest, path: str, delivery: Delivery) -> HttpResponseBase:
        return self.send(conf.native(self.name).respond, request, path, delivery)

    def respond_cached(self, request: HttpRequest, path: str, delivery: Delivery) -> HttpResponseBase:
        """``respond``, or ``WouldBlock`` where the disk would have to be waited for."""
        return self.send(conf.native(self.name).respond_cached, request, path, delivery)

    def respond_local(self, request: HttpRequest, path: str, delivery: Delivery) -> HttpResponseBase:
        """``respond``, or ``WouldBlock`` where anything but a disk of this machine would have to be waited for."""
        return self.send(conf.native(self.name).respond_local, request, path, delivery)

    def send(
        self, decide: Callable[..., Response], request: HttpRequest, path: str, delivery: Delivery
    ) -> HttpResponseBase:
        """The response, by the extension's answer."""
        if self.streams(request):
            delivery = delivery.streamed()
        answer = decide(request.method, request.META, path, delivery)
        if (hand_off := answer.hand_off) and garbles(request, hand_off):
            answer = decide(request.method, request.META, path, delivery.streamed())
        for argument in answer.unsupported or ():
            warn_once("%s changes nothing: the backend %s does not support it", argument, self.name)
        return responses.response(request, answer)

    def streams(self, request: HttpRequest) -> bool:
        """Whether nobody in front of this request takes a hand-off."""
        return False

    def canary(self, request: HttpRequest, secret: bytes) -> HttpResponseBase | None:
        """The answer to a signed question of ``sendfile check``; ``None`` to everything else."""
        delivery = Delivery().streamed() if self.streams(request) else Delivery()
        answer = self._answer_to_check(request, secret, delivery)
        if isinstance(answer, str):
            return HttpResponse(answer, content_type="application/json", headers={"Cache-Control": "no-store"})
        if answer and (hand_off := answer.hand_off) and garbles(request, hand_off):
            answer = self._answer_to_check(request, secret, delivery.streamed())
            assert not isinstance(answer, str)
        return responses.response(request, answer) if answer else None

    def _answer_to_check(self, request: HttpRequest, secret: bytes, delivery: Delivery) -> Response | str | None:
        query = str(request.META.get("QUERY_STRING", ""))
        return native.canary(conf.native(self.name), secret, query, request.method, request.META, delivery)


def not_found(error: Exception) -> Http404:
    """What the client may know. The reason, and the path, are for the log only."""
    logger.warning("%s", error)
    return Http404("There is no such file.")


def garbles(request: HttpRequest, hand_off: HandOff) -> bool:
    """Whether the application server would change the header: Granian encodes it again over WSGI."""
    over_wsgi = request.META.get("SERVER_SOFTWARE") == "Granian" and not hasattr(request, "scope")
    return over_wsgi and not hand_off.value([]).isascii()
