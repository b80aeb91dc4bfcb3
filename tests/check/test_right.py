"""Right configurations pass whole."""

from __future__ import annotations

import pytest
from checking import Checking

from harness.front import FRONTS, Front


@pytest.mark.parametrize("front", FRONTS, ids=lambda front: front.backend)
def test_a_right_configuration_passes(checking: Checking, front: type[Front]) -> None:
    with checking.served(front) as server:
        report = checking.check(front.backend, "--url", server.base_url, "--strict")
    assert report.status == 0, report.summary()
    assert not list(checking.root.iterdir())
