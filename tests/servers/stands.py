"""Which servers are tested, each with its backend: one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum

from harness.application import Granian, Gunicorn, Runserver, Uvicorn, Uwsgi
from harness.front import Caddy, Front, Lighttpd, ModWsgi, ModXsendfile, Nginx
from harness.place import Place
from harness.server import Server
from harness.site import Site


class Sender(Enum):
    """Who decides on ranges and preconditions and sends the bytes."""

    OURS = "ours"
    NGINX = "nginx"
    MOD_XSENDFILE = "mod_xsendfile"
    MOD_WSGI = "mod_wsgi"
    LIGHTTPD = "lighttpd"
    CADDY = "caddy"


@dataclass(frozen=True)
class Stand:
    """A backend, the server that runs the application, and the one in front of it."""

    id: str
    backend: str
    sender: Sender
    application: Callable[[Site, Place], Server] | None = None
    front: type[Front] | None = None
    view: str = "/download"
    settings: Mapping[str, str] = field(default_factory=dict)
    """What else the site is told."""
    sends_body_for_head: bool = False
    """Whether the server sends what the application gives for HEAD too, as it does with Django's own pages."""

    @property
    def streams(self) -> bool:
        return self.sender is Sender.OURS

    def missing(self) -> str | None:
        """Why this stand cannot be started here, if it cannot."""
        return self.front.missing() if self.front else None

    @contextmanager
    def started(self, site: Site, place: Place) -> Iterator[Server]:
        """The server that clients speak to."""
        site = replace(
            site,
            settings=site.settings
            | {
                "SITE_BACKEND": f"django_sendfile.backends.{self.backend}",
                "SITE_ROOT": str(site.root),
                "SITE_URL": site.url,
            }
            | dict(self.settings),
        )
        with ExitStack() as stack:
            upstream = stack.enter_context(self.application(site, place)) if self.application else None
            if self.front is None:
                assert upstream is not None
                yield upstream
            else:
                yield stack.enter_context(self.front(site, place, upstream=upstream))


def granian_wsgi(site: Site, place: Place) -> Server:
    return Granian(site, place, interface="wsgi")


def granian_asgi(site: Site, place: Place) -> Server:
    return Granian(site, place, interface="asgi")


STREAMED = [
    Stand("development-runserver", "development", Sender.OURS, Runserver, settings={"SITE_DEBUG": "1"}),
    Stand("simple-gunicorn", "simple", Sender.OURS, Gunicorn),
    Stand("simple-uvicorn", "simple", Sender.OURS, Uvicorn),
    Stand("simple-uvicorn-async", "simple", Sender.OURS, Uvicorn, view="/adownload"),
    Stand("simple-granian-wsgi", "simple", Sender.OURS, granian_wsgi),
    Stand("simple-granian-asgi", "simple", Sender.OURS, granian_asgi),
    Stand("simple-granian-asgi-async", "simple", Sender.OURS, granian_asgi, view="/adownload"),
    Stand("simple-granian-pathsend", "simple", Sender.OURS, granian_asgi, settings={"SITE_PATHSEND": "1"}),
    Stand("simple-uwsgi", "simple", Sender.OURS, Uwsgi, sends_body_for_head=True),
]

HANDED_OFF = [
    Stand("nginx-gunicorn", "nginx", Sender.NGINX, Gunicorn, Nginx),
    Stand("nginx-uvicorn-async", "nginx", Sender.NGINX, Uvicorn, Nginx, view="/adownload"),
    Stand("xsendfile-apache-proxy", "xsendfile", Sender.MOD_XSENDFILE, Gunicorn, ModXsendfile),
    Stand("xsendfile-apache-wsgi", "xsendfile", Sender.MOD_XSENDFILE, None, ModXsendfile),
    Stand("mod_wsgi-apache", "mod_wsgi", Sender.MOD_WSGI, None, ModWsgi),
    Stand("xsendfile-lighttpd", "xsendfile", Sender.LIGHTTPD, Gunicorn, Lighttpd),
    Stand("lighttpd", "lighttpd", Sender.LIGHTTPD, Gunicorn, Lighttpd),
    Stand("caddy", "caddy", Sender.CADDY, Gunicorn, Caddy),
]

STANDS = STREAMED + HANDED_OFF
