"""Every mistake is found, and called by its name."""

from __future__ import annotations

import pytest
from checking import Checking
from mistakes import MISTAKES, Mistake


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.front.backend}: {mistake.id}")
def test_a_mistake_is_named(checking: Checking, mistake: Mistake) -> None:
    backend = mistake.backend or mistake.front.backend
    with checking.served(mistake.front, mistake.changes, backend=backend) as server:
        report = checking.check(backend, "--url", server.base_url)
    found = report.causes()
    assert mistake.cause in found, report.summary()
    assert mistake.advice.replace("ROOT", str(checking.root)) in found[mistake.cause]["change"]
    assert report.status == mistake.status, report.summary()
    assert not list(checking.root.iterdir())
