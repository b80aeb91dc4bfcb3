"""multipart/byteranges (RFC 9110 section 14.6), taken apart strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.client import FramingError, Head, Response, parse_head

BOUNDARY = re.compile(r'multipart/byteranges\s*;\s*boundary=(?:"([^"]+)"|([^\s;"]+))\s*$', re.IGNORECASE)
CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)$")


@dataclass(frozen=True)
class Part:
    head: Head
    start: int
    end: int
    """Exclusive."""
    complete: int
    """The length of the whole representation."""
    content: bytes


def content_range(head: Head) -> tuple[int, int, int]:
    """The first byte, the one after the last, and the complete length that Content-Range gives."""
    value = head.header("content-range")
    matched = CONTENT_RANGE.match(value or "")
    if not matched:
        raise FramingError(f"Content-Range is {value!r}")
    first, last, complete = map(int, matched.groups())
    return first, last + 1, complete


def parts(response: Response) -> list[Part]:
    """The parts of a 206 with several ranges."""
    content_type = response.header("content-type") or ""
    matched = BOUNDARY.match(content_type)
    if not matched:
        raise FramingError(f"Content-Type is {content_type!r}, not multipart/byteranges with a boundary")
    delimiter = b"--" + (matched[1] or matched[2]).encode("ascii")
    # The first delimiter may stand at the very start or after a line end (RFC 2046 section 5.1.1).
    before, *pieces, after = (b"\r\n" + response.body.removeprefix(b"\r\n")).split(b"\r\n" + delimiter)
    if before or not after.startswith(b"--") or after[2:].strip(b"\r\n"):
        raise FramingError(f"bytes outside the parts: {before!r}, {after!r}")
    return [_part(piece) for piece in pieces]


def _part(piece: bytes) -> Part:
    if not piece.startswith(b"\r\n"):
        raise FramingError(f"no line end after the delimiter: {piece[:40]!r}")
    fields, end, content = piece[2:].partition(b"\r\n\r\n")
    if not end:
        raise FramingError(f"a part without the end of its head: {piece[:80]!r}")
    head = parse_head(b"HTTP/1.1 206 Part\r\n" + fields + b"\r\n\r\n")
    start, stop, complete = content_range(head)
    return Part(head, start, stop, complete, content)
