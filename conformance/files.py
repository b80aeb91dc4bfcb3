"""What is asked of a running server. Every answer is checked for what must never reach a client."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from conformance.tree import Tree
from harness.client import TIMEOUT, Address, Exchange, Response, request

HAND_OFF_HEADERS = (
    "x-accel-redirect",
    "x-accel-mapping",
    "x-sendfile",
    "x-sendfile-type",
    "x-sendfile2",
    "x-lighttpd-send-file",
    "x-litespeed-location",
    "x-reproxy-url",
)


class Leak(AssertionError):
    """An answer shows what is nobody's business outside."""

    def __init__(self, what: str, response: Response) -> None:
        super().__init__(f"{what} is shown: {response.head_bytes!r}")
        self.what = what
        self.response = response


class Files(ABC):
    """Files behind a server, asked for by their names beneath the root."""

    def __init__(self, address: Address, tree: Tree, url: str) -> None:
        self.address = address
        self.tree = tree
        self.url = url
        """The internal URL, without a slash at its end."""

    @abstractmethod
    def target(self, name: bytes, **options: Any) -> str:
        """The request target that asks for a file."""

    def get(
        self,
        name: str | bytes,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Response:
        name = name.encode() if isinstance(name, str) else name
        return self.request(self.target(name, **options), method=method, headers=headers)

    def request(
        self, target: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, timeout: float = TIMEOUT
    ) -> Response:
        response = request(self.address, target, method=method, headers=(headers or {}).items(), timeout=timeout)
        if shown := self.shown(response, target, (headers or {}).values()):
            raise Leak(shown, response)
        return response

    def open(self, name: str, *, headers: Mapping[str, str] | None = None) -> Exchange:
        """A download whose body the caller reads as it pleases."""
        return Exchange(self.address, self.target(name.encode()), headers=(headers or {}).items())

    def shown(self, response: Response, target: str, said: Iterable[str] = ()) -> str | None:
        """
        What the response shows and must not. The client may see again a path that it asked for, and in the
        page of an application what it said in headers. No server shows it the internal URL that it asked for.
        """
        path = os.fsencode(self.tree.root.parent)
        if path not in target.encode("ascii") and (path in response.head_bytes or path in response.body):
            return "the path"
        if any(name in HAND_OFF_HEADERS for name, _ in response.fields):
            return "the hand-off header"
        url = f"{self.url}/".encode("ascii")
        told = any(f"{self.url}/" in value for value in said)
        if url in response.head_bytes or (url in response.body and not told):
            return "the internal URL"
        return None
