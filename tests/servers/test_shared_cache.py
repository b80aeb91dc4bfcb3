"""Two strangers behind one shared cache: the second gets nothing of the first's, nor does who is not logged in."""

from __future__ import annotations

import secrets
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.client import Response, request
from harness.front import APACHE_MODULES, FRONTS, Apache, Front, Nginx
from harness.place import USER, Place
from harness.server import Server
from harness.site import Site
from stands import HANDED_OFF, STREAMED, Stand
from tree import Tree

NGINX = """
user {user};
pid {directory}/nginx.pid;
error_log {directory}/error.log;
daemon off;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    proxy_cache_path {directory}/kept keys_zone=kept:1m;
    server {{
        listen {port};
        location / {{
            proxy_pass http://{behind};
            proxy_cache kept;
            # Also what says nothing of it.
            proxy_cache_valid 200 206 301 404 10m;
        }}
    }}
}}
"""

APACHE = """
Listen 127.0.0.1:{port}
ServerName cache
PidFile {directory}/apache2.pid
ErrorLog {directory}/error.log
DefaultRuntimeDir {directory}
User {user}
Group {user}
{modules}
ProxyPass / http://{behind}/
CacheRoot {directory}/kept
CacheEnable disk /
# Also what says nothing of it.
CacheDefaultExpire 600
CacheIgnoreNoLastMod On
"""
APACHE_HAS = ("mpm_event", "authz_core", "proxy", "proxy_http", "cache", "cache_disk")


class Cache(Server):
    """Keeps what HTTP lets a shared cache keep (RFC 9111), for everybody."""

    front: type[Front]
    text: str

    def __init__(self, site: Site, place: Place, behind: Server) -> None:
        super().__init__(site, place)
        self.behind = behind

    def prepare(self) -> None:
        modules = "\n".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so" for name in APACHE_HAS)
        values = {
            "directory": self.directory,
            "port": self.port,
            "behind": f"{self.behind.address.host}:{self.behind.port}",
        }
        (self.directory / "cache.conf").write_text(self.text.format(user=USER, modules=modules, **values))
        (self.directory / "kept").mkdir(mode=0o777)
        (self.directory / "kept").chmod(0o777)

    @abstractmethod
    def command(self) -> list[str | Path]: ...


class NginxCache(Cache):
    name = "nginx-cache"
    front = Nginx
    text = NGINX

    def command(self) -> list[str | Path]:
        log = self.directory / "error.log"
        return [Nginx.executable(), "-p", self.directory, "-e", log, "-c", self.directory / "cache.conf"]


class ApacheCache(Cache):
    name = "apache-cache"
    front = Apache
    text = APACHE

    def command(self) -> list[str | Path]:
        return [Apache.executable(), "-D", "FOREGROUND", "-d", self.directory, "-f", self.directory / "cache.conf"]


CACHES = (NginxCache, ApacheCache)
BEHIND = [stand for stand in HANDED_OFF if stand.id in {front.backend for front in FRONTS}]
BEHIND += [stand for stand in STREAMED if stand.id == "simple-gunicorn"]


@pytest.fixture(scope="module")
def owned(tree: Tree) -> dict[str, bytes]:
    files = {user: f"the file of {user}, and of nobody else".encode() for user in ("anna", "ben")}
    for user, content in files.items():
        tree.write(f"{user}.txt".encode(), content)
    return files


@pytest.fixture(scope="module", params=BEHIND, ids=lambda stand: stand.id)
def behind(request: pytest.FixtureRequest, site: Site, place: Place) -> Iterator[Server]:
    stand: Stand = request.param
    if reason := stand.missing():
        pytest.skip(reason)
    with stand.started(site, place) as server:
        yield server


@pytest.fixture(scope="module", params=CACHES, ids=lambda cache: cache.name)
def cache(request: pytest.FixtureRequest, behind: Server, site: Site, place: Place, owned: object) -> Iterator[Server]:
    with request.param(site, place, behind) as server:
        yield server


def get(server: Server, target: str, user: str = "", method: str = "GET", **headers: str) -> Response:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    cookie = [("Cookie", f"user={user}")] if user else []
    return request(server.address, target, method=method, headers=[*cookie, *fields])


def test_the_cache_keeps_what_it_may(cache: Server, owned: dict[str, bytes]) -> None:
    """Else the others would be right without a cache."""
    target = "/mine/kept.pdf?cache=public"
    assert get(cache, target, "anna").body == owned["anna"]
    assert get(cache, target, "ben").body == owned["anna"]


ASKED: dict[str, dict[str, str]] = {
    "whole": {},
    "a part": {"Range": "bytes=12-15"},
    "the rest": {"Range": "bytes=12-"},
    "if it is another": {"If_None_Match": '"another"'},
    "if it is newer": {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
}


@pytest.mark.parametrize("first", ASKED.values(), ids=ASKED.keys())
def test_nobody_gets_what_is_anothers(cache: Server, owned: dict[str, bytes], first: dict[str, str]) -> None:
    for second in ASKED.values():
        # A new URL each time, which a cache that goes by extensions would keep.
        target = f"/mine/{secrets.token_hex(8)}.pdf"
        for _ in range(2):
            own = get(cache, target, "anna", **first).body
            assert own and own in owned["anna"]
        assert get(cache, target, method="HEAD").status == 403
        refused = get(cache, target, **second)
        assert refused.status == 403
        assert b"anna" not in refused.body
        response = get(cache, target, "ben", **second)
        assert response.status in (200, 206)
        assert response.body and response.body in owned["ben"] and b"anna" not in response.body
