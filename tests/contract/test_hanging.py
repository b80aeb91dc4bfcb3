"""A mount that hangs stops nobody but its own clients: async views."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import RequestFactory, override_settings

from django_sendfile import asendfile

HANGING = Path(__file__).parents[2] / "harness" / "hanging.py"
LENGTH = 300_000
#: More than there are threads, in a lane or in the event loop.
CLIENTS = 100


@pytest.fixture
def hanging(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A file system beneath the root, whose files hang as they are named."""
    mount = root / "mount"
    mount.mkdir()
    command = [sys.executable, HANGING, mount]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None and program.stdin is not None
        if program.stdout.readline() != "mounted\n":
            pytest.skip("FUSE cannot be mounted here")
        yield program
        program.stdin.close()


async def download(name: str) -> int:
    """The length of what is sent."""
    # As Django makes it for ASGI.
    request = RequestFactory().get("/")
    request.scope = {"type": "http"}  # type: ignore[attr-defined]
    response = await asendfile(request, name)
    try:
        return sum([len(chunk) async for chunk in response])  # type: ignore[union-attr]
    finally:
        response.close()


@pytest.mark.parametrize("hung", ["open.bin", "stat.bin", "read.bin"])
def test_others_are_answered_meanwhile(hanging: subprocess.Popen[str], root: Path, hung: str) -> None:
    def say(line: str) -> None:
        assert hanging.stdin is not None
        hanging.stdin.write(line)
        hanging.stdin.flush()

    async def clients() -> None:
        waiting = [asyncio.create_task(download(f"mount/{hung}")) for _ in range(CLIENTS)]
        assert hanging.stdout is not None
        assert await asyncio.to_thread(hanging.stdout.readline) == "hangs\n"
        for _ in range(10):
            # Missing is what only a thread can tell.
            with pytest.raises(Exception, match="no such file"):
                await asyncio.wait_for(download("documents/none.bin"), 60)
            assert await asyncio.wait_for(download("documents/data.bin"), 60) > 0
        assert not any(task.done() for task in waiting)
        say("release\n")
        assert set(await asyncio.gather(*waiting)) == {LENGTH}

    with override_settings(SENDFILE_BACKEND="django_sendfile.backends.simple", SENDFILE_ROOT=str(root)):
        asyncio.run(clients())


def test_nobody_waits_for_a_file_that_is_closed(hanging: subprocess.Popen[str], root: Path) -> None:
    async def clients() -> None:
        for _ in range(3):
            assert await asyncio.wait_for(download("mount/close.bin"), 60) == LENGTH
        assert await asyncio.wait_for(download("documents/data.bin"), 60) > 0

    with override_settings(SENDFILE_BACKEND="django_sendfile.backends.simple", SENDFILE_ROOT=str(root)):
        asyncio.run(clients())
