"""The servers in front, which take the hand-off and send the file."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path

from harness.application import Gunicorn
from harness.place import USER, Place, as_user
from harness.server import Server
from harness.site import Site

CONFIGS = Path(__file__).resolve().parent.parent / "tests" / "servers" / "configs"

APACHE_MODULES = Path("/usr/lib/apache2/modules")

_APACHE_MODULE = re.compile(r"^LoadModule \S+ \$\{MODULES\}/(\S+)", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\$\{([A-Z_]+)\}")


class Front(Server):
    """A server with a configuration file, made from a template, and mostly with an application server behind it."""

    program: str

    def __init__(self, site: Site, place: Place, *, config: Path, upstream: Server | None = None) -> None:
        super().__init__(site, place)
        self.upstream = upstream
        self.template = config
        self.config = self.directory / config.name

    def prepare(self) -> None:
        self.config.write_text(fill_in(self.template.read_text(), self.values()))

    def values(self) -> dict[str, str]:
        """What the placeholders of a template may name."""
        values = {
            "DIR": str(self.directory),
            "PORT": str(self.port),
            "ROOT": str(self.site.root),
            "URL": self.site.url,
            "USER": USER,
            "GROUP": USER,
        }
        if self.upstream is not None:
            values["UPSTREAM_PORT"] = str(self.upstream.port)
            values["UPSTREAM"] = f"127.0.0.1:{self.upstream.port}"
        if isinstance(self.upstream, Gunicorn):
            values["UPSTREAM_SOCKET"] = str(self.upstream.socket)
            values["UPSTREAM"] = f"unix:{self.upstream.socket}"
        return values

    @classmethod
    def missing(cls, config: Path) -> str | None:
        """Why this server cannot run here on this configuration, if it cannot."""
        return None if which(cls.program) else f"{cls.program} is not installed: run `make setup`"

    def executable(self) -> str:
        return which(self.program) or self.program

    def log(self) -> str:
        behind = f"\n{self.upstream.log()}" if self.upstream is not None else ""
        return f"{super().log()}{behind}"


class Nginx(Front):
    name = program = "nginx"
    stop_signal = signal.SIGQUIT

    def command(self) -> list[str | Path]:
        return [self.executable(), "-p", self.directory, "-e", self.directory / "error.log", "-c", self.config]


class Apache(Front):
    name = program = "apache2"

    @classmethod
    def missing(cls, config: Path) -> str | None:
        for module in _APACHE_MODULE.findall(config.read_text()):
            if not (APACHE_MODULES / module).exists():
                return f"{APACHE_MODULES / module} is not installed: run `make setup`"
        return super().missing(config)

    def command(self) -> list[str | Path]:
        return [self.executable(), "-D", "FOREGROUND", "-d", self.directory, "-f", self.config]

    def values(self) -> dict[str, str]:
        return super().values() | {
            "MODULES": str(APACHE_MODULES),
            "PYTHON_HOME": str(self.site.python.parent.parent),
            "SITE": str(self.site.directory),
            "WSGI_FILE": str(self.site.directory / self.site.package / "wsgi.py"),
        }


class Lighttpd(Front):
    name = program = "lighttpd"
    stop_signal = signal.SIGINT

    def __init__(self, site: Site, place: Place, *, config: Path, upstream: Server | None = None) -> None:
        super().__init__(site, place, config=config, upstream=upstream)
        # It has no master process: started as root, it would change its user itself, and outlive a killed test run.
        self.prefix = as_user()

    def command(self) -> list[str | Path]:
        return [self.executable(), "-D", "-f", self.config]


class Caddy(Front):
    name = program = "caddy"

    def __init__(self, site: Site, place: Place, *, config: Path, upstream: Server | None = None) -> None:
        super().__init__(site, place, config=config, upstream=upstream)
        # It runs as whoever starts it, and keeps what it knows in the home directory.
        self.prefix = ("env", f"XDG_CONFIG_HOME={self.directory}", f"XDG_DATA_HOME={self.directory}", *as_user())

    def command(self) -> list[str | Path]:
        return [self.executable(), "run", "--adapter", "caddyfile", "--config", self.config]


def which(program: str) -> str | None:
    """A program on PATH, or where Debian keeps servers, which is not on everybody's PATH."""
    return shutil.which(program) or shutil.which(program, path="/usr/local/sbin:/usr/sbin:/sbin")


def fill_in(template: str, values: dict[str, str]) -> str:
    """Put values in place of ${NAME}; a name without a value is an error."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
