"""Rate, buffering, charset and expiry: as arguments, attributes and settings."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory

from django_sendfile import asendfile, sendfile
from django_sendfile.backends import simple
from django_sendfile.views import SendfileView

GET = RequestFactory().get("/")
EVERYTHING = {"limit_rate": 100_000, "buffering": False, "charset": "utf-8", "expires": timedelta(minutes=1)}
TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "private, max-age=60"}
SAID = {
    "simple": TEXT | {"X-Accel-Buffering": "no"},
    "nginx": TEXT | {"X-Accel-Limit-Rate": "100000"},
    "lighttpd": TEXT | {"X-LIGHTTPD-KBytes-per-second": "98"},
    "caddy": TEXT,
}
NAMES = ("X-Accel-Limit-Rate", "X-LIGHTTPD-KBytes-per-second", "X-Accel-Buffering", *TEXT)


@pytest.fixture(autouse=True)
def text(root):
    (root / "a.txt").write_text("content")


def said(response) -> dict[str, str]:
    return {name: value for name, value in response.items() if name in NAMES}


class View(SendfileView):
    filename = "a.txt"
    limit_rate = 100_000
    buffering = False
    charset = "utf-8"
    expires = timedelta(minutes=1)


@pytest.mark.parametrize("backend", SAID)
@pytest.mark.parametrize(
    "answer",
    [
        lambda: sendfile(GET, "a.txt", **EVERYTHING),
        lambda: asyncio.run(asendfile(GET, "a.txt", **EVERYTHING)),
        lambda: View.as_view()(GET),
    ],
    ids=["sendfile", "asendfile", "view"],
)
def test_arguments(use, backend, answer):
    use(backend)
    assert said(answer()) == SAID[backend]


def test_settings_for_all_and_an_argument_for_one(use):
    use("nginx", SENDFILE_LIMIT_RATE=5, SENDFILE_CHARSET="ascii", SENDFILE_EXPIRES=timedelta(hours=1))
    assert said(sendfile(GET, "a.txt")) == {
        "X-Accel-Limit-Rate": "5",
        "Content-Type": "text/plain; charset=ascii",
        "Cache-Control": "private, max-age=3600",
    }
    assert said(sendfile(GET, "a.txt", limit_rate=0, charset="", expires=1)) == {
        "X-Accel-Limit-Rate": "0",
        "Content-Type": "text/plain",
        "Cache-Control": "private, max-age=1",
    }


@pytest.mark.parametrize(
    ("backend", "setting", "value", "message", "number"),
    [
        ("simple", "SENDFILE_LIMIT_RATE", 5, "the backend simple does not support it", "E006"),
        ("nginx", "SENDFILE_LIMIT_RATE", "fast", "it is not a whole number", "E006"),
        ("nginx", "SENDFILE_LIMIT_RATE", True, "it is not a whole number", "E006"),
        ("nginx", "SENDFILE_LIMIT_RATE", -1, "it is not a whole number", "E006"),
        ("lighttpd", "SENDFILE_BUFFERING", True, "the backend lighttpd does not support it", "E007"),
        ("nginx", "SENDFILE_BUFFERING", "no", "it is neither yes nor no", "E007"),
        ("nginx", "SENDFILE_CHARSET", "a b", "it is not the name of a charset", "E008"),
        ("nginx", "SENDFILE_CHARSET", 8, "it is not text", "E008"),
        ("nginx", "SENDFILE_EXPIRES", "tomorrow", "it is not a whole number", "E009"),
        ("nginx", "SENDFILE_CACHE_CONTROL", True, "it is not text", "E010"),
        ("nginx", "SENDFILE_CACHE_CONTROL", "a\r\nb: c", "it holds a control character", "E010"),
        ("nginx", "SENDFILE_SANDBOX", 1, "it is neither yes, no nor text", "E011"),
        ("nginx", "SENDFILE_SANDBOX", "allow-scripts", "it has no directive sandbox", "E011"),
    ],
)
def test_a_setting_that_cannot_work(use, backend, setting, value, message, number):
    use(backend, **{setting: value})
    with pytest.raises(ImproperlyConfigured, match=f"{setting} = .*: {message}"):
        sendfile(GET, "a.txt")
    (error,) = run_checks(tags=["xsendfile"])
    assert error.id == f"xsendfile.{number}"


def test_an_argument_in_vain_is_logged_once(use, caplog):
    use("caddy")
    for _ in range(3):
        sendfile(GET, "a.txt", limit_rate=5)
    assert [record.getMessage() for record in caplog.records] == [
        "limit_rate changes nothing: the backend caddy does not support it"
    ]


def test_what_has_to_be_streamed_is_told_to_nginx_too(use):
    use("nginx", SENDFILE_LIMIT_RATE=7)
    granian = RequestFactory().get("/", SERVER_SOFTWARE="Granian")
    assert said(sendfile(granian, "a.txt"))["X-Accel-Limit-Rate"] == "7"
    encoded = sendfile(GET, "a.txt", encoding="gzip", buffering=False)
    assert encoded.streaming
    assert said(encoded) == {
        "X-Accel-Limit-Rate": "7",
        "X-Accel-Buffering": "no",
        "Content-Type": "text/plain",
        "Cache-Control": "private, no-cache",
    }


def test_a_backend_of_ones_own(own, caplog):
    own(lambda request, filename, **kwargs: HttpResponse("x", headers={"Cache-Control": "no-store"}))
    assert said(sendfile(GET, "a.txt", **EVERYTHING)) == SAID["simple"] | {"Cache-Control": "no-store"}
    assert [record.getMessage() for record in caplog.records] == [
        "limit_rate changes nothing: the backend own_backend does not support it"
    ]


@pytest.mark.parametrize("backend", SAID)
def test_a_backend_built_upon_ours(own, backend):
    ours = import_module(f"django_sendfile.backends.{backend}")
    own(lambda request, filename, **kwargs: ours.sendfile(request, filename, **kwargs))
    assert said(sendfile(GET, "a.txt", **EVERYTHING)) == SAID[backend]
    assert sendfile(GET, "a.txt", encoding="gzip")["Content-Encoding"] == "gzip"


def test_a_declared_length_reaches_ours(own):
    own(lambda request, filename, **kwargs: simple.sendfile(request, filename, **kwargs))
    assert sendfile(GET, "a.txt", content_length=3).getvalue() == b"con"


def test_what_a_backend_built_upon_ours_says_itself(own, root):
    (root / "b.bin").write_text("other")
    own(lambda request, filename, **kwargs: simple.sendfile(request, filename.with_name("b.bin"), mimetype="a/b"))
    response = sendfile(GET, "a.txt", encoding="br")
    assert (response["Content-Type"], response["Content-Encoding"]) == ("a/b", "br")
    assert (response["Content-Disposition"], response.getvalue()) == ('inline; filename="a.txt"', b"other")


def test_settings_do_not_concern_a_backend_of_ones_own(own):
    own(lambda request, filename, **kwargs: HttpResponse("x"), SENDFILE_LIMIT_RATE=5, SENDFILE_BUFFERING=True)
    assert run_checks(tags=["xsendfile"]) == []
    assert said(sendfile(GET, "a.txt")) == {"Content-Type": "text/plain", "Cache-Control": "private, no-cache"}
