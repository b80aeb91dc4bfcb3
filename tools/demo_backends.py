"""The servers that the demo runs behind: one row for each backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo_site import as_user
from harness.application import Gunicorn, Runserver
from harness.client import Address
from harness.front import Caddy, Front, Lighttpd, ModWsgi, ModXsendfile, Nginx
from harness.place import Place
from harness.server import Server
from harness.site import Site
from toolbox import debian
from toolbox.debian import Package

MANAGE = ("-m", "django", "sendfile")
"""The configuration is what the site itself prints for its server."""


class Threaded(Gunicorn):
    """A browser keeps a connection open for each video that is paused: a worker must have more than one to give."""

    def command(self) -> list[str | Path]:
        return [*super().command(), "--threads", "32"]


@dataclass(frozen=True)
class Backend:
    """Which server runs the site, which one stands in front of it, and the Debian packages of that one."""

    name: str
    application: Callable[[Site, Place], Server] | None
    front: type[Front] | None = None
    packages: tuple[Package, ...] = ()

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


def packages(*names: str) -> tuple[Package, ...]:
    return tuple(package for package in debian.SERVERS if package.name in names)


BACKENDS = {
    backend.name: backend
    for backend in (
        Backend("development", Runserver),
        Backend("simple", Threaded),
        Backend("nginx", Threaded, Nginx, packages("nginx-light")),
        Backend("mod_wsgi", None, ModWsgi, packages("apache2", "libapache2-mod-wsgi-py3")),
        Backend("xsendfile", Threaded, ModXsendfile, packages("apache2", "libapache2-mod-xsendfile")),
        Backend("lighttpd", Threaded, Lighttpd, packages("lighttpd")),
        Backend("caddy", Threaded, Caddy, packages("caddy")),
    )
}
