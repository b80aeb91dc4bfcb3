"""Unusual answers of an application that hands a file off with status 200."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.handed_off import HandedOff, answer
from conformance.observation import sent
from conformance.situation import Ask, Theme, one
from conformance.tree import DATA


def with_more(say: Sequence[tuple[str, str]] = (), body: bytes = b"") -> Ask:
    def ask(files: HandedOff) -> str:
        response = files.get("data.bin", say=say, body=body)
        if response.header("content-range"):
            return "it is passed on"
        return sent(response, DATA)

    return ask


def in_lower_case(files: HandedOff) -> str:
    value = [(files.dialect.header.lower(), files.value(b"data.bin"))]
    return sent(files.request(answer(200, value)), DATA)


ANSWERS = Theme(
    "What else the application says",
    "The file is sent, whole, and nothing that the application said of its own body is taken for the file's.",
    (
        one("a body of its own", with_more(body=b"the application's own words")),
        one("`Content-Length: 0`", with_more([("Content-Length", "0")])),
        one("the header in lower case", in_lower_case),
        one("`Accept-Ranges: none`", with_more([("Accept-Ranges", "none")])),
        one("`Content-Range: bytes 0-9/10`", with_more([("Content-Range", "bytes 0-9/10")])),
    ),
)
