"""What a Range selects (RFC 9110 section 14), on every server.

Where a server that sends the file itself answers otherwise, `but` pins its answer by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from downloads import Downloads
from harness import multipart
from harness.client import Response
from stands import Sender
from tree import DATA

N = len(DATA)


@dataclass(frozen=True)
class Whole:
    """200 with everything."""

    def check(self, response: Response) -> None:
        assert response.status == 200
        assert response.header("content-range") is None
        assert response.body == DATA


@dataclass(frozen=True)
class One:
    """206 with these bytes."""

    start: int
    end: int

    def check(self, response: Response) -> None:
        assert response.status == 206
        assert multipart.content_range(response) == (self.start, self.end, N)
        assert response.int("content-length") == self.end - self.start
        assert response.body == DATA[self.start : self.end]


@dataclass(frozen=True)
class Several:
    """206 with these parts, in this order."""

    ranges: tuple[tuple[int, int], ...]

    def check(self, response: Response) -> None:
        assert response.status == 206
        assert response.header("content-range") is None
        parts = multipart.parts(response)
        assert tuple((part.start, part.end) for part in parts) == self.ranges
        for part in parts:
            assert part.complete == N
            assert part.head.header("content-type") == "application/octet-stream"
            assert part.content == DATA[part.start : part.end]


@dataclass(frozen=True)
class Nothing:
    """416, which says how long the file is."""

    says_length: bool = True

    def check(self, response: Response) -> None:
        assert response.status == 416
        assert response.header("content-range") == (f"bytes */{N}" if self.says_length else None)
        assert DATA[:16] not in response.body


Expected = Whole | One | Several | Nothing


@dataclass(frozen=True)
class Case:
    rule: str
    range: str
    expected: Expected
    but: Mapping[Sender, Expected] = field(default_factory=dict)


SILENT = Nothing(says_length=False)
APACHE = (Sender.MOD_XSENDFILE, Sender.MOD_WSGI)

CASES = [
    Case("the first bytes", "bytes=0-99", One(0, 100)),
    Case("bytes in the middle", "bytes=100000-199999", One(100_000, 200_000)),
    Case("from an offset to the end", "bytes=299000-", One(299_000, N)),
    Case("the last bytes", "bytes=-100", One(N - 100, N)),
    Case("the last byte", f"bytes={N - 1}-{N - 1}", One(N - 1, N)),
    Case("everything, as a range", "bytes=0-", One(0, N)),
    Case("an end past the end is cut", f"bytes=299999-{N + 5}", One(N - 1, N)),
    Case("a suffix longer than the file is the file", f"bytes=-{N + 5}", One(0, N)),
    Case("two ranges", "bytes=0-9,1000-1009", Several(((0, 10), (1000, 1010)))),
    Case("order is kept", "bytes=1000-1009,0-9", Several(((1000, 1010), (0, 10)))),
    Case("three ranges, one a suffix", "bytes=5-9,100-199,-7", Several(((5, 10), (100, 200), (N - 7, N)))),
    Case(
        "white space around commas",
        "bytes=0-9 , 100-199",
        Several(((0, 10), (100, 200))),
        but=dict.fromkeys(APACHE, Whole()),
    ),
    Case("one of two is satisfiable", f"bytes=0-9,{N}-{N + 9}", One(0, 10)),
    Case(
        "overlapping ranges become one",
        "bytes=0-99,50-149",
        One(0, 150),
        but={Sender.NGINX: Several(((0, 100), (50, 150)))},
    ),
    Case("past the end", f"bytes={N}-", Nothing(), but=dict.fromkeys((Sender.MOD_XSENDFILE, Sender.LIGHTTPD), SILENT)),
    Case(
        "an empty suffix",
        "bytes=-0",
        Nothing(),
        but={Sender.LIGHTTPD: SILENT} | dict.fromkeys(APACHE, Whole()),
    ),
    Case("the unit is case-insensitive", "Bytes=0-9", One(0, 10)),
    Case("another unit is ignored", "lines=0-9", Whole()),
    Case(
        "a malformed set is ignored",
        "bytes=a-b",
        Whole(),
        but={Sender.NGINX: Nothing(), Sender.LIGHTTPD: SILENT},
    ),
    Case(
        "an end before its start is ignored",
        "bytes=9-5",
        Whole(),
        but={Sender.NGINX: Nothing(), Sender.LIGHTTPD: SILENT},
    ),
    Case("an empty set is ignored", "bytes=", Whole(), but={Sender.LIGHTTPD: SILENT}),
]

MANY = ",".join(f"{start}-{start}" for start in range(0, 1400, 2))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_range(downloads: Downloads, case: Case) -> None:
    response = downloads.get("data.bin", headers={"Range": case.range})
    case.but.get(downloads.sender, case.expected).check(response)


def test_a_range_is_for_get_only(downloads: Downloads) -> None:
    """HEAD answers as GET without Range would; the servers below answer as GET with it, without a body."""
    response = downloads.get("data.bin", method="HEAD", headers={"Range": "bytes=0-99"})
    if downloads.sender in (Sender.NGINX, Sender.MOD_XSENDFILE):
        assert response.status == 206
        assert response.int("content-length") == 100
    else:
        assert response.status == 200
        assert response.int("content-length") == N


def test_a_range_of_an_empty_file(downloads: Downloads) -> None:
    response = downloads.get("empty.txt", headers={"Range": "bytes=0-9"})
    if downloads.stand.streams:
        assert response.status == 416
        assert response.header("content-range") == "bytes */0"
    else:
        assert response.status == 200
        assert response.body == b""


def test_hundreds_of_ranges_give_a_bounded_answer(downloads: Downloads) -> None:
    """Seven hundred: as many as fit into a header line that every server takes."""
    response = downloads.get("data.bin", headers={"Range": f"bytes={MANY}"})
    if downloads.sender is Sender.NGINX:
        assert response.status == 206
        assert len(response.body) < N
    elif downloads.sender is Sender.LIGHTTPD:
        # The first ten, which lie so near to each other that they become one.
        One(0, 19).check(response)
    else:
        Whole().check(response)
