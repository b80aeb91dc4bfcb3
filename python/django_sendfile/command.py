"""The command line: ``xsendfile``, and ``manage.py sendfile`` with the settings of the site."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TextIO, TypeAlias, TypedDict

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages as handler
from django.core.management.base import OutputWrapper
from django.utils.encoding import force_str

from . import conf
from ._native import run_command
from .utils import site_backend

Stream: TypeAlias = TextIO | OutputWrapper


class Disk(TypedDict):
    """What the settings of a site say of directories."""

    program: str
    sendfile: conf.Settings
    static_url: str | None
    static_root: str | None
    media_url: str | None
    media_root: str | None
    storages: dict[str, str]
    """What other storages are called, and where they write."""
    private: dict[str, str]
    """What is not for sending: what it is called, and where it lies."""


class Site(Disk, total=False):
    """And all else that the command line asks for."""

    backend: str | None
    secret: str | None
    canary: str | None
    hosts: list[str]
    wsgi_file: str | None
    python_home: str | None
    python_path: str | None


def main() -> int:
    """The script ``xsendfile``: settings come from the environment."""
    return _run(sys.argv, None, sys.stdout, sys.stderr)


def run(arguments: list[str], program: str, out: Stream, err: Stream) -> int:
    """Run the command for this site, and give its exit status."""
    try:
        told = site(program)
    except ImproperlyConfigured as error:
        err.write(f"error: {error}\n")
        return 2
    return _run([program, *arguments], told, out, err)


def _run(arguments: list[str], told: Site | None, out: Stream, err: Stream) -> int:
    colours = out.isatty() and err.isatty() and not os.environ.get("NO_COLOR")
    status, output, error = run_command(arguments, told, colours=colours)
    try:
        # Django's own streams write nothing where there is nothing, and add no line feed to what has one.
        for stream, text in ((err, error), (out, output)):
            if text:
                stream.write(text)
                stream.flush()
    except BrokenPipeError:
        # Whoever closes the pipe early has seen enough; Python would flush once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def disk(program: str, storages: dict[str, str]) -> Disk:
    """What the settings say of directories."""
    return {
        "program": program,
        "sendfile": conf.values(_backend(_text("SENDFILE_BACKEND")), _path("SENDFILE_ROOT")),
        "static_url": _text("STATIC_URL"),
        "static_root": _path("STATIC_ROOT"),
        "media_url": _text("MEDIA_URL"),
        "media_root": _path("MEDIA_ROOT"),
        "storages": storages,
        "private": private(),
    }


def site(program: str) -> Site:
    """And all else that the command line asks for: how the site is run and reached."""
    wsgi_file = _wsgi_file(_text("WSGI_APPLICATION"))
    return {
        **disk(program, storages()),
        "backend": _text("SENDFILE_BACKEND"),
        "secret": _secret(),
        "canary": _canary(),
        "hosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "wsgi_file": wsgi_file,
        "python_home": sys.prefix if sys.prefix != sys.base_prefix else None,
        "python_path": _import_path(wsgi_file),
    }


def _text(name: str) -> str | None:
    value = getattr(settings, name, None)
    return str(value) if value else None


def _path(name: str) -> str | None:
    value = conf.ROOT.value() if name == conf.ROOT.name else getattr(settings, name, None)
    return os.path.abspath(os.fsdecode(value)) if value else None


def _secret() -> str | None:
    """What the canary's questions are signed with; `config` does without."""
    try:
        return force_str(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return None


def _backend(written: str | None) -> str | None:
    """``SENDFILE_BACKEND`` as the extension knows it; one that cannot be imported stays as written."""
    try:
        return site_backend().name
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


def private() -> dict[str, str]:
    """Where the application lies, and what it keeps to itself."""
    module = sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))
    found = {
        "the settings": getattr(module, "__file__", None),
        "BASE_DIR, the site's own directory": getattr(settings, "BASE_DIR", None),
        "Python's packages": os.path.dirname(os.path.dirname(django.__file__)),
        "the virtual environment": sys.prefix if sys.prefix != sys.base_prefix else None,
    }
    for alias, database in settings.DATABASES.items():
        if "sqlite" in str(database.get("ENGINE", "")):
            found[f"the database {alias!r}"] = database.get("NAME")
    paths = {what: os.fsdecode(path) for what, path in found.items() if isinstance(path, str | os.PathLike)}
    return {what: path for what, path in paths.items() if os.path.isabs(path)}


def storages() -> dict[str, str]:
    """Where the file storages of the site write, but for the default one in ``MEDIA_ROOT``."""
    found: dict[str, str] = {}
    media = os.path.abspath(os.fsdecode(settings.MEDIA_ROOT or ""))
    for alias in handler.backends:
        location = _location(alias)
        if location and alias != "staticfiles" and (alias, location) != ("default", media):
            found[f"STORAGES[{alias!r}]"] = location
    return found


def _location(alias: str) -> str | None:
    try:
        return os.path.abspath(os.fsdecode(handler[alias].path("")))
    except Exception:  # a storage that cannot be made, or that keeps its files elsewhere
        return None
