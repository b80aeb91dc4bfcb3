"""The parent's side of `benches.python.call_worker`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

REPOSITORY = Path(__file__).parents[2]


class Caller:
    """A process that calls ``sendfile`` when told to. ``below`` is what it runs under: strace, say."""

    def __init__(self, python: Path, setup: dict[str, str], below: Sequence[str] = ()) -> None:
        command = [*below, str(python), "-m", "benches.python.call_worker", json.dumps(setup)]
        self._command = " ".join(command)
        self._child = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._child.pid

    def call(self, backend: str, part: str, calls: int) -> float:
        """Seconds that one call takes."""
        assert self._child.stdin and self._child.stdout
        self._child.stdin.write(json.dumps({"backend": backend, "part": part, "calls": calls}) + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._command} ended; what it said stands above")
        nanoseconds: int = json.loads(answer)["nanoseconds"]
        return nanoseconds / 1e9 / max(calls, 1)

    def __enter__(self) -> Caller:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._child.stdin
        self._child.stdin.close()
        try:
            self._child.wait(20)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
