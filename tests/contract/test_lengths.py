"""Bytes, Content-Length and Content-Range agree, whatever was set on the response."""

from __future__ import annotations

import io
import pickle
import re

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from site_under_test import by_asgi, by_wsgi

from conftest import CONTENT
from django_sendfile import sendfile

FILE = "documents/data.bin"
SIZE = len(CONTENT)


def wrapped(function, **how):
    """As gunicorn asks: with a ``wsgi.file_wrapper``."""
    return by_wsgi(function, file_wrapper=True, **how)


ASK = pytest.mark.parametrize("ask", [by_wsgi, by_asgi, wrapped])

REQUESTS = {
    "whole": ({}, 200, CONTENT, SIZE, None),
    "part": ({"RANGE": "bytes=1000-1999"}, 206, CONTENT[1000:2000], 1000, f"bytes 1000-1999/{SIZE}"),
    "head": ({"method": "HEAD"}, 200, b"", SIZE, None),
    "not modified": ({"IF_NONE_MATCH": "*"}, 304, b"", None, None),
    "precondition failed": ({"IF_MATCH": '"other"'}, 412, b"", 0, None),
    "not satisfiable": ({"RANGE": f"bytes={SIZE}-"}, 416, b"", 0, f"bytes */{SIZE}"),
}
"""What is asked, and the answer: status, body, Content-Length, Content-Range."""


def said(**headers):
    def meddle(response):
        for name, value in headers.items():
            response[name.replace("_", "-")] = value
        return response

    return meddle


def unsaid(response):
    del response["Content-Length"]
    del response["Content-Range"]
    return response


def stored(response):
    """As a cache gives it back."""
    return response if response.streaming else pickle.loads(pickle.dumps(said(Content_Length=SIZE)(response)))


MEDDLE = {
    "the file's length": said(Content_Length=str(SIZE)),
    "no length": said(Content_Length="0"),
    "in lower case": said(**{"content-length": "7"}),
    "another part": said(Content_Range="bytes 0-0/1"),
    "deleted": unsaid,
    "stored": stored,
}


@ASK
@pytest.mark.parametrize("meddle", MEDDLE.values(), ids=MEDDLE)
@pytest.mark.parametrize(("request_", "status", "body", "length", "part"), REQUESTS.values(), ids=REQUESTS)
def test_ours(use, ask, meddle, request_, status, body, length, part):
    use("simple")
    answer = ask(lambda request: meddle(sendfile(request, FILE)), **request_)
    assert (answer.status, answer.body) == (status, body)
    measures = (answer.headers.get("content-length"), answer.headers.get("content-range"))
    assert measures == (None if length is None else str(length), part)


@ASK
def test_several_parts(use, ask):
    use("simple")
    answer = ask(lambda request: said(Content_Length=SIZE)(sendfile(request, FILE)), RANGE="bytes=0-9,20-29")
    assert answer.headers["content-length"] == str(len(answer.body))
    assert CONTENT[20:30] in answer.body and len(answer.body) < 1000


@ASK
@pytest.mark.parametrize("backend", ["nginx", "xsendfile", "mod_wsgi"])
def test_a_hand_off(use, ask, backend):
    use(backend)
    answer = ask(lambda request: said(Content_Length=SIZE)(sendfile(request, FILE)), RANGE="bytes=0-9")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "0")
    assert "content-range" not in answer.headers


def test_the_headers_as_text(use):
    use("simple")
    from django.test import RequestFactory

    response = said(Content_Length="7")(sendfile(RequestFactory().get("/", HTTP_RANGE="bytes=0-9"), FILE))
    assert b"Content-Length: 10" in bytes(response) and b"Content-Length: 7" not in bytes(response)
    response.close()


def replaced(content, **headers):
    def view(request):
        response = sendfile(request, FILE)
        response.streaming_content = content(response.streaming_content)
        return said(**headers)(response)

    return view


@pytest.mark.parametrize(
    ("request_", "headers", "length"),
    [
        ({}, {}, str(SIZE)),
        ({}, {"Content_Length": "5"}, "5"),
        ({"RANGE": "bytes=0-9"}, {}, "10"),
        ({"RANGE": "bytes=0-9"}, {"Content_Length": "5"}, None),
    ],
)
def test_a_body_that_was_replaced(use, request_, headers, length):
    """Nobody knows how long it is but who has replaced it; a part is never longer or shorter than it says."""
    use("simple")
    answer = by_wsgi(replaced(lambda chunks: (chunk for chunk in chunks), **headers), **request_)
    assert answer.headers.get("content-length") == length


def test_a_page_for_an_error(use):
    use("simple")

    def view(request):
        response = sendfile(request, FILE)
        response.content = b"<p>There is no such part.</p>"
        return response

    answer = by_wsgi(view, RANGE=f"bytes={SIZE}-")
    assert (answer.status, len(answer.body)) == (416, int(answer.headers["content-length"]))


# Backends of a site's own.


def answers_in_parts(make):
    def backend(request, filename, **kwargs):
        if not (asked := re.match(r"bytes=(\d+)-(\d+)", request.headers.get("Range", ""))):
            return HttpResponse(CONTENT)
        first, last = map(int, asked.groups())
        if first >= SIZE:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{SIZE}"})
        response = make(CONTENT[first : last + 1])
        response["Content-Range"] = f"bytes {first}-{last}/{SIZE}"
        return response

    return backend


PARTS = {
    "content": lambda part: HttpResponse(part, status=206),
    "stream": lambda part: StreamingHttpResponse([part[:3], part[3:]], status=206),
    "file": lambda part: FileResponse(io.BytesIO(part), status=206),
}


@pytest.mark.parametrize("ask", [by_wsgi, wrapped])
@pytest.mark.parametrize("meddle", [lambda response: response, *MEDDLE.values()], ids=["nothing", *MEDDLE])
@pytest.mark.parametrize("make", PARTS.values(), ids=PARTS)
def test_a_part_from_an_own_backend(own, ask, make, meddle):
    own(answers_in_parts(make))
    answer = ask(lambda request: meddle(sendfile(request, FILE)), RANGE="bytes=5-14")
    assert (answer.status, answer.body) == (206, CONTENT[5:15])
    assert (answer.headers["content-length"], answer.headers["content-range"]) == ("10", f"bytes 5-14/{SIZE}")


def test_no_part_from_an_own_backend(own):
    own(answers_in_parts(None))
    answer = by_wsgi(lambda request: said(Content_Length=SIZE)(sendfile(request, FILE)), RANGE="bytes=999999-999999")
    assert (answer.status, answer.headers["content-length"]) == (416, "0")
    own(lambda request, filename, **kwargs: HttpResponse(status=304))
    answer = by_wsgi(lambda request: said(Content_Length=SIZE)(sendfile(request, FILE)))
    assert (answer.status, "content-length" in answer.headers) == (304, False)


def test_several_parts_from_an_own_backend(own):
    kind = "multipart/byteranges; boundary=b"
    own(lambda request, filename, **kwargs: HttpResponse(b"--b--", status=206, content_type=kind))
    answer = by_wsgi(lambda request: sendfile(request, FILE))
    assert (answer.headers["content-type"], answer.headers["content-length"]) == (kind, "5")


@pytest.mark.parametrize("status", [204, 302, 404])
def test_what_is_not_the_file_has_not_its_length(own, status):
    own(lambda request, filename, **kwargs: HttpResponse(b"x", status=status))
    with override_settings(MIDDLEWARE=[]):
        answer = by_wsgi(lambda request: sendfile(request, FILE, content_length=5))
    assert (answer.status, "content-length" in answer.headers) == (status, False)
