"""`simple` sends a gigabyte without holding it, and a reader who leaves costs nothing that stays."""

from __future__ import annotations

import time

import pytest

from downloads import Downloads
from harness import procfs
from reading import bytes_read_when_quiet, within
from stands import STREAMED
from tree import ENDLESS_SIZE, SPARSE_SIZE

streamed = pytest.mark.parametrize("downloads", STREAMED, ids=lambda stand: stand.id, indirect=True)

MEBIBYTE = 1 << 20
GROWTH = 10 * MEBIBYTE
LEAVERS = 30


@streamed
def test_a_gigabyte_takes_constant_memory(downloads: Downloads) -> None:
    assert downloads.get("data.bin").status == 200
    workers = downloads.server.workers()
    before = sum(procfs.resident(workers).values())
    procfs.forget_peak(workers)

    with downloads.open("sparse.bin") as exchange:
        assert exchange.head.status == 200
        assert exchange.head.int("content-length") == SPARSE_SIZE
        assert exchange.drain() == SPARSE_SIZE

    assert sum(procfs.resident_peak(workers).values()) - before < GROWTH


@streamed
def test_head_of_a_gigabyte_reads_nothing(downloads: Downloads) -> None:
    workers = downloads.server.workers()
    before = bytes_read_when_quiet(workers)
    response = downloads.get("sparse.bin", method="HEAD")
    assert response.int("content-length") == SPARSE_SIZE
    assert bytes_read_when_quiet(workers) - before < MEBIBYTE


RANGES = {"whole": {}, "range": {"Range": "bytes=1000-"}, "ranges": {"Range": "bytes=0-1000,2000000-"}}
ranges = pytest.mark.parametrize("headers", RANGES.values(), ids=RANGES.keys())


@streamed
@ranges
def test_a_reader_who_stalls_holds_little(downloads: Downloads, headers: dict[str, str]) -> None:
    assert downloads.get("data.bin").status == 200
    workers = downloads.server.workers()
    before = sum(procfs.resident(workers).values())
    procfs.forget_peak(workers)
    with downloads.open("sparse.bin", headers=headers) as exchange:
        assert exchange.read_some(64 * 1024) >= 64 * 1024
        time.sleep(0.3)
        assert sum(procfs.resident_peak(workers).values()) - before < GROWTH


@streamed
@ranges
def test_a_reader_who_leaves_ends_the_reading(downloads: Downloads, headers: dict[str, str]) -> None:
    workers = downloads.server.workers()
    before = bytes_read_when_quiet(workers)
    with downloads.open("endless.bin", headers=headers) as exchange:
        assert exchange.read_some(64 * 1024) >= 64 * 1024
    assert bytes_read_when_quiet(workers) - before < ENDLESS_SIZE // 2


@streamed
@ranges
def test_a_reader_who_leaves_leaves_nothing_open(downloads: Downloads, headers: dict[str, str]) -> None:
    workers = downloads.server.workers()

    def files() -> list[str]:
        return [path for path in procfs.open_files(workers) if path.endswith("/sparse.bin")]

    def sockets() -> int:
        return sum(path.startswith("socket:") for path in procfs.open_files(workers))

    assert downloads.get("data.bin").status == 200
    before = sockets()
    for _ in range(LEAVERS):
        with downloads.open("sparse.bin", headers=headers) as exchange:
            assert exchange.head.status in (200, 206)
            assert exchange.read_some(64 * 1024) >= 64 * 1024

    assert within(10, lambda: not files()), f"still open: {files()}"
    assert within(10, lambda: sockets() <= before + 1), f"{sockets()} sockets, {before} before"
