"""What the cells of the table say."""

from __future__ import annotations

import pytest

from conformance.observation import listed, selected
from harness.client import Response, parse_head

DATA = bytes(range(100))


def response(head: str, body: bytes = b"") -> Response:
    raw = b"HTTP/1.1 " + head.replace("\n", "\r\n").encode() + b"\r\n\r\n"
    parsed = parse_head(raw)
    return Response(parsed.status, parsed.fields, body, raw)


def parts(*spans: tuple[int, int], content: bytes = DATA) -> bytes:
    pieces = [
        b"--b\r\nContent-Range: bytes %d-%d/100\r\n\r\n%b\r\n" % (first, last, content[first : last + 1])
        for first, last in spans
    ]
    return b"".join(pieces) + b"--b--\r\n"


SEVERAL = "206 Partial Content\nContent-Type: multipart/byteranges; boundary=b"


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        ("200 OK", DATA, "200"),
        ("200 OK", DATA[1:], "200, other bytes"),
        ("206 Partial Content\nContent-Range: bytes 5-9/100", DATA[5:10], "206 5-9"),
        ("206 Partial Content\nContent-Range: bytes 5-9/100", DATA[6:11], "206 5-9, other bytes"),
        ("206 Partial Content\nContent-Range: bytes 5-9/101", DATA[5:10], "206 5-9, other bytes"),
        (SEVERAL, parts((0, 9), (50, 59)), "206 0-9,50-59"),
        (SEVERAL, parts((0, 9), content=bytes(100)), "206 0-9, other bytes"),
        ("304 Not Modified", b"", "304"),
        ("412 Precondition Failed", b"no", "412"),
        ("412 Precondition Failed", DATA, "412, with bytes of the file"),
        ("416 Range Not Satisfiable\nContent-Range: bytes */100", b"", "416"),
        ("416 Range Not Satisfiable\nContent-Range: bytes */99", b"", "416 without `Content-Range`"),
        ("416 Range Not Satisfiable", b"", "416 without `Content-Range`"),
    ],
)
def test_what_was_selected(head: str, body: bytes, said: str) -> None:
    assert selected(response(head, body), DATA) == said


@pytest.mark.parametrize(
    ("labels", "shown"),
    [([10], "0A"), ([1, 2, 3, 127], "01-03 7F"), ([32, 9, 10], "09-0A 20"), (["tab", "newline"], "tab, newline")],
)
def test_labels(labels: list[str | int], shown: str) -> None:
    assert listed(labels) == shown
