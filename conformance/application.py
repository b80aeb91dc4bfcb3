"""The application side of the contract (CONTRACT.md): a WSGI application, and a server that writes what it is told.

The server is for fronts that speak HTTP to the application. It writes headers as they are, line feeds and all, which
no application server for production should.
"""

from __future__ import annotations

import argparse
import socketserver
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def line(self) -> str:
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return f"{self.status} Unknown"


def answer(path: str, query: str, request_headers: Headers) -> Answer:
    if path == "/ready":
        return complete(Answer(200, [], b"ready\n"))
    if path == "/seen":
        lines = b"".join(name.lower().replace(b"_", b"-") + b": " + value + b"\n" for name, value in request_headers)
        return complete(Answer(200, [(b"Content-Type", b"text/plain")], lines))
    if path == "/answer":
        return complete(told(query))
    return complete(Answer(404, [(b"X-Answered-By", b"application")], b"nothing here\n"))


def told(query: str) -> Answer:
    status, headers, body = 200, [], b""
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key == "status":
            status = int(value)
        elif key == "body":
            body = bytes.fromhex(value)
        elif key:
            headers.append((key.encode("ascii"), bytes.fromhex(value)))
    return Answer(status, headers, body)


def complete(given: Answer) -> Answer:
    if any(name.lower() == b"content-length" for name, _ in given.headers):
        return given
    return Answer(given.status, [*given.headers, (b"Content-Length", str(len(given.body)).encode())], given.body)


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """WSGI (PEP 3333)."""
    seen = [(key[5:].encode(), value.encode("latin-1")) for key, value in environ.items() if key.startswith("HTTP_")]
    given = answer(environ["PATH_INFO"], environ["QUERY_STRING"], seen)
    headers = [(name.decode(), value.decode("latin-1")) for name, value in given.headers]
    start_response(given.line, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [given.body]


class Connection(socketserver.StreamRequestHandler):
    """One request, one answer."""

    def handle(self) -> None:
        method, target, *_ = [*self.rfile.readline().split(b" "), b""]
        headers = self._request_headers()
        self.rfile.read(next((int(value) for name, value in headers if name.lower() == b"content-length"), 0))
        path, _, query = target.decode("latin-1").partition("?")
        given = answer(path, query, headers)
        lines = [b"HTTP/1.1 " + given.line.encode(), b"Connection: close"]
        lines += [name + b": " + value for name, value in given.headers]
        body = b"" if method == b"HEAD" else given.body
        self.wfile.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    def _request_headers(self) -> Headers:
        headers = []
        while line := self.rfile.readline().rstrip(b"\r\n"):
            name, _, value = line.partition(b":")
            headers.append((name, value.strip()))
        return headers


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


def main() -> None:
    parser = argparse.ArgumentParser(prog="conformance.application", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=9000, help="listen on this port of 127.0.0.1 (default: 9000)")
    with Server(("127.0.0.1", parser.parse_args().port), Connection) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
