"""The configuration on the page of each server, started on that server with the values of this machine.

Each page gives the command that printed its configuration. The same command, with other values, prints the one that is
started; what the Debian package brings of its own (nginx.conf, the modules of Apache) is put around it.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from around import AROUND
from pages import ROOT, Block, page
from shown_check import PICTURE, of_a_right_site, picture, redrawn, said_of, shown

from conformance.dialects import DIALECTS
from downloads import escaped
from harness.application import Gunicorn
from harness.client import Response, request
from harness.front import FRONTS, Apache, Caddy, Front, Lighttpd, ModWsgi, ModXsendfile, Nginx, fill_in
from harness.place import Place
from harness.server import Server
from harness.site import Site

SITE = ROOT / "tests" / "servers" / "site"
MODULES_AVAILABLE = Path("/etc/apache2/mods-available")

REPORT = (bytes(range(256)) * 189)[:48213]
"""As long as the pages say."""
ACCENTED = 'Überblick "é" 日本.txt'

SITE_OF_THE_PAGE = (
    *("--wsgi-file", "/srv/example/site/example/wsgi.py"),
    *("--python-home", "/srv/example/venv", "--python-path", "/srv/example/site"),
)
"""What `manage.py` knows of the site that the pages write about."""

COMMAND = re.compile(r"^python manage\.py sendfile config (\S+) (.+) > \S+$", re.MULTILINE)


@dataclass(frozen=True)
class Documented:
    """A configuration on a page, and the command that printed it."""

    front: type[Front]
    number: int = 0
    """Which of the page's blocks of the server's language, and of its commands."""
    private: int | None = None
    """The status of the private URL, where there is one."""
    proxied: bool = True
    listens: bool = True
    """Whether the site says where the server listens, and by which name."""

    def __str__(self) -> str:
        return f"{Path(self.path).stem}-{self.number}"

    @property
    def path(self) -> str:
        return f"docs/servers/{self.front.server}.md"

    @property
    def block(self) -> Block:
        return page(self.path).blocks(self.front.name)[self.number]

    @property
    def words(self) -> list[str]:
        """The command's own, after `config`."""
        server, options = COMMAND.findall(page(self.path).source)[self.number]
        return [server, *options.split()]

    def on_the_page(self) -> str:
        """What the command prints for the settings of the page."""
        settings = settings_of(self.path)
        options = ["--root", str(settings["SENDFILE_ROOT"])]
        if url := settings["SENDFILE_URL"]:
            options += ["--url", url]
        return printed(Path(sys.executable), [*self.words, *options, *(() if self.proxied else SITE_OF_THE_PAGE)])

    def here(self, site: Site, front: Front) -> str:
        """The same with the values of this machine."""
        changed = {
            "--server-name": "127.0.0.1",
            "--upstream": front.upstream.reached_at if front.upstream else "",
            "--wsgi-file": str(site.directory / site.package / "wsgi.py"),
        }
        server, *words = self.words
        options = [changed.get(before, word) for before, word in zip(["", *words], words, strict=False)]
        options += ["--root", str(site.root), "--url", site.url]
        if not self.proxied:
            home = str(site.python.parent.parent)
            options += ["--wsgi-file", changed["--wsgi-file"], "--python-home", home]
        if self.listens:
            options += ["--listen", f"127.0.0.1:{front.port}"]
        text = printed(site.python, [server, *options])
        assert "/srv/" not in text and "/run/" not in text, text
        around = AROUND[self.front.name].replace("SOCKETS", "" if self.proxied else "WSGISocketPrefix ${DIR}/wsgi")
        around = fill_in(around.replace("MODULES_OF_THE_PAGE", self.modules()), front.values())
        return around.replace("PAGE", text)

    def modules(self) -> str:
        """The modules that the page says to enable, with what a2enmod enables for them."""
        if not issubclass(self.front, Apache):
            return ""
        enabled = [
            line for block in page(self.path).blocks("sh") for line in block.text.splitlines() if "a2enmod" in line
        ]
        names = enabled[self.number].split()[2:]
        assert f"#   a2enmod {' '.join(names)}\n" in self.block.text
        already = {"mime"}
        return "\n".join(f"Include {MODULES_AVAILABLE}/{name}.load" for name in names if name not in already)


CONFIGURATIONS = [
    Documented(Nginx, private=404),
    Documented(ModXsendfile),
    Documented(ModXsendfile, number=1, proxied=False),
    Documented(ModWsgi, private=403, proxied=False),
    Documented(Lighttpd, listens=False),
    Documented(Caddy, private=404),
]


