"""Debian's servers, each started and asked once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.fronts import ROOT_NAME, STANDS, Stand, observations
from conformance.situation import Situation
from conformance.tree import Tree
from harness.place import Place


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    with Place("conformance") as made:
        yield made


@pytest.fixture(scope="session")
def tree(place: Place) -> Iterator[Tree]:
    with Tree(place.path / ROOT_NAME / "files") as made:
        yield made


class Measured:
    """What each server does in every situation, measured when it is first asked for."""

    def __init__(self, place: Place, tree: Tree) -> None:
        self._place = place
        self._tree = tree
        self._found: dict[str, dict[Situation, str]] = {}

    def of(self, stand: Stand) -> dict[Situation, str]:
        if reason := stand.missing:
            pytest.skip(reason)
        if stand.id not in self._found:
            self._found[stand.id] = observations(stand, self._place, self._tree)
        return self._found[stand.id]


@pytest.fixture(scope="session")
def measured(place: Place, tree: Tree) -> Measured:
    return Measured(place, tree)


@pytest.fixture(params=STANDS, ids=lambda stand: stand.id, scope="session")
def stand(request: pytest.FixtureRequest) -> Stand:
    found: Stand = request.param
    if reason := found.missing:
        pytest.skip(reason)
    return found
