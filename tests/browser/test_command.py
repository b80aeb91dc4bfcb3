"""The command itself: what it prints, the walk through every backend, and its end."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from running_demo import COMMAND, START_SECONDS, RunningDemo

from harness.front import FRONTS

BACKENDS = ("development", "simple", "xsendfile", *(front.backend for front in FRONTS))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_walk_through_the_demo(backend: str) -> None:
    done = subprocess.run(
        [*COMMAND, backend, "--check"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    found = re.search(rf"{backend}: (\d+) passed, 0 failed", done.stdout)
    assert found, done.stdout
    assert int(found[1]) >= 17, "no check was left out"


def test_it_says_where_and_who_and_ends_with_ctrl_c() -> None:
    with RunningDemo("simple") as demo:
        for name, account in demo.accounts.items():
            assert name in demo.output
            assert account["password"] in demo.output
        started = processes_below(str(demo.place))
        assert started, "its servers run"
        assert demo.stop() == 0
        assert "Stopped." in demo.output
        assert processes_below(str(demo.place)) == []
        assert not demo.place.exists(), "it leaves nothing behind"


def processes_below(directory: str) -> list[str]:
    """The processes whose working directory is inside this one."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            where = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            continue
        if where.startswith(directory):
            found.append(pid)
    return found
