"""How a streamed response meets servers and middleware."""

from __future__ import annotations

import asyncio
import gzip
import os
import resource
import time
from contextlib import ExitStack, suppress

import pytest
from django.http import Http404
from django.test import RequestFactory, override_settings
from site_under_test import by_asgi, by_wsgi

from conftest import CONTENT
from django_sendfile import asendfile, sendfile
from django_sendfile.asgi import SendfileHandler
from django_sendfile.views import SendfileView

FILE = "documents/data.bin"
PATHSEND = {"http.response.pathsend": {}}


def view(request):
    return sendfile(request, FILE)


async def async_view(request):
    return await asendfile(request, FILE)


@pytest.fixture(autouse=True)
def simple(use):
    use("simple")


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
@pytest.mark.parametrize("view", [view, async_view])
def test_every_view_under_every_server(ask, view):
    for headers, status, body in [
        ({}, 200, CONTENT),
        ({"RANGE": "bytes=5-"}, 206, CONTENT[5:]),
        ({"IF_NONE_MATCH": "*"}, 304, b""),
        ({"RANGE": "bytes=9999999-"}, 416, b""),
    ]:
        answer = ask(view, **headers)
        assert (answer.status, answer.body) == (status, body)
    head = ask(view, method="HEAD")
    assert (head.status, head.headers["content-length"], head.body) == (200, str(len(CONTENT)), b"")


@pytest.mark.parametrize(("headers", "part"), [({}, CONTENT), ({"RANGE": "bytes=1000-2999"}, CONTENT[1000:3000])])
def test_a_wrapped_file_is_positioned_where_the_body_begins(headers, part):
    """What gunicorn and others need to call sendfile(2) on the descriptor."""
    answers = []

    def view(request):
        response = sendfile(request, FILE)
        descriptor = response.file_to_stream.fileno()
        position = os.lseek(descriptor, 0, os.SEEK_CUR)
        answers.append(os.pread(descriptor, int(response["Content-Length"]), position))
        return response

    assert by_wsgi(view, file_wrapper=True, **headers).body == part
    assert answers == [part]


def test_a_wrapped_file_is_a_file_object_that_ends_with_the_body():
    """What mod_wsgi, waitress and gunicorn's gevent worker do with it."""
    request = RequestFactory().get("/", HTTP_RANGE="bytes=1000-2999")
    response = sendfile(request, FILE)
    file = response.file_to_stream
    assert file.tell() == 1000
    assert file.read(10) == CONTENT[1000:1010]
    assert (file.tell(), file.seek(0, 1), file.seek(0, 2)) == (1010, 1010, 3000)
    assert file.read(10) == b""
    assert (file.seek(2990), file.read(100)) == (2990, CONTENT[2990:3000])
    assert (file.seek(0), file.seek(9999)) == (1000, 3000)
    response.close()
    with pytest.raises(ValueError, match="closed file"):
        file.read(1)


def test_a_wrapped_file_that_shrinks_is_an_error_at_the_end(root):
    """Or a server that keeps the connection would put the next response into this one."""
    response = view(RequestFactory().get("/"))
    os.truncate(root / FILE, 1000)
    with pytest.raises(OSError, match="shorter"):
        response.close()
    response.close()


def test_a_response_whose_file_was_closed_is_closed_too():
    """Else Django would not hear that the request is finished."""
    response = view(RequestFactory().get("/"))
    response.file_to_stream.close()
    response.close()
    assert response.closed


def test_several_ranges_are_no_file_to_wrap():
    answer = by_wsgi(view, file_wrapper=True, RANGE="bytes=0-9,20-29")
    assert answer.wrapped is None
    assert CONTENT[20:30] in answer.body


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_no_piece_is_large(ask):
    assert max(ask(view).chunks) <= 2**16


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_a_file_that_shrinks_ends_the_connection(root, ask):
    def view(request):
        response = sendfile(request, FILE)
        os.truncate(root / FILE, 1000)
        return response

    with pytest.raises(OSError, match="shorter"):
        ask(view)


