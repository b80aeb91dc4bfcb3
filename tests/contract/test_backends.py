"""Backends: what each answers, those of a site's own, and the settings."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import pickle
import re
import resource
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files import File
from django.http import Http404, HttpResponse
from django.test import AsyncRequestFactory, RequestFactory
from site_under_test import by_asgi, by_wsgi

from conftest import CONTENT
from django_sendfile import asendfile, sendfile

GET = RequestFactory().get("/")
FILE = "documents/data.bin"
STREAMED = ("development", "simple")
HANDED_OFF = {
    "nginx": "X-Accel-Redirect",
    "mod_wsgi": "Location",
    "xsendfile": "X-Sendfile",
    "mod_xsendfile": "X-Sendfile",
    "lighttpd": "X-Sendfile",
    "caddy": "X-Accel-Redirect",
}


def write(root, name, content=b"content"):
    (root / name).write_bytes(content)
    # Long enough ago for its validators not to change any more.
    os.utime(root / name, (1_000_000_000, 1_000_000_000))
    return name


@pytest.mark.parametrize("backend", [*STREAMED, *HANDED_OFF])
@pytest.mark.parametrize(
    "spell",
    [
        lambda root: FILE,
        lambda root: Path(FILE),
        lambda root: root / FILE,
        lambda root: str(root / FILE),
        lambda root: str(root.parent / "elsewhere/.." / root.name / "./documents//data.bin"),
        lambda root: File(open(root / FILE, "rb")),  # noqa: SIM115  the test closes it
    ],
)
def test_a_file_is_named_relative_or_absolute_or_by_itself(use, root, backend, spell):
    use(backend)
    (root.parent / "elsewhere").mkdir()
    filename = spell(root)
    response = sendfile(GET, filename)
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'inline; filename="data.bin"'
    for opened in [response, filename]:
        getattr(opened, "close", lambda: None)()


@pytest.mark.parametrize("backend", HANDED_OFF)
def test_the_value_read_back_is_readable(use, root, backend):
    use(backend)
    name = write(root, "péter là.txt")
    response = sendfile(GET, name)
    readable = {"Location": "/private/p%C3%A9ter%20l%C3%A0.txt", "X-Sendfile": str(root / name)}
    readable["X-Accel-Redirect"] = readable["Location"]
    if backend == "caddy":
        readable["X-Accel-Redirect"] = f"/private/{name}"
    assert response[HANDED_OFF[backend]] == readable[HANDED_OFF[backend]]


@pytest.mark.parametrize("backend", HANDED_OFF)
@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_what_was_pickled_is_the_same_on_the_wire(use, root, backend, ask):
    use(backend)
    name = write(root, "é.txt")
    direct = ask(lambda request: sendfile(request, name))
    again = ask(lambda request: pickle.loads(pickle.dumps(sendfile(request, name))))
    assert again == direct


def test_a_hand_off_that_is_changed_afterwards_is_sent_as_it_was_changed(use):
    use("nginx")

    def view(request):
        response = sendfile(request, FILE)
        response["X-Accel-Redirect"] = "/elsewhere"
        return response

    assert by_wsgi(view).headers["x-accel-redirect"] == "/elsewhere"


def test_the_whole_response_as_text(use, root):
    use("xsendfile")
    assert f"X-Sendfile: {root}/é.txt".encode() in bytes(sendfile(GET, write(root, "é.txt")))


@pytest.mark.parametrize("backend", ["xsendfile", "lighttpd", "mod_xsendfile"])
def test_a_name_that_cannot_be_carried_is_streamed(use, root, backend):
    use(backend)
    name = write(root, "a\nb%.txt", CONTENT)
    answer = by_wsgi(lambda request: sendfile(request, name), RANGE="bytes=0-9")
    assert (answer.status, answer.body) == (206, CONTENT[:10])
    assert "x-sendfile" not in answer.headers


LONG = "/".join(["n" * 250] * 9)
RULES = [
    ("xsendfile", "a\nb", {}, "control character"),
    ("caddy", "a ", {}, "space at the end"),
    ("xsendfile", "100%", {}, "percent sign"),
    ("caddy", "a?", {}, "question mark"),
    ("caddy", "a#", {}, "number sign"),
    ("lighttpd", os.fsdecode(b"\xff"), {}, "not UTF-8"),
    ("nginx", LONG, {}, "longer than 2048 bytes"),
    ("nginx", FILE, {"encoding": "br"}, "content encoding, which this server drops"),
]
"""A backend, the file that it cannot hand off, how it is sent, and the rule."""
UNTOLD = "symlink that does not stand still"
"""Only a link that is changed meanwhile comes to this one."""


@pytest.mark.parametrize(("backend", "name", "how", "rule"), RULES, ids=[rule for *_, rule in RULES])
def test_the_rule_by_which_a_file_is_streamed_is_logged_once(use, root, caplog, backend, name, how, rule):
    use(backend)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    write(root, name)
    for _ in range(3):
        assert sendfile(GET, name, **how).getvalue() == b"content"
    message = f"a file is streamed, since it cannot be handed to the server in front ({rule})"
    assert caplog.record_tuples == [("django_sendfile", logging.WARNING, message)]


def test_each_rule_is_logged(use, root, caplog):
    use("caddy")
    for name in ["a%", "a?", "b?", "b%"]:
        sendfile(GET, write(root, name)).close()
    assert [record.args for record in caplog.records] == [("percent sign",), ("question mark",)]


def test_the_rules_are_those_of_the_core():
    source = (Path(__file__).parents[2] / "crates/xsendfile/src/dialect/rule.rs").read_text()
    assert sorted(re.findall(r'::new\(\s*"([^"]+)"', source)) == sorted([*(rule for *_, rule in RULES), UNTOLD])


@pytest.mark.parametrize(
    ("how", "disposition"),
    [
        ({}, 'inline; filename="data.bin"'),
        ({"attachment": True}, 'attachment; filename="data.bin"'),
        ({"attachment_filename": "other.txt"}, 'inline; filename="other.txt"'),
        ({"attachment_filename": Path("other.txt")}, 'inline; filename="other.txt"'),
        ({"attachment_filename": 7}, 'inline; filename="7"'),
        ({"attachment_filename": False}, "inline"),
        ({"attachment": True, "attachment_filename": ""}, "attachment"),
    ],
)
@pytest.mark.parametrize("backend", [*STREAMED, *HANDED_OFF])
def test_content_disposition(use, backend, how, disposition):
    use(backend)
    assert sendfile(GET, FILE, **how)["Content-Disposition"] == disposition


@pytest.mark.parametrize("backend", [*STREAMED, *HANDED_OFF])
def test_what_the_caller_says_of_the_content(use, root, backend):
    use(backend)
    response = sendfile(GET, FILE, mimetype="text/x-data", encoding="br")
    assert (response["Content-Type"], response["Content-Encoding"]) == ("text/x-data", "br")
    assert sendfile(GET, FILE)["Content-Type"] == "application/octet-stream"
    assert sendfile(GET, write(root, "a.bluh"))["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("argument", ["mimetype", "encoding"])
def test_a_header_cannot_be_injected(use, argument):
    use("nginx")
    with pytest.raises(ValueError, match="control character"):
        sendfile(GET, FILE, **{argument: "a\r\nSet-Cookie: b"})


def test_types_that_the_site_knows(use, root):
    import mimetypes

    mimetypes.add_type("application/x-bluh", ".bluh")
    try:
        use("nginx")
        assert sendfile(GET, write(root, "a.bluh"))["Content-Type"] == "application/x-bluh"
    finally:
        del mimetypes.types_map[".bluh"]


def test_content_length_of_a_part(use):
    use("simple")
    response = sendfile(GET, FILE, content_length=10)
    assert (response["Content-Length"], response.getvalue()) == ("10", CONTENT[:10])
    with pytest.raises(ValueError, match="fewer than"):
        sendfile(GET, FILE, content_length=len(CONTENT) + 1)


@pytest.mark.parametrize("backend", [*STREAMED, *HANDED_OFF])
@pytest.mark.parametrize(
    "name",
    [
        *("missing", "../outside", "documents/../documents/data.bin", "/etc/passwd", "", ".", "documents"),
        *("a\0b", "\ud800", "a" * 300),
    ],
)
def test_what_is_not_there_is_404_and_says_nothing(use, root, caplog, backend, name):
    use(backend)
    (root.parent / "outside").write_text("outside")
    with caplog.at_level(logging.WARNING, "django_sendfile"), pytest.raises(Http404) as refused:
        sendfile(GET, name)
    assert str(refused.value) == "There is no such file."
    assert "is not sent" in caplog.text or "is not the name" in caplog.text


# Without looking at the disk.


@pytest.mark.parametrize("backend", HANDED_OFF)
def test_a_hand_off_need_not_look(use, backend):
    use(backend, SENDFILE_CHECK_FILE_EXISTS=False)
    response = sendfile(GET, "missing.pdf")
    assert response[HANDED_OFF[backend]].endswith("/missing.pdf")
    assert response["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("backend", STREAMED)
def test_a_stream_must_look(use, backend):
    use(backend, SENDFILE_CHECK_FILE_EXISTS=False)
    with pytest.raises(Http404):
        sendfile(GET, "missing.pdf")


# Several locations.


def test_a_file_beneath_another_root(use, root, tmp_path):
    invoices = tmp_path / "invoices"
    invoices.mkdir()
    (invoices / "1.pdf").write_text("1")
    use("nginx", SENDFILE_LOCATIONS={str(invoices): "/invoices"})
    assert sendfile(GET, invoices / "1.pdf")["X-Accel-Redirect"] == "/invoices/1.pdf"
    assert sendfile(GET, FILE)["X-Accel-Redirect"] == f"/private/{FILE}"


# Backends of a site's own.


def test_an_own_backend_gets_the_path_and_its_response_the_headers(own, root):
    seen = []

    def backend(request, filename, **kwargs):
        seen.append((filename, kwargs))
        return HttpResponse(b"x" * 5)

    own(backend)
    response = sendfile(GET, FILE, attachment=True, mimetype="a/b", encoding="br", content_length=5)
    assert seen == [(root / FILE, {"mimetype": "a/b"})]
    assert isinstance(seen[0][0], Path)
    assert dict(response.items()) == {
        "Content-Type": "a/b",
        "Content-Disposition": 'attachment; filename="data.bin"',
        "Content-Encoding": "br",
        "Content-Length": "5",
        "Cache-Control": "private, no-cache",
    }


@pytest.mark.parametrize(("body", "length"), [(b"", None), (b"x", str(len(CONTENT)))])
def test_an_own_hand_off_declares_no_length(own, body, length):
    own(lambda request, filename, **kwargs: HttpResponse(body))
    assert sendfile(GET, FILE).headers.get("Content-Length") == length


def test_an_own_backend_may_build_upon_ours(own):
    from django_sendfile.backends import nginx

    def backend(request, filename, **kwargs):
        response = nginx.sendfile(request, filename, **kwargs)
        response["X-Accel-Limit-Rate"] = "1024"
        return response

    own(backend)
    answer = by_wsgi(lambda request: sendfile(request, FILE, attachment=True))
    assert answer.headers["x-accel-redirect"] == f"/private/{FILE}"
    assert answer.headers["x-accel-limit-rate"] == "1024"
    assert answer.headers["content-disposition"] == 'attachment; filename="data.bin"'
    assert answer.headers["content-length"] == "0"


def test_what_an_own_backend_does_not_find_is_404(own):
    def backend(request, filename, **kwargs):
        raise FileNotFoundError(filename)

    own(backend)
    with pytest.raises(Http404):
        sendfile(GET, FILE)
    with pytest.raises(Http404):
        sendfile(GET, "missing")


def test_what_one_of_ours_does_not_find_for_an_own_backend_is_in_the_log(own, caplog):
    from django_sendfile.backends import nginx

    own(lambda request, filename, **kwargs: nginx.sendfile(request, filename.with_name("missing"), **kwargs))
    with pytest.raises(Http404):
        sendfile(GET, FILE)
    assert [record.message.split(" is not sent: ")[1] for record in caplog.records] == ["it does not exist"]


# Settings that cannot work.


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"SENDFILE_ROOT": None}, "SENDFILE_ROOT = None: it must be set; write the absolute path"),
        ({"SENDFILE_ROOT": ["a"]}, "SENDFILE_ROOT = ['a']: it is not a path; write the absolute path"),
        ({"SENDFILE_ROOT": "/nowhere"}, 'SENDFILE_ROOT = "/nowhere": it cannot be used'),
        ({"SENDFILE_BACKEND": None}, "SENDFILE_BACKEND = None: it must be set; write the dotted path"),
        ({"SENDFILE_BACKEND": "no.such"}, "SENDFILE_BACKEND = 'no.such': it cannot be imported"),
        ({"SENDFILE_BACKEND": "json"}, "SENDFILE_BACKEND = 'json': it has no function sendfile"),
        ({"SENDFILE_BACKEND": "django_sendfile"}, "SENDFILE_BACKEND = 'django_sendfile': it is the package"),
        (
            {"SENDFILE_URL": "private"},
            'SENDFILE_URL = "private": an internal URL starts with a slash; write "/private"',
        ),
        ({"SENDFILE_SYMLINKS": "some"}, 'SENDFILE_SYMLINKS = "some": there is no such policy'),
        ({"SENDFILE_LOCATIONS": 7}, "SENDFILE_LOCATIONS = 7: it is not a dict"),
        ({"SENDFILE_ROOT": None, "SENDFILE_BACKEND": None}, "SENDFILE_ROOT = None"),
    ],
)
def test_a_setting_that_cannot_work_says_what_to_write(use, settings, message):
    from django.test import override_settings

    use("nginx")
    with override_settings(**settings), pytest.raises(ImproperlyConfigured) as error:
        sendfile(GET, FILE)
    assert str(error.value).startswith(message)


def test_settings_may_change(use, root, tmp_path):
    use("nginx")
    assert sendfile(GET, FILE)["X-Accel-Redirect"] == f"/private/{FILE}"
    use("nginx", SENDFILE_URL="/other")
    assert sendfile(GET, FILE)["X-Accel-Redirect"] == f"/other/{FILE}"
    use("simple", SENDFILE_ROOT=str(root / "documents"))
    assert sendfile(GET, "data.bin").getvalue() == CONTENT


class Labelled:
    """As a model's object: equal by what it is, whatever it is called now."""

    def __init__(self, label):
        self.label = label

    def __str__(self):
        return self.label

    def __eq__(self, other):
        return isinstance(other, Labelled)

    def __hash__(self):
        return 1


