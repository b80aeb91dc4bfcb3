"""The way in: ``sendfile`` and ``asendfile``."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import cache, lru_cache
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Literal

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.base import File
from django.core.signals import setting_changed
from django.http import Http404, HttpRequest

from . import backends, conf
from ._native import Delivery, NotFound
from .backends import Backend, Send, report_unsupported
from .responses import FileResponse

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    Filename = str | PathLike[str] | File[Any]

logger = logging.getLogger("django_sendfile")


def sendfile(
    request: HttpRequest,
    filename: Filename,
    attachment: bool = False,
    attachment_filename: str | Literal[False] | None = None,
    mimetype: str | None = None,
    encoding: str | None = None,
    content_length: int | None = None,
    *,
    limit_rate: int | None = None,
    buffering: bool | None = None,
    charset: str | None = None,
    expires: int | timedelta | None = None,
) -> HttpResponseBase:
    """
    Answer ``request`` with a file, by the backend that ``SENDFILE_BACKEND`` names.

    ``filename`` is relative to ``SENDFILE_ROOT`` or absolute beneath it, or a ``File`` or
    ``FieldFile`` whose storage has a path. Whether the client may have it is for the caller to
    decide first.

    ``attachment`` lets the client save the file instead of showing it, under
    ``attachment_filename``: the file's own name (``None``), no name (``False`` or empty), or this.
    ``mimetype`` is Content-Type, by default what the name's extension tells; ``encoding`` is
    Content-Encoding, by default none. ``content_length`` sends only so many bytes of the file where
    the body is sent from here, and is the Content-Length for a backend of your own.

    ``limit_rate`` is the most bytes in a second, 0 for no limit; ``buffering`` whether nginx may buffer
    what is streamed; ``charset`` that of a ``text/…``; ``expires`` how many seconds the client may keep
    the file. Each is by default what the setting of that name says. Not every backend can say each;
    there it changes nothing, and the log says so once.

    Raises ``Http404`` where there is no such file beneath the root, and ``ImproperlyConfigured``
    where a setting cannot work.
    """
    delivery = _delivery(
        attachment,
        attachment_filename,
        mimetype,
        encoding,
        content_length,
        limit_rate,
        buffering,
        charset,
        expires,
    )
    try:
        path = _path(filename)
        backend = _get_sendfile()
        if isinstance(backend, Backend):
            return backend.respond(request, path, delivery)
        return _by_own_backend(backend, request, path, delivery)
    except (NotFound, FileNotFoundError) as error:
        raise _not_found(error) from error


async def asendfile(
    request: HttpRequest,
    filename: Filename,
    attachment: bool = False,
    attachment_filename: str | Literal[False] | None = None,
    mimetype: str | None = None,
    encoding: str | None = None,
    content_length: int | None = None,
    *,
    limit_rate: int | None = None,
    buffering: bool | None = None,
    charset: str | None = None,
    expires: int | timedelta | None = None,
) -> HttpResponseBase:
    """
    ``sendfile`` for async views. It answers at once where the file's directory is in memory, and
    asks a thread only where the disk has to be waited for.
    """
    backend = _get_sendfile()
    extras = (limit_rate, buffering, charset, expires)
    if isinstance(backend, Backend):
        delivery = _delivery(attachment, attachment_filename, mimetype, encoding, content_length, *extras)
        try:
            response = backend.respond_cached(request, _path(filename), delivery)
        except NotFound as error:
            raise _not_found(error) from error
        if response is not None:
            return response
    in_thread = sync_to_async(sendfile, thread_sensitive=False)
    return await in_thread(
        request,
        filename,
        attachment,
        attachment_filename,
        mimetype,
        encoding,
        content_length,
        limit_rate=limit_rate,
        buffering=buffering,
        charset=charset,
        expires=expires,
    )


@cache
def _get_sendfile() -> Send:
    """The function ``sendfile`` of the module that ``SENDFILE_BACKEND`` names."""
    # Whoever clears this cache has changed settings.
    conf.forget()
    conf.root()
    return _import_backend()


def backend_name() -> str:
    """
    The name by which the extension knows the site's backend.

    A backend of the site's own is taken for ``simple``: all that is known of it is that it sends files.
    """
    backend = _import_backend()
    return backend.name if isinstance(backend, Backend) else "simple"


def _import_backend() -> Send:
    name = getattr(settings, "SENDFILE_BACKEND", None)
    if not name:
        raise _backend_error(name, "it is needed")
    try:
        module = import_module(name)
    except ImportError as error:
        raise _backend_error(name, f"it cannot be imported ({error})") from error
    try:
        send: Send = module.sendfile
    except AttributeError as error:
        raise _backend_error(name, "it has no function sendfile") from error
    return send


def _backend_error(name: Any, problem: str) -> conf.SettingError:
    names = sorted(module.name for module in iter_modules(backends.__path__))
    advice = f'write the dotted path of a module: "django_sendfile.backends." and one of {", ".join(names)}'
    return conf.SettingError("SENDFILE_BACKEND", repr(name), problem, advice)


def _forget_settings(*, setting: str, **kwargs: Any) -> None:
    if setting.startswith("SENDFILE_"):
        _get_sendfile.cache_clear()
        conf.forget()


setting_changed.connect(_forget_settings)


def _by_own_backend(backend: Send, request: HttpRequest, path: str, delivery: Delivery) -> HttpResponseBase:
    """The response of a backend of the site's own, with the headers that it is owed."""
    file = conf.native("simple").describe(path, delivery)
    for argument in file.unsupported:
        report_unsupported(settings.SENDFILE_BACKEND, argument)
    response = backend(request, Path(file.path), mimetype=delivery.media_type)
    if isinstance(response, FileResponse):
        # It came from one of our backends, which knows better what its body is.
        if response.status_code in (200, 206):
            response["Content-Disposition"] = file.disposition
        return response
    response["Content-Disposition"] = file.disposition
    response["Content-Type"] = file.media_type
    for name, value in file.headers:
        response.headers.setdefault(name, value)
    if delivery.content_encoding is not None:
        response["Content-Encoding"] = delivery.content_encoding
    # A hand-off declares no length for a body that it does not carry, unless the caller insists.
    carries_body = response.streaming or bool(getattr(response, "content", b""))
    if delivery.length is not None or (file.length is not None and (carries_body or not file.length)):
        response["Content-Length"] = str(file.length)
    return response


@lru_cache(maxsize=256)
def _delivery(
    attachment: bool,
    attachment_filename: str | Literal[False] | None,
    mimetype: str | None,
    encoding: str | None,
    content_length: int | None,
    limit_rate: int | None,
    buffering: bool | None,
    charset: str | None,
    expires: int | timedelta | None,
) -> Delivery:
    """What the arguments say, made once for all calls that say the same."""
    save_as = None if attachment_filename is None else str(attachment_filename or "")
    return Delivery(
        bool(attachment),
        save_as,
        mimetype or None,
        encoding or None,
        content_length,
        limit_rate,
        buffering,
        charset,
        conf.seconds(expires),
    )


def _path(filename: Filename) -> str:
    """The path that ``filename`` stands for."""
    if isinstance(filename, str):
        return filename
    if isinstance(filename, File):
        # A FieldFile has a path if its storage has; a plain File has the name that it was opened by.
        filename = getattr(filename, "path", None) or filename.name or ""
    return fspath(filename)


def _not_found(error: Exception) -> Http404:
    """What the client may know. The reason, and the path, are for the log only."""
    logger.warning("%s", error)
    return Http404("There is no such file.")
