"""A server under measurement: started on a free loopback port, awaited, stopped."""

from __future__ import annotations

import os
import signal
import ssl
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from types import TracebackType

from harness.process import Process, ServerError, free_port

START_SECONDS = 30


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
        log.unlink(missing_ok=True)
        self._process = Process(
            list(command(self.port)), directory=log.parent, log=log, environment={**os.environ, **environment}
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def url(self, target: str) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{target}"

    def wait(self, target: str) -> None:
        """Wait until it answers: to listen is not yet to have a worker."""
        try:
            self._process.wait_until(lambda: self._status(target) == 200, START_SECONDS)
        except ServerError as error:
            raise self.error(f"does not answer {target} with 200: {error}") from error

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
        self._process.stop(signal.SIGKILL)

    def error(self, what: str) -> ServerError:
        log = self._log.read_text(errors="replace")[-4000:]
        return ServerError(f"{self.name} {what}; its log:\n{log or '(empty)'}")

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