@pytest.mark.parametrize(
    "names", [[Labelled("old.txt"), Labelled("new.txt")], [1, True], [["unhashable"], "['unhashable']"]], ids=str
)
def test_the_name_to_save_under_is_the_objects_text_now(use, names):
    use("nginx")
    for name in names:
        response = sendfile(GET, FILE, attachment_filename=name)
        assert response["Content-Disposition"] == f'inline; filename="{name}"'


def test_a_fault_of_the_system_keeps_its_number_and_path(use, root):
    use("simple")
    sendfile(GET, FILE).close()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = os.open(os.devnull, os.O_RDONLY)
    resource.setrlimit(resource.RLIMIT_NOFILE, (held, hard))
    try:
        with pytest.raises(OSError, match="cannot open") as caught:
            sendfile(GET, FILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        os.close(held)
    assert (caught.value.errno, caught.value.filename) == (errno.EMFILE, str(root / FILE))


def at_once(request, filename):
    """By ``asendfile``, which has its own way to a backend."""
    return asyncio.run(asendfile(request, filename))


@pytest.mark.parametrize("send", [sendfile, at_once])
def test_development_warns_in_production(use, caplog, send):
    use("development")
    for _ in range(2):
        send(GET, FILE).close()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize("send", [sendfile, at_once])
def test_mod_wsgi_streams_where_apache_would_not_act(use, send):
    use("mod_wsgi")
    for _ in range(2):
        request = RequestFactory().get("/", **{"mod_wsgi.process_group": ""})
        assert send(request, FILE).getvalue() == CONTENT
    request = RequestFactory().get("/", **{"mod_wsgi.process_group": "site"})
    assert send(request, FILE)["Location"] == f"/private/{FILE}"


def test_what_granian_would_garble_is_streamed(use, root):
    use("xsendfile")
    name = write(root, "é.txt")
    over_wsgi = RequestFactory().get("/", SERVER_SOFTWARE="Granian")
    assert sendfile(over_wsgi, name).getvalue() == b"content"
    assert sendfile(over_wsgi, FILE)["X-Sendfile"] == str(root / FILE)
    over_asgi = AsyncRequestFactory().get("/", SERVER_SOFTWARE="Granian")
    assert sendfile(over_asgi, name)["X-Sendfile"] == str(root / name)
