"""A site, the servers in front of it, and `sendfile check` against both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from checking import Checking

from harness.place import Place

SERVERS = Path(__file__).resolve().parent.parent / "servers"


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    with Place("xsendfile-check") as made:
        yield made


@pytest.fixture(scope="session")
def checking(place: Place) -> Iterator[Checking]:
    with Checking(place, SERVERS / "site") as made:
        yield made
