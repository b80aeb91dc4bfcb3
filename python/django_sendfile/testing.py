"""
For the tests of your own site: which file does a response send, whichever backend is set?

    from django_sendfile.testing import assert_sends_file

    response = client.get("/documents/1/")
    assert_sends_file(response, document.file, attachment=True)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.http import parse_header_parameters

from . import conf
from ._native import NotFound
from .responses import EmptyResponse, HandOffResponse, StreamedResponse
from .utils import Filename, path_of

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


def sent_file(response: HttpResponseBase) -> Path | None:
    """
    The file that ``response`` sends or has the server in front send; ``None`` for any other.

    A hand-off is read as the server reads it, from the header on the wire.
    """
    if isinstance(response, HandOffResponse):
        hand_off = response.hand_off
        try:
            return Path(conf.native(hand_off.backend).read(dict(response.items())[hand_off.header]))
        except (KeyError, NotFound):
            return None
    if isinstance(response, StreamedResponse | EmptyResponse):
        return Path(response.path)
    return None


def assert_sends_file(
    response: HttpResponseBase,
    path: Filename,
    *,
    attachment: bool | None = None,
    filename: str | None = None,
    mimetype: str | None = None,
) -> None:
    """
    Fail unless ``response`` sends the file at ``path`` (a path beneath ``SENDFILE_ROOT``, an absolute one,
    or a ``FieldFile``), and, where they are given, as an attachment or inline, under ``filename``, and as
    ``mimetype``.
    """
    status = response.status_code
    _require(status in (200, 206), f"the response has status {status} and sends no file")
    sent = sent_file(response)
    if sent is None:
        raise AssertionError(f"the response sends no file: {response!r}")
    expected = Path(conf.root(), path_of(path))
    _require(sent.resolve() == expected.resolve(), f"the response sends {sent}, not {expected}")
    disposition, parameters = parse_header_parameters(response["Content-Disposition"])
    if attachment is not None:
        kind = "attachment" if attachment else "inline"
        _require(disposition == kind, f"the file is sent as {disposition}, not {kind}")
    if filename is not None:
        # `filename*` comes after `filename`, and wins.
        found = parameters.get("filename")
        _require(found == filename, f"the file is saved as {found!r}, not {filename!r}")
    if mimetype is not None:
        found = response["Content-Type"]
        _require(found == mimetype, f"the file is sent as {found!r}, not {mimetype!r}")


def _require(holds: bool, failure: str) -> None:
    # An `assert` would be gone under `python -O`.
    if not holds:
        raise AssertionError(failure)


class SendfileAssertions:
    """The same as a method of a ``TestCase``."""

    def assertSendsFile(self, response: HttpResponseBase, path: Filename, **how: Any) -> None:
        assert_sends_file(response, path, **how)
