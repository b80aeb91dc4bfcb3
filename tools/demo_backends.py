"""The servers that the demo runs behind, one for each backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.application import Gunicorn, Runserver
from harness.client import Address
from harness.front import FRONTS, Front, ModXsendfile
from harness.package import Package
from harness.place import Place, as_user
from harness.server import Server
from harness.site import Site

MANAGE = ("-m", "django", "sendfile")
"""The configuration is what the site itself prints for its server."""


class Threaded(Gunicorn):
    """A browser keeps a connection open for each video that is paused: a worker must have more than one to give."""

    def command(self) -> list[str | Path]:
        return [*super().command(), "--threads", "32"]


@dataclass(frozen=True)
class Backend:
    """Which server runs the site, and which one stands in front of it."""

    name: str
    application: Callable[[Site, Place], Server] | None
    front: type[Front] | None = None

    @property
    def packages(self) -> tuple[Package, ...]:
        return self.front.packages if self.front else ()

    @contextmanager
    def started(self, site: Site, place: Place, address: Address | None) -> Iterator[Server]:
        """The server that visitors speak to, at the address where one is given."""
        with ExitStack() as stack:

            def start(server: Server, *, outermost: bool) -> Server:
                server.prefix = as_user()
                if outermost and address:
                    server.address = address
                return stack.enter_context(server)

            server = start(self.application(site, place), outermost=not self.front) if self.application else None
            if self.front:
                front = self.front(site, place, upstream=server, command=MANAGE)
                server = start(front, outermost=True)
            assert server is not None
            yield server


BACKENDS = {
    backend.name: backend
    for backend in (
        Backend("development", Runserver),
        Backend("simple", Threaded),
        Backend("xsendfile", Threaded, ModXsendfile),
        *(Backend(front.backend, None if front.embedded else Threaded, front) for front in FRONTS),
    )
}
