"""The servers in front, which take the hand-off and send the file."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.package import Package, which
from harness.place import USER, Place, as_user
from harness.process import ServerError
from harness.server import Server
from harness.site import Site

APACHE_MODULES = Path("/usr/lib/apache2/modules")
_PLACEHOLDER = re.compile(r"\$\{([A-Z_]+)\}")


class Front(Server):
    """
    A server with the configuration that `xsendfile config` prints, mostly with an application server behind it.

    A class says all that the tests, the demo and the tools have to know of a server. `name` is what its language is
    called on the pages.
    """

    program: str
    server: str
    """What `xsendfile config` calls it, and its page."""
    backend: str
    """The backend that is made for it, by its short name."""
    packages: tuple[Package, ...]
    """Those of Debian, the one that sends the files last."""
    syntax_check: tuple[str, ...]
    """The options that have the program check a configuration, whose file comes after them."""
    embedded = False
    """Whether the application always runs in it, and never behind it."""
    user: tuple[str, ...] = ("--user", USER)
    """The options that say who it becomes."""

    def __init__(
        self,
        site: Site,
        place: Place,
        *,
        upstream: Server | None = None,
        options: Sequence[str | Path] = (),
        template: Path | None = None,
        command: Sequence[str] = (),
    ) -> None:
        """
        `options` are further ones of `xsendfile config`; `command` is the `manage.py sendfile` that prints the
        configuration instead, from the site's settings; `template` is a configuration that nothing prints.
        """
        super().__init__(site, place)
        self.upstream = upstream
        self.options = options
        self.template = template
        self.manage = command
        self.config = self.directory / f"{self.server}.conf"

    def prepare(self) -> None:
        text = fill_in(self.template.read_text(), self.values()) if self.template else self.printed()
        self.config.write_text(text)

    def printed(self) -> str:
        """What `xsendfile config` prints for the site here."""
        program = self.with_settings() if self.manage else self.without_settings()
        command = [*program, *self.arguments(), *self.options]
        environment = self.site.environment()
        done = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerError(f"{' '.join(map(str, command))}\n{done.stderr}")
        return done.stdout

    def with_settings(self) -> list[str | Path]:
        """The command that reads the site's settings, run as the site is."""
        return [*as_user(), self.site.python, *self.manage, "config", self.server]

    def without_settings(self) -> list[str | Path]:
        """The command with the options that stand for settings; the site need not be Django's."""
        command: list[str | Path] = [sys.executable, "-m", "django_sendfile", "config", self.server]
        return [*command, "--root", self.site.root, "--url", self.site.url]

    def arguments(self) -> list[str | Path]:
        """What is particular to this run."""
        listen = f"{self.address.host}:{self.port}"
        arguments: list[str | Path] = ["--full", "--listen", listen, "--state-dir", self.directory, *self.user]
        return [*arguments, "--upstream", self.upstream.reached_at] if self.upstream else arguments

    def values(self) -> dict[str, str]:
        """What the placeholders of a template may name."""
        return {"DIR": str(self.directory), "PORT": str(self.port), "USER": USER, "GROUP": USER}

    @classmethod
    def missing(cls) -> str | None:
        """Why this server cannot run here, if it cannot."""
        absent = [package.name for package in cls.packages if not package.present()]
        return f"{' and '.join(absent)} is not installed: run `make setup`" if absent else None

    @classmethod
    def executable(cls) -> str:
        return which(cls.program) or cls.program

    def log(self) -> str:
        behind = f"\n{self.upstream.log()}" if self.upstream is not None else ""
        return f"{super().log()}{behind}"


class Nginx(Front):
    name = program = server = backend = "nginx"
    packages = (Package("nginx-light", "nginx", "nginx", services=("nginx",)),)
    syntax_check = ("-t", "-c")
    stop_signal = signal.SIGQUIT

    def command(self) -> list[str | Path]:
        foreground = ("-g", "daemon off;") if self.template is None else ()
        log = self.directory / "error.log"
        return [self.executable(), "-p", self.directory, "-e", log, "-c", self.config, *foreground]


class Apache(Front):
    name = "apache"
    program = "apache2"
    package = Package("apache2", "apache2", "Apache", services=("apache2",))
    syntax_check = ("-t", "-f")

    def command(self) -> list[str | Path]:
        return [self.executable(), "-D", "FOREGROUND", "-d", self.directory, "-f", self.config]

    def arguments(self) -> list[str | Path]:
        if self.upstream is not None or self.manage:
            return super().arguments()
        return [
            *super().arguments(),
            *("--wsgi-file", self.site.directory / self.site.package / "wsgi.py"),
            *("--python-home", self.site.python.parent.parent, "--python-path", self.site.directory),
            *("--processes", "1"),
        ]

    def values(self) -> dict[str, str]:
        return super().values() | {"MODULES": str(APACHE_MODULES)}


class ModXsendfile(Apache):
    """The application behind it where there is an upstream, else in it by mod_wsgi."""

    server = "apache-mod_xsendfile"
    backend = "mod_xsendfile"
    packages = (
        Apache.package,
        Package("libapache2-mod-xsendfile", f"{APACHE_MODULES}/mod_xsendfile.so", "mod_xsendfile"),
    )


class ModWsgi(Apache):
    server = "apache-mod_wsgi"
    backend = "mod_wsgi"
    packages = (Apache.package, Package("libapache2-mod-wsgi-py3", f"{APACHE_MODULES}/mod_wsgi.so", "mod_wsgi"))
    embedded = True


class Lighttpd(Front):
    name = program = server = backend = "lighttpd"
    packages = (Package("lighttpd", "lighttpd", "lighttpd", services=("lighttpd",)),)
    syntax_check = ("-tt", "-f")
    stop_signal = signal.SIGINT
    # It has no master process: started as root, it would change its user itself, and outlive a killed test run.
    prefix = as_user()

    def command(self) -> list[str | Path]:
        return [self.executable(), "-D", "-f", self.config]


class Caddy(Front):
    name = program = server = backend = "caddy"
    packages = (Package("caddy", "caddy", "Caddy", services=("caddy",)),)
    syntax_check = ("validate", "--adapter", "caddyfile", "--config")
    # It runs as whoever starts it.
    prefix = as_user()
    user = ()

    def command(self) -> list[str | Path]:
        return [self.executable(), "run", "--adapter", "caddyfile", "--config", self.config]

    def environment(self) -> dict[str, str]:
        # What it knows it would keep in the home directory.
        return super().environment() | {"XDG_CONFIG_HOME": str(self.directory), "XDG_DATA_HOME": str(self.directory)}


FRONTS: tuple[type[Front], ...] = (Nginx, ModXsendfile, ModWsgi, Lighttpd, Caddy)
"""Every server in front that is tested."""


def fill_in(template: str, values: dict[str, str]) -> str:
    """Put values in place of ${NAME}; a name without a value is an error."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
