"""The Pythons on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DEBIAN = Path("/usr/bin/python3")

# What an environment needs of its interpreter; a build without sqlite3 or ssl is of no use here.
_QUESTION = """
import json, ssl, sqlite3, sys, venv
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "path": sys.executable}))
"""


@dataclass(frozen=True)
class Interpreter:
    version: str
    """Major and minor, "3.11"."""
    path: Path


@cache
def find(version: str) -> Interpreter | None:
    """The interpreter of this version: on PATH, from pyenv, or Debian's."""
    for candidate in _candidates(version):
        found = ask(candidate)
        if found and found.version == version:
            return found
    return None


@cache
def debian() -> Interpreter | None:
    """The interpreter that Debian's mod_wsgi embeds."""
    return ask(DEBIAN)


def ask(candidate: Path) -> Interpreter | None:
    """What the candidate says of itself; a shim of pyenv may exist and yet have nothing behind it."""
    try:
        done = subprocess.run([candidate, "-c", _QUESTION], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None
    answer = json.loads(done.stdout)
    return Interpreter(answer["version"], Path(answer["path"]))


def _candidates(version: str) -> Iterator[Path]:
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    yield from sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python{version}"), reverse=True)
    yield Path(f"/usr/bin/python{version}")
