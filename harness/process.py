"""One child process of a test: started, awaited until it answers, stopped by its process group."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness import client

START_SECONDS = 30.0
STOP_SECONDS = 10.0

_given: set[int] = set()


class ServerError(RuntimeError):
    """A server did not start."""


def free_port() -> int:
    """A loopback port that nobody listens on, and that was not given before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


class Process:
    """A command in a session of its own, its output in a log file."""

    def __init__(
        self, command: Sequence[str | Path], *, directory: Path, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.command = [str(word) for word in command]
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                self.command,
                cwd=directory,
                env=dict(os.environ if environment is None else environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    def wait_until(self, ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Wait for a condition; fail at once when the process ends before it holds."""
        deadline = time.monotonic() + seconds
        while not ready():
            status = self._child.poll()
            if status is not None:
                raise ServerError(self._failed(f"ended with status {status} while starting"))
            if time.monotonic() > deadline:
                raise ServerError(self._failed(f"did not answer within {seconds:.0f} s"))
            time.sleep(0.03)

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Ask it to end, then make it; nothing of its process group is left behind."""
        if self._child.poll() is None:
            self._child.send_signal(how)
            try:
                self._child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._child.wait()

    def _failed(self, what: str) -> str:
        return f"{' '.join(self.command)}\n{what}"


def answers(address: client.Address, target: str) -> bool:
    """Whether a GET of the target gives 200 now."""
    try:
        return client.request(address, target, timeout=5).status == 200
    except (OSError, client.FramingError):
        return False
