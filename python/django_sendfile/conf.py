"""The settings, read into the extension once and again whenever they change."""

from __future__ import annotations

import mimetypes
import os
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ._native import ConfigError, Sendfile

if TYPE_CHECKING:
    from ._native import Settings


class SettingError(ImproperlyConfigured):
    """A setting that cannot work: which one, its value as text, what is wrong and what to write."""

    def __init__(self, setting: str, value: str, problem: str, advice: str) -> None:
        super().__init__(f"{setting} = {value}: {problem}; {advice}")
        self.setting = setting
        self.value = value
        self.problem = problem
        self.advice = advice


def root() -> str:
    """``SENDFILE_ROOT``; a site without one has nothing to send."""
    value = getattr(settings, "SENDFILE_ROOT", None)
    advice = "write the absolute path of the directory that holds the files"
    if not value:
        raise SettingError("SENDFILE_ROOT", repr(value), "it is needed", advice)
    try:
        return os.fsdecode(value)
    except TypeError as error:
        raise SettingError("SENDFILE_ROOT", repr(value), "it is not a path", advice) from error


@lru_cache(maxsize=16)
def native(backend: str) -> Sendfile:
    """The extension, set up for ``backend`` by the settings."""
    try:
        return Sendfile(values(backend, root()))
    except ConfigError as error:
        raise SettingError(*error.args) from error


def forget() -> None:
    """Read the settings again."""
    native.cache_clear()


def values(backend: str | None, root: str | None) -> Settings:
    """The settings as the extension takes them."""
    return {
        "backend": backend,
        "root": root,
        "url": getattr(settings, "SENDFILE_URL", None),
        "locations": locations(),
        "check_file_exists": bool(getattr(settings, "SENDFILE_CHECK_FILE_EXISTS", True)),
        "symlinks": getattr(settings, "SENDFILE_SYMLINKS", None),
        "limit_rate": _number("SENDFILE_LIMIT_RATE", getattr(settings, "SENDFILE_LIMIT_RATE", None)),
        "buffering": _boolean("SENDFILE_BUFFERING", getattr(settings, "SENDFILE_BUFFERING", None)),
        "charset": _text("SENDFILE_CHARSET", getattr(settings, "SENDFILE_CHARSET", None)),
        "expires": _number("SENDFILE_EXPIRES", getattr(settings, "SENDFILE_EXPIRES", None)),
        "media_types": _media_types(),
    }


def locations() -> list[tuple[str, str | None]]:
    """``SENDFILE_LOCATIONS``: further roots, each with its internal URL."""
    value = getattr(settings, "SENDFILE_LOCATIONS", None) or {}
    try:
        return [(os.fsdecode(root), None if url is None else str(url)) for root, url in dict(value).items()]
    except (TypeError, ValueError) as error:
        problem = "it is not a dict"
        raise SettingError("SENDFILE_LOCATIONS", repr(value), problem, "write {root: internal URL}") from error


def seconds(value: int | timedelta | None) -> int | None:
    """A time as whole seconds."""
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


def _number(setting: str, value: Any) -> int | None:
    number = seconds(value) if setting == "SENDFILE_EXPIRES" else value
    if number is None or (isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63):
        return number
    unit = "seconds, or a timedelta" if setting == "SENDFILE_EXPIRES" else "bytes in a second"
    raise SettingError(setting, repr(value), "it is not a whole number", f"write a number of {unit}")


def _boolean(setting: str, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise SettingError(setting, repr(value), "it is neither yes nor no", "write True or False")


def _text(setting: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise SettingError(setting, repr(value), "it is not text", 'write the name of a charset such as "utf-8"')


def _media_types() -> dict[str, str]:
    """What Python, the system and ``mimetypes.add_type`` know of extensions."""
    if not mimetypes.inited:
        mimetypes.init()
    return {extension.lstrip("."): kind for extension, kind in mimetypes.types_map.items()}
