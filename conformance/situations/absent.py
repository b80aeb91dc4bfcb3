"""The application hands off what is not there, or what is no file."""

from __future__ import annotations

import os

from conformance.handed_off import HandedOff
from conformance.observation import same
from conformance.situation import Ask, Theme, one
from conformance.tree import DATA, OUTSIDE

NAMES: dict[str, bytes] = {
    "a missing file": b"missing.txt",
    "a file in a missing folder": b"missing/file.txt",
    "a file beneath a file": b"plain.txt/more",
    "a directory": b"folder",
    "a directory, with a slash": b"folder/",
    "the root": b"",
    "a file that the server may not read": b"closed.txt",
    "a file in a directory that the server may not enter": b"closed/inside.txt",
    "a name of 300 bytes": b"n" * 300,
    "a FIFO": b"fifo",
    "a link to nothing": b"link-nowhere",
    "a link to itself": b"link-loop",
}

PATIENCE = 2.0
"""Seconds: a server that opens a FIFO waits for ever."""


def refused(name: bytes) -> Ask:
    def ask(files: HandedOff) -> str:
        try:
            response = files.request(files.target(name), timeout=PATIENCE)
        except TimeoutError:
            release(files)
            raise
        if OUTSIDE in response.body or DATA[:16] in response.body:
            return "it is sent"
        if response.body == files.tree.content(b"index.html"):
            return "its `index.html` is sent"
        return same("404", str(response.status) if response.body or response.status != 200 else "200, nothing")

    return ask


def release(files: HandedOff) -> None:
    """Let a server that waits for somebody to write into the FIFO go on."""
    try:
        os.close(os.open(files.tree.root / "fifo", os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return  # nobody waits


ABSENT = Theme(
    "What is not there",
    "404, and nothing of the path or of the internal URL is shown.",
    tuple(one(what, refused(name)) for what, name in NAMES.items()),
)
