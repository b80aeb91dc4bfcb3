"""Every name that a file can have arrives, with its content and with its name in Content-Disposition."""

from __future__ import annotations

import pytest

from conformance.names import NAMES
from downloads import Downloads
from harness.disposition import announced_name


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_file_arrives_whatever_its_name(downloads: Downloads, name: bytes) -> None:
    response = downloads.get(name)
    assert response.status == 200
    assert response.body == downloads.tree.content(name)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_the_name_reaches_the_client(downloads: Downloads, name: bytes) -> None:
    response = downloads.get(name, attachment="1")
    assert response.status == 200
    disposition = response.header("content-disposition") or ""
    assert disposition.startswith("attachment;")
    assert response.header("set-cookie") is None
    base = name.rpartition(b"/")[2]
    if is_printable_utf8(base):
        assert announced_name(disposition) == base
    else:
        assert announced_name(disposition), f"no name in {disposition!r}"


def is_printable_utf8(name: bytes) -> bool:
    try:
        return name.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False
