"""The demo's site made ready: its environment, its data, and the user that it runs as."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

from toolbox import environments, interpreters
from harness.place import USER, Place, as_user, is_root, readable
from harness.site import Site
from toolbox.house import ROOT, House
from toolbox.terminal import Failure, notice, say

SITE = ROOT / "examples" / "protected_downloads"


def accounts() -> dict[str, dict[str, Any]]:
    """The users that the demo starts with, and their files."""
    listed: dict[str, dict[str, Any]] = json.loads((SITE / "samples" / "accounts.json").read_text(encoding="utf-8"))
    return listed


def prepared(house: House, place: Place, *, backend: str, fresh: bool) -> Site:
    """The site with everything that it needs, migrated and with its first users and files in it."""
    closed = not readable(SITE / "manage.py")
    if closed and not fresh:
        notice(f"{USER} cannot enter {ROOT}: the demo is kept in {place.path}, and gone when it stops.")
    data = place.path / "data" if fresh or closed else house.target / "demo"
    site = Site(
        directory=place.copy(SITE, "site") if closed else SITE,
        package="protected_downloads",
        root=data / "files",
        url="/private",
        settings={"DEMO_BACKEND": backend, "DEMO_DATA": str(data)},
        python=place.environment(environment(house)) / "bin" / "python",
        ready="/login/",
    )
    own(data)
    say("preparing the database and the files")
    manage(site, "migrate", "--verbosity", "0")
    manage(site, "seed")
    return site


def environment(house: House) -> Path:
    """Debian's Python where it is there: its mod_wsgi runs no other, and every user can enter it."""
    interpreter = interpreters.debian() or interpreters.ask(Path(sys.executable))
    if interpreter is None:
        raise Failure(
            f"Neither {interpreters.DEBIAN} nor {sys.executable} has ssl, sqlite3 and venv: install one that has."
        )
    made = environments.make(
        house.target / "venvs" / "demo",
        interpreter,
        [SITE / "requirements.txt"],
        # The requirements name it too; given here, it does not come from anywhere else.
        extra=[str(house.wheel)],
        wheel=house.wheel,
        pip=house.tools,
    )
    return made.path


def own(data: Path) -> None:
    """A directory that only the site's user can enter: it holds sessions and the secret key."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_root():
        user = pwd.getpwnam(USER)
        for directory, _, files in os.walk(data):
            for path in (Path(directory), *(Path(directory, file) for file in files)):
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    elif not os.access(data, os.W_OK):
        raise Failure(f"{data} belongs to {data.owner()}, who started the demo before: remove it, then try again.")


def manage(site: Site, *command: str) -> None:
    done = subprocess.run(
        [*as_user(), site.python, "-m", "django", *command],
        env=site.environment(),
        cwd=site.directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(f"manage.py {' '.join(command)} failed:\n{done.stdout[-3000:]}")
