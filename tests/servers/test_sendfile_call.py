"""Who sends the bytes, as strace sees it: under gunicorn and uWSGI the kernel, under Granian the server itself."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.tree import DATA
from downloads import Downloads
from harness.application import Granian, Gunicorn, Uwsgi
from harness.place import Place
from harness.server import Server
from harness.site import Site
from stands import Stand
from tree import Tree

# A call that another thread's interrupts is in two lines, of which the second has its result.
SENT = re.compile(r"sendfile\w*(?:\(| resumed>).*\) += (\d+)$", re.MULTILINE)
LENT = re.compile(r'openat\(AT_FDCWD, "/proc/\d+/fd/\d+"')


class Traced:
    """A downloads' server whose system calls of some kind are written to a file."""

    def __init__(self, downloads: Downloads, trace: Path) -> None:
        self.downloads = downloads
        self._trace = trace

    def carried(self) -> int:
        """The bytes that sendfile(2) has sent so far."""
        return sum(map(int, SENT.findall(self._trace.read_text())))

    def lent(self) -> int:
        """How often a descriptor was opened by its path so far: what the server is told by pathsend."""
        return len(LENT.findall(self._trace.read_text()))


def traced(
    start: Callable[[Site, Place], Server], calls: str, site: Site, place: Place, tree: Tree, **settings: str
) -> Iterator[Traced]:
    """The server with the backend `simple`, under strace."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: run `make setup`")
    trace = Path()

    def under_strace(site: Site, place: Place) -> Server:
        nonlocal trace
        server = start(site, place)
        trace = server.directory / "trace"
        # As a grandchild (-D), strace leaves the process that we started, and stop, to be the server.
        server.prefix = ("strace", "-D", "-f", "-qq", "-e", f"trace={calls}", "-o", str(trace))
        return server

    stand = Stand(f"simple-{start.__name__}-traced", "simple", under_strace, settings=settings)
    with stand.started(site, place) as server:
        yield Traced(Downloads(stand, server, tree), trace)


def gunicorn(site: Site, place: Place) -> Server:
    return Gunicorn(site, place, workers=1)


def uwsgi(site: Site, place: Place) -> Server:
    return Uwsgi(site, place)


def granian(site: Site, place: Place) -> Server:
    return Granian(site, place, interface="asgi")


@pytest.fixture(scope="module", params=[gunicorn, uwsgi], ids=lambda start: start.__name__)
def wsgi(request: pytest.FixtureRequest, site: Site, place: Place, tree: Tree) -> Iterator[Traced]:
    yield from traced(request.param, "sendfile,sendfile64", site, place, tree)


@pytest.fixture(scope="module")
def with_pathsend(site: Site, place: Place, tree: Tree) -> Iterator[Traced]:
    yield from traced(granian, "openat", site, place, tree, SITE_PATHSEND="1")


def follows(count: Callable[[], int], expected: int) -> bool:
    """Whether the trace, which is written a little later, comes to say so, and then says no more."""
    deadline = time.monotonic() + 5
    while count() < expected and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
    return count() == expected


@pytest.mark.parametrize(
    ("range_", "start", "end"),
    [
        (None, 0, len(DATA)),
        ("bytes=0-99999", 0, 100_000),
        ("bytes=100000-", 100_000, len(DATA)),
        ("bytes=-50000", len(DATA) - 50_000, len(DATA)),
    ],
    ids=["whole", "the first bytes", "from an offset", "the last bytes"],
)
def test_the_kernel_sends_every_byte(wsgi: Traced, range_: str | None, start: int, end: int) -> None:
    before = wsgi.carried()
    response = wsgi.downloads.get("data.bin", headers={"Range": range_} if range_ else {})
    assert response.status == (206 if range_ else 200)
    assert response.body == DATA[start:end]
    assert follows(wsgi.carried, before + end - start)


def test_granian_opens_a_whole_file_itself(with_pathsend: Traced) -> None:
    before = with_pathsend.lent()
    for more in range(1, 4):
        response = with_pathsend.downloads.get("data.bin")
        assert (response.status, response.body) == (200, DATA)
        assert follows(with_pathsend.lent, before + more)


@pytest.mark.parametrize(
    ("status", "method", "headers"),
    [
        (206, "GET", {"Range": "bytes=0-99999"}),
        (200, "HEAD", {}),
        (304, "GET", {"If-None-Match": "*"}),
    ],
    ids=["a part", "HEAD", "not modified"],
)
def test_granian_opens_nothing_else(with_pathsend: Traced, status: int, method: str, headers: dict[str, str]) -> None:
    before = with_pathsend.lent()
    assert with_pathsend.downloads.get("data.bin", method=method, headers=headers).status == status
    assert follows(with_pathsend.lent, before)


def test_granian_is_told_no_path_by_djangos_own_application(site: Site, place: Place, tree: Tree) -> None:
    """Else the trace above would show what always happens."""
    for running in traced(granian, "openat", site, place, tree):
        assert running.downloads.get("data.bin").body == DATA
        assert follows(running.lent, 0)
