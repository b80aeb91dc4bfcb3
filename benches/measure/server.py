"""A server under measurement: started on a free loopback port, awaited, stopped."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from types import TracebackType

START_SECONDS = 30

_given: set[int] = set()


class ServerError(RuntimeError):
    """A server did not start or did not answer as it should; the message holds its log."""


class Server:
    """
    A server process in a session of its own.

    ``command`` makes the command line for a port. Over ``tls`` its certificate is not verified.
    """

    def __init__(
        self,
        name: str,
        command: Callable[[int], Sequence[str | Path]],
        environment: Mapping[str, str],
        log: Path,
        *,
        tls: bool = False,
    ) -> None:
        self.name = name
        self._tls = tls
        self.port = free_port()
        self._log = log
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                [str(word) for word in command(self.port)],
                env={**os.environ, **environment},
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    def url(self, target: str) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{target}"

    def wait(self, target: str) -> None:
        """Wait until it answers: to listen is not yet to have a worker."""
        deadline = time.monotonic() + START_SECONDS
        while self._status(target) != 200:
            if self._child.poll() is not None:
                raise self.error("ended while starting")
            if time.monotonic() > deadline:
                raise self.error(f"did not answer {target} with 200 within {START_SECONDS} s")
            time.sleep(0.05)

    def _status(self, target: str) -> int | None:
        connection = self._connection()
        try:
            connection.request("GET", target)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if not self._tls:
            return HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        unverified = ssl._create_unverified_context()
        return HTTPSConnection("127.0.0.1", self.port, timeout=START_SECONDS, context=unverified)

    def stop(self) -> None:
        """End it at once, with all its processes: it has nothing to save."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._child.wait()

    def error(self, what: str) -> ServerError:
        log = self._log.read_text(errors="replace")[-4000:]
        return ServerError(f"{self.name} {what}; its log:\n{log or '(empty)'}")

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    """A loopback port that nobody listens on and that was not given before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port
