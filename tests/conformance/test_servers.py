"""Each server is right in every situation, but for its known deviations."""

from __future__ import annotations

import pytest

from conformance.deviations import DEVIATIONS, expected
from conformance.fronts import STANDS, Stand
from conformance.page import PAGE, page
from conformance.situation import RIGHT, Situation
from conformance.situations import THEMES
from conftest import Measured

SITUATIONS = [
    pytest.param(situation, id=f"{theme.title}: {situation.name}")
    for theme in THEMES
    if not theme.facts
    for situation in theme.situations
]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_situation(stand: Stand, situation: Situation, measured: Measured) -> None:
    assert measured.of(stand)[situation] == expected(stand.id).get(situation.name, RIGHT)


def test_situations_have_names_of_their_own() -> None:
    names = [situation.name for theme in THEMES if not theme.facts for situation in theme.situations]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("server", DEVIATIONS)
def test_every_deviation_is_of_a_situation(server: str) -> None:
    names = {situation.name for theme in THEMES if not theme.facts for situation in theme.situations}
    assert set(expected(server)) <= names
    assert len(expected(server)) == sum(len(deviation.seen) for deviation in DEVIATIONS[server])


def test_the_page_says_what_is_measured(measured: Measured) -> None:
    written = PAGE.read_text(encoding="utf-8")
    for stand in STANDS:
        if not stand.missing and f"### {stand.version}\n" not in written:
            pytest.skip(f"docs/servers.md was not measured on {stand.version}")
    found = page({stand.id: measured.of(stand) for stand in STANDS})
    assert found == written, "docs/servers.md is stale: run `make conformance`"
