"""What the tests need of Debian."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
"""Debian keeps the servers in sbin, which is not on everybody's PATH."""


@dataclass(frozen=True)
class Package:
    """A package, and the command or file that shows it (or another one that does as well) to be there."""

    name: str
    shown_by: str
    title: str = ""
    """What people call what is in it."""
    services: tuple[str, ...] = ()
    """What installing it would start."""

    def present(self) -> bool:
        return self.file() is not None

    def file(self) -> Path | None:
        """What shows it, where it is here."""
        if "/" in self.shown_by:
            return next(Path("/").glob(self.shown_by.lstrip("/")), None)
        program = which(self.shown_by)
        return Path(program) if program else None


def which(program: str) -> str | None:
    """A program on PATH, or where Debian keeps servers."""
    return shutil.which(program, path=SYSTEM_PATH)
