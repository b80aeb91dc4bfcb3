"""Right configurations pass whole."""

from __future__ import annotations

import pytest
from checking import Checking

from harness.front import FRONTS, Caddy, Front, ModXsendfile

NOTES = {ModXsendfile: {"a symlink out of the root"}, Caddy: {"a symlink out of the root"}}


@pytest.mark.parametrize("front", FRONTS, ids=lambda front: front.backend)
def test_a_right_configuration_passes(checking: Checking, front: type[Front]) -> None:
    with checking.served(front) as server:
        report = checking.check(front.backend, "--url", server.base_url, "--strict")
    assert report.status == 0, report.summary()
    states = {finding["question"]: finding["state"] for finding in report.findings}
    # What a server cannot be told is a note, and nothing is left out.
    assert {question for question, state in states.items() if state != "fine"} == NOTES.get(front, set())
    assert not list(checking.root.iterdir())
