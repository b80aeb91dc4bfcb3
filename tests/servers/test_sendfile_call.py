"""Under gunicorn the kernel sends the file: strace sees sendfile(2) carry every byte of it."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator

import pytest

from conformance.tree import DATA
from downloads import Downloads
from harness.application import Gunicorn
from harness.place import Place
from harness.site import Site
from stands import Stand
from tree import Tree

CALL = re.compile(r"sendfile\w*\(.*\) = (\d+)$", re.MULTILINE)


class TracedGunicorn(Gunicorn):
    """gunicorn with one worker, its sendfile calls in `trace`."""

    name = "gunicorn-traced"

    def __init__(self, site: Site, place: Place) -> None:
        super().__init__(site, place, workers=1)
        self.trace = self.directory / "trace"
        # As a grandchild (-D), strace leaves the process that we started, and stop, to be gunicorn.
        self.prefix = ("strace", "-D", "-f", "-qq", "-e", "trace=sendfile,sendfile64", "-o", str(self.trace))

    def carried(self) -> int:
        """The bytes that sendfile(2) has sent so far."""
        return sum(map(int, CALL.findall(self.trace.read_text())))


@pytest.fixture(scope="module")
def traced(site: Site, place: Place, tree: Tree) -> Iterator[tuple[Downloads, TracedGunicorn]]:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: run `make setup`")
    stand = Stand("simple-gunicorn-traced", "simple", TracedGunicorn)
    with stand.started(site, place) as server:
        assert isinstance(server, TracedGunicorn)
        yield Downloads(stand, server, tree), server


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
def test_the_kernel_sends_every_byte(
    traced: tuple[Downloads, TracedGunicorn], range_: str | None, start: int, end: int
) -> None:
    downloads, gunicorn = traced
    before = gunicorn.carried()
    response = downloads.get("data.bin", headers={"Range": range_} if range_ else {})
    assert response.status == (206 if range_ else 200)
    assert response.body == DATA[start:end]
    for _ in range(100):
        if gunicorn.carried() - before >= end - start:
            break
        time.sleep(0.05)
    assert gunicorn.carried() - before == end - start
