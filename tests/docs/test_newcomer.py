"""The ways of README.md, gone by somebody who has nothing yet: from a clone to a site behind nginx, and to a program.

The commands, settings, view and model are those of the pages; nothing of the house's own environment is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pages import FENCE, ROOT, page

from harness.application import Gunicorn, Runserver
from harness.client import Response, request
from harness.front import Nginx
from harness.place import Place
from harness.server import Server
from harness.site import Site

README = page("README.md")
DJANGO = page("docs/django.md")
NGINX = page("docs/servers/nginx.md")
CHECK = page("docs/check.md")
PLACE = "/srv/example"
PDF = b"%PDF-1.7 of anna"

CARGO = shutil.which("cargo") or shutil.which("cargo", path=Path.home() / ".cargo" / "bin")


class SamePlace(Place):
    """Where it was the last time, so that cargo knows what it has built already."""

    def __init__(self) -> None:
        self.path = Path("/var/tmp") / f"xsendfile-newcomer-{hashlib.sha256(bytes(ROOT)).hexdigest()[:12]}"
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class Newcomer:
    place: Place

    @property
    def clone(self) -> Path:
        return self.place.path / "xsendfile"

    @property
    def environment(self) -> Path:
        return self.place.path / "env"

    @property
    def project(self) -> Path:
        return self.place.path / "example"

    def run(self, command: str, directory: Path | None = None) -> str:
        """What a command says, typed in a shell where the virtual environment is active."""
        assert CARGO, "cargo is not here: install Rust with rustup"
        path = [str(self.environment / "bin"), str(Path(CARGO).parent), os.environ["PATH"]]
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
        own |= {
            "PATH": os.pathsep.join(path),
            # What is not ours is compiled already, and a quick build of the rest does.
            "CARGO_TARGET_DIR": str(ROOT / "target"),
            "MATURIN_PEP517_ARGS": "--profile dev",
        }
        done = subprocess.run(
            command, shell=True, cwd=directory or self.project, env=own, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout

    def write(self, name: str, text: str, *, after: str = "") -> None:
        """A file of the project: what it has, and behind it the page's, with this place's directories."""
        (self.project / name).write_text(after + text.replace(PLACE, str(self.place.path)))

    def read(self, name: str) -> str:
        return (self.project / name).read_text()

    def site(self) -> Site:
        python = self.environment / "bin" / "python"
        return Site(self.project, "example", self.place.path / "files", python=python, ready="/admin/login/")

    def get(self, server: Server, user: str | None = None, **headers: str) -> Response:
        """Ask for the document."""
        cookie = {"Cookie": f"sessionid={json.loads(self.read('sessions.json'))[user]}"} if user else {}
        return request(server.address, "/documents/1/", headers=(cookie | headers).items())


def commands(heading: str) -> list[str]:
    """Those that README.md gives under a heading."""
    section = README.source.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line for block in FENCE.finditer(section) if block["info"] == "sh" for line in block["text"].splitlines()]


USERS = """\
import json
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "example.settings"
django.setup()

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from documents.models import Document

sessions = {}
for name in ("anna", "bert"):
    user = get_user_model().objects.create_user(name)
    client = Client()
    client.force_login(user)
    sessions[name] = client.cookies["sessionid"].value
    Document.objects.create(owner=user, file=ContentFile(b"%PDF-1.7 of " + name.encode(), name="report.pdf"))