def test_descriptors_are_closed_however_a_response_ends(root):
    def descriptors():
        links = [f"/proc/self/fd/{descriptor}" for descriptor in os.listdir("/proc/self/fd")]
        return [link for link in links if os.path.lexists(link) and os.readlink(link) == str(root / FILE)]

    for ask in [by_wsgi, by_asgi]:
        ask(view)
        ask(view, method="HEAD")
        ask(view, RANGE="bytes=0-1,4-5")
        ask(view, IF_NONE_MATCH="*")
    by_wsgi(view, file_wrapper=True)
    response = view(RequestFactory().get("/"))
    next(iter(response))
    assert len(descriptors()) == 1
    response.close()
    assert descriptors() == []


# Middleware.


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_gzip_middleware_compresses_the_whole_and_never_a_part(ask):
    with override_settings(MIDDLEWARE=["django.middleware.gzip.GZipMiddleware"]):
        whole = ask(view, ACCEPT_ENCODING="gzip")
        assert gzip.decompress(whole.body) == CONTENT
        assert "content-length" not in whole.headers and whole.headers["etag"].startswith("W/")
        part = ask(view, ACCEPT_ENCODING="gzip", RANGE="bytes=0-9999")
        assert (part.status, part.body) == (206, CONTENT[:10000])
        assert "content-encoding" not in part.headers


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_conditional_get_middleware_changes_nothing(ask):
    with override_settings(MIDDLEWARE=["django.middleware.http.ConditionalGetMiddleware"]):
        etag = ask(view).headers["etag"]
        assert ask(view, IF_NONE_MATCH=etag).status == 304
        assert ask(view, RANGE="bytes=0-0").body == CONTENT[:1]
        assert ask(view, RANGE="bytes=0-0", IF_NONE_MATCH='"other"').status == 206


def test_middleware_that_replaces_the_content_is_heard():
    def shout(request):
        response = sendfile(request, FILE)
        response.streaming_content = (b"other" for _ in range(1))
        del response["Content-Length"]
        return response

    answer = by_wsgi(shout, file_wrapper=True)
    assert (answer.wrapped, answer.body) == (None, b"other")


# http.response.pathsend


def test_a_whole_file_is_named_to_a_server_that_offers_to_send_it(root):
    answer = by_asgi(view, application=SendfileHandler(), extensions=PATHSEND)
    assert answer.pathsend == str((root / FILE).resolve())
    assert answer.headers["content-length"] == str(len(CONTENT))


def test_the_very_file_is_sent_that_was_opened(root):
    def view(request):
        response = sendfile(request, FILE)
        (root / FILE).rename(root / "moved")
        (root / FILE).write_bytes(b"another's")
        return response

    answer = by_asgi(view, application=SendfileHandler(), extensions=PATHSEND)
    assert (answer.pathsend, answer.body) == (str((root / "moved").resolve()), CONTENT)


def test_a_part_of_a_file_is_not_named():
    answer = by_asgi(
        lambda request: sendfile(request, FILE, content_length=1000),
        application=SendfileHandler(),
        extensions=PATHSEND,
    )
    assert (answer.pathsend, answer.body) == (None, CONTENT[:1000])


def test_no_other_file_gets_the_number_of_a_lent_descriptor(root, monkeypatch):
    from django_sendfile import asgi

    loans = asgi.Loans()
    monkeypatch.setattr(loans, "_most", 2)
    # As where so many connections are open that the next free number is as high as this.
    monkeypatch.setattr(loans, "_next", 0)
    monkeypatch.setattr(asgi, "GRACE", 0.0)
    request = RequestFactory().get("/")

    def number(path):
        return int(path.rpartition("/")[2])

    async def lend():
        lent = [number(loans.lend(view(request))) for _ in range(2)]
        too_many = view(request)
        assert loans.lend(too_many) is None
        assert too_many.getvalue() == CONTENT
        await asyncio.sleep(0.01)
        assert [os.path.samestat(os.fstat(one), os.stat(os.devnull)) for one in lent] == [True, True]
        with (root / FILE).open() as one, (root / FILE).open() as other:
            assert not {one.fileno(), other.fileno()} & set(lent)
        assert loans.lend(view(request)) is None
        monkeypatch.setattr(asgi, "REST", 0.0)
        assert number(loans.lend(view(request))) == lent[0]

    asyncio.run(lend())


@pytest.fixture
def few_descriptors():
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))


