"""What the tests ask of a running stand. Every answer is checked for what must never reach a client."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.client import Exchange, Response, request
from harness.server import Server
from stands import Sender, Stand
from tree import Tree

HAND_OFF_HEADERS = ("x-sendfile", "x-accel-redirect", "x-lighttpd-send-file", "x-sendfile-type", "x-accel-mapping")


class Downloads:
    """A stand that is running."""

    def __init__(self, stand: Stand, server: Server, tree: Tree) -> None:
        self.stand = stand
        self.server = server
        self.tree = tree

    @property
    def sender(self) -> Sender:
        return self.stand.sender

    def target(self, name: str | bytes, *, view: str | None = None, **options: str) -> str:
        """The request target that asks the application for a file."""
        name = name.encode() if isinstance(name, str) else name
        more = "".join(f"&{key}={escaped(value.encode())}" for key, value in options.items())
        return f"{view or self.stand.view}?name={escaped(name)}{more}"

    def get(
        self,
        name: str | bytes,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        view: str | None = None,
        **options: str,
    ) -> Response:
        return self.request(self.target(name, view=view, **options), method=method, headers=headers)

    def request(self, target: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Response:
        response = request(self.server.address, target, method=method, headers=(headers or {}).items())
        self._nothing_leaks(target, response)
        return response

    def open(self, name: str, *, headers: Mapping[str, str] | None = None) -> Exchange:
        """A download whose body the caller reads as it pleases."""
        return Exchange(self.server.address, self.target(name), headers=(headers or {}).items())

    def _nothing_leaks(self, target: str, response: Response) -> None:
        token = self.tree.token.encode("ascii")
        if self.tree.token in target:
            # Django's page for developers shows the URL that was asked for.
            return
        assert token not in response.head_bytes, f"the root is in a header: {response.head_bytes!r}"
        assert token not in response.body, f"the root is in the body: {response.body[:2000]!r}"
        shown = [name for name, _ in response.fields if name in HAND_OFF_HEADERS]
        assert not shown, f"hand-off headers reach the client: {response.head_bytes!r}"
        internal = self.server.site.url.encode("ascii")
        assert internal not in response.head_bytes, f"the internal URL is in a header: {response.head_bytes!r}"


def escaped(value: bytes) -> str:
    """
    A value as the site's views read it: every unusual byte as ~ and two hexadecimal digits.

    Not percent-encoded, since some servers refuse a request whose URL has %00 or %0A in it, and here the
    application is to be asked.
    """
    return re.sub(rb"[^A-Za-z0-9._/-]", lambda found: b"~%02x" % found[0][0], value).decode("ascii")
