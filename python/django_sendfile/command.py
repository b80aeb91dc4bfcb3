"""The command line: ``xsendfile``, and ``manage.py sendfile`` with the settings of the site."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from ._native import run_command


def main() -> int:
    """The script ``xsendfile``: settings come from the environment."""
    return run_command(sys.argv, None)


def run(arguments: list[str], program: str) -> int:
    """Run the command for this site, and give its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    try:
        told = site(program)
    except ImproperlyConfigured as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return run_command([program, *arguments], told)


def site(program: str) -> dict[str, object]:
    """What the site tells of itself: its settings, and how it is run."""
    from django.conf import settings

    from . import conf

    def text(name: str) -> str | None:
        value = getattr(settings, name, None)
        return str(value) if value else None

    def path(name: str) -> str | None:
        value = getattr(settings, name, None)
        return os.path.abspath(os.fsdecode(value)) if value else None

    wsgi_file = _wsgi_file(text("WSGI_APPLICATION"))
    return {
        "program": program,
        "sendfile": conf.values(_backend(text("SENDFILE_BACKEND")), path("SENDFILE_ROOT")),
        "backend": text("SENDFILE_BACKEND"),
        "secret": text("SECRET_KEY"),
        "canary": _canary(),
        "hosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "static_url": text("STATIC_URL"),
        "static_root": path("STATIC_ROOT"),
        "media_url": text("MEDIA_URL"),
        "media_root": path("MEDIA_ROOT"),
        "storages": _storages(),
        "wsgi_file": wsgi_file,
        "python_home": sys.prefix if sys.prefix != sys.base_prefix else None,
        "python_path": _import_path(wsgi_file),
    }


def _backend(written: str | None) -> str | None:
    """``SENDFILE_BACKEND`` as the extension knows it; one that cannot be imported stays as written."""
    from .utils import backend_name

    try:
        return backend_name()
    except ImproperlyConfigured:
        # `config` does without; `check` says itself what is wrong with it.
        return written


def _canary() -> str | None:
    """The path of the canary's URL, where the site includes ``django_sendfile.urls``."""
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse("django_sendfile:canary")
    except (NoReverseMatch, AttributeError, ImportError, ImproperlyConfigured):
        # A site without ROOT_URLCONF, or whose URLs cannot be imported here, still has a server in front.
        return None


def _wsgi_file(application: str | None) -> str | None:
    """The file of ``WSGI_APPLICATION``, found but not run."""
    if application is None:
        return None
    try:
        spec = find_spec(application.rpartition(".")[0])
    except (ImportError, ValueError):
        return None
    return spec.origin if spec else None


def _import_path(wsgi_file: str | None) -> str | None:
    """The directory that the package of ``wsgi_file`` is imported from: that of ``manage.py``."""
    if wsgi_file is None:
        return None
    beneath = [os.path.abspath(entry) for entry in sys.path if wsgi_file.startswith(os.path.abspath(entry) + os.sep)]
    return max(beneath, key=len, default=None)


def _storages() -> dict[str, str]:
    """Where the file storages of the site write, but for the default one in ``MEDIA_ROOT``."""
    from django.core.files.storage import storages

    found: dict[str, str] = {}
    for alias in getattr(storages, "backends", {}):
        location = _location(storages, alias)
        if location and alias not in ("default", "staticfiles"):
            found[f"STORAGES[{alias!r}]"] = location
    return found


def _location(storages: Any, alias: str) -> str | None:
    try:
        location = storages[alias].location
    except Exception:  # a storage that cannot be made, or that keeps its files elsewhere
        return None
    return os.path.abspath(os.fsdecode(location)) if isinstance(location, (str, bytes, os.PathLike)) else None
