"""What the core writes is right on the server that it is written for: every name arrives, handed off or streamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from conformance.dialects import DIALECTS, X_SENDFILE, Dialect
from conformance.fronts import STANDS, URL, Stand
from conformance.handed_off import HandedOff, answer
from conformance.names import NAMES
from conformance.observation import sent
from conformance.page import UNSUPPORTED
from conformance.situation import RIGHT
from conformance.tree import Tree
from harness.client import Address
from harness.place import Place


@pytest.fixture(scope="module", autouse=True)
def site(tree: Tree) -> None:
    settings.configure(SENDFILE_ROOT=str(tree.root), SENDFILE_URL=URL, USE_TZ=True)


@pytest.fixture(scope="module", params=STANDS, ids=lambda stand: stand.id)
def files(request: pytest.FixtureRequest, place: Place, tree: Tree) -> Iterator[HandedOff]:
    stand: Stand = request.param
    if reason := stand.missing:
        pytest.skip(reason)
    with stand.started(place, tree) as (found, _):
        yield found


x_sendfile = pytest.mark.parametrize(
    "files",
    [stand for stand in STANDS if DIALECTS[stand.id].header == X_SENDFILE],
    ids=lambda stand: stand.id,
    indirect=True,
)


def said(backend: str, tree: Tree, name: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """The headers and the body of the application's answer, as they leave it."""
    request = HttpRequest()
    request.method = "GET"
    module = import_module(f"django_sendfile.backends.{backend}")
    response = module.sendfile(request, os.fsdecode(os.path.join(os.fsencode(tree.root), name)))
    try:
        headers = [(key, value.encode("latin-1")) for key, value in response.items()]
        return headers, b"".join(response) if response.streaming else response.content
    finally:
        response.close()


def arrives(backend: str, files: HandedOff) -> list[bytes]:
    """Check that every name arrives, and say which ones were streamed."""
    streamed = []
    for name in files.tree.names:
        headers, body = said(backend, files.tree, name)
        if files.dialect.header in dict(headers):
            response = files.request(answer(200, headers, body))
            assert sent(response, files.tree.content(name)) == RIGHT, f"{name!r} does not arrive"
        else:
            assert body == files.tree.content(name)
            streamed.append(name)
    return streamed


def test_every_name_arrives(files: HandedOff) -> None:
    streamed = arrives(files.dialect.name, files)
    if files.dialect.name in ("nginx", "mod_wsgi"):
        assert not streamed
    if files.dialect.name == "lighttpd":
        needless = [name for name in streamed if sent(files.get(name), files.tree.content(name)) == RIGHT]
        assert not needless


@x_sendfile
def test_every_name_arrives_by_what_all_servers_of_x_sendfile_read_alike(files: HandedOff) -> None:
    streamed = arrives("xsendfile", files)
    assert NAMES["Japanese"] not in streamed
    assert NAMES["percent"] in streamed


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_the_dialects_of_both_sides_agree(dialect: Dialect, tree: Tree) -> None:
    """What each would write, so without a server."""
    files = HandedOff(Address(0), tree, URL, dialect)
    handed_off = 0
    for name in tree.names:
        headers, body = said(dialect.name, tree, name)
        given = {key.lower(): value for key, value in headers}
        if value := given.get(dialect.header.lower()):
            assert value.removeprefix(files.value(name))[:1] in (b"", b"?")
            assert ("etag" in given) == ("last-modified" in given) == dialect.validators
            handed_off += 1
        else:
            assert body == tree.content(name)
    assert handed_off


def test_every_backend_that_hands_off_has_a_dialect() -> None:
    backends = {module.name for module in iter_modules(import_module("django_sendfile.backends").__path__)}
    # `xsendfile` writes what several servers read alike; it is none of them.
    assert backends - {"simple", "development", "xsendfile"} == set(DIALECTS)


@pytest.mark.parametrize("server", UNSUPPORTED)
def test_what_is_not_supported_is_refused(server: str) -> None:
    with pytest.raises(ImproperlyConfigured, match='write "simple", or put nginx or Caddy in front'):
        import_module("django_sendfile.conf").native(server.lower())
