"""Debian's servers, each with the application of the contract behind it."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.dialects import DIALECTS
from conformance.handed_off import HandedOff
from conformance.observation import observe
from conformance.situation import Situation
from conformance.situations import THEMES
from conformance.tree import Tree
from harness.front import FRONTS, Front
from harness.package import Package
from harness.place import Place
from harness.server import Server
from harness.site import Site

APPLICATION = Path(__file__).with_name("application.py")
PYTHON = Path("/usr/bin/python3")
"""Debian's, which its mod_wsgi embeds."""
URL = "/private"
ROOT_NAME = f"root-{secrets.token_hex(8)}"
"""In the path of every file, and never in an answer."""


class Application(Server):
    """The application of the contract, which speaks HTTP itself."""

    name = "application"

    def command(self) -> list[str | Path]:
        return [self.site.python, self.site.directory / self.site.package / "wsgi.py", "--port", str(self.port)]


@dataclass(frozen=True)
class Stand:
    """A server, with the configuration that `xsendfile config` prints for it, and what to call it."""

    front: type[Front]

    @property
    def id(self) -> str:
        return self.front.backend

    @property
    def title(self) -> str:
        return self.front.packages[-1].title

    @property
    def missing(self) -> str | None:
        """Why it cannot be started here, if it cannot."""
        return self.front.missing()

    @property
    def version(self) -> str:
        return ", ".join(f"{package.title} {upstream_version(package)}" for package in self.front.packages)

    @contextmanager
    def started(self, place: Place, tree: Tree) -> Iterator[tuple[HandedOff, Server]]:
        site = application_site(place, tree)
        with ExitStack() as stack:
            upstream = None if self.front.embedded else stack.enter_context(Application(site, place))
            front = stack.enter_context(self.front(site, place, upstream=upstream))
            yield HandedOff(front.address, tree, URL, DIALECTS[self.id]), front


STANDS = tuple(map(Stand, FRONTS))


def measured(servers: Sequence[Stand] = STANDS) -> dict[str, dict[Situation, str]]:
    """What each server does in every situation."""
    with Place("conformance") as place, Tree(place.path / ROOT_NAME / "files") as tree:
        return {stand.id: observations(stand, place, tree) for stand in servers}


def observations(stand: Stand, place: Place, tree: Tree) -> dict[Situation, str]:
    with stand.started(place, tree) as (files, _):
        return {situation: observe(files, situation) for theme in THEMES for situation in theme.situations}


def application_site(place: Place, tree: Tree) -> Site:
    """The application as a package with wsgi.py, where every server's user can read it."""
    directory = place.path / "site"
    package = directory / "told"
    if not package.exists():
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "wsgi.py").write_bytes(APPLICATION.read_bytes())
    return Site(directory=directory, package="told", root=tree.root, url=URL, python=PYTHON)


def upstream_version(package: Package) -> str:
    """The version of the package that is here, which may be another one that does as well, without what Debian adds."""
    file = package.file()
    assert file is not None, f"{package.name} is not installed"
    owner = dpkg_query("--search", str(file.resolve())).partition(":")[0]
    shown = dpkg_query("--show", "--showformat", "${Version}", owner)
    return shown.rpartition(":")[2].partition("-")[0]


def dpkg_query(*arguments: str) -> str:
    return subprocess.run(["dpkg-query", *arguments], capture_output=True, text=True, check=True).stdout
