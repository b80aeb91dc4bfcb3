"""Which servers are tested, each with its backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from harness.application import Granian, Gunicorn, Runserver, Uvicorn, Uwsgi
from harness.front import FRONTS, Front, Lighttpd, ModXsendfile, Nginx
from harness.place import Place
from harness.server import Server
from harness.site import Site


@dataclass(frozen=True)
class Stand:
    """A backend, the server that runs the application, and the one in front of it."""

    id: str
    backend: str
    application: Callable[[Site, Place], Server] | None = None
    front: type[Front] | None = None
    view: str = "/download"
    settings: Mapping[str, str] = field(default_factory=dict)
    """What else the site is told."""
    sends_body_for_head: bool = False
    """Whether the server sends what the application gives for HEAD too, as it does with Django's own pages."""

    @property
    def streams(self) -> bool:
        """Whether the application sends the bytes, and decides on ranges and preconditions."""
        return self.front is None

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
    Stand("development-runserver", "development", Runserver, settings={"SITE_DEBUG": "1"}),
    Stand("simple-gunicorn", "simple", Gunicorn),
    Stand("simple-uvicorn", "simple", Uvicorn),
    Stand("simple-uvicorn-async", "simple", Uvicorn, view="/adownload"),
    Stand("simple-granian-wsgi", "simple", granian_wsgi),
    Stand("simple-granian-asgi", "simple", granian_asgi),
    Stand("simple-granian-asgi-async", "simple", granian_asgi, view="/adownload"),
    Stand("simple-granian-pathsend", "simple", granian_asgi, settings={"SITE_PATHSEND": "1"}),
    Stand("simple-uwsgi", "simple", Uwsgi, sends_body_for_head=True),
]

HANDED_OFF = [
    *(Stand(front.backend, front.backend, None if front.embedded else Gunicorn, front) for front in FRONTS),
    Stand("nginx-uvicorn-async", "nginx", Uvicorn, Nginx, view="/adownload"),
    Stand("xsendfile-apache-proxy", "xsendfile", Gunicorn, ModXsendfile),
    Stand("xsendfile-apache-wsgi", "xsendfile", None, ModXsendfile),
    Stand("xsendfile-lighttpd", "xsendfile", Gunicorn, Lighttpd),
]
"""Every server with the backend that is made for it; and some with another one, or with another application server."""

STANDS = STREAMED + HANDED_OFF
