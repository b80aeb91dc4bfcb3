"""Which of the application's headers reach the client."""

from __future__ import annotations

import gzip

from conformance.handed_off import HandedOff, answer
from conformance.situation import Ask, Theme, one
from conformance.tree import MODIFIED_DATE
from harness.client import Response

SAID = {
    "Content-Type": "application/x-note",
    "Content-Disposition": "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20%C3%A9.txt",
    "Content-Encoding": "x-nothing",
    "Content-Language": "de",
    "Accept-Ranges": "none",
    "Cache-Control": "private, max-age=60",
    "Expires": "Fri, 01 Jan 2100 00:00:00 GMT",
    "Vary": "Cookie",
    "ETag": '"the-application"',
    "Last-Modified": "Mon, 01 Jan 2018 00:00:00 GMT",
    "Set-Cookie": "seen=yes",
    "Content-Security-Policy": "sandbox",
    # The configurations say `nosniff` too.
    "X-Content-Type-Options": "nosniff, nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=1",
    "Access-Control-Allow-Origin": "https://example.test",
    "Cross-Origin-Resource-Policy": "same-site",
    "Link": "</style.css>; rel=preload",
    "WWW-Authenticate": "Basic",
    "X-Robots-Tag": "noindex",
    "X-Of-My-Own": "yes",
    "X-Accel-Limit-Rate": "10000000",
    "X-Accel-Buffering": "yes",
    "X-Accel-Charset": "utf-8",
    "X-Accel-Expires": "0",
    "X-LIGHTTPD-KBytes-per-second": "10000",
}

REQUESTS: dict[int, tuple[str, dict[str, str]]] = {
    200: ("data.bin", {}),
    206: ("data.bin", {"Range": "bytes=0-9"}),
    304: ("data.bin", {"If-None-Match": "*"}),
    416: ("data.bin", {"Range": "bytes=300000-"}),
    404: ("missing.txt", {}),
}


def arrives(header: str, value: str, body: bytes = b"") -> Ask:
    def ask(files: HandedOff) -> str:
        found = []
        for status, (name, headers) in REQUESTS.items():
            response = files.get(name, headers=headers, say=[(header, value)], body=body)
            if response.status != status:
                found.append(f"({response.status} for {status})")
            if value.encode() in response.all(header):
                found.append(str(response.status))
        return " ".join(dict.fromkeys(found)) or "never"

    return ask


HEADERS = Theme(
    "The application's headers",
    "The statuses with which this header of the application's reaches the client: 200, 206, 304, 416, and 404 where "
    "the file that was handed off is missing.",
    (
        *(one(f"`{header}`", arrives(header, value)) for header, value in SAID.items()),
        one("`Content-Length` and a body", arrives("Content-Length", "7", body=b"its own")),
        one("`Content-Encoding: gzip` and a body", arrives("Content-Encoding", "gzip", body=gzip.compress(b"its own"))),
    ),
    facts=True,
)


def bare(files: HandedOff, headers: dict[str, str] | None = None) -> Response:
    """Of an application that says nothing of the file."""
    value = (files.dialect.header, files.value(b"archive.tar.gz"))
    return files.request(answer(200, [value]), headers=headers)


def etag(files: HandedOff) -> str:
    found = bare(files).header("etag")
    return "none" if not found else "the same for every file" if found in ('"0"', '""') else "the server's own"


def last_modified(files: HandedOff) -> str:
    found = bare(files).header("last-modified")
    return "none" if not found else "the file's" if found == MODIFIED_DATE else "another"


def in_words(header: str) -> Ask:
    return lambda files: f"`{found}`" if (found := bare(files).header(header)) else "none"


def not_modified(files: HandedOff) -> str:
    return str(bare(files, {"If-None-Match": "*"}).status)


def part(files: HandedOff) -> str:
    return str(bare(files, {"Range": "bytes=0-0"}).status)


SILENT = Theme(
    "Where the application says nothing of the file",
    "What the client gets of `archive.tar.gz` where the hand-off comes alone. So xsendfile sends the type always, and "
    "validators where the server has none of its own.",
    (
        one("`ETag`", etag),
        one("`Last-Modified`", last_modified),
        one("`Content-Type`", in_words("Content-Type")),
        one("`Content-Encoding`", in_words("Content-Encoding")),
        one("`If-None-Match: *`", not_modified),
        one("`Range: bytes=0-0`", part),
    ),
    facts=True,
)
