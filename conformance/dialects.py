"""How each server is told of a file: one row each.

Only what the client side needs to write a hand-off. The rows of the core (crates/xsendfile) say more, and a test
holds the two against each other, name by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote


class Reference(Enum):
    URI = "a URI beneath the internal URL"
    PATH = "a path in the file system"


class Escaping(Enum):
    PERCENT = "percent-encoded"
    RAW = "as it is"


@dataclass(frozen=True)
class Dialect:
    name: str
    header: str
    reference: Reference
    escaping: Escaping
    validators: bool = False
    """Whether the application is to send ETag and Last-Modified."""
    carried: tuple[tuple[str, str], ...] = ()
    """Query parameters of the URI, each with the header that it stands for."""

    def escape(self, value: bytes) -> bytes:
        return quote(value, safe="/").encode("ascii") if self.escaping is Escaping.PERCENT else value

    def query(self, headers: list[tuple[str, str]]) -> bytes:
        """What carries these headers where the server would lose them."""
        given = {name.lower(): value for name, value in headers}
        pairs = [f"{parameter}={quote(given[name], safe='/')}" for parameter, name in self.carried if name in given]
        return f"?{'&'.join(pairs)}".encode("ascii") if pairs else b""


X_ACCEL_REDIRECT = "X-Accel-Redirect"
X_SENDFILE = "X-Sendfile"

DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Dialect("nginx", X_ACCEL_REDIRECT, Reference.URI, Escaping.PERCENT),
        Dialect("mod_xsendfile", X_SENDFILE, Reference.PATH, Escaping.RAW, validators=True),
        Dialect(
            "mod_wsgi",
            "Location",
            Reference.URI,
            Escaping.PERCENT,
            carried=(
                ("disposition", "content-disposition"),
                ("type", "content-type"),
                ("encoding", "content-encoding"),
                ("cache", "cache-control"),
                ("expires", "expires"),
                ("vary", "vary"),
                ("csp", "content-security-policy"),
                ("frame", "x-frame-options"),
            ),
        ),
        Dialect("caddy", X_ACCEL_REDIRECT, Reference.URI, Escaping.RAW),
        Dialect("lighttpd", X_SENDFILE, Reference.PATH, Escaping.PERCENT, validators=True),
    )
}
