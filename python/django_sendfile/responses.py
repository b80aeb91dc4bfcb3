"""Responses: what Django makes of the extension's answer."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders

from .log import warn_once
from .waiting import wait_in

if TYPE_CHECKING:
    from ._native import Body, HandOff, Response

#: Bytes read at a time. Django cuts larger pieces for ASGI servers itself.
CHUNK = 2**16

#: What says how much of a file a body is, and which part.
MEASURES = ("content-length", "content-range")

#: By lower-case name: the header with its value, or that there is none.
Measures: TypeAlias = "dict[str, tuple[str, str] | None]"

#: Content-Range of one part (RFC 9110 §14.4).
PART = re.compile(r"bytes (\d{1,18})-(\d{1,18})/")

#: How many chunks one reader gets before others have their turn in an event loop.
CHUNKS_PER_TURN = 8


def response(request: HttpRequest, answer: Response) -> HttpResponseBase:
    """The response for the extension's answer to ``request``."""
    if rule := answer.rule:
        warn_once("a file is streamed, since it cannot be handed to the server in front (%s)", rule)
    if hand_off := answer.hand_off:
        return HandOffResponse(answer, hand_off)
    if body := answer.body:
        return StreamedResponse(answer, body, getattr(request, "scope", None))
    return EmptyResponse(answer)


class SendfileResponse:
    """What all our responses are, to tell them from those of other backends."""

    headers: Any
    status_code: int

    def items(self) -> Iterator[tuple[str, str]]:
        """
        The headers on the wire, which Django's handlers ask for last. How much of the file there is, and
        which part of it, is what was decided with the body, whoever has set or deleted it since: a server
        sends as many bytes as Content-Length says, or breaks the connection.
        """
        return on_the_wire(self.headers.items(), self._measured())

    def serialize_headers(self) -> bytes:
        return "\r\n".join(f"{name}: {value}" for name, value in self.items()).encode("latin-1")

    def has_header(self, header: str) -> bool:
        """
        Middleware asks this before it adds what an answer of this status must not have:
        GZipMiddleware would compress a part of a file, CommonMiddleware measure a 304.
        """
        unfit = {206: "content-encoding", 304: "content-length"}.get(self.status_code)
        return header.lower() == unfit or header in self.headers

    def _fill(self, answer: Response) -> None:
        # As they are: Django would write what is not ASCII as no file server reads it.
        self.headers._store = answer.headers
        self._measures: Measures = {name: answer.headers.get(name) for name in MEASURES}

    def _measured(self) -> Measures:
        return self._measures


class EmptyResponse(SendfileResponse, HttpResponse):
    """An answer without body: to HEAD, 304, 412, 416."""

    def __init__(self, answer: Response) -> None:
        super().__init__(content_type="", status=answer.status)
        self._fill(answer)
        self.path = answer.path

    def _measured(self) -> Measures:
        # Somebody may have written a page for an error.
        is_page = self.content and self.status_code != 304
        return self._measures | length_of(self.content) if is_page else self._measures


class HandOffResponse(SendfileResponse, HttpResponse):
    """
    An answer whose header tells the server in front which file to send.

    ``response["X-Sendfile"]`` reads as people read it; ``items()``, which is what Django's handlers
    put on the wire, has what the server understands.
    """

    def __init__(self, answer: Response, hand_off: HandOff) -> None:
        # HttpResponse's own initialiser, without the time that it takes to measure no content.
        HttpResponseBase.__init__(self, content_type="")
        self._container = [b""]
        self._fill(answer)
        self.hand_off = hand_off

    def items(self) -> Iterator[tuple[str, str]]:
        """The headers on the wire."""
        hand_off = self.hand_off
        for name, value in super().items():
            if name == hand_off.header and value == hand_off.readable:
                carried = [(name, self.headers[name]) for name in hand_off.carries if name in self.headers]
                value = hand_off.value(carried)
            yield name, value

    def _measured(self) -> Measures:
        # None of the file's, which would be that of a body that is not here.
        return self._measures | (length_of(self.content) if "Content-Length" in self.headers else {})


