"""What every server of the harness has in common."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from harness import procfs
from harness.client import Address
from harness.place import Place
from harness.process import Process, ServerError, answers, free_port
from harness.site import Site

Started = TypeVar("Started", bound="Server")

DIES_WITH_US = ("setpriv", "--pdeathsig", "TERM")
"""A test run that is killed stops nothing; the kernel then does. After the prefix, which may change the user."""


class Server(ABC):
    """A context manager: inside it, the server answers on `address`."""

    name: str
    stop_signal: signal.Signals = signal.SIGTERM
    prefix: tuple[str, ...] = ()
    """Put before the command: what makes it run as another user, or watches it."""

    def __init__(self, site: Site, place: Place) -> None:
        self.site = site
        self.place = place
        self.address = Address(free_port())
        self.directory = place.directory(f"{self.name}-{self.address.port}")
        self._process: Process | None = None

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The command that runs the server in the foreground."""

    def environment(self) -> dict[str, str]:
        """What the command finds in its environment."""
        return self.site.environment()

    def prepare(self) -> None:
        """Write what the command reads."""

    def __enter__(self: Started) -> Started:
        self.prepare()
        self._process = Process(
            [*self.prefix, *DIES_WITH_US, *self.command()],
            directory=self.directory,
            log=self.directory / "output.log",
            environment=self.environment(),
        )
        try:
            self._process.wait_until(lambda: answers(self.address, self.site.ready))
        except ServerError as error:
            self.stop()
            raise ServerError(f"{error}\nIts log:\n{self.log()}") from error
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop(self.stop_signal)
            self._process = None

    @property
    def base_url(self) -> str:
        return self.address.base_url

    @property
    def reached_at(self) -> str:
        """What a server in front is told of it."""
        return f"{self.address.host}:{self.port}"

    @property
    def port(self) -> int:
        return self.address.port

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process.pid

    def workers(self) -> list[int]:
        """The processes that answer requests: those below the started one, or itself where there are none."""
        return procfs.descendants(self.pid) or [self.pid]

    def log(self) -> str:
        """Everything that the server wrote, file by file."""
        return "\n".join(
            f"== {file.name}\n{file.read_text(errors='replace')}" for file in sorted(self.directory.glob("*.log"))
        )
