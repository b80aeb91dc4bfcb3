"""A client that leaves while its file is waited for: nobody else waits with it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest

from conformance.tree import DATA
from downloads import Downloads
from harness import procfs
from harness.application import Uvicorn
from harness.place import Place
from harness.server import Server
from harness.site import Site
from stands import Stand
from tree import Tree

HELD = 4
"""Seconds that a read of the file takes to begin."""


@pytest.fixture(params=["/download", "/adownload"], ids=["sync", "async"])
def slow_disk(request: pytest.FixtureRequest, site: Site, place: Place, tree: Tree) -> Iterator[Downloads]:
    """uvicorn, for which nothing of `plain.txt` is in memory and each read of it takes its time."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: run `make setup`")

    def under_strace(site: Site, place: Place) -> Server:
        server = Uvicorn(site, place)
        server.prefix = (
            *("strace", "-D", "-f", "-qq", "-o", "/dev/null", "-P", str(tree.root / "plain.txt")),
            *("-e", "inject=preadv2:error=EAGAIN", "-e", f"inject=pread64:delay_enter={HELD}s"),
        )
        return server

    stand = Stand("simple-uvicorn-slow", "simple", under_strace, view=request.param)
    with stand.started(site, place) as server:
        yield Downloads(stand, server, tree)


def test_an_aborted_download_keeps_nobody_waiting(slow_disk: Downloads) -> None:
    def is_open() -> bool:
        return any(path.endswith("/plain.txt") for path in procfs.open_files(slow_disk.server.workers()))

    with slow_disk.open("plain.txt") as exchange:
        assert exchange.head.status == 200
    answered, deadline = 0, time.monotonic() + 60
    while True:
        response = slow_disk.get("data.bin")
        if not is_open():
            break
        # The read still waits, and so does nobody else.
        answered += response.body == DATA
        assert time.monotonic() < deadline, "the file is never closed"
        time.sleep(0.2)
    assert answered
    assert slow_disk.get("plain.txt").status == 200
