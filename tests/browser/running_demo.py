"""The demo as a person starts it: the command, its output, and Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "examples" / "protected_downloads" / "samples"
COMMAND = (ROOT / "tools" / "python.sh", ROOT / "tools" / "demo.py")

START_SECONDS = 300
"""On a new machine the wheel and an environment are made first."""
STOP_SECONDS = 30

ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/")
LOGS = re.compile(r"Logs: (\S+)")


class RunningDemo:
    """A context manager: inside it, the demo answers on `url`."""

    def __init__(self, backend: str) -> None:
        self.backend = backend
        self.accounts: dict[str, dict[str, Any]] = json.loads((SAMPLES / "accounts.json").read_text(encoding="utf-8"))
        self._lines: list[str] = []

    def __enter__(self) -> RunningDemo:
        self._process = subprocess.Popen(
            [*COMMAND, self.backend, "--fresh"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.url = self._printed(ADDRESS)
            self.place = Path(self._printed(LOGS))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """Ctrl-C; gives the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        self._reader.join(STOP_SECONDS)
        return status

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def log(self) -> str:
        """What the servers wrote."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self.place.glob("*/*.log")))

    def _read(self) -> None:
        assert self._process.stdout
        self._lines.extend(iter(self._process.stdout.readline, ""))

    def _printed(self, pattern: re.Pattern[str]) -> str:
        deadline = time.monotonic() + START_SECONDS
        while not (found := pattern.search(self.output)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The demo did not start with {self.backend}:\n{self.output}")
            time.sleep(0.05)
        return found[1]
