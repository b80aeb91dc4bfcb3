"""What the tests ask of a running stand. Every answer is checked for what must never reach a client."""

from __future__ import annotations

import re

from conformance.files import Files
from harness.server import Server
from stands import Stand
from tree import Tree


class Downloads(Files):
    """A stand that is running."""

    def __init__(self, stand: Stand, server: Server, tree: Tree) -> None:
        super().__init__(server.address, tree, server.site.url)
        self.stand = stand
        self.server = server

    def target(self, name: str | bytes, *, view: str | None = None, **options: str) -> str:
        """The request target that asks the application for a file."""
        name = name.encode() if isinstance(name, str) else name
        more = "".join(f"&{key}={escaped(value.encode())}" for key, value in options.items())
        return f"{view or self.stand.view}?name={escaped(name)}{more}"


def escaped(value: bytes) -> str:
    """
    A value as the site's views read it: every unusual byte as ~ and two hexadecimal digits.

    Not percent-encoded, since some servers refuse a request whose URL has %00 or %0A in it, and here the
    application is to be asked.
    """
    return re.sub(rb"[^A-Za-z0-9._/-]", lambda found: b"~%02x" % found[0][0], value).decode("ascii")
