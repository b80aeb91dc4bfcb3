"""What is not sent: everything that is not a regular file beneath the root is 404, and nothing of it arrives."""

from __future__ import annotations

import pytest

from conformance.tree import OUTSIDE
from downloads import Downloads
from harness.client import FramingError

ABSENT: dict[str, bytes] = {
    "missing file": b"missing.txt",
    "file in a missing folder": b"missing/file.txt",
    "beneath a file": b"plain.txt/more",
    "directory": b"folder",
    "directory with a slash": b"folder/",
    "the root": b"",
    "the root as a dot": b".",
    "FIFO": b"fifo",
    "a name too long": b"n" * 300,
    "a path too long": b"a/" * 2100,
    "NUL": b"plain.txt\0",
    "NUL before a suffix": b"../outside/secret.txt\0.png",
}

LINKS: dict[str, bytes] = {
    "link out, absolute": b"link-outside.txt",
    "link out, relative": b"link-outside-relative.txt",
    "through a folder that links out": b"folder-outside/secret.txt",
    "link to nothing": b"link-nowhere",
    "link to itself": b"link-loop",
}

TRAVERSALS: dict[str, bytes] = {
    "dot dot": b"../outside/secret.txt",
    "dot dot beneath the root": b"folder/../plain.txt",
    "dot dot after a folder": b"folder/../../outside/secret.txt",
    "dot dot after a missing folder": b"missing/../../outside/secret.txt",
    "dot dot after a dot": b"./.././outside/secret.txt",
    "dot dot with more slashes": b"..//outside//secret.txt",
    "many dot dots": b"../" * 40 + b"etc/passwd",
    "absolute": b"/etc/passwd",
    "absolute, two slashes": b"//etc/passwd",
    "a sibling whose name begins like the root's": b"../files-sibling.txt",
    "backslashes": b"..\\outside\\secret.txt",
    "percent-encoded": b"%2e%2e/outside/secret.txt",
    "percent-encoded slash": b"..%2foutside%2fsecret.txt",
    "percent-encoded twice": b"%252e%252e%252foutside%252fsecret.txt",
    "overlong UTF-8": b"\xc0\xae\xc0\xae/outside/secret.txt",
    "full-width dots": "\uff0e\uff0e/outside/secret.txt".encode(),
    "full-width slash": "..\uff0foutside\uff0fsecret.txt".encode(),
    "dots that shrink when removed": b"....//outside/secret.txt",
    "dot dot and a parameter": b"..;/outside/secret.txt",
    "magic link": b"/proc/self/root/etc/passwd",
    "only dot dot": b"..",
}

REFUSED = ABSENT | LINKS | TRAVERSALS


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED.keys())
def test_not_found(downloads: Downloads, name: bytes, method: str) -> None:
    if method == "HEAD" and downloads.stand.sends_body_for_head:
        with pytest.raises(FramingError, match=r"where there must be none: .*Not Found"):
            downloads.get(name, method=method)
        return
    response = downloads.get(name, method=method)
    assert response.status == 404
    assert OUTSIDE not in response.body
    assert b"root:" not in response.body
    assert response.header("content-disposition") is None


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED.keys())
def test_not_found_with_conditions(downloads: Downloads, name: bytes) -> None:
    """A range or a precondition asks nothing of a file that is not there."""
    response = downloads.get(name, headers={"Range": "bytes=0-9", "If-None-Match": "*"})
    assert response.status == 404


def test_the_absolute_path_of_a_file_outside(downloads: Downloads) -> None:
    response = downloads.get(bytes(downloads.tree.outside / "secret.txt"))
    assert response.status == 404
    assert OUTSIDE not in response.body


def test_the_absolute_path_of_a_file_inside(downloads: Downloads) -> None:
    response = downloads.get(bytes(downloads.tree.root / "plain.txt"))
    assert response.status == 200
    assert response.body == downloads.tree.content(b"plain.txt")


def test_what_the_application_refuses_is_refused(downloads: Downloads) -> None:
    response = downloads.request("/forbidden")
    assert response.status == 403
