"""The settings, read into the extension once and again whenever they change."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypedDict, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ._native import ConfigError, Sendfile


class Settings(TypedDict):
    """The settings, each with its value or what it is without one."""

    backend: str | None
    root: str | None
    url: str | None
    locations: list[tuple[str, str | None]]
    check_file_exists: bool
    symlinks: str | None
    limit_rate: int | None
    buffering: bool | None
    charset: str | None
    expires: int | None
    cache_control: str | None
    sandbox: bool | str | None
    media_types: dict[str, str]


class SettingError(ImproperlyConfigured):
    """A setting that cannot work: which one, its value as text, what is wrong and what to write."""

    def __init__(self, setting: str, value: str, problem: str, advice: str, is_missing: bool = False) -> None:
        super().__init__(f"{setting} = {value}: {problem}; {advice}")
        self.setting = setting
        self.value = value
        self.problem = problem
        self.advice = advice
        #: Whether all that is wrong is that a directory is not there, or not there yet.
        self.is_missing = is_missing


@dataclass(frozen=True)
class Setting:
    """A setting as the extension takes it."""

    name: str
    key: str
    """What the extension calls it."""
    read: Callable[[Any], Any]
    """Its value for the extension; raises ``TypeError`` or ``ValueError`` for what it cannot be."""
    problem: str
    """What is wrong with a value that cannot be read."""
    advice: str
    """What to write."""
    unset: Any = None

    def value(self) -> Any:
        written = getattr(settings, self.name, None)
        if written is None:
            return self.unset
        try:
            return self.read(written)
        except (TypeError, ValueError) as error:
            raise SettingError(self.name, repr(written), self.problem, self.advice) from error


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _seconds(value: Any) -> int:
    return _number(int(value.total_seconds()) if isinstance(value, timedelta) else value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _switch_or_text(value: Any) -> bool | str:
    return value if isinstance(value, bool) else _text(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _locations(value: Any) -> list[tuple[str, str | None]]:
    return [(os.fsdecode(root), None if url is None else os.fsdecode(url)) for root, url in dict(value).items()]


ROOT = Setting(
    "SENDFILE_ROOT",
    "root",
    os.fsdecode,
    "it is not a path",
    "write the absolute path of the directory that holds the files",
)

#: The optional settings.
SETTINGS = (
    Setting("SENDFILE_URL", "url", os.fsdecode, "it is not text", 'write a URL path such as "/private", or None'),
    Setting("SENDFILE_LOCATIONS", "locations", _locations, "it is not a dict", "write {root: internal URL}", unset=[]),
    Setting("SENDFILE_CHECK_FILE_EXISTS", "check_file_exists", bool, "", "", unset=True),
    Setting("SENDFILE_SYMLINKS", "symlinks", _text, "it is not text", 'write "never", "beneath" or "anywhere"'),
    Setting(
        "SENDFILE_LIMIT_RATE", "limit_rate", _number, "it is not a whole number", "write a number of bytes in a second"
    ),
    Setting("SENDFILE_BUFFERING", "buffering", _boolean, "it is neither yes nor no", "write True or False"),
    Setting("SENDFILE_CHARSET", "charset", _text, "it is not text", 'write the name of a charset such as "utf-8"'),
    Setting(
        "SENDFILE_EXPIRES",
        "expires",
        _seconds,
        "it is not a whole number",
        "write a number of seconds, or a timedelta",
    ),
    Setting(
        "SENDFILE_CACHE_CONTROL",
        "cache_control",
        _text,
        "it is not text",
        'write a value such as "private, max-age=60"',
    ),
    Setting(
        "SENDFILE_SANDBOX",
        "sandbox",
        _switch_or_text,
        "it is neither yes, no nor text",
        'write True, False, or a policy such as "sandbox allow-scripts"',
    ),
)

#: What the extension is told of a backend of the site's own.
OWN = "own"


def root() -> str:
    """``SENDFILE_ROOT``; a site without one has nothing to send."""
    value: str | None = ROOT.value()
    if not value:
        raise SettingError(ROOT.name, repr(value), "it must be set", ROOT.advice)
    return value


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
    told = {setting.key: setting.value() for setting in SETTINGS}
    told |= {"backend": backend, "root": root, "media_types": _media_types()}
    if backend == OWN:
        # All that is known of it is that it sends files. What it has a server in front do is its own affair.
        told |= {"backend": "simple", "limit_rate": None, "buffering": None}
    return cast(Settings, told)


def _media_types() -> dict[str, str]:
    """What Python, the system and ``mimetypes.add_type`` know of extensions."""
    if not mimetypes.inited:
        mimetypes.init()
    return {extension.lstrip("."): kind for extension, kind in mimetypes.types_map.items()}
