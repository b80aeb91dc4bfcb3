"""The entry points: ``sendfile`` and ``asendfile``."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from functools import cache
from importlib import import_module
from io import FileIO
from os import PathLike
from pathlib import Path
from pkgutil import iter_modules
from tempfile import _TemporaryFileWrapper
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import InMemoryStorage
from django.core.signals import setting_changed
from django.http import HttpRequest

from . import backends, conf
from ._native import Delivery, NotFound, WouldBlock
from .backends import Backend, Send, asked, not_found
from .log import warn_once
from .responses import OwnHeaders, SendfileResponse
from .waiting import wait_in

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

#: What names a file: see ``sendfile``.
Filename: TypeAlias = "str | bytes | PathLike[str] | PathLike[bytes] | File[Any]"


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
    cache_control: str | None = None,
    sandbox: bool | str | None = None,
    beneath: str | PathLike[str] | None = None,
) -> HttpResponseBase:
    """
    Answer ``request`` with a file, by the backend that ``SENDFILE_BACKEND`` names.

    ``filename`` is relative to ``SENDFILE_ROOT`` or absolute beneath it, or a ``File`` or
    ``FieldFile`` that has a path. Whether the client may have it is for the caller to
    decide first.

    ``attachment`` lets the client save the file instead of showing it, under
    ``attachment_filename``: the file's own name (``None``), no name (``False`` or empty), or this.
    ``mimetype`` is Content-Type, by default what the name's extension tells; ``encoding`` is
    Content-Encoding, by default none. ``content_length`` sends only so many bytes of the file where
    the body is sent from here, and is the Content-Length for a backend of your own.

    ``limit_rate`` is the most bytes in a second, 0 for no limit; ``buffering`` whether nginx may buffer
    what is streamed. Not every backend supports these two; there they change nothing, and the log says
    so once. ``charset`` is that of a ``text/…``; ``expires`` how many seconds the client may keep the file.

    ``cache_control`` is Cache-Control, empty for no such header, in place of ``expires`` and of
    ``private, no-cache``. ``sandbox`` is whether HTML, SVG and other XML that the browser shows get
    ``Content-Security-Policy: sandbox``; or that policy as text.

    Each of these is by default what the setting of that name says.

    ``beneath`` is a directory, such as that of one user, named as files are: the file is sent only if it
    lies beneath it, whatever symlinks there are in it.

    Raises ``Http404`` where there is no such file beneath the root, and ``ImproperlyConfigured``
    where a setting cannot work.
    """
    delivery = Delivery(
        attachment,
        attachment_filename,
        mimetype,
        encoding,
        content_length,
        limit_rate,
        buffering,
        charset,
        expires,
        cache_control,
        sandbox,
        beneath,
    )
    return _send(request, filename, delivery)


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
    cache_control: str | None = None,
    sandbox: bool | str | None = None,
    beneath: str | PathLike[str] | None = None,
) -> HttpResponseBase:
    """
    ``sendfile`` for async views. It answers at once where the file's directory is in memory, and
    asks a thread only where the disk has to be waited for: where that may hang (NFS, SMB, FUSE), one of a few
    that wait for that mount and nothing else.
    """
    delivery = Delivery(
        attachment,
        attachment_filename,
        mimetype,
        encoding,
        content_length,
        limit_rate,
        buffering,
        charset,
        expires,
        cache_control,
        sandbox,
        beneath,
    )
    backend = _get_sendfile()
    if not isinstance(backend, Backend):
        # One that may ask the database, and has to do so in Django's own thread.
        return await sync_to_async(_send)(request, filename, delivery)
    try:
        return await _asend(backend, request, await _apath_of(filename), delivery)
    except (NotFound, FileNotFoundError) as error:
        raise not_found(error) from error


async def _asend(backend: Backend, request: HttpRequest, path: str, delivery: Delivery) -> HttpResponseBase:
    """At once, or by any thread for the disks of this machine, or by those that wait for one mount."""
    try:
        return backend.respond_cached(request, path, delivery)
    except WouldBlock as error:
        (lane,) = error.args
    if lane is None:
        try:
            return await wait_in(None, backend.respond_local, request, path, delivery)
        except WouldBlock as error:
            (lane,) = error.args
    if lane is not None and lane.is_full():
        raise OSError(errno.EBUSY, "too many wait for its file system already", path)
    return await wait_in(lane, backend.respond, request, path, delivery)


def _send(request: HttpRequest, filename: Filename, delivery: Delivery) -> HttpResponseBase:
    try:
        path = path_of(filename)
        backend = _get_sendfile()
        if isinstance(backend, Backend):
            return backend.respond(request, path, delivery)
        return _by_own_backend(backend, request, path, delivery)
    except (NotFound, FileNotFoundError) as error:
        raise not_found(error) from error


@cache
def _get_sendfile() -> Send:
    """The function ``sendfile`` of the module that ``SENDFILE_BACKEND`` names."""
    # Whoever clears this cache has changed settings.
    conf.forget()
    conf.root()
    return _import_backend()


def site_backend() -> Backend:
    """The site's backend, as far as the extension knows it."""
    backend = _import_backend()
    return backend if isinstance(backend, Backend) else Backend(conf.OWN)


