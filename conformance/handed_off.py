"""Files handed off by the application of the contract."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from typing import Any

from conformance.dialects import Dialect, Reference
from conformance.files import Files
from conformance.tree import Tree
from harness.client import TIMEOUT, Address, Response, request

TYPE = ("Content-Type", "application/octet-stream")

Headers = Sequence[tuple[str, str]]


class HandedOff(Files):
    """A server in front of the contract's application."""

    def __init__(self, address: Address, tree: Tree, url: str, dialect: Dialect) -> None:
        super().__init__(address, tree, url)
        self.dialect = dialect

    @property
    def prefix(self) -> bytes:
        """What stands before the name in the value of a hand-off."""
        return self.url.encode("ascii") if self.dialect.reference is Reference.URI else os.fsencode(self.tree.root)

    def value(self, name: bytes) -> bytes:
        """The value that names a file, without what its headers add."""
        return self.dialect.escape(self.prefix + b"/" + name)

    def target(self, name: bytes, *, status: int = 200, say: Headers = (), body: bytes = b"", **options: Any) -> str:
        """`say` is what the application says beside the file's type and, where the dialect wants them, validators."""
        own = dict([TYPE, *self._validators(name)])
        said = [*((key, value) for key, value in own.items() if key not in dict(say)), *say]
        value = self.value(name) + self.dialect.query(said)
        return answer(status, [(self.dialect.header, value), *encoded(said)], body)

    def of_value(self, value: bytes, *, method: str = "GET", timeout: float = TIMEOUT) -> Response:
        """The answer where the application hands off just this."""
        return self.request(answer(200, [(self.dialect.header, value)]), method=method, timeout=timeout)

    def unchecked(self, target: str, *, headers: Mapping[str, str] | None = None) -> Response:
        """An answer that may show what it must not."""
        return request(self.address, target, headers=(headers or {}).items())

    def _validators(self, name: bytes) -> list[tuple[str, str]]:
        if not self.dialect.validators:
            return []
        try:
            status = os.stat(os.path.join(os.fsencode(self.tree.root), name))
        except (OSError, ValueError):
            return []
        return [
            ("ETag", f'"{status.st_mtime_ns:x}-{status.st_size:x}"'),
            ("Last-Modified", formatdate(int(status.st_mtime), usegmt=True)),
        ]


def answer(status: int, headers: Sequence[tuple[str, bytes]], body: bytes = b"") -> str:
    """The target that has the application answer so."""
    pairs = [f"status={status}", *(f"{name}={value.hex()}" for name, value in headers)]
    return "/answer?" + "&".join([*pairs, f"body={body.hex()}"] if body else pairs)


def encoded(headers: Headers) -> list[tuple[str, bytes]]:
    return [(name, value.encode("utf-8")) for name, value in headers]