print(json.dumps(sessions))
"""
"""Two users who are logged in, each with a document."""


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Newcomer]:
    with SamePlace() as place:
        made = Newcomer(place)
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0"):
            # What is deleted and not committed yet is still listed.
            if name and (ROOT / name).is_file():
                (made.clone / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, made.clone / name)
        yield made


@pytest.fixture(scope="module")
def started(newcomer: Newcomer) -> Newcomer:
    """A new project with what README.md says to write."""
    place = newcomer.place.path
    subprocess.run([sys.executable, "-m", "venv", newcomer.environment], check=True)
    (install,) = commands("Django in thirty seconds")
    newcomer.run(install, newcomer.clone)
    newcomer.run("django-admin startproject example", place)
    newcomer.run("python manage.py startapp documents")
    (place / "files").mkdir()

    (settings,), (view,), (model, *_) = README.files("settings.py"), README.files("views.py"), DJANGO.files("models.py")
    own = 'INSTALLED_APPS += ["documents"]\nLOGIN_URL = "admin:login"\n'
    newcomer.write("example/settings.py", settings.text + own, after=newcomer.read("example/settings.py"))
    newcomer.write("documents/views.py", view.text)
    newcomer.write("documents/models.py", model.text)
    (url,) = re.findall(r'`(path\("documents/.+?\))`', README.prose)
    urls = f"from documents.views import download\nurlpatterns.append({url})\n"
    newcomer.write("example/urls.py", urls, after=newcomer.read("example/urls.py"))

    newcomer.run("python manage.py makemigrations documents")
    newcomer.run("python manage.py migrate")
    newcomer.write("users.py", USERS)
    newcomer.run("python users.py > sessions.json")
    return newcomer


def test_a_new_project_sends_its_files(started: Newcomer) -> None:
    with Runserver(started.site(), started.place) as server:
        everybody_gets_what_they_may(started, server)


def test_the_settings_are_right(started: Newcomer) -> None:
    assert started.run("python manage.py check").startswith("System check identified no issues")


@pytest.fixture(scope="module")
def in_production(started: Newcomer) -> Iterator[Server]:
    """The same behind nginx, as its page says."""
    settings = "".join(block.text for block in NGINX.blocks("python"))
    deployed = re.findall(r"In `settings\.py`, write `(.+?)` and `(.+?)`", NGINX.prose)[0]
    settings += "\n".join(deployed).replace("example.com", "127.0.0.1")
    started.write("example/settings.py", settings, after=started.read("example/settings.py"))
    (urls,) = CHECK.files("urls.py")
    started.write("check_urls.py", urls.text)
    with (started.project / "example/urls.py").open("a") as file:
        file.write("import check_urls\nurlpatterns += check_urls.urlpatterns\n")
    started.run("pip install gunicorn")
    manage = (str(started.project / "manage.py"), "sendfile")
    with (
        Gunicorn(started.site(), started.place) as gunicorn,
        Nginx(started.site(), started.place, upstream=gunicorn, command=manage) as nginx,
    ):
        assert f"proxy_pass http://{gunicorn.reached_at}" in nginx.config.read_text()
        yield nginx


def test_behind_nginx_too(started: Newcomer, in_production: Server) -> None:
    everybody_gets_what_they_may(started, in_production)


def test_the_checks_of_the_page_are_right(started: Newcomer, in_production: Server) -> None:
    assert "xsendfile." not in started.run("python manage.py check --deploy 2>&1")
    said = started.run(f"python manage.py sendfile check --strict --url {in_production.base_url}/")
    assert said.splitlines()[0] == f"{in_production.base_url}/, answered by nginx"
    assert re.fullmatch(r"All \d+ fine\.", said.splitlines()[-1])


def everybody_gets_what_they_may(newcomer: Newcomer, server: Server) -> None:
    response = newcomer.get(server, "anna")
    assert (response.status, response.body) == (200, PDF)
    assert response.header("content-disposition") == 'attachment; filename="report.pdf"'
    part = newcomer.get(server, "anna", Range="bytes=0-3")
    assert (part.status, part.body) == (206, PDF[:4])
    assert newcomer.get(server, "bert").status == 404
    stranger = newcomer.get(server)
    assert (stranger.status, (stranger.header("location") or "").partition("?")[0]) == (302, "/admin/login/")


def test_a_new_rust_program(newcomer: Newcomer) -> None:
    newcomer.run("cargo new --quiet program", newcomer.place.path)
    program = newcomer.place.path / "program"
    # The versions that are compiled already.
    shutil.copy(ROOT / "Cargo.lock", program)
    lines = commands("Rust in thirty seconds")
    assert lines
    for line in lines:
        newcomer.run(line, program)
    (code,) = README.blocks("rust")
    (program / "src" / "main.rs").write_text(code.text)
    (printed,) = re.findall(r"It prints `(.+)`\.", README.prose)
    assert newcomer.run("cargo run --quiet", program) == f"{printed}\n"