def _import_backend() -> Send:
    name = getattr(settings, "SENDFILE_BACKEND", None)
    if not name:
        raise _backend_error(name, "it must be set")
    if not isinstance(name, str):
        raise _backend_error(name, "it is not text")
    try:
        module = import_module(name)
    except ImportError as error:
        raise _backend_error(name, f"it cannot be imported ({error})") from error
    try:
        send: Send = module.sendfile
    except AttributeError as error:
        raise _backend_error(name, "it has no function sendfile") from error
    if send is sendfile:
        raise _backend_error(name, "it is the package, which would ask itself")
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
    file = conf.native(conf.OWN).describe(path, delivery)
    token = asked.set(delivery)
    try:
        response = backend(request, Path(file.path), mimetype=file.media_type)
    finally:
        asked.reset(token)
    if isinstance(response, SendfileResponse):
        # From one of ours, which knew how. Its file may be another one, its name is that of this one.
        if response.status_code in (200, 206):
            response["Content-Disposition"] = file.disposition
        return response
    for argument in file.unsupported:
        warn_once("%s changes nothing: the backend %s does not support it", argument, settings.SENDFILE_BACKEND)
    response["Content-Disposition"] = file.disposition
    if not response.get("Content-Type", "").startswith("multipart/byteranges"):
        response["Content-Type"] = file.media_type
    for name, value in file.headers:
        response.headers.setdefault(name, value)
    if delivery.encoding is not None:
        response["Content-Encoding"] = delivery.encoding
    # A hand-off declares no length for a body that it does not carry, unless the caller insists.
    carries_body = response.streaming or bool(getattr(response, "content", b""))
    if response.status_code != 200:
        # Whatever else it is, it is not the whole file.
        if response.status_code in (206, 304, 416):
            response.headers = OwnHeaders(response, request.method)
    elif delivery.content_length is not None or (file.length is not None and (carries_body or not file.length)):
        response["Content-Length"] = str(file.length)
    return response


def path_of(filename: Filename) -> str:
    """
    The path that ``filename`` stands for, as it would be written.

    A name is not a path: that of an upload is chosen by the client. So of a ``File`` only a storage's word
    counts, or a file that is open and lies where it says.
    """
    if not isinstance(filename, File):
        return os.fsdecode(filename)
    if not _is_unstored(filename):
        return _stored_path(filename)
    if isinstance(filename.file, File):
        return path_of(filename.file)
    path = _open_path(filename.file)
    if path is None:
        raise ValueError(
            f"{type(filename).__name__} {filename.name!r} has a name and no path; save it beneath SENDFILE_ROOT "
            "and send that file by its path, or answer with a FileResponse (a File with a path is one that is "
            "open, and was opened by an absolute path)"
        )
    return path


async def _apath_of(filename: Filename) -> str:
    # Of a file that is open, the disk has to tell.
    if _is_unstored(filename):
        return await sync_to_async(path_of, thread_sensitive=False)(filename)
    return path_of(filename)


def _is_unstored(filename: Filename) -> bool:
    """Whether it is a ``File`` that is in no storage, or not yet: an upload in a model that is not saved."""
    if not isinstance(filename, File):
        return False
    is_of_storage = hasattr(filename, "storage") or hasattr(type(filename), "path")
    return not is_of_storage or not getattr(filename, "_committed", True)


def _stored_path(file: Any) -> str:
    try:
        if isinstance(getattr(file, "storage", None), InMemoryStorage):
            # It tells paths all the same, at which there may be other files.
            raise NotImplementedError
        path = os.fsdecode(file.path)
    except (NotImplementedError, AttributeError) as error:
        raise NotImplementedError(
            f"the storage of {type(file).__name__} {file.name!r} has no paths; redirect to file.url, "
            "or answer with a FileResponse"
        ) from error
    except SuspiciousFileOperation as error:
        raise NotFound(f"{file.name!r} is not sent: its storage refuses it ({error!r})") from error
    if not os.path.isabs(path):
        raise ValueError(f"the storage's path of {file.name!r} is {path!r}; a storage's path must be absolute")
    # A storage's path is normalised, after which nobody can tell whose directory it went through. What a
    # name means is to be judged by what is written.
    name = os.fsdecode(file.name)
    if ".." in name.split("/"):
        return name
    return os.path.join(path, "") if name.endswith(("/", "/.")) else path


def _open_path(opened: Any) -> str | None:
    """Where an open file of the system lies, if that is where it says that it was opened."""
    file = opened.file if isinstance(opened, _TemporaryFileWrapper) else opened
    file = getattr(file, "buffer", file)
    # Not what decompresses, for instance: it has other content than the file at its path.
    if not isinstance(getattr(file, "raw", file), FileIO):
        return None
    # A temporary file has a number for a name.
    if not isinstance(name := opened.name, str | bytes | PathLike) or not os.path.isabs(name):
        return None
    try:
        is_there = os.path.samestat(os.stat(name), os.fstat(file.fileno()))
    except (OSError, ValueError):
        return None
    return os.fsdecode(name) if is_there else None
