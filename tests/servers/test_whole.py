"""The whole file, by GET, HEAD and POST."""

from __future__ import annotations

from downloads import Downloads
from stands import Sender
from tree import DATA


def test_get_sends_the_whole_file(downloads: Downloads) -> None:
    response = downloads.get("data.bin")
    assert response.status == 200
    assert response.body == DATA
    assert response.int("content-length") == len(DATA)
    # Apache adds it to files that it finds itself, not to those that mod_xsendfile hands to it.
    assert response.header("accept-ranges") == (None if downloads.sender is Sender.MOD_XSENDFILE else "bytes")
    assert response.header("last-modified") == "Sun, 13 Sep 2020 12:26:40 GMT"
    etag = response.header("etag")
    assert etag is not None and etag.startswith('"') and etag not in ('"0"', '""')


def test_head_says_what_get_would_and_sends_nothing(downloads: Downloads) -> None:
    head, whole = downloads.get("data.bin", method="HEAD"), downloads.get("data.bin")
    assert head.status == 200
    assert head.body == b""
    same = ("content-length", "content-type", "content-disposition", "etag", "last-modified", "accept-ranges")
    assert {name: head.header(name) for name in same} == {name: whole.header(name) for name in same}


def test_post_sends_the_whole_file(downloads: Downloads) -> None:
    response = downloads.get("data.bin", method="POST")
    assert response.status == 200
    assert response.body == DATA


def test_an_empty_file_is_sent_as_one(downloads: Downloads) -> None:
    response = downloads.get("empty.txt")
    assert response.status == 200
    assert response.body == b""
    assert response.int("content-length") == 0


def test_head_of_an_empty_file(downloads: Downloads) -> None:
    response = downloads.get("empty.txt", method="HEAD")
    assert response.status == 200
    assert response.int("content-length") in (0, None)


def test_an_archive_is_not_called_encoded(downloads: Downloads) -> None:
    response = downloads.get("archive.tar.gz")
    assert response.status == 200
    assert response.header("content-encoding") is None
    assert response.header("content-type") == "application/gzip"


def test_a_link_that_stays_inside_is_followed(downloads: Downloads) -> None:
    response = downloads.get("link-inside.bin")
    assert response.status == 200
    assert response.body == DATA