class OwnHeaders(ResponseHeaders):
    """
    The headers of a 206, 304 or 416 from a backend of the site's own. On the wire its length, too, is that of
    the body that came from there, whoever sets another one.
    """

    def __init__(self, response: HttpResponseBase, method: str | None) -> None:
        self._store: dict[str, tuple[str, str]] = response.headers._store
        self._response = response
        self._is_head = method == "HEAD"
        self._iterator = getattr(response, "_iterator", None)
        self._measures: Measures = {name: self._store.get(name) for name in MEASURES}
        part = PART.match(self.get("Content-Range", ""))
        if response.status_code == 304:
            self._measures = dict.fromkeys(MEASURES)
        elif part and response.status_code == 206:
            first, last = map(int, part.groups())
            if first <= last:
                self._measures["content-length"] = ("Content-Length", str(last - first + 1))

    def items(self) -> Iterator[tuple[str, str]]:  # type: ignore[override]
        return on_the_wire(self._store.values(), self._measured())

    def _measured(self) -> Measures:
        response = self._response
        if isinstance(response, HttpResponse):
            as_said = self._is_head or response.status_code == 304
            return self._measures if as_said else self._measures | length_of(response.content)
        is_untouched = getattr(response, "_iterator", None) is self._iterator
        return self._measures if is_untouched else only_if_said(self._measures, self)


def on_the_wire(headers: Iterable[tuple[str, str]], measures: Measures) -> Iterator[tuple[str, str]]:
    """The headers, with these in place of others that measure the body."""
    yield from (header for header in headers if header[0].lower() not in measures)
    yield from filter(None, measures.values())


def length_of(content: bytes) -> Measures:
    return {"content-length": ("Content-Length", str(len(content)))}


def only_if_said(measures: Measures, headers: Mapping[str, str]) -> Measures:
    """The same, without a length where the headers say another or none."""
    length = measures["content-length"]
    is_said = length and headers.get("Content-Length") == length[1]
    return measures if is_said else measures | {"content-length": None}


def takes_paths(scope: dict[str, Any]) -> bool:
    """
    Whether the server offers to send a file by its path. It opens the file later, when there may be
    more of it than was declared: over HTTP/1 the rest is cut off, over HTTP/2 it is not.
    """
    offered = "http.response.pathsend" in scope.get("extensions", ())
    return offered and str(scope.get("http_version", "")).startswith("1")


class StreamedResponse(SendfileResponse, StreamingHttpResponse):
    """
    An answer that carries the file, or parts of it, with constant memory.

    A WSGI server gets the file itself where it has a ``wsgi.file_wrapper``; otherwise, and under
    ASGI, the body is read piece by piece. Middleware may replace ``streaming_content`` as usual.
    """

    block_size = CHUNK
    #: What Django's WSGI handler gives to ``wsgi.file_wrapper``.
    file_to_stream: FileToStream | UwsgiFileToStream | None = None

    def __init__(self, answer: Response, body: Body, scope: dict[str, Any] | None) -> None:
        self._chunks = Chunks(body)
        self._takes_path = scope is not None and takes_paths(scope)
        super().__init__(self._chunks, status=answer.status)
        self._fill(answer)
        self.path = answer.path
        # Both ways of reading work; this one tells middleware which to wrap.
        self.is_async = scope is not None
        self._iterator = self._chunks
        # Over ASGI nobody asks for it.
        self.file_to_stream = None if self.is_async else file_to_stream(body)

    def _set_streaming_content(self, value: Iterable[bytes] | AsyncIterator[bytes]) -> None:
        self.file_to_stream = None
        super()._set_streaming_content(value)  # type: ignore[misc]

    __bytes__ = SendfileResponse.serialize_headers

    def _measured(self) -> Measures:
        if self._untouched:
            return self._measures
        # Whoever has put other content here knows how long it is; but not longer than the part that it is.
        return {} if self.status_code == 200 else only_if_said(self._measures, self.headers)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks) if self._untouched else super().__iter__()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._chunks) if self._untouched else super().__aiter__()

    def takes_path(self) -> bool:
        """Whether the server offers to send the file itself, and may send it as it is."""
        return (
            self._takes_path
            and self._untouched
            and self.status_code == 200
            # To ask a file system that may hang is not for an event loop.
            and self._chunks.lane is None
            and self._chunks.part == (0, os.fstat(self.fileno()).st_size)
        )

    def fileno(self) -> int:
        """The descriptor of the file."""
        return self._chunks.fileno()

    def skip(self) -> None:
        """Leave the file to the server."""
        self._chunks.skip()

    def close(self) -> None:
        shrunk = False
        try:
            # Whoever had the file itself may have closed it.
            with suppress(ValueError):
                shrunk = self.file_to_stream is not None and not self.closed and self._chunks.shrunk()
        finally:
            super().close()
        if shrunk:
            # A server that sent the file itself may not have noticed, and would put the next response
            # where the rest of this one is missing. An error makes it close the connection.
            raise OSError("the file has become shorter")

    def getvalue(self) -> bytes:
        return b"".join(self)

    @property
    def _untouched(self) -> bool:
        return self._iterator is self._chunks


