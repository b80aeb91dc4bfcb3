"""Sites behind servers, each with a mistake or none, and what `sendfile check` says of them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.application import Gunicorn
from harness.front import Front
from harness.place import Place
from harness.server import Server
from harness.site import Site

Change = tuple[str, str]
"""A regular expression in a configuration, and what stands there instead; ROOT, DIR, SITE and HOME are directories."""


@dataclass(frozen=True)
class Report:
    """What the check printed as JSON, and how it ended."""

    status: int
    findings: Sequence[Mapping[str, Any]]

    def summary(self) -> str:
        """What is not right, for a test that fails."""
        rows = [finding for finding in self.findings if finding["state"] != "fine"]
        return "\n".join([f"exit status {self.status}", *(json.dumps(row) for row in rows)])

    def found(self, question: str) -> str:
        """What was seen."""
        (found,) = [finding["found"] for finding in self.findings if finding["question"] == question]
        return str(found)

    def causes(self) -> dict[str, Mapping[str, Any]]:
        """What is not right, by the names of the causes."""
        return {finding["cause"]["id"]: finding["cause"] for finding in self.findings if finding.get("cause")}


class Checking:
    """Runs the application once for each backend, and servers in front of it as often as wanted."""

    def __init__(self, place: Place, site: Path) -> None:
        self._place = place
        self._site = place.copy(site, "site")
        self.root = place.directory("files")
        self.other_root = place.directory("invoices")
        self._python = place.environment() / "bin" / "python"
        self._running: dict[str, Server] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Checking:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def site(self, backend: str, **settings: str) -> Site:
        module = f"django_sendfile.backends.{backend}"
        told = {"SITE_BACKEND": module, "SITE_ROOT": str(self.root), "SITE_URL": "/private"}
        return Site(self._site, "downloads", self.root, "/private", told | settings, self._python)

    def application(self, backend: str, **settings: str) -> Server:
        """The application behind no server, on its own port."""
        key = json.dumps([backend, settings])
        if key not in self._running:
            self._running[key] = self._stack.enter_context(Gunicorn(self.site(backend, **settings), self._place))
        return self._running[key]

    @contextmanager
    def served(
        self,
        front: type[Front],
        changes: Sequence[Change] = (),
        *,
        backend: str | None = None,
        options: Sequence[str | Path] = (),
        **settings: str,
    ) -> Iterator[Server]:
        """The site behind a server, in whose configuration every change is made."""
        backend = backend or front.backend
        upstream = None if front.embedded else self.application(backend, **settings)
        site = self.site(backend, **settings)
        with changed(front, changes)(site, self._place, upstream=upstream, options=options) as server:
            yield server

    def check(self, backend: str, *arguments: str, umask: int = 0o022, **settings: str) -> Report:
        """`manage.py sendfile check` with these arguments, as JSON."""
        done = self.run(backend, "--json", *arguments, umask=umask, **settings)
        assert done.stdout, done.stderr
        report = json.loads(done.stdout)
        assert report["exit"] == done.returncode
        return Report(done.returncode, report["findings"])

    def run(
        self, backend: str, *arguments: str, umask: int = 0o022, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """`manage.py sendfile check` with these arguments."""
        command, environment = self._command(backend, arguments, settings)
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, umask=umask, check=False
        )

    def start(self, backend: str, *arguments: str, output: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """The same, while it runs."""
        command, environment = self._command(backend, arguments, {"TERM": "xterm"})
        return subprocess.Popen(command, env=environment, stdout=output, stderr=output)

    def _command(
        self, backend: str, arguments: Sequence[str], settings: Mapping[str, str]
    ) -> tuple[list[str], dict[str, str]]:
        environment = self.site(backend, **settings).environment()
        return [str(self._python), "-m", "django", "sendfile", "check", *arguments], environment


def changed(front: type[Front], changes: Sequence[Change]) -> type[Front]:
    """The server with its printed configuration changed."""

    class Changed(front):  # type: ignore[misc, valid-type]
        def printed(self) -> str:
            text: str = super().printed()
            for pattern, instead in changes:
                pattern = pattern.replace("ROOT", re.escape(str(self.site.root)))
                for name, path in [
                    ("ROOT", self.site.root),
                    ("DIR", self.directory),
                    ("SITE", self.site.directory),
                    ("HOME", self.site.python.parent.parent),
                ]:
                    instead = re.sub(rf"\b{name}\b", str(path), instead)
                text, count = re.subn(pattern, instead.replace("\\", "\\\\"), text, flags=re.MULTILINE)
                assert count, f"the configuration has nothing like {pattern}"
            return text

    return Changed
