"""What `xsendfile config` prints, read by the servers themselves."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain, product
from pathlib import Path

import pytest

from conformance.dialects import DIALECTS
from django_sendfile._native import run_command
from harness.application import Gunicorn
from harness.certificate import self_signed
from harness.client import Response, request
from harness.front import FRONTS, Apache, Caddy, Front, Lighttpd, ModWsgi, ModXsendfile, Nginx
from harness.place import Place
from harness.server import Server
from harness.site import Site

HERE = Path(__file__).resolve().parent
PROXIES = [front for front in FRONTS if not front.embedded]


@dataclass(frozen=True)
class Answer:
    status: int
    output: str
    error: str


def config(site: Site, front: type[Front], *options: str | Path) -> Answer:
    """What the command says for the site. In this process: starting a Python for each of many names takes minutes."""
    words: list[str | Path] = ["config", front.server, "--root", site.root, "--url", "/private"]
    if front.embedded:
        words += ["--wsgi-file", site.directory / site.package / "wsgi.py"]
    return Answer(*run_command(["xsendfile", *map(str, [*words, *options])], None, colours=False))


def printed(site: Site, front: type[Front], *options: str | Path) -> str:
    done = config(site, front, *options)
    assert done.status == 0, done.error
    return done.output


def checked(front: type[Front], file: Path) -> subprocess.CompletedProcess[str]:
    """The server's own check of the syntax."""
    command: list[str | Path] = [front.executable(), *front.syntax_check, file]
    # Caddy would keep what it knows in the home directory.
    environment = os.environ | {"XDG_CONFIG_HOME": str(file.parent), "XDG_DATA_HOME": str(file.parent)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture(params=FRONTS, ids=lambda front: front.server)
def front(request: pytest.FixtureRequest) -> type[Front]:
    chosen: type[Front] = request.param
    if reason := chosen.missing():
        pytest.skip(reason)
    return chosen


@pytest.fixture(scope="module")
def certificate(place: Place) -> list[str | Path]:
    made, key = self_signed(place.directory("certificate"), "example.com")
    return ["--tls-certificate", made, "--tls-key", key]


VARIANTS: dict[str, Sequence[str]] = {
    "by itself": (),
    "names": ("--server-name", "example.com", "--server-name", ".example.org"),
    "static files": ("--static", "/usr/share=/static/", "--static", "/var/lib=/lib.x/"),
    "several locations": ("--location", "/var/tmp/invoices=/invoices", "--location", "/var/tmp/a=/deep/er"),
    "links anywhere": ("--symlinks", "anywhere"),
    "a byte limit": ("--upload-limit", "1000001"),
    "logs": ("--access-log", "/var/tmp/access.log", "--error-log", "/var/tmp/error.log"),
    "IPv6": ("--listen", "[::1]:8080"),
    "every interface": ("--listen", "8080"),
    "a socket": ("--upstream", "unix:/run/example.sock"),
    "a name of a host": ("--upstream", "localhost:8000"),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_server_accepts_it(front: type[Front], variant: Sequence[str], site: Site, place: Place) -> None:
    # Where the application is in the server there is no upstream: it is asked what it would be asked without.
    accepts(front, site, place, *(() if front.embedded and "--upstream" in variant else variant))


def test_the_server_accepts_a_certificate(
    front: type[Front], certificate: list[str | Path], site: Site, place: Place
) -> None:
    accepts(front, site, place, *certificate)


def accepts(front: type[Front], site: Site, place: Place, *options: str | Path) -> None:
    directory = place.directory(f"accepts-{random.randbytes(6).hex()}")
    file = directory / "server.conf"
    file.write_text(printed(site, front, "--full", "--state-dir", directory, *options))
    done = checked(front, file)
    assert done.returncode == 0, f"{done.stderr}\n{file.read_text()}"
    assert "[warn]" not in done.stderr, done.stderr


PIECES = [*"ab $;{}\"'\\#%&*?[]()<>|=,:!~`^@", "${HOME}", "{$HOME}", "{path}", "\\\\", '\\"', "é", "日本", "$uri", "//"]


def names() -> Iterator[str]:
    """Names that mean something in one configuration or another, and others made of their pieces."""
    yield from (piece for piece in PIECES if "/" not in piece)
    made = random.Random(7239)
    for _ in range(20):
        yield "".join(made.choices([piece for piece in PIECES if "/" not in piece], k=made.randint(2, 6)))


def read_back(front: type[Front], file: Path, directory: Path) -> str | None:
    """The state directory as the server understands it; None where it refuses the configuration."""
    show: list[str | Path]
    if front is Caddy:
        show = [front.executable(), "adapt", "--adapter", "caddyfile", "--config", file]
        done = subprocess.run(show, capture_output=True, text=True, timeout=20, check=False)
        return str(json.loads(done.stdout)["storage"]["root"]) if done.returncode == 0 else None
    if front is Lighttpd:
        show = [front.executable(), "-p", "-f", file]
        text, parent = file.read_text(), str(directory.parent)
        # lighttpd 1.4.69 writes past its buffer, and may crash, for strings of certain lengths: try longer ones.
        for longer in (parent + "x" * more for more in range(10)):
            file.write_text(text.replace(parent, longer))
            done = subprocess.run(show, capture_output=True, text=True, timeout=20, check=False)
            if done.returncode >= 0:
                break
        found = re.search(r'server\.upload-dirs\s*=\s*\(\s*"(.*)"', done.stdout)
        return found[1].replace('\\"', '"').replace(longer, parent) if done.returncode == 0 and found else None
    if issubclass(front, Apache):
        show = [front.executable(), "-t", "-D", "DUMP_RUN_CFG", "-f", file]
        done = subprocess.run(show, capture_output=True, text=True, timeout=20, check=False)
        found = re.search(r'^PidFile: "(.*)/apache2\.pid"$', done.stdout, re.MULTILINE)
        return found[1] if done.returncode == 0 and found else None
    # nginx makes its directories while it checks.
    done = checked(front, file)
    return str(directory) if done.returncode == 0 and (directory / "client-body").is_dir() else None


def test_the_server_reads_every_name_as_it_is(front: type[Front], site: Site, place: Place) -> None:
    """A name that the server's syntax cannot say is refused with its reason, and no other is."""
    place_of_names = place.directory(f"names-{front.server}")
    said = 0
    for number, name in enumerate(dict.fromkeys(names())):
        directory = place_of_names / str(number) / name
        directory.mkdir(parents=True)
        done = config(site, front, "--full", "--state-dir", directory)
        if done.status:
            assert done.status == 2 and done.error.count("\n") == 1, done.error
            assert done.error.startswith("error: --state-dir = "), done.error
            continue
        file = place_of_names / f"{number}.conf"
        file.write_text(done.output)
        assert read_back(front, file, directory) == str(directory), name
        said += 1
    assert said > 15, "nearly everything was refused"


UNSAYABLE: dict[type[Front], list[str]] = {
    Nginx: ["a$b", "a\nb", "a\x7fb"],
    ModXsendfile: ["${HOME}", "a\nb"],
    ModWsgi: ["${HOME}", "a\nb", "a*b", "a?b", "[a]", "a\\b"],
    Lighttpd: ["a\\", "a\nb"],
    Caddy: ["{a", "a}", "{$HOME}", "a\nb", "`\\"],
}


def test_a_root_that_cannot_be_said_is_an_error(front: type[Front], site: Site) -> None:
    for name in UNSAYABLE[front]:
        done = config(replace(site, root=Path("/srv") / name), front)
        assert (done.status, done.output) == (2, ""), name
        assert done.error.startswith("error: SENDFILE_ROOT = ") and done.error.count("\n") == 1, done.error


def test_a_root_of_strange_characters_is_served(front: type[Front], site: Site, place: Place) -> None:
    root = place.path / f"strange-{front.server}" / 'it\'s (a) "root"; #1 & <é> 日本'
    root.mkdir(parents=True)
    (root / "Überblick.txt").write_bytes(b"what is in it")
    environment = {
        "SITE_BACKEND": f"django_sendfile.backends.{front.backend}",
        "SITE_ROOT": str(root),
        "SITE_URL": site.url,
    }
    strange = replace(site, root=root, settings=environment)
    if front.embedded:
        with front(strange, place) as server:
            assert request(server.address, "/download?name=~c3~9cberblick.txt").body == b"what is in it"
        return
    with Gunicorn(strange, place, workers=1) as upstream, front(strange, place, upstream=upstream) as server:
        assert request(upstream.address, "/download?name=~c3~9cberblick.txt").body == b""
        assert request(server.address, "/download?name=~c3~9cberblick.txt").body == b"what is in it"


@pytest.mark.parametrize("front", PROXIES, ids=lambda front: front.server)
def test_a_client_does_not_tell_gunicorn_where_the_application_begins(
    front: type[Front], site: Site, place: Place
) -> None:
    """gunicorn takes SCRIPT_NAME off the path, if who connects is on this machine."""
    if reason := front.missing():
        pytest.skip(reason)
    hostile = [("SCRIPT_NAME", "/zz")]
    target = "/zz/download?name=plain.txt"
    backend = {"SITE_BACKEND": f"django_sendfile.backends.{front.backend}"}
    site = replace(site, settings={"SITE_ROOT": str(site.root), "SITE_URL": site.url, **backend})
    with Gunicorn(site, place, workers=1) as upstream, front(site, place, upstream=upstream) as server:
        assert request(upstream.address, target, headers=hostile).status == 200
        assert request(server.address, target, headers=hostile).status == 404
        assert request(server.address, target.removeprefix("/zz"), headers=hostile).status == 200


class EchoServer(Server):
    name = "echo"

    def command(self) -> list[str | Path]:
        return [self.site.python, HERE / "echo.py", str(self.port)]


@pytest.fixture(scope="module", params=PROXIES, ids=lambda front: front.server)
def proxied(request: pytest.FixtureRequest, site: Site, place: Place) -> Iterator[Front]:
    """A front with every kind of thing that it may serve, before an application that shows what reaches it."""
    front: type[Front] = request.param
    if reason := front.missing():
        pytest.skip(reason)
    static = place.path / f"static {front.server}"
    static.mkdir()
    (static / "style.css").write_bytes(b"a {}")
    options = ["--static", f"{static}=/static/", "--upload-limit", "2k"]
    with EchoServer(site, place) as upstream, front(site, place, upstream=upstream, options=options) as server:
        yield server


def asked(server: Server, target: str, **headers: str) -> Response:
    return request(server.address, target, headers=[(name.replace("_", "-"), value) for name, value in headers.items()])


def test_static_files_are_for_everybody(proxied: Front) -> None:
    response = asked(proxied, "/static/style.css")
    assert (response.status, response.body) == (200, b"a {}")
    assert asked(proxied, "/static/missing.css").status == 404
    assert json.loads(asked(proxied, "/staticstyle.css").body)


CLIENTS_MUST_NOT_SAY = [
    "X-Accel-Redirect",
    "X-Accel-Mapping",
    "X-Accel-Buffering",
    "X-Accel-Charset",
    "X-Accel-Expires",
    "X-Accel-Limit-Rate",
    "X-Lighttpd-KBytes-Per-Second",
    "X-Lighttpd-Send-File",
    "X-LiteSpeed-Location",
    "X-Sendfile",
    "X-Sendfile-Type",
]


def test_a_clients_hand_off_headers_do_not_reach_the_application(proxied: Front) -> None:
    hostile = [(name, "/private/plain.txt") for name in CLIENTS_MUST_NOT_SAY]
    seen = json.loads(request(proxied.address, "/", headers=[*hostile, ("X-Other", "kept")]).body)
    assert seen["x-other"] == "kept"
    assert not [name for name in seen if name.startswith(("x-accel", "x-sendfile", "x-lighttpd", "x-litespeed"))]


THE_SERVER_SAYS = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"]


def spellings(name: str) -> list[str]:
    """All with an underscore."""
    parts = name.split("-")
    mixes = product("-_", repeat=len(parts) - 1)
    return ["".join(chain.from_iterable(zip(parts, (*mix, ""), strict=True))) for mix in mixes if "_" in mix]


@pytest.mark.parametrize("name", [*CLIENTS_MUST_NOT_SAY, *THE_SERVER_SAYS])
@pytest.mark.parametrize("after", [[], [("X_Z", "")], [("X_Z", "z"), ("X_Z", "")]], ids=["last", "empty", "twice"])
def test_underscores_do_not_bring_them_back(proxied: Front, name: str, after: list[tuple[str, str]]) -> None:
    """For some application servers, X-Accel_Mapping and X_Accel_Mapping are X-Accel-Mapping."""
    hostile = [(spelled, "10.1.2.3") for spelled in spellings(name)]
    for headers in [*([one] for one in hostile), hostile, [*hostile, *hostile], [(n.upper(), v) for n, v in hostile]]:
        response = request(proxied.address, "/", headers=[*headers, *after])
        assert response.status == 200
        assert b"10.1.2.3" not in response.body, headers


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO", "Script_Name", "path_info"])
@pytest.mark.parametrize("values", [["/zz"], ["/zz", ""], ["", "/zz"]], ids=["once", "empty after", "empty before"])
def test_a_client_does_not_say_where_the_application_begins(proxied: Front, name: str, values: list[str]) -> None:
    seen = json.loads(request(proxied.address, "/", headers=[(name, value) for value in values]).body)
    assert name.lower() not in seen


SPOKEN_BY_NOBODY = ["Forwarded", "X-Forwarded-Server"]


@pytest.mark.parametrize("host_first", [True, False], ids=["after Host", "before Host"])
def test_nothing_of_it_arrives_where_all_around_lets_it_through(
    front: type[Front], host_first: bool, site: Site, place: Place
) -> None:
    """nginx reads the lines before Host by the rules of its default server."""

    class Lenient(front):  # type: ignore[misc,valid-type]
        def printed(self) -> str:
            lenient = "underscores_in_headers on; ignore_invalid_headers off;"
            default = f"server {{ listen 127.0.0.1:{self.port} default_server; {lenient} return 200; }}"
            return str(super().printed()).replace("http {\n", f"http {{\n{lenient}\n{default}\n", 1)

    names = [*CLIENTS_MUST_NOT_SAY, *THE_SERVER_SAYS, *SPOKEN_BY_NOBODY]
    spelled = [*names, "SCRIPT_NAME", "PATH_INFO", *chain.from_iterable(map(spellings, names))]
    hostile = [(name, "10.1.2.3") for name in spelled]
    host = [("Host", "example.com")]
    with ExitStack() as stack:
        told = replace(site, directory=place.copy(HERE / "site", f"seen-{random.randbytes(6).hex()}"))
        (told.directory / told.package / "wsgi.py").write_text(SEEN)
        upstream = None if front.embedded else stack.enter_context(EchoServer(site, place))
        options = ["--server-name", "example.com"]
        server = stack.enter_context(Lenient(told, place, upstream=upstream, options=options))
        for headers in [hostile, *([one] for one in hostile)]:
            lines = [*host, *headers] if host_first else [*headers, *host]
            response = request(server.address, "/ready", headers=lines)
            assert response.status == 200
            assert b"example.com" in response.body
            assert b"10.1.2.3" not in response.body, headers


SEEN = """\
import json


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({name: value for name, value in environ.items() if isinstance(value, str)}).encode()]
"""


def test_caddy_is_not_told_whom_to_become(site: Site) -> None:
    done = config(site, Caddy, "--full", "--user", "www-data")
    assert (done.status, done.output) == (2, "")
    assert "stays who starts it" in done.error and "setpriv --reuid=www-data" in done.error


def test_the_application_is_told_who_asks(proxied: Front) -> None:
    said = {"X_Forwarded_For": "10.1.2.3", "X_Forwarded_Host": "example.org", "X_Forwarded_Proto": "https"}
    seen = json.loads(asked(proxied, "/", Host="example.com:8080", **said).body)
    assert seen["host"] == seen["x-forwarded-host"] == "example.com:8080"
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"


@pytest.mark.parametrize(
    "connection",
    [
        ["X-Forwarded-Proto"],
        ["close, x-forwarded-proto"],
        ["X-Forwarded-Proto,close", "Upgrade"],
        ["Host, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, Keep-Alive"],
        ["closed\tX-Forwarded-Proto"],
    ],
)
def test_a_client_leaves_out_nothing_that_the_server_says(proxied: Front, connection: list[str]) -> None:
    """A proxy removes what Connection names (RFC 9110, section 7.6.1), and that must not be what it says itself."""
    named = [("Connection", value) for value in connection]
    seen = json.loads(request(proxied.address, "/", headers=[("X-Forwarded-Proto", "https"), *named]).body)
    assert seen["host"] == f"127.0.0.1:{proxied.port}"
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == ("127.0.0.1", "http")


def test_the_upload_limit_holds(proxied: Front) -> None:
    assert request(proxied.address, "/", method="POST", body=b"x" * 2048).status == 200
    try:
        assert request(proxied.address, "/", method="POST", body=b"x" * 4096).status == 413
    except ConnectionResetError:
        # Caddy closes the connection on the rest of the body, and its answer may be lost by that.
        assert isinstance(proxied, Caddy)


@pytest.mark.parametrize("status", [200, 201, 404, 500])
def test_a_path_outside_is_not_sent_and_does_not_leak(proxied: Front, status: int) -> None:
    response = asked(proxied, f"/?status={status}&{DIALECTS[proxied.backend].header}=/etc/passwd")
    assert b"root:" not in response.body
    assert b"passwd" not in response.head_bytes