def test_what_is_lent_is_taken_back_where_descriptors_run_out(few_descriptors, monkeypatch):
    from django_sendfile import asgi

    monkeypatch.setattr(asgi, "GRACE", 0.0)

    async def lend():
        loans = asgi.Loans()
        lent = int(loans.lend(view(RequestFactory().get("/"))).rpartition("/")[2])
        with ExitStack() as taken:
            # Until there are no more.
            with suppress(OSError):
                while True:
                    taken.callback(os.close, os.dup(lent))
            await asyncio.sleep(0.01)
        assert os.path.samestat(os.fstat(lent), os.stat(os.devnull))
        assert loans._lent == 0

    asyncio.run(lend())


@pytest.mark.parametrize(
    ("request_", "settings"),
    [
        ({"RANGE": "bytes=0-9"}, {}),
        ({"RANGE": "bytes=0-9,20-29"}, {}),
        ({"method": "HEAD"}, {}),
        ({"IF_NONE_MATCH": "*"}, {}),
        ({"ACCEPT_ENCODING": "gzip"}, {"MIDDLEWARE": ["django.middleware.gzip.GZipMiddleware"]}),
        ({"extensions": {}}, {}),
        ({"http_version": "2"}, {}),
    ],
)
def test_nothing_else_is_named(request_, settings):
    with override_settings(**settings):
        plain = by_asgi(view, **request_)
        answer = by_asgi(view, application=SendfileHandler(), **{"extensions": PATHSEND, **request_})
    assert answer.pathsend is None
    assert answer.status == plain.status
    assert bool(answer.body) == bool(plain.body)


# Async.


def test_asendfile_answers_at_once_where_the_directory_is_in_memory(monkeypatch):
    sendfile(RequestFactory().get("/"), FILE).close()

    def thread(*args, **kwargs):
        raise AssertionError("asked a thread")

    monkeypatch.setattr("django_sendfile.utils.sync_to_async", thread)
    response = asyncio.run(asendfile(RequestFactory().get("/"), FILE, attachment=True))
    assert response["Content-Disposition"] == 'attachment; filename="data.bin"'
    assert response.getvalue() == CONTENT


@pytest.mark.parametrize("name", ["missing", "documents", "../out", "/etc/passwd", "a\0b", "\ud800"])
def test_asendfile_raises_what_sendfile_raises(name):
    sendfile(RequestFactory().get("/"), FILE).close()
    with pytest.raises(Http404):
        asyncio.run(asendfile(RequestFactory().get("/"), name))


def test_a_reader_without_a_size_gets_what_is_not_in_memory_too(root):
    content = os.urandom(2**20)
    path = root / "half-in-memory.bin"
    path.write_bytes(content)
    file = sendfile(RequestFactory().get("/"), path.name).file_to_stream
    os.fsync(file.fileno())
    # No more than is asked for.
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
    for _ in range(100):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        os.pread(file.fileno(), 4096, 0)
        file.seek(0)
        cached = file.read.__self__.read_cached()
        if len(cached) < len(content):
            break
        # The kernel has just now got it, and lets it go in a moment.
        time.sleep(0.02)
    else:
        pytest.skip("the file system keeps all in memory")
    assert len(cached) > 0
    file.seek(0)
    assert file.read() == content
    assert file.read() == b""
    file.close()


def test_a_fast_reader_does_not_keep_others_waiting(root):
    (root / "large").write_bytes(bytes(8 << 20))

    async def read():
        turns = 0

        async def other():
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        waiting = asyncio.create_task(other())
        async for _ in sendfile(RequestFactory().get("/"), "large"):
            pass
        waiting.cancel()
        return turns

    assert asyncio.run(read()) >= 8


# Class-based views.


def test_a_view_by_attributes_and_by_methods():
    class Download(SendfileView):
        attachment = True

        @property
        def mimetype(self):
            return f"text/x-{self.kwargs['name'].partition('.')[0]}"

        def get_filename(self):
            return f"documents/{self.kwargs['name']}"

        def get_attachment_filename(self):
            return "saved.bin"

    response = Download.as_view()(RequestFactory().get("/"), name="data.bin")
    assert response["Content-Disposition"] == 'attachment; filename="saved.bin"'
    assert response["Content-Type"] == "text/x-data"
    assert response.getvalue() == CONTENT
    head = Download.as_view()(RequestFactory().head("/"), name="data.bin")
    assert head["Content-Length"] == str(len(CONTENT)) and head.content == b""


def test_a_view_without_a_file_says_so():
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match="SendfileView needs an attribute filename"):
        SendfileView.as_view()(RequestFactory().get("/"))
