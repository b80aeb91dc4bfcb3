"""Directories that the servers' own user can enter.

Started as root, nginx, Apache and lighttpd serve as `www-data`. A checkout below /root, or a temporary directory
of mode 0700, is closed to it, and the server then answers 403 or 404 for reasons that have nothing to do with the
test. So everything a server reads lies in a directory of mode 0755 below /var/tmp, and a Python environment that
`www-data` cannot read is copied there.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

PUBLIC = Path("/var/tmp")
USER = "www-data"


class Place:
    """A new directory, removed on exit."""

    def __init__(self, label: str = "xsendfile") -> None:
        self.path = PUBLIC / f"{label}-{secrets.token_hex(6)}"

    def __enter__(self) -> Place:
        self.path.mkdir(mode=0o755)
        self.path.chmod(0o755)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def directory(self, name: str) -> Path:
        """A new directory inside, writable for the servers' user too."""
        made = self.path / name
        made.mkdir(parents=True)
        made.chmod(0o755)
        if is_root():
            shutil.chown(made, USER, USER)
        return made

    def copy(self, source: Path, name: str) -> Path:
        """A copy of a directory of code, readable for everyone."""
        copied = self.path / name
        shutil.copytree(source, copied, ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
        for directory, _, files in os.walk(copied):
            os.chmod(directory, 0o755)
            for file in files:
                inside = Path(directory, file)
                if not inside.is_symlink():
                    inside.chmod(inside.stat().st_mode | 0o444)
        return copied

    def environment(self, prefix: Path = Path(sys.prefix)) -> Path:
        """A Python environment that the servers' user can read: the given one where it can, else a copy."""
        if readable(prefix / "pyvenv.cfg"):
            return prefix
        copied = self.path / "environment"
        return copied if copied.exists() else self.copy(prefix, copied.name)


def is_root() -> bool:
    return os.geteuid() == 0


def readable(path: Path) -> bool:
    """Whether the servers' user can read this file."""
    if not is_root():
        return os.access(path, os.R_OK)
    return subprocess.run(["test", "-r", path], user=USER, group=USER, extra_groups=[], check=False).returncode == 0


def as_user() -> tuple[str, ...]:
    """What to put before a command so that it runs as the servers' user and not as root."""
    return ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups") if is_root() else ()
