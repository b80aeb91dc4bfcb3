"""The servers in front, which take the hand-off and send the file."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.application import Gunicorn
from harness.place import USER, Place, as_user
from harness.process import ServerError
from harness.server import Server
from harness.site import Site

APACHE_MODULES = Path("/usr/lib/apache2/modules")
_PLACEHOLDER = re.compile(r"\$\{([A-Z_]+)\}")


class Front(Server):
    """A server with the configuration that `xsendfile config` prints, mostly with an application server behind it."""

    program: str
    server: str
    """What `xsendfile config` calls it."""

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
        arguments: list[str | Path] = ["--full", "--listen", listen, "--state-dir", self.directory, "--user", USER]
        return [*arguments, "--upstream", self.values()["UPSTREAM"]] if self.upstream else arguments

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
    def missing(cls) -> str | None:
        """Why this server cannot run here, if it cannot."""
        return None if which(cls.program) else f"{cls.program} is not installed: run `make setup`"

    def executable(self) -> str:
        return which(self.program) or self.program

    def log(self) -> str:
        behind = f"\n{self.upstream.log()}" if self.upstream is not None else ""
        return f"{super().log()}{behind}"


class Nginx(Front):
    name = program = server = "nginx"
    stop_signal = signal.SIGQUIT

    def command(self) -> list[str | Path]:
        foreground = ("-g", "daemon off;") if self.template is None else ()
        log = self.directory / "error.log"
        return [self.executable(), "-p", self.directory, "-e", log, "-c", self.config, *foreground]


class Apache(Front):
    name = program = "apache2"
    module: str

    @classmethod
    def missing(cls) -> str | None:
        if not (APACHE_MODULES / cls.module).exists():
            return f"{APACHE_MODULES / cls.module} is not installed: run `make setup`"
        return super().missing()

    def command(self) -> list[str | Path]:
        return [self.executable(), "-D", "FOREGROUND", "-d", self.directory, "-f", self.config]

    def arguments(self) -> list[str | Path]:
        if self.upstream is not None:
            return super().arguments()
        if self.manage:
            return [*super().arguments(), *(("--mod-wsgi",) if self.server == "apache-mod_xsendfile" else ())]
        return [
            *super().arguments(),
            *("--wsgi-file", self.site.directory / self.site.package / "wsgi.py"),
            *("--python-home", self.site.python.parent.parent, "--python-path", self.site.directory),
            *("--processes", "1"),
        ]

    def values(self) -> dict[str, str]:
        return super().values() | {
            "MODULES": str(APACHE_MODULES),
            "PYTHON_HOME": str(self.site.python.parent.parent),
            "SITE": str(self.site.directory),
            "WSGI_FILE": str(self.site.directory / self.site.package / "wsgi.py"),
        }


class ModXsendfile(Apache):
    """The application behind it where there is an upstream, else in it by mod_wsgi."""

    server = "apache-mod_xsendfile"
    module = "mod_xsendfile.so"


class ModWsgi(Apache):
    server = "apache-mod_wsgi"
    module = "mod_wsgi.so"


class Lighttpd(Front):
    name = program = server = "lighttpd"
    stop_signal = signal.SIGINT
    # It has no master process: started as root, it would change its user itself, and outlive a killed test run.
    prefix = as_user()

    def command(self) -> list[str | Path]:
        return [self.executable(), "-D", "-f", self.config]


class Caddy(Front):
    name = program = server = "caddy"

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
        super().__init__(site, place, upstream=upstream, options=options, template=template, command=command)
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
