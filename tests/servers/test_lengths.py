"""An application that sets a wrong Content-Length, or deletes it, changes nothing of what the client gets."""

from __future__ import annotations

import pytest

from conformance.tree import DATA
from downloads import Downloads

LENGTHS = (str(len(DATA) + 1), "none")

REQUESTS: dict[str, tuple[str, dict[str, str]]] = {
    "whole": ("GET", {}),
    "part": ("GET", {"Range": "bytes=1000-1999"}),
    "head": ("HEAD", {}),
    "not modified": ("GET", {"If-None-Match": "*"}),
    "not satisfiable": ("GET", {"Range": "bytes=9999999-"}),
}


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(("method", "headers"), REQUESTS.values(), ids=REQUESTS)
def test_the_same_bytes(downloads: Downloads, method: str, headers: dict[str, str], length: str) -> None:
    right = downloads.get("data.bin", method=method, headers=headers)
    answer = downloads.get("data.bin", method=method, headers=headers, length=length)
    assert (answer.status, answer.body) == (right.status, right.body)
    for name in ("content-length", "content-range"):
        assert answer.header(name) == right.header(name)
    if method == "GET" and answer.status in (200, 206):
        assert answer.body == (DATA[1000:2000] if headers else DATA)
