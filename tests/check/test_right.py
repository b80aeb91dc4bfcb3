"""Right configurations pass whole."""

from __future__ import annotations

import pytest
from checking import PAIRS, Checking, Pair


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.backend)
def test_a_right_configuration_passes(checking: Checking, pair: Pair) -> None:
    with checking.served(pair) as server:
        report = checking.check(pair.backend, "--url", server.base_url, "--strict")
    assert report.status == 0, report.summary()
    assert not list(checking.root.iterdir())
