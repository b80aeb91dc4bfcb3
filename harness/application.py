"""The servers that run the application itself."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Literal

from harness.place import Place
from harness.server import Server
from harness.site import Site


class Runserver(Server):
    """Django's development server."""

    name = "runserver"
    stop_signal = signal.SIGINT

    def command(self) -> list[str | Path]:
        return [self.site.python, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{self.port}"]


class Gunicorn(Server):
    """gunicorn with its default (sync) workers; on a Unix socket too, for nginx."""

    name = "gunicorn"

    def __init__(self, site: Site, place: Place, *, workers: int = 2) -> None:
        super().__init__(site, place)
        self.socket = self.directory / "gunicorn.sock"
        self._workers = workers

    @property
    def reached_at(self) -> str:
        return f"unix:{self.socket}"

    def command(self) -> list[str | Path]:
        return [
            *(self.site.python, "-m", "gunicorn", self.site.wsgi),
            *("--bind", f"127.0.0.1:{self.port}", "--bind", f"unix:{self.socket}"),
            *("--workers", str(self._workers), "--no-control-socket", "--limit-request-line", "8190"),
        ]


class Uvicorn(Server):
    """uvicorn[standard]: httptools and uvloop."""

    name = "uvicorn"

    def command(self) -> list[str | Path]:
        return [self.site.python, "-m", "uvicorn", self.site.asgi, "--port", str(self.port), "--no-access-log"]


class Granian(Server):
    """Granian, as a WSGI or an ASGI server."""

    name = "granian"

    def __init__(self, site: Site, place: Place, *, interface: Literal["wsgi", "asgi"]) -> None:
        super().__init__(site, place)
        self._interface = interface

    def command(self) -> list[str | Path]:
        application = self.site.wsgi if self._interface == "wsgi" else self.site.asgi
        return [
            *(self.site.python, "-m", "granian", application, "--interface", self._interface),
            *("--host", "127.0.0.1", "--port", str(self.port), "--http", "1"),
        ]


class Uwsgi(Server):
    """uWSGI, speaking HTTP itself."""

    name = "uwsgi"
    stop_signal = signal.SIGQUIT

    def command(self) -> list[str | Path]:
        return [
            *(self.site.python.parent / "uwsgi", "--module", self.site.wsgi, "--need-app"),
            *("--http-socket", f"127.0.0.1:{self.port}", "--master", "--processes", "2"),
            *("--buffer-size", "16384"),
            *("--home", self.site.python.parent.parent, "--die-on-term"),
        ]
