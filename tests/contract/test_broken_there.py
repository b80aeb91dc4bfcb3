"""
What is broken in django-sendfile2 0.7.2 and right here, point by point.

Every test here fails there: run with ``--peer`` in an environment that has 0.7.2, the suite fails as
soon as one passes.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import tracemalloc
from importlib import import_module, resources
from urllib.parse import unquote

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from site_under_test import by_asgi, by_wsgi

from conftest import CONTENT
from django_sendfile import sendfile

GET = RequestFactory().get("/")
FILE = "documents/data.bin"


def send(name=FILE, **how):
    return lambda request: sendfile(request, name, **how)


def write(root, name, content=b"content"):
    (root / name).write_bytes(content)
    return name


# 1. Names beyond ASCII reach the server as the bytes that the file system has.


@pytest.mark.parametrize("name", ["é.txt", "日本.txt", "e\u0301.txt", "🗎.txt"])
@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_x_sendfile_carries_the_bytes_of_the_path(use, root, ask, name):
    use("xsendfile")
    answer = ask(send(write(root, name)))
    assert answer.headers["x-sendfile"].encode("latin-1") == os.fsencode(root / name)


# 2. A hand-off declares no length for a body that it does not carry.


@pytest.mark.parametrize("backend", ["nginx", "xsendfile", "mod_wsgi"])
@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_a_hand_off_declares_no_length(use, ask, backend):
    use(backend)
    answer = ask(send())
    assert (answer.headers.get("content-length", "0"), answer.body) == ("0", b"")


# 3. ``simple`` streams.


def test_memory_is_constant(use, root):
    use("simple")
    size = 64 << 20
    with open(root / "large", "wb") as file:
        file.truncate(size)
    response = sendfile(GET, "large")
    tracemalloc.start()
    try:
        assert sum(map(len, response)) == size
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
        tracemalloc.reset_peak()
        sendfile(RequestFactory().head("/"), "large").close()
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
        response.close()


def test_a_wsgi_server_gets_the_file_itself(use):
    use("simple")
    answer = by_wsgi(send(), file_wrapper=True)
    assert answer.wrapped is not None
    assert answer.body == CONTENT


def test_an_asgi_server_gets_it_in_pieces(use):
    use("simple")
    answer = by_asgi(send())
    assert answer.body == CONTENT
    # What Django yields itself, not one piece that was read whole and cut.
    from django.http import StreamingHttpResponse

    assert isinstance(sendfile(GET, FILE), StreamingHttpResponse)


def test_an_asgi_server_that_can_send_paths_is_told_one(use, root):
    use("simple")
    from django_sendfile.asgi import get_asgi_application

    extensions = {"http.response.pathsend": {}}
    answer = by_asgi(send(), application=get_asgi_application(), extensions=extensions)
    assert answer.pathsend is not None
    assert answer.body == CONTENT


# 4. Content-Encoding is what the caller says.


@pytest.mark.parametrize("backend", ["simple", "nginx", "xsendfile", "mod_wsgi"])
def test_an_archive_is_sent_as_the_archive_that_it_is(use, root, backend):
    use(backend)
    response = sendfile(GET, write(root, "archive.tar.gz"))
    assert "Content-Encoding" not in response.headers
    assert response["Content-Type"] == "application/gzip"
    response.close()


# 5. Answers without the file have none of its headers.


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"IF_NONE_MATCH": "*"}, 304),
        ({"IF_MATCH": '"other"'}, 412),
        ({"RANGE": "bytes=9999999-"}, 416),
    ],
)
def test_an_answer_without_the_file_has_no_length_of_it(use, headers, status):
    use("simple")
    answer = by_wsgi(send(), **headers)
    assert (answer.status, answer.body) == (status, b"")
    assert answer.headers.get("content-length") == (None if status == 304 else "0")
    assert "content-disposition" not in answer.headers
    assert answer.headers.get("content-range") == (f"bytes */{len(CONTENT)}" if status == 416 else None)


# 6. What is no regular file is not there.


def test_a_directory_is_not_there(use, root):
    use("simple")
    with pytest.raises(Http404):
        sendfile(GET, "documents")


@pytest.mark.parametrize("backend", ["nginx", "xsendfile", "mod_wsgi"])
def test_a_directory_is_not_handed_off(use, root, backend):
    use(backend)
    with pytest.raises(Http404):
        sendfile(GET, "documents")


def test_a_fifo_is_not_there_and_does_not_hang(use, root):
    use("simple")
    os.mkfifo(root / "fifo")

    def hangs(*_):
        raise TimeoutError("sendfile waits for a writer")

    previous = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(2)
    try:
        with pytest.raises(Http404):
            sendfile(GET, "fifo")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


# 7. A root may be spelled in any way.


def test_a_root_with_dots(use, root):
    use("simple", SENDFILE_ROOT=str(root / "documents" / ".."))
    assert sendfile(GET, FILE).getvalue() == CONTENT


def test_a_root_behind_a_symlink(use, root, tmp_path):
    (tmp_path / "alias").symlink_to("root")
    use("nginx", SENDFILE_ROOT=str(tmp_path / "alias"))
    response = sendfile(GET, (root / FILE).resolve())
    assert response["X-Accel-Redirect"] == f"/private/{FILE}"


# 8. Content-Disposition.


def filename(response) -> tuple[str, str]:
    """The ASCII fallback as it is quoted, and the whole name."""
    _, fallback, extended = re.fullmatch(
        r"inline; filename=(\"(.*)\"); filename\*=UTF-8''(.*)", response["Content-Disposition"]
    ).group(0, 1, 3)
    return fallback, unquote(extended)


def test_a_name_without_ascii_has_a_fallback(use, root):
    use("nginx")
    assert filename(sendfile(GET, write(root, "日本"))) == ('"download"', "日本")


def test_a_quote_is_escaped_once(use, root):
    use("nginx")
    assert filename(sendfile(GET, write(root, 'a"é'))) == (r'"a\"e"', 'a"é')


def test_a_line_break_in_a_name_is_no_error(use, root):
    use("nginx")
    response = sendfile(GET, write(root, "a\r\nb"))
    assert response["Content-Disposition"] == 'inline; filename="ab"'
    assert response["X-Accel-Redirect"] == "/private/a%0D%0Ab"


# 9. mod_wsgi.


def test_mod_wsgi_carries_what_the_application_sets(use, root):
    use("mod_wsgi")

    def view(request):
        response = sendfile(request, FILE, attachment=True, attachment_filename='a"é', mimetype="x/y")
        response["Cache-Control"] = "private, max-age=60"
        return response

    answer = by_wsgi(view)
    assert answer.headers["location"] == (
        f"/private/{FILE}?disposition=attachment%3B%20filename%3D%22a%5C%22e%22%3B%20"
        "filename%2A%3DUTF-8%27%27a%2522%25C3%25A9&type=x/y&cache=private%2C%20max-age%3D60"
    )


def test_mod_wsgi_leaves_the_request_alone(use):
    use("mod_wsgi")
    request = RequestFactory().get("/")
    sendfile(request, FILE)
    assert request.get_host() == "testserver"
    assert request.build_absolute_uri("/a") == "http://testserver/a"


# 10. Nothing from outside. (The race is the Rust crate's test.)


@pytest.mark.parametrize("backend", ["simple", "nginx", "xsendfile", "mod_wsgi"])
def test_a_symlink_out_of_the_root_is_not_followed(use, root, tmp_path, backend):
    use(backend)
    (tmp_path / "secret").write_text("secret")
    (root / "out").symlink_to("../secret")
    with pytest.raises(Http404):
        sendfile(GET, "out").close()


# 11. What is missing there.


def test_one_range(use):
    use("simple")
    answer = by_wsgi(send(), RANGE="bytes=10-19")
    assert (answer.status, answer.body) == (206, CONTENT[10:20])
    assert answer.headers["content-range"] == f"bytes 10-19/{len(CONTENT)}"


def test_several_ranges(use):
    use("simple")
    answer = by_wsgi(send(), RANGE="bytes=10-19,30-39")
    assert answer.status == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert CONTENT[10:20] in answer.body and CONTENT[30:40] in answer.body
    assert int(answer.headers["content-length"]) == len(answer.body)


@pytest.mark.parametrize("if_range", ["etag", "last-modified"])
def test_if_range(use, if_range):
    use("simple")
    fresh = by_wsgi(send()).headers[if_range]
    assert by_wsgi(send(), RANGE="bytes=0-0", IF_RANGE=fresh).body == CONTENT[:1]
    stale = by_wsgi(send(), RANGE="bytes=0-0", IF_RANGE='"other"')
    assert (stale.status, stale.body) == (200, CONTENT)


def test_head_does_not_read(use, root):
    use("simple")
    response = sendfile(RequestFactory().head("/"), FILE)
    assert response["Content-Length"] == str(len(CONTENT))
    assert not response.streaming and response.content == b""


def test_async_views(use):
    use("simple")
    from django_sendfile import asendfile

    async def view(request: HttpRequest) -> HttpResponse:
        return await asendfile(request, FILE)

    response = asyncio.run(view(GET))
    assert response.getvalue() == CONTENT


def test_a_field_file(use, root):
    use("nginx")
    field = FileField(name="file", storage=FileSystemStorage(root))
    response = sendfile(GET, FieldFile(None, field, FILE))
    assert response["X-Accel-Redirect"] == f"/private/{FILE}"


def test_a_class_based_view(use):
    use("nginx")
    from django_sendfile.views import SendfileView

    response = SendfileView.as_view(filename=FILE, attachment=True)(GET)
    assert response["X-Accel-Redirect"] == f"/private/{FILE}"
    assert response["Content-Disposition"] == 'attachment; filename="data.bin"'


def test_system_checks(use):
    use("nginx", SENDFILE_URL="private")
    from django_sendfile.checks import check_settings

    (message,) = check_settings(None)
    assert message.id == "xsendfile.E003"
    assert 'SENDFILE_URL = "private"' in message.msg and message.hint == 'Write "/private".'


@pytest.mark.parametrize("name", ["py.typed", "_native.pyi"])
def test_type_information(name):
    assert (resources.files("django_sendfile") / name).is_file()


def test_helpers_for_tests(use, root):
    use("nginx")
    testing = import_module("django_sendfile.testing")
    response = sendfile(GET, FILE)
    testing.assert_sends_file(response, root / FILE)
    with pytest.raises(AssertionError):
        testing.assert_sends_file(response, root / "other")
