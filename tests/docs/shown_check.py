"""What `sendfile check` says of a right site, as the page of its server shows it."""

from __future__ import annotations

import re
import subprocess

from pages import page

from harness.server import Server

URL = "http://example.com/"
COMMAND = f"python manage.py sendfile check --url {URL}"
PICTURE = "docs/check.md"
"""Shows some rows of nginx's."""


def of_a_right_site(server: Server) -> str:
    """The command and its output, with the values of the page."""
    return f"$ {COMMAND}\n{said_of(server, status=0)}"


def said_of(server: Server, *, status: int) -> str:
    """The output alone."""
    site, url = server.site, f"{server.base_url}/"
    command = [str(site.python), "-m", "django", "sendfile", "check", "--url", url]
    done = subprocess.run(command, env=site.environment(), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert url in done.stdout and str(site.root) in done.stdout
    return done.stdout.replace(url, URL).replace(str(site.root), "/srv/example/files")


def shown(path: str) -> str:
    """What the page shows."""
    (block,) = page(path).blocks("text")
    return block.text


def picture() -> str:
    """What docs/check.md shows of it."""
    return page(PICTURE).blocks("text")[0].text


def redrawn(drawn: str, full: str) -> str:
    """The picture, each of its rows as the full output has it."""
    full = full.replace(URL, "https://example.org/")
    rows = {row(line): line for line in full.splitlines()}
    return "".join(f"{line if line.strip() == '…' else rows[row(line)]}\n" for line in drawn.splitlines())


def row(line: str) -> str:
    """What tells it from the others: a row by its question, and the sum by its words without numbers."""
    found = re.match(r"  \w+ +(.+?)  ", line)
    return found[1] if found else re.sub(r"\d+", "", line)
