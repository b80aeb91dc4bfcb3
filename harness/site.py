"""A Django site as the servers need to know it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Site:
    """A directory of code, the package in it, what it is told by its environment, and the files it sends."""

    directory: Path
    """Put on the module path; holds the package."""
    package: str
    """Holds `settings`, `wsgi` and `asgi`, each with `application`."""
    root: Path
    """SENDFILE_ROOT."""
    url: str = "/private"
    """SENDFILE_URL, without a slash at its end."""
    settings: dict[str, str] = field(default_factory=dict)
    """Environment variables that the settings module reads."""
    python: Path = Path(sys.executable)
    ready: str = "/ready"
    """Answers 200 once the site is up."""

    @property
    def wsgi(self) -> str:
        return f"{self.package}.wsgi:application"

    @property
    def asgi(self) -> str:
        return f"{self.package}.asgi:application"

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return (
            inherited
            | self.settings
            | {
                "DJANGO_SETTINGS_MODULE": f"{self.package}.settings",
                "PYTHONPATH": str(self.directory),
                "PYTHONDONTWRITEBYTECODE": "1",
            }
        )
