"""The suite itself: it finds what is wrong, and it can be run by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.dialects import DIALECTS
from conformance.fronts import STANDS, URL, Application, application_site
from conformance.handed_off import HandedOff
from conformance.observation import observe
from conformance.situation import RIGHT, Situation
from conformance.situations import THEMES
from conformance.situations.absent import ABSENT
from conformance.situations.containment import CONTAINMENT
from conformance.situations.names import NAMES
from conformance.situations.preconditions import PRECONDITIONS
from conformance.situations.ranges import RANGES
from conformance.situations.whole import WHOLE
from conformance.tree import Tree
from harness.client import request
from harness.front import Nginx
from harness.place import Place
from harness.server import Server

ROOT = Path(__file__).resolve().parent.parent.parent
NGINX = next(stand for stand in STANDS if stand.id == "nginx")
CONTRACT = (ROOT / "conformance" / "CONTRACT.md").read_text()


@pytest.fixture(scope="module")
def application(place: Place, tree: Tree) -> Iterator[Server]:
    with Application(application_site(place, tree), place) as server:
        yield server


def test_the_example_of_the_contract(application: Server) -> None:
    target = re.search(r"^`(/answer\?\S+)`", CONTRACT, re.MULTILINE)
    shown = re.search(r"```text\n(.+?)```", CONTRACT, re.DOTALL)
    assert target and shown
    response = request(application.address, target[1])
    lines = response.head_bytes.decode().split("\r\n")
    assert [line for line in lines if line and not line.startswith("Connection")] == shown[1].splitlines()


@pytest.mark.parametrize(
    ("target", "status", "body"),
    [
        ("/ready", 200, b"ready\n"),
        ("/answer?status=418&body=6f6b", 418, b"ok"),
        ("/answer", 200, b""),
        ("/else?status=200", 404, b"nothing here\n"),
    ],
)
def test_the_application_keeps_the_contract(application: Server, target: str, status: int, body: bytes) -> None:
    response = request(application.address, target)
    assert (response.status, response.body) == (status, body)
    assert response.header("x-answered-by") == ("application" if status == 404 else None)


def test_what_was_seen(application: Server) -> None:
    response = request(application.address, "/seen", headers=[("X-Sendfile-Type", "a"), ("under_score", "b")])
    assert {b"x-sendfile-type: a", b"under-score: b"} <= set(response.body.splitlines())


BROKEN = {
    "the internal URL is open": (r"internal;", "", "straight: `/private/plain.txt`"),
    "alias without a slash": (r"files/;", "files;", "`GET`"),
    "location without a slash": (
        r"location \^~ /private/ \{[^}]*internal;",
        "location ^~ /private {",
        "dot dot out of the folder: `/private../outside/secret.txt`",
    ),
}
"""Each a pattern of what is right, what stands there instead, and the situation that is then not right."""


@pytest.mark.parametrize(("right", "wrong", "found"), BROKEN.values(), ids=BROKEN.keys())
def test_a_mistake_is_found(place: Place, tree: Tree, right: str, wrong: str, found: str) -> None:
    """Where a server is configured wrongly, the situation that is about it is not right."""

    class Broken(Nginx):
        def printed(self) -> str:
            text = super().printed()
            broken, places = re.subn(right, wrong, text)
            assert places == 1
            # The second lock would hide the mistake.
            return re.sub(r"disable_symlinks [^;]+;", "", broken)

    with replace(NGINX, front=Broken).started(place, tree) as (files, _):
        assert observe(files, situation(found)) != RIGHT


def test_nothing_is_right_without_a_server_in_front(application: Server, tree: Tree) -> None:
    files = HandedOff(application.address, tree, URL, DIALECTS["nginx"])
    for theme in (NAMES, WHOLE, RANGES, PRECONDITIONS, ABSENT, CONTAINMENT):
        for row in theme.situations:
            assert observe(files, row) != RIGHT, f"{theme.title}: {row.name}"


def situation(name: str) -> Situation:
    return next(situation for theme in THEMES for situation in theme.situations if situation.name == name)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_it_runs_against_any_url(place: Place) -> None:
    tree = Tree(place.path / "by-hand" / "files")
    with NGINX.started(place, tree) as (_, server):
        done = run("--url", server.base_url, "--dialect", "nginx", "--root", str(tree.root), "--internal-url", URL)
    assert done.returncode == 1, done.stderr
    assert "  ok  every byte in the middle\n" in done.stdout
    assert "  NO  a file that the server may not read: 403\n" in done.stdout
    assert "      `Content-Type`: 200 206\n" in done.stdout
    assert not tree.root.exists() and not tree.outside.exists() and not tree.sibling.exists()


def test_it_says_why_it_cannot_ask(place: Place, application: Server) -> None:
    root = place.directory("taken/files")
    (root / "somebody's").write_text("own")
    there = ["--url", application.base_url, "--dialect", "nginx"]
    for arguments, said in (
        (["--url", "http://127.0.0.1:1", "--dialect", "nginx", "--root", str(root)], "Start the server"),
        (["--url", "https://127.0.0.1", "--dialect", "nginx", "--root", str(root)], "write http://HOST:PORT"),
        ([*there, "--root", str(root)], "is not empty"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
    assert (root / "somebody's").read_text() == "own"
