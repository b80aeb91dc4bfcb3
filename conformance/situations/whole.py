"""The whole file, by GET, HEAD and POST."""

from __future__ import annotations

from conformance.files import Files
from conformance.observation import sent
from conformance.situation import RIGHT, Theme, one
from conformance.tree import DATA, HUGE_END, HUGE_SIZE, MODIFIED_DATE

SAME_FOR_HEAD = (
    *("content-length", "content-type", "content-disposition", "accept-ranges"),
    *("etag", "last-modified", "cache-control"),
)


def get(files: Files) -> str:
    response = files.get("data.bin")
    if response.int("content-length") != len(DATA):
        return f"`Content-Length: {response.header('content-length')}`"
    return sent(response, DATA)


def head(files: Files) -> str:
    head, whole = files.get("data.bin", method="HEAD"), files.get("data.bin")
    if head.status != 200:
        return str(head.status)
    other = [name for name in SAME_FOR_HEAD if head.header(name) != whole.header(name)]
    return f"other {', '.join(other)}" if other else RIGHT


def post(files: Files) -> str:
    return sent(files.get("data.bin", method="POST"), DATA)


def empty(files: Files) -> str:
    response = files.get("empty.txt")
    if response.int("content-length") != 0:
        return "without `Content-Length`"
    return RIGHT if (response.status, response.body) == (200, b"") else str(response.status)


def head_of_empty(files: Files) -> str:
    response = files.get("empty.txt", method="HEAD")
    return RIGHT if response.status == 200 and response.int("content-length") in (0, None) else str(response.status)


def huge_head(files: Files) -> str:
    response = files.get("huge.bin", method="HEAD")
    return RIGHT if response.int("content-length") == HUGE_SIZE else f"{response.header('content-length')}"


def huge_end(files: Files) -> str:
    response = files.get("huge.bin", headers={"Range": f"bytes={HUGE_SIZE - len(HUGE_END)}-"})
    expected = f"bytes {HUGE_SIZE - len(HUGE_END)}-{HUGE_SIZE - 1}/{HUGE_SIZE}"
    if response.status != 206 or response.header("content-range") != expected:
        return f"{response.status}, {response.header('content-range')}"
    return RIGHT if response.body == HUGE_END else "other bytes"


def huge_begin(files: Files) -> str:
    with files.open("huge.bin") as exchange:
        if exchange.head.status != 200 or exchange.head.int("content-length") != HUGE_SIZE:
            return f"{exchange.head.status}, {exchange.head.header('content-length')}"
        return RIGHT if exchange.read_some(1 << 20) >= 1 << 20 else "less than a mebibyte of it"


def accept_ranges(files: Files) -> str:
    return RIGHT if files.get("data.bin").header("accept-ranges") == "bytes" else "missing"


def last_modified(files: Files) -> str:
    found = files.get("data.bin").header("last-modified")
    return RIGHT if found == MODIFIED_DATE else found or "missing"


def etag(files: Files) -> str:
    found = files.get("data.bin").header("etag")
    if not found:
        return "missing"
    return RIGHT if found.startswith('"') and found not in ('""', '"0"') else f"`{found}`"


def etags_differ(files: Files) -> str:
    """The twin has the same size, other bytes and another date."""
    one, other = files.get("data.bin").header("etag"), files.get("twin.bin").header("etag")
    return RIGHT if one != other else "the same"


def not_encoded(files: Files) -> str:
    response = files.get("archive.tar.gz")
    coding = response.header("content-encoding")
    return (
        f"`Content-Encoding: {coding}`" if coding else sent(response, (files.tree.root / "archive.tar.gz").read_bytes())
    )


WHOLE = Theme(
    "The whole file",
    "Status 200 with the file's bytes and its length.",
    (
        one("`GET`", get),
        one("`HEAD` has the same headers and no body", head),
        one("`POST`", post),
        one("an empty file", empty),
        one("`HEAD` of an empty file", head_of_empty),
        one("5 GiB: `HEAD` has the length", huge_head),
        one("5 GiB: a range at its end", huge_end),
        one("5 GiB: `GET` starts to send it", huge_begin),
        one("`Accept-Ranges: bytes`", accept_ranges),
        one("`Last-Modified` is the file's", last_modified),
        one("a strong `ETag`", etag),
        one("two files of one size have two `ETag`s", etags_differ),
        one("an archive is not called encoded", not_encoded),
    ),
)
