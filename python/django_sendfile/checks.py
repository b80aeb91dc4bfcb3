"""System checks: what is wrong with which setting, and what to write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from . import command, conf
from ._native import disk_problems
from .utils import site_backend

#: The id of an error is that of the setting it is about.
IDS = {
    "SENDFILE_ROOT": "xsendfile.E001",
    "SENDFILE_BACKEND": "xsendfile.E002",
    "SENDFILE_URL": "xsendfile.E003",
    "SENDFILE_LOCATIONS": "xsendfile.E004",
    "SENDFILE_SYMLINKS": "xsendfile.E005",
    "SENDFILE_LIMIT_RATE": "xsendfile.E006",
    "SENDFILE_BUFFERING": "xsendfile.E007",
    "SENDFILE_CHARSET": "xsendfile.E008",
    "SENDFILE_EXPIRES": "xsendfile.E009",
    "SENDFILE_CACHE_CONTROL": "xsendfile.E010",
    "SENDFILE_SANDBOX": "xsendfile.E011",
}


@register("xsendfile")
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The settings by themselves, and against the disk."""
    if unset := list(_unset()):
        return unset
    try:
        conf.root()
        name = site_backend().name
        conf.native(name)
    except conf.SettingError as error:
        if error.setting == "SENDFILE_ROOT" and error.is_missing:
            # A checkout in which nothing was uploaded yet must still be able to migrate.
            return [
                Warning(
                    f"SENDFILE_ROOT = {error.value} does not exist, so no file can be sent.",
                    hint="Make the directory, or write the one that holds the files.",
                    id="xsendfile.W009",
                )
            ]
        advice = error.advice[:1].upper() + error.advice[1:] + "."
        problem = f"{error.setting} = {error.value}: {error.problem}."
        return [Error(problem, hint=advice, id=IDS[error.setting])]
    except ImproperlyConfigured as error:
        # A backend of the site's own has settings of its own.
        return [Error(str(error), id=IDS["SENDFILE_BACKEND"])]
    return [*_disk(DISK_IDS, {}), *_warnings(name)]


#: Ids of what the disk says, by the names that ``manage.py sendfile check`` has for the causes.
DISK_IDS = {
    "url-unset": "xsendfile.W001",
    "published": "xsendfile.W003",
    "root-closed": "xsendfile.W004",
    "urls-overlap": "xsendfile.W014",
}

#: Likewise, for what only has to be right where the site is deployed.
DEPLOYED_DISK_IDS = {
    "public-in-root": "xsendfile.W010",
    "server-cannot-read": "xsendfile.W011",
    "storage-outside": "xsendfile.W012",
    "not-for-sending": "xsendfile.W015",
}


@register("xsendfile", deploy=True)
def check_disk(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The roots, against the disk and its users: for ``manage.py check --deploy``."""
    if list(_unset()):
        return []
    try:
        return _disk(DEPLOYED_DISK_IDS, command.storages())
    except ImproperlyConfigured:
        # Reported above, with the setting's id.
        return []


def _disk(ids: dict[str, str], storages: dict[str, str]) -> list[CheckMessage]:
    """What ``manage.py sendfile check`` would say of these causes."""
    return [
        Warning(problem, hint=advice, id=ids[cause])
        for cause, problem, advice in disk_problems(command.disk("manage.py sendfile", storages))
        if cause in ids
    ]


def _unset() -> Iterator[CheckMessage]:
    """Not errors: a site may set them where it needs them, as in its tests."""
    for setting, hint, number in [
        ("SENDFILE_ROOT", "Write the absolute path of the directory that holds the files.", "W005"),
        ("SENDFILE_BACKEND", 'Write a backend such as "django_sendfile.backends.simple".', "W006"),
    ]:
        if not getattr(settings, setting, None):
            yield Warning(f"{setting} is unset, so no file can be sent.", hint=hint, id=f"xsendfile.{number}")


def _warnings(name: str) -> Iterator[Warning]:
    if name == "development" and not settings.DEBUG:
        yield Warning(
            "SENDFILE_BACKEND is the development backend and DEBUG is off.",
            hint='Write "django_sendfile.backends.simple" or the backend of the server in front.',
            id="xsendfile.W002",
        )
    if settings.DEBUG and conf.native(name).hand_off_header:
        yield Warning(
            "DEBUG is on and files are handed off; without that server in front, as under runserver, "
            "every download is empty.",
            hint='Without it, write "django_sendfile.backends.development".',
            id="xsendfile.W007",
        )
    if not os.path.isabs(root := conf.root()):
        yield Warning(
            f"SENDFILE_ROOT = {root!r} is relative to the directory that the process is started in.",
            hint=f"Write {os.path.abspath(root)!r}, or what else it is meant to be.",
            id="xsendfile.W013",
        )
    if _predecessor_is_installed():
        yield Warning(
            "django-sendfile2 is installed too, under the same import name.",
            hint="Uninstall it, then install xsendfile again: both wrote the same files.",
            id="xsendfile.W008",
        )


def _predecessor_is_installed() -> bool:
    try:
        distribution("django-sendfile2")
    except PackageNotFoundError:
        return False
    return True
