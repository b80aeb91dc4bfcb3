"""What the application says about the file reaches the client."""

from __future__ import annotations

import pytest

from downloads import Downloads
from harness.disposition import announced_name
from harness.front import ModWsgi
from stands import STANDS, Stand

FIRST_BYTES = {"Range": "bytes=0-9"}


def on(stands: list[Stand]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("downloads", stands, ids=lambda stand: stand.id, indirect=True)


ways = pytest.mark.parametrize("headers", [{}, FIRST_BYTES], ids=["200", "206"])
kept = pytest.mark.parametrize("headers", [{}, FIRST_BYTES, {"If-None-Match": "*"}], ids=["200", "206", "304"])


@ways
def test_type_by_name(downloads: Downloads, headers: dict[str, str]) -> None:
    response = downloads.get("page.html", headers=headers)
    assert response.status == (206 if headers else 200)
    assert (response.header("content-type") or "").partition(";")[0] == "text/html"


@ways
def test_type_by_argument(downloads: Downloads, headers: dict[str, str]) -> None:
    response = downloads.get("page.html", mimetype="application/x-note", headers=headers)
    assert response.status == (206 if headers else 200)
    assert response.header("content-type") == "application/x-note"


@ways
def test_unknown_type(downloads: Downloads, headers: dict[str, str]) -> None:
    response = downloads.get(".hidden", headers=headers)
    assert response.status == (206 if headers else 200)
    assert response.header("content-type") == "application/octet-stream"


@ways
def test_inline(downloads: Downloads, headers: dict[str, str]) -> None:
    response = downloads.get("page.html", headers=headers)
    assert response.header("content-disposition") == 'inline; filename="page.html"'


@ways
def test_attachment(downloads: Downloads, headers: dict[str, str]) -> None:
    response = downloads.get("page.html", attachment="1", headers=headers)
    assert response.header("content-disposition") == 'attachment; filename="page.html"'


@ways
def test_attachment_under_another_name(downloads: Downloads, headers: dict[str, str]) -> None:
    name = 'Größe; 50% "a/b"\\c + d?e#f & g=h.txt'
    response = downloads.get("page.html", attachment="1", filename=name, headers=headers)
    assert response.status == (206 if headers else 200)
    disposition = response.header("content-disposition") or ""
    assert disposition.startswith('attachment; filename="Gr')
    assert announced_name(disposition) == name.encode()


@kept
def test_what_protects_a_file(downloads: Downloads, headers: dict[str, str]) -> None:
    """No cache in between keeps it, and it does not run as the site, nor in another's frame."""
    response = downloads.get("page.html", headers=headers)
    assert response.status == (304 if "If-None-Match" in headers else 206 if headers else 200)
    assert response.all("cache-control") == [b"private, no-cache"]
    assert response.all("content-security-policy") == [b"sandbox"]
    assert response.all("x-frame-options") == [b"DENY"]


@kept
def test_what_protects_a_file_is_the_applications_to_say(downloads: Downloads, headers: dict[str, str]) -> None:
    response = downloads.get("page.html", view="/cached", headers=headers)
    assert response.all("cache-control") == [b"private, max-age=60"]
    assert response.all("content-security-policy") == [b"script-src 'self'; img-src https://a.test/%20?b=\"c\"&d *"]
    assert response.all("x-frame-options") == [b"SAMEORIGIN"]
    # Apache writes it without the space.
    assert [value.replace(b" ", b"") for value in response.all("vary")] == [b"Cookie,Accept-Language"]


@ways
def test_headers_of_the_application(downloads: Downloads, headers: dict[str, str]) -> None:
    response = downloads.get("page.html", view="/cached", headers=headers)
    assert response.status == (206 if headers else 200)
    assert response.header("cache-control") == "private, max-age=60"
    cookie = response.header("set-cookie")
    if downloads.stand.front is ModWsgi:
        # Its redirected request starts anew, and a cookie has no business in a URL.
        assert cookie is None
    else:
        assert cookie is not None and cookie.startswith("seen=yes")


@ways
def test_nobody_guesses_the_type_of_a_file(downloads: Downloads, headers: dict[str, str]) -> None:
    assert downloads.get("page.html", headers=headers).header("x-content-type-options") == "nosniff"


@on([stand for stand in STANDS if "SITE_DEBUG" not in stand.settings])
def test_an_error_of_the_application_shows_nothing(downloads: Downloads) -> None:
    """The client learns that it failed, and no more; except from Django's page for developers."""
    assert downloads.get("page.html", mimetype="text/html\r\nX-Injected: yes").status == 500


def test_the_application_says_forbidden(downloads: Downloads) -> None:
    assert downloads.request("/forbidden").status == 403
