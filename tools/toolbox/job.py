"""One command of a stage: run with its output in a log, then counted."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolbox import counts
from toolbox.counts import Counter, Counts
from toolbox.terminal import duration, paint, say

TAIL = 60


@dataclass(frozen=True)
class Job:
    name: str
    command: Sequence[str | Path]
    count: Counter = counts.one
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Skip:
    """A job that cannot run here; counted, and a failure in CI."""

    name: str
    reason: str


@dataclass(frozen=True)
class Result:
    counts: Counts
    seconds: float


def run(job: Job, *, directory: Path, logs: Path) -> Result:
    """Run the command in the directory; on failure show the end of its log and say where the whole is."""
    log = logs / f"{job.name.replace(' ', '-')}.log"
    report = log.with_suffix(".xml")
    report.unlink(missing_ok=True)
    command = [str(word).replace("{report}", str(report)) for word in job.command]
    started = time.monotonic()
    with log.open("w") as output:
        output.write(f"$ {' '.join(command)}\n")
        output.flush()
        status = _status(command, directory, os.environ | job.environment, output.fileno())
    seconds = time.monotonic() - started
    text = log.read_text(errors="replace")
    counted = job.count(status, text, report)
    if counted.failed:
        say(paint(f"  {job.name} failed; the end of {log}:", "red"))
        say("\n".join(f"  | {line}" for line in text.splitlines()[-TAIL:]))
    colour = "red" if counted.failed else "yellow" if counted.skipped else "green"
    say(f"  {job.name}: {paint(str(counted), colour)} in {duration(seconds)}")
    return Result(counted, seconds)


def _status(command: Sequence[str], directory: Path, environment: Mapping[str, str], output: int) -> int:
    try:
        return subprocess.run(
            command,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    except FileNotFoundError as error:
        os.write(output, f"{error}\n".encode())
        return 127
