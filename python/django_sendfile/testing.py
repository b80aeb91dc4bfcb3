"""
For the tests of your own site: which file does a response send, whichever backend is set?

    from django_sendfile.testing import assert_sends_file

    response = client.get("/documents/1/")
    assert_sends_file(response, document.file.path, attachment=True)
"""

from __future__ import annotations

import re
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from . import conf
from ._native import NotFound
from .responses import EmptyResponse, HandOffResponse, StreamedResponse

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
    path: str | PathLike[str],
    *,
    attachment: bool | None = None,
    filename: str | None = None,
    mimetype: str | None = None,
) -> None:
    """
    Fail unless ``response`` sends the file at ``path``, and, where they are given, as an attachment
    or inline, under ``filename``, and as ``mimetype``.
    """
    status = response.status_code
    assert status in (200, 206), f"the response has status {status} and sends no file"
    sent = sent_file(response)
    assert sent is not None, f"the response sends no file: {response!r}"
    expected = Path(conf.root()) / fspath(path)
    assert sent.resolve() == expected.resolve(), f"the response sends {sent}, not {expected}"
    disposition = response["Content-Disposition"]
    if attachment is not None:
        kind = "attachment" if attachment else "inline"
        assert disposition.partition(";")[0] == kind, f"the file is sent as {disposition}, not {kind}"
    if filename is not None:
        found = _filename(disposition)
        assert found == filename, f"the file is saved as {found!r}, not {filename!r}"
    if mimetype is not None:
        assert response["Content-Type"] == mimetype, f"its type is {response['Content-Type']!r}"


def _filename(disposition: str) -> str | None:
    """The name that a client saves the file under: ``filename*`` wins."""
    if extended := re.search(r"filename\*=UTF-8''([^;]*)", disposition):
        return unquote(extended[1])
    if quoted := re.search(r'filename="((?:[^"\\]|\\.)*)"', disposition):
        return re.sub(r"\\(.)", r"\1", quoted[1])
    return None


class SendfileAssertions:
    """The same as a method of a ``TestCase``."""

    def assertSendsFile(self, response: HttpResponseBase, path: str | PathLike[str], **how: Any) -> None:
        assert_sends_file(response, path, **how)