class Chunks:
    """A body, piece by piece, to be read once, synchronously or not."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._skipped = False
        self.close = body.close
        self.fileno = body.fileno
        self.shrunk = body.shrunk
        self.part = body.part
        self.lane = body.lane

    def skip(self) -> None:
        """Leave it to the server."""
        self._skipped = True

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._body.read(CHUNK), b"")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body = self._body
        turn = 0
        while not self._skipped:
            # A reader as fast as we must not keep others waiting, nor hide that it has gone.
            turn += 1
            if turn % CHUNKS_PER_TURN == 0:
                await asyncio.sleep(0)
            # What is in memory is read here and now; a thread is asked only for the disk's sake.
            chunk = body.read_cached(CHUNK)
            if chunk is None:
                try:
                    chunk = await wait_in(body.lane, body.read, CHUNK)
                except asyncio.CancelledError:
                    # What the thread reads is lost, and whoever went on would leave it out.
                    body.close()
                    raise
            if not chunk:
                return
            yield chunk


def file_to_stream(body: Body) -> FileToStream | UwsgiFileToStream | None:
    """What to give to ``wsgi.file_wrapper``, if the server can send the body from a file object."""
    if body.part is None:
        return None
    # The module exists only inside uWSGI.
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is None:
        return FileToStream(body)
    offset, length = body.part
    # Its call takes numbers of 32 bits, no length for the whole, and too much in its own threads.
    if length > 0 and offset + length < 2**31 and "offload-threads" not in uwsgi.opt:
        return UwsgiFileToStream(body, uwsgi.sendfile)
    whole = offset == 0 and length == os.fstat(body.fileno()).st_size
    return FileToStream(body) if whole else None


class FileToStream:
    """
    A body as a file object that a WSGI server may take the descriptor of.

    Servers find out where the body begins in their own ways: gunicorn by the descriptor's position,
    mod_wsgi by ``tell``, gunicorn's gevent worker by ``seek``. ``read`` ends where the body does.
    """

    def __init__(self, body: Body) -> None:
        self.read = body.read
        self.fileno = body.fileno
        self.tell = body.tell
        self.seek = body.seek
        self.close: Callable[[], None] = body.close


class UwsgiFileToStream:
    """
    A body as a file object for uWSGI, which sends a descriptor from the file's start to its end,
    wherever it is positioned. So it is given none and asks to read; then its own call sends the part.
    """

    def __init__(self, body: Body, sendfile: Callable[[int, int, int, int], object]) -> None:
        self._body = body
        self._sendfile = sendfile
        self._sent = False
        self.close: Callable[[], None] = body.close

    def read(self, size: int) -> bytes:
        if not self._sent and self._body.part:
            self._sent = True
            # It closes the descriptor that it is given.
            self._sendfile(os.dup(self._body.fileno()), 0, *self._body.part)
        return b""
