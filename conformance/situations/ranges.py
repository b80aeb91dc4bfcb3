"""What a Range selects (RFC 9110 section 14)."""

from __future__ import annotations

from conformance.files import Files
from conformance.observation import same, selected
from conformance.situation import RIGHT, Ask, Theme, one
from conformance.tree import DATA

N = len(DATA)

CASES: dict[str, tuple[str, str]] = {
    "the first bytes": ("bytes=0-99", "206 0-99"),
    "bytes in the middle": ("bytes=100000-199999", "206 100000-199999"),
    "from an offset to the end": ("bytes=299000-", f"206 299000-{N - 1}"),
    "the last bytes": ("bytes=-100", f"206 {N - 100}-{N - 1}"),
    "the last byte": (f"bytes={N - 1}-{N - 1}", f"206 {N - 1}-{N - 1}"),
    "everything, as a range": ("bytes=0-", f"206 0-{N - 1}"),
    "an end past the end is cut": (f"bytes=299999-{N + 5}", f"206 {N - 1}-{N - 1}"),
    "a suffix longer than the file is the file": (f"bytes=-{N + 5}", f"206 0-{N - 1}"),
    "two ranges": ("bytes=0-9,1000-1009", "206 0-9,1000-1009"),
    "order is kept": ("bytes=1000-1009,0-9", "206 1000-1009,0-9"),
    "three ranges, one a suffix": ("bytes=5-9,100-199,-7", f"206 5-9,100-199,{N - 7}-{N - 1}"),
    "white space around commas": ("bytes=0-9 , 100-199", "206 0-9,100-199"),
    "one of two is satisfiable": (f"bytes=0-9,{N}-{N + 9}", "206 0-9"),
    "overlapping ranges become one": ("bytes=0-99,50-149", "206 0-149"),
    "past the end": (f"bytes={N}-", "416"),
    "an empty suffix": ("bytes=-0", "416"),
    "the unit is case-insensitive": ("Bytes=0-9", "206 0-9"),
    "another unit is ignored": ("lines=0-9", "200"),
    "a malformed set is ignored": ("bytes=a-b", "200"),
    "an end before its start is ignored": ("bytes=9-5", "200"),
    "an empty set is ignored": ("bytes=", "200"),
}
"""The rule, a Range, and what it selects of `data.bin`."""

MANY = ",".join(f"{start}-{start}" for start in range(0, 1400, 2))
"""Seven hundred ranges: as many as fit into a header line that every server takes."""


def selects(range_: str, expected: str) -> Ask:
    def ask(files: Files) -> str:
        return same(expected, selected(files.get("data.bin", headers={"Range": range_})))

    return ask


def parts_have_the_type(files: Files) -> str:
    whole = files.get("data.bin").header("content-type") or ""
    response = files.get("data.bin", headers={"Range": "bytes=0-9,1000-1009"})
    return RIGHT if whole and response.body.lower().count(f"content-type: {whole}".encode()) == 2 else "without a type"


def for_get_only(files: Files) -> str:
    """HEAD answers as GET without Range would."""
    response = files.get("data.bin", method="HEAD", headers={"Range": "bytes=0-99"})
    return RIGHT if (response.status, response.int("content-length")) == (200, N) else str(response.status)


def of_an_empty_file(files: Files) -> str:
    """416, or the range ignored: RFC 9110 allows it of every range."""
    response = files.get("empty.txt", headers={"Range": "bytes=0-9"})
    if response.status == 416:
        return RIGHT if response.header("content-range") == "bytes */0" else "416 without `Content-Range`"
    return RIGHT if (response.status, response.body) == (200, b"") else str(response.status)


def hundreds(files: Files) -> str:
    response = files.get("data.bin", headers={"Range": f"bytes={MANY}"})
    if len(response.body) > 2 * N:
        return f"{len(response.body)} bytes"
    came = selected(response)
    return RIGHT if came in ("200", "206 " + MANY) or came.startswith("206 0-0,") else came


RANGES = Theme(
    "Ranges",
    f"Of a file of {N:,} bytes, the bytes that RFC 9110 section 14 selects. Where a server does otherwise, the cell "
    "has the status and the bytes that came.",
    (
        *(one(f"{rule}: `{given}`", selects(given, expected)) for rule, (given, expected) in CASES.items()),
        one("each of several parts has its type", parts_have_the_type),
        one("a range is for `GET` only: `HEAD` answers 200", for_get_only),
        one("a range of an empty file", of_an_empty_file),
        one("hundreds of ranges give a bounded answer", hundreds),
    ),
)
