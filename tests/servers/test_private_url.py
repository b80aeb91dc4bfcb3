"""No way leads from outside to the internal URL, or to a file that the application did not hand out."""

from __future__ import annotations

import pytest

from downloads import Downloads
from stands import HANDED_OFF
from tree import NAMES

handed_off = pytest.mark.parametrize("downloads", HANDED_OFF, ids=lambda stand: stand.id, indirect=True)

WAYS = {
    "straight": "/private/plain.txt",
    "two slashes": "//private/plain.txt",
    "three slashes": "///private/plain.txt",
    "two slashes inside": "/private//plain.txt",
    "an encoded letter": "/%70rivate/plain.txt",
    "all letters encoded": "/%70%72%69%76%61%74%65/plain.txt",
    "a letter encoded twice": "/%2570rivate/plain.txt",
    "a dot segment": "/./private/plain.txt",
    "an encoded dot segment": "/%2e/private/plain.txt",
    "dot dot": "/a/../private/plain.txt",
    "encoded dot dot": "/a/%2e%2e/private/plain.txt",
    "dot dot from the top": "/../private/plain.txt",
    "dot dot inside": "/private/folder/../plain.txt",
    "through the application's URL": "/download/../private/plain.txt",
    "upper case": "/PRIVATE/plain.txt",
    "mixed case": "/Private/plain.txt",
    "an encoded slash": "/private%2fplain.txt",
    "an encoded slash in front": "/%2fprivate/plain.txt",
    "an encoded backslash": "/private%5cplain.txt",
    "a parameter": "/private;x=1/plain.txt",
    "a parameter at the end": "/private/plain.txt;x=1",
    "a trailing slash": "/private/plain.txt/",
    "a trailing NUL": "/private/plain.txt%00",
    "the folder": "/private/",
    "the folder without a slash": "/private",
    "a query": "/private/plain.txt?download=1",
    "the query of a hand-off": "/private/plain.txt?disposition=attachment&type=text%2Fhtml&cache=public",
    "a fragment": "/private/plain.txt#x",
    "absolute form": "http://127.0.0.1/private/plain.txt",
    "absolute form with another host": "http://example.test/private/plain.txt",
    "absolute form with two slashes": "http://127.0.0.1//private/plain.txt",
    "absolute form in https": "https://127.0.0.1/private/plain.txt",
    "the root's name as a URL": "/files/plain.txt",
}

HOSTILE = {
    "X-Sendfile": "/etc/passwd",
    "X-Sendfile-Type": "X-Accel-Redirect",
    "X-Accel-Redirect": "/private/plain.txt",
    "X-Accel-Mapping": "/=/private/",
    "X-Accel-Buffering": "no",
    "X-Lighttpd-Send-File": "/etc/passwd",
    "X-Original-URL": "/private/plain.txt",
    "X-Rewrite-URL": "/private/plain.txt",
    "REDIRECT_STATUS": "200",
    "Redirect-Status": "200",
    "SENDFILE_DISPOSITION": "attachment",
    "Location": "/private/plain.txt",
}


@handed_off
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("target", WAYS.values(), ids=WAYS.keys())
def test_direct_access_is_refused(downloads: Downloads, target: str, method: str) -> None:
    is_refused(downloads, target, method, {})


@handed_off
@pytest.mark.parametrize("target", WAYS.values(), ids=WAYS.keys())
def test_direct_access_is_refused_with_hostile_headers(downloads: Downloads, target: str) -> None:
    is_refused(downloads, target, "GET", HOSTILE)


@pytest.mark.parametrize("header", HOSTILE.items(), ids=HOSTILE.keys())
def test_a_clients_header_changes_nothing(downloads: Downloads, header: tuple[str, str]) -> None:
    plain = downloads.get("data.bin", attachment="1")
    hostile = downloads.get("data.bin", attachment="1", headers=dict([header]))
    assert without_date(hostile.fields) == without_date(plain.fields)
    assert (hostile.status, hostile.body) == (200, plain.body)


QUERIES = {
    "of a hand-off": "&disposition=inline&type=text%2Fhtml&cache=public&encoding=gzip&status=404",
    "of a hand-off, first": "disposition=inline&type=text%2Fhtml&cache=public&",
    "a path": "&x=/private/plain.txt",
}


@pytest.mark.parametrize("extra", QUERIES.values(), ids=QUERIES.keys())
def test_a_clients_query_changes_nothing(downloads: Downloads, extra: str) -> None:
    target = downloads.target("data.bin", attachment="1")
    path, _, query = target.partition("?")
    extended = f"{path}?{query}{extra}" if extra.startswith("&") else f"{path}?{extra}{query}"
    plain, changed = downloads.request(target), downloads.request(extended)
    assert without_date(changed.fields) == without_date(plain.fields)
    assert (changed.status, changed.body) == (200, plain.body)


def is_refused(downloads: Downloads, target: str, method: str, headers: dict[str, str]) -> None:
    response = downloads.request(target, method=method, headers=headers)
    content = downloads.tree.content(NAMES["plain"])
    assert content not in response.body
    assert response.status in (400, 403, 404, 405), f"{response.status}: {response.head_bytes!r}"
    assert response.header("last-modified") is None
    assert response.int("content-length") != len(content)


def without_date(fields: tuple[tuple[str, bytes], ...]) -> list[tuple[str, bytes]]:
    return [(name, value) for name, value in fields if name != "date"]