def printed(python: Path, words: list[str]) -> str:
    command: list[str | Path] = [python, "-m", "django_sendfile", "config", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Running:
    """A site that answers as its page says."""

    server: Server
    path: str
    private: int | None = None
    upstream: Server | None = None

    def get(self, name: str, server: Server | None = None, **headers: str) -> Response:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return request((server or self.server).address, target(name), headers=named.items())


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with Place("xsendfile-docs") as made:
        yield made


@pytest.fixture(scope="module", name="site")
def site_fixture(place: Place) -> Site:
    return site_in(place)


def site_in(place: Place) -> Site:
    root = place.path / "files"
    root.mkdir()
    for name, content in {"report.pdf": REPORT, ACCENTED: REPORT[::-1]}.items():
        (root / name).write_bytes(content)
        (root / name).chmod(0o644)
    (root / "link.pdf").symlink_to("report.pdf")
    root.chmod(0o755)
    python = place.environment() / "bin" / "python"
    return Site(directory=place.copy(SITE, "site"), package="downloads", root=root, python=python)


def settings_of(path: str) -> Mapping[str, str | None]:
    (block,) = page(path).blocks("python")
    assert block.file == "settings.py"
    settings: dict[str, str | None] = {}
    exec(block.text, {}, settings)
    assert settings.keys() == {"SENDFILE_BACKEND", "SENDFILE_ROOT", "SENDFILE_URL"}
    assert settings["SENDFILE_ROOT"] == "/srv/example/files"
    return settings


def configured(site: Site, settings: Mapping[str, str | None]) -> Site:
    url = settings["SENDFILE_URL"]
    environment = {"SITE_BACKEND": str(settings["SENDFILE_BACKEND"]), "SITE_ROOT": str(site.root)}
    return replace(site, url=url or "/unused", settings=environment | {"SITE_URL": url or ""})


@contextmanager
def running(documented: Documented, site: Site, place: Place) -> Iterator[Running]:
    site = configured(site, settings_of(documented.path))
    template = place.directory(f"config-{type(documented).__name__}-{documented}") / "page.conf"
    with ExitStack() as stack:
        upstream = stack.enter_context(Gunicorn(site, place, workers=1)) if documented.proxied else None
        front = documented.front(site, place, upstream=upstream, template=template)
        template.write_text(documented.here(site, front))
        yield Running(stack.enter_context(front), documented.path, documented.private, upstream)


@pytest.fixture(scope="module", params=CONFIGURATIONS, ids=str)
def front(request: pytest.FixtureRequest, site: Site, place: Place) -> Iterator[Running]:
    documented: Documented = request.param
    if absent := missing(documented):
        pytest.skip(absent)
    with running(documented, site, place) as started:
        yield started


def missing(documented: Documented) -> str | None:
    files = re.findall(r"^Include (.+)$", AROUND[documented.front.name] + documented.modules(), re.MULTILINE)
    absent = (f"{file} is not installed: run `make setup`" for file in files if not Path(file).exists())
    return documented.front.missing() or next(absent, None)


class Command(Server):
    """An application server, run by the command that the page gives."""

    def __init__(self, site: Site, place: Place, command: str) -> None:
        self.name = command.split()[0]
        super().__init__(site, place)
        self._command = command
        self.stop_signal = signal.SIGQUIT if self.name == "uwsgi" else signal.SIGTERM

    def command(self) -> list[str | Path]:
        assert "8000" in self._command and "example." in self._command
        words = self._command.replace("8000", str(self.port)).replace("example.", f"{self.site.package}.").split()
        words[0] = str(self.site.python.parent / words[0])
        # Each finds the environment that it was installed in, but for uWSGI, and gunicorn's socket is for people.
        more = {"uwsgi": ["--home", str(self.site.python.parent.parent)], "gunicorn": ["--no-control-socket"]}
        if not words[0].endswith("uwsgi"):
            words[:1] = [str(self.site.python), "-m", self.name]
        return [*words, *more.get(self.name, [])]


APPLICATION_SERVERS = "docs/servers/gunicorn-uvicorn-granian-uwsgi.md"
COMMANDS = [
    line
    for block in page(APPLICATION_SERVERS).blocks("sh")
    for line in block.text.splitlines()
    if not line.startswith("pip ")
]


@pytest.fixture(scope="module", params=COMMANDS, ids=lambda command: command.split()[0])
def application(request: pytest.FixtureRequest, site: Site, place: Place) -> Iterator[Running]:
    settings = settings_of(APPLICATION_SERVERS)
    with Command(configured(site, settings), place, request.param) as server:
        yield Running(server, APPLICATION_SERVERS)


def test_every_configuration_is_tried() -> None:
    languages = {front.name for front in FRONTS}
    written = [
        (str(path.relative_to(ROOT)), block.text)
        for path in (ROOT / "docs").rglob("*.md")
        for block in page(str(path)).blocks(*languages)
    ]
    assert sorted(written) == sorted((documented.path, documented.block.text) for documented in CONFIGURATIONS)
    assert {command.split()[0] for command in COMMANDS} == {"gunicorn", "uvicorn", "granian", "uwsgi"}


@pytest.mark.parametrize("documented", CONFIGURATIONS, ids=str)
def test_a_page_shows_what_its_command_prints(documented: Documented) -> None:
    assert documented.on_the_page() == documented.block.text, "run `python tests/docs/print_configurations.py`"


def is_sent_whole(running: Running) -> None:
    response = running.get(ACCENTED)
    assert response.status == 200
    assert response.body == REPORT[::-1]
    disposition = response.header("content-disposition") or ""
    assert disposition.startswith('attachment; filename="U')
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == ACCENTED
    assert (response.header("content-type") or "").startswith("text/plain")


def is_sent_in_parts(running: Running) -> None:
    response = running.get(ACCENTED, Range="bytes=1000-1999")
    assert response.status == 206
    assert response.header("content-range") == f"bytes 1000-1999/{len(REPORT)}"
    assert response.body == REPORT[::-1][1000:2000]


def curl_says_what_the_page_says(running: Running) -> None:
    """Each line that the page shows under a command is a line of what the command says here."""
    shells = "".join(block.text for block in page(running.path).blocks("console"))
    commands = re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", shells, re.MULTILINE)
    assert len(commands) == shells.count("$ curl")
    assert commands or "/servers/" not in running.path
    for command, lines_shown in commands:
        url = running.server.base_url + target("report.pdf")
        here = command.replace("http://example.com/documents/1/", f"'{url}'")
        here = here.replace("http://example.com", running.server.base_url)
        done = subprocess.run(here, shell=True, capture_output=True, text=True, timeout=20, check=False)
        lines = [line.strip() for line in done.stdout.splitlines()]
        for line in lines_shown.splitlines():
            assert line == "…" or line in lines, f"{command}\n{line!r} is not in {lines}"


def target(name: str) -> str:
    """The URL that asks the site for a file, as an attachment."""
    return f"/download?name={escaped(name.encode())}&attachment=1"


def test_front_sends_the_whole_file(front: Running) -> None:
    is_sent_whole(front)


def test_front_sends_a_part(front: Running) -> None:
    is_sent_in_parts(front)


def test_front_follows_a_link_that_stays_inside(front: Running) -> None:
    response = front.get("link.pdf")
    assert (response.status, response.body) == (200, REPORT)


def test_a_page_shows_what_the_check_says(front: Running) -> None:
    assert of_a_right_site(front.server) == shown(front.path), "run `python tests/docs/print_checks.py`"


def test_the_application_hands_the_file_off(front: Running) -> None:
    """Else the tests above would be of `simple`."""
    if front.upstream is None:
        assert isinstance(front.server, Apache) and "process-group" in front.server.config.read_text()
        return
    response = front.get(ACCENTED, front.upstream)
    assert (response.status, response.body) == (200, b"")
    assert isinstance(front.server, Front)
    assert response.header(DIALECTS[front.server.backend].header)


def test_front_shows_nothing(front: Running) -> None:
    for response in (front.get(ACCENTED), front.get("missing.pdf")):
        assert str(front.server.site.root).encode() not in response.head_bytes + response.body
        assert b"x-sendfile" not in response.head_bytes.lower()
        assert b"/private" not in response.head_bytes + response.body


@pytest.mark.parametrize(
    "way",
    ["/private/", "//private/", "/%70rivate/", "/./private/", "/x/../private/", "http://127.0.0.1/private/", "/files/"],
)
def test_the_private_url_is_refused(front: Running, way: str) -> None:
    response = request(front.server.address, f"{way}report.pdf")
    if front.private and way == "/private/":
        assert response.status == front.private
    assert response.status in (400, 403, 404)
    assert REPORT[:100] not in response.body
    assert b"/private" not in response.body


def test_curl_at_front(front: Running) -> None:
    curl_says_what_the_page_says(front)


def test_application_sends_the_whole_file(application: Running) -> None:
    is_sent_whole(application)


def test_application_sends_a_part(application: Running) -> None:
    is_sent_in_parts(application)


def test_curl_at_application(application: Running) -> None:
    curl_says_what_the_page_says(application)


def test_the_page_of_the_check_shows_rows_of_nginx() -> None:
    full = shown(CONFIGURATIONS[0].path)
    assert redrawn(picture(), full) == picture(), "run `python tests/docs/print_checks.py`"


class WithoutSlash(Documented):
    """nginx's page with the mistake that the page of the check shows."""

    def here(self, site: Site, front: Front) -> str:
        text = super().here(site, front)
        assert f"alias {site.root}/;" in text
        return text.replace(f"alias {site.root}/;", f"alias {site.root};")


def test_the_page_of_the_check_shows_what_it_says_of_a_mistake(site: Site, place: Place) -> None:
    if absent := Nginx.missing():
        pytest.skip(absent)
    _, mistake = page(PICTURE).blocks("text")
    with running(WithoutSlash(Nginx, number=0), site, place) as started:
        assert mistake.text in said_of(started.server, status=1)
