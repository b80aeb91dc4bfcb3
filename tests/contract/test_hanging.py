"""A mount that hangs stops nobody but its own clients: async views."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import RequestFactory, override_settings

from django_sendfile import asendfile, sendfile

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


def say(program: subprocess.Popen[str], line: str) -> None:
    assert program.stdin is not None
    program.stdin.write(line)
    program.stdin.flush()


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
        say(hanging, "release\n")
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


def test_a_body_is_closed_while_it_is_read(hanging: subprocess.Popen[str], root: Path) -> None:
    def is_open() -> bool:
        links = [f"/proc/self/fd/{descriptor}" for descriptor in os.listdir("/proc/self/fd")]
        return any(os.path.lexists(link) and os.readlink(link).endswith("/read.bin") for link in links)

    with override_settings(SENDFILE_BACKEND="django_sendfile.backends.simple", SENDFILE_ROOT=str(root)):
        response = sendfile(RequestFactory().get("/"), "mount/read.bin")
    body = response.file_to_stream  # type: ignore[attr-defined]
    reader = threading.Thread(target=body.read, args=(10,))
    reader.start()
    assert hanging.stdout is not None
    assert hanging.stdout.readline() == "hangs\n"
    # Where this process is stopped as a whole, another one has to end it.
    rescue = "import time; time.sleep(60); print('release')"
    with subprocess.Popen([sys.executable, "-c", rescue], stdout=hanging.stdin) as rescuer:
        response.close()
        assert rescuer.poll() is None and reader.is_alive()
        rescuer.terminate()
    with pytest.raises(ValueError, match="closed file"):
        body.read(1)
    assert is_open()
    say(hanging, "release\n")
    reader.join(60)
    assert not reader.is_alive()
    # A thread of the mount's closes it, since that may hang too.
    deadline = time.monotonic() + 60
    while is_open():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_nothing_is_left_out_after_a_read_that_was_given_up(hanging: subprocess.Popen[str], root: Path) -> None:
    async def client() -> None:
        request = RequestFactory().get("/")
        request.scope = {"type": "http"}  # type: ignore[attr-defined]
        response = await asendfile(request, "mount/read.bin")
        chunks = aiter(response)  # type: ignore[call-overload]
        first = asyncio.ensure_future(anext(chunks))
        assert hanging.stdout is not None
        assert await asyncio.to_thread(hanging.stdout.readline) == "hangs\n"
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        say(hanging, "release\n")
        await asyncio.sleep(0.5)
        with pytest.raises(ValueError, match="closed file"):
            async for _ in response:  # type: ignore[union-attr]
                pass
        response.close()

    with override_settings(SENDFILE_BACKEND="django_sendfile.backends.simple", SENDFILE_ROOT=str(root)):
        asyncio.run(client())
