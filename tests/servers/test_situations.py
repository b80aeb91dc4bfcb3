"""The situations of conformance that need no contract, with the application of the house behind each server.

Where the application sends the file itself, it is right in all of them. Where a server does, it is as right as with
any other application.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.deviations import expected
from conformance.observation import observe
from conformance.situation import RIGHT, Situation, Theme
from conformance.situations import BY_NAME
from conformance.situations.direct import DIRECT
from conformance.tree import DATA
from downloads import Downloads
from harness.application import Uvicorn
from harness.client import request
from harness.front import Front
from harness.place import Place
from harness.server import Server
from harness.site import Site
from stands import HANDED_OFF, STREAMED, Stand, granian_asgi
from tree import Tree


def situations(*themes: Theme) -> pytest.MarkDecorator:
    rows = [
        pytest.param(situation, id=f"{theme.title}: {situation.name}")
        for theme in themes
        for situation in theme.situations
    ]
    return pytest.mark.parametrize("situation", rows)


@situations(*BY_NAME)
def test_situation(downloads: Downloads, situation: Situation) -> None:
    front = downloads.stand.front
    known = expected(front.backend) if front else {}
    assert observe(downloads, situation) == known.get(situation.name, RIGHT)


@pytest.mark.parametrize("downloads", HANDED_OFF, ids=lambda stand: stand.id, indirect=True)
@situations(DIRECT)
def test_the_internal_url_is_refused(downloads: Downloads, situation: Situation) -> None:
    assert observe(downloads, situation) == RIGHT


def test_a_link_that_stays_inside_is_followed(downloads: Downloads) -> None:
    response = downloads.get("link-inside.bin")
    assert (response.status, response.body) == (200, (downloads.tree.root / "beside/deep/data.bin").read_bytes())


def test_an_archive_has_its_type(downloads: Downloads) -> None:
    assert downloads.get("archive.tar.gz").header("content-type") == "application/gzip"


BY_ASGI = {"uvicorn": Uvicorn, "granian": granian_asgi}


@pytest.mark.parametrize("application", BY_ASGI.values(), ids=BY_ASGI.keys())
def test_over_asgi_a_hand_off_that_nobody_takes_is_empty(
    application: Callable[[Site, Place], Server], site: Site, place: Place
) -> None:
    with Stand("nginx-without-nginx", "nginx", application).started(site, place) as server:
        response = request(server.address, "/download?name=data.bin")
    assert (response.status, response.body) == (200, b"")
    assert response.header("x-accel-redirect") == "/private/data.bin"


PATHSEND_IS_DROPPED = """\
from django_sendfile.asgi import get_asgi_application

inner = get_asgi_application()


async def application(scope, receive, send):
    async def pass_on(message):
        if message["type"] in ("http.response.start", "http.response.body"):
            await send(message)

    await inner(scope, receive, pass_on)
"""


def test_middleware_that_drops_the_path_makes_granian_answer_500(site: Site, place: Place) -> None:
    around = replace(site, directory=place.copy(site.directory, "site-with-middleware"))
    (around.directory / around.package / "asgi.py").write_text(PATHSEND_IS_DROPPED)
    with Stand("simple-granian-dropped", "simple", granian_asgi).started(around, place) as server:
        assert request(server.address, "/download?name=data.bin").status == 500
        part = request(server.address, "/download?name=data.bin", headers=[("Range", "bytes=0-9")])
        assert (part.status, part.body) == (206, DATA[:10])


BEHIND = [stand for stand in HANDED_OFF if stand.application and stand.id == stand.backend]


@pytest.mark.parametrize("stand", BEHIND, ids=lambda stand: stand.id)
def test_while_the_application_is_down_nothing_is_shown(stand: Stand, site: Site, place: Place, tree: Tree) -> None:
    with stand.started(site, place) as server:
        assert isinstance(server, Front) and server.upstream
        server.upstream.stop()
        downloads = Downloads(stand, server, tree)
        assert downloads.get("plain.txt").status in (502, 503)
        for spelling in ("/private/plain.txt", "//private/plain.txt", "/%70rivate/plain.txt"):
            assert downloads.request(spelling).status in (404, 502, 503)


@pytest.mark.parametrize("downloads", STREAMED, ids=lambda stand: stand.id, indirect=True)
def test_a_range_of_an_empty_file(downloads: Downloads) -> None:
    """Others may ignore it."""
    response = downloads.get("empty.txt", headers={"Range": "bytes=0-9"})
    assert (response.status, response.header("content-range")) == (416, "bytes */0")
