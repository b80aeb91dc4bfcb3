"""A raw HTTP/1.1 client: it sends exactly the target it is given, and checks the framing of what comes back.

One request per connection. Everything up to the end of the connection is read, so that a byte too many (a body
after HEAD, more than Content-Length says) is an error and not left unseen.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass

TIMEOUT = 10.0
"""Seconds without a byte before a request fails."""

BODILESS = frozenset({204, 304})

Fields = tuple[tuple[str, bytes], ...]


class FramingError(Exception):
    """The bytes on the connection are not one well-framed HTTP response."""


@dataclass(frozen=True)
class Address:
    """Where a server listens."""

    port: int
    host: str = "127.0.0.1"

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def connect(self, timeout: float = TIMEOUT) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=timeout)


@dataclass(frozen=True)
class Head:
    """Status line and header fields, names in lower case."""

    status: int
    fields: Fields

    def all(self, name: str) -> list[bytes]:
        return [value for field, value in self.fields if field == name.lower()]

    def raw(self, name: str) -> bytes | None:
        values = self.all(name)
        if len(values) > 1:
            raise FramingError(f"{name} was sent {len(values)} times: {values}")
        return values[0] if values else None

    def header(self, name: str) -> str | None:
        value = self.raw(name)
        return None if value is None else value.decode("latin-1")

    def int(self, name: str) -> int | None:
        value = self.raw(name)
        return None if value is None else int(value)


@dataclass(frozen=True)
class Response(Head):
    """A whole response."""

    body: bytes
    head_bytes: bytes
    """The head as it was on the wire."""


def request(
    address: Address,
    target: str | bytes,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str | bytes]] = (),
    body: bytes = b"",
    timeout: float = TIMEOUT,
) -> Response:
    """Send one request and read its whole response."""
    with Exchange(address, target, method=method, headers=headers, body=body, timeout=timeout) as exchange:
        content = exchange.body()
        return Response(exchange.head.status, exchange.head.fields, content, exchange.head_bytes)


class Exchange:
    """One request whose response body is read as the caller pleases; leaving early closes the connection."""

    def __init__(
        self,
        address: Address,
        target: str | bytes,
        *,
        method: str = "GET",
        headers: Iterable[tuple[str, str | bytes]] = (),
        body: bytes = b"",
        timeout: float = TIMEOUT,
    ) -> None:
        self._method = method
        self._socket = address.connect(timeout)
        self._buffer = bytearray()
        try:
            self._socket.sendall(_request_bytes(address, method, target, list(headers), body))
            self.head_bytes = self._until(b"\r\n\r\n")
            self.head = parse_head(self.head_bytes)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def read_some(self, at_least: int) -> int:
        """Take at least this many raw bytes of the body off the connection and say how many came."""
        while len(self._buffer) < at_least:
            if not self._receive():
                break
        taken = len(self._buffer)
        self._buffer.clear()
        return taken

    def drain(self) -> int:
        """Read the raw body to the end of the connection without keeping it, and say how many bytes came."""
        total = len(self._buffer)
        self._buffer.clear()
        scratch = bytearray(1 << 20)
        while count := self._socket.recv_into(scratch):
            total += count
        return total

    def body(self) -> bytes:
        """The body, taken out of its framing."""
        while self._receive():
            pass
        rest = bytes(self._buffer)
        if self._method == "HEAD" or self.head.status in BODILESS:
            if rest:
                raise FramingError(f"{len(rest)} bytes of body where there must be none: {rest[:80]!r}")
            return b""
        coding = self.head.raw("transfer-encoding")
        if coding is not None and coding.lower() == b"chunked":
            return _unchunk(rest)
        length = self.head.int("content-length")
        if length is not None and length != len(rest):
            raise FramingError(f"Content-Length says {length}, {len(rest)} bytes came: {rest[:80]!r}")
        return rest

    def _receive(self) -> bool:
        data = self._socket.recv(1 << 16)
        self._buffer += data
        return bool(data)

    def _until(self, mark: bytes) -> bytes:
        while (found := self._buffer.find(mark)) < 0:
            if not self._receive():
                raise FramingError(f"connection closed in the middle of the head: {bytes(self._buffer)!r}")
        end = found + len(mark)
        taken = bytes(self._buffer[:end])
        del self._buffer[:end]
        return taken


def parse_head(head: bytes) -> Head:
    status_line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    version, status, *_ = status_line.split(b" ", 2)
    if not version.startswith(b"HTTP/1."):
        raise FramingError(f"not an HTTP/1 status line: {status_line!r}")
    fields = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or name != name.strip() or b"\n" in line or b"\r" in line:
            raise FramingError(f"not a header field: {line!r}")
        fields.append((name.decode("ascii").lower(), value.strip(b" \t")))
    return Head(int(status), tuple(fields))


def _request_bytes(
    address: Address, method: str, target: str | bytes, headers: list[tuple[str, str | bytes]], body: bytes
) -> bytes:
    target = target.encode("ascii") if isinstance(target, str) else target
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", f"{address.host}:{address.port}"))
    headers.append(("Connection", "close"))
    if body or method == "POST":
        headers.append(("Content-Length", str(len(body))))
    lines = [method.encode("ascii") + b" " + target + b" HTTP/1.1"]
    for name, value in headers:
        lines.append(name.encode("ascii") + b": " + (value.encode("latin-1") if isinstance(value, str) else value))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _unchunk(rest: bytes) -> bytes:
    content = bytearray()
    while True:
        line, end, rest = rest.partition(b"\r\n")
        if not end:
            raise FramingError("connection closed before the last chunk")
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            break
        if len(rest) < size + 2 or rest[size : size + 2] != b"\r\n":
            raise FramingError("connection closed in the middle of a chunk")
        content += rest[:size]
        rest = rest[size + 2 :]
    if not rest.endswith(b"\r\n"):
        raise FramingError("no end after the last chunk")
    return bytes(content)
