"""What a server in front does with a rate, a charset and an expiry, and that it keeps what is said to it to itself."""

from __future__ import annotations

import time

import pytest

from conformance.tree import DATA
from downloads import Downloads
from harness import procfs
from harness.client import Exchange
from harness.front import Front
from reading import bytes_read_when_quiet, within
from stands import STANDS
from tree import LARGE_SIZE

TOLD_TO_SERVERS = ("x-accel-limit-rate", "x-lighttpd-kbytes-per-second")

paced = pytest.mark.parametrize(
    "downloads",
    [stand for stand in STANDS if stand.backend in ("nginx", "lighttpd")],
    ids=lambda stand: stand.id,
    indirect=True,
)


def test_charset_and_expiry_reach_the_client(downloads: Downloads) -> None:
    response = downloads.get("plain.txt", charset="koi8-r", expires="60")
    assert response.status == 200
    assert (response.header("content-type") or "").replace(" ", "") == "text/plain;charset=koi8-r"
    assert response.header("cache-control") == "private, max-age=60"


@paced
def test_the_server_keeps_the_rate(downloads: Downloads) -> None:
    # At half its length in a second, at least one second has to pass before all of it is there.
    rate = len(DATA) // 2
    begun = time.monotonic()
    response = downloads.get("data.bin", limit_rate=str(rate))
    assert time.monotonic() - begun > 0.9
    assert response.status == 200
    assert response.body == DATA
    assert not [name for name in TOLD_TO_SERVERS if response.header(name)]


nginx = pytest.mark.parametrize(
    "downloads", [stand for stand in STANDS if stand.backend == "nginx"], ids=lambda stand: stand.id, indirect=True
)


@nginx
def test_what_is_streamed_through_nginx_keeps_it_too(downloads: Downloads) -> None:
    begun = time.monotonic()
    # nginx would drop Content-Encoding, so the file is streamed.
    response = downloads.get("data.bin", limit_rate=str(len(DATA) // 2), content_encoding="identity")
    assert time.monotonic() - begun > 0.9
    assert response.header("content-encoding") == "identity"
    assert response.body == DATA
    assert not [name for name in TOLD_TO_SERVERS if response.header(name)]


@nginx
@pytest.mark.parametrize("buffering", [True, False], ids=["on", "off"])
def test_nginx_reads_ahead_of_a_slow_client_only_where_it_buffers(downloads: Downloads, buffering: bool) -> None:
    assert isinstance(downloads.server, Front) and downloads.server.upstream
    workers = downloads.server.upstream.workers()
    before = bytes_read_when_quiet(workers)

    def all_is_read() -> bool:
        return procfs.bytes_read(workers) - before >= LARGE_SIZE

    # Streamed, as above.
    target = downloads.target("large.bin", content_encoding="identity", buffering=str(int(buffering)))
    with Exchange(downloads.address, target) as exchange:
        assert exchange.head.status == 200
        assert exchange.head.header("x-accel-buffering") is None
        # The client reads no more than the head. Where nginx buffers, it takes a moment to have the rest.
        assert within(20 if buffering else 3, all_is_read) == buffering
        assert exchange.drain() == LARGE_SIZE


def test_the_other_backends_go_on_without(downloads: Downloads) -> None:
    response = downloads.get("data.bin", limit_rate="1000000", buffering="0")
    assert response.status == 200
    if not downloads.stand.streams:
        assert not response.header("x-accel-buffering")
