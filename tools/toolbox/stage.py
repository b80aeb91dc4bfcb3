"""A row of the table of `make test`, and how it runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from toolbox import debian
from harness.package import Package
from toolbox.counts import Counts
from toolbox.house import House
from toolbox.job import Job, Result, Skip, run
from toolbox.terminal import Failure, duration, notice, paint, say


@dataclass(frozen=True)
class Stage:
    name: str
    what: str
    jobs: Callable[[House], Iterable[Job | Skip]]
    """What to run; asked for once the packages are here, and free to make environments."""
    packages: Sequence[Package] = ()
    at_once: int = 1


@dataclass(frozen=True)
class Outcome:
    stage: Stage
    counts: Counts
    seconds: float


def choose(table: Sequence[Stage], names: Sequence[str]) -> list[Stage]:
    """The named stages in the order of the table; all where none is named."""
    known = {stage.name for stage in table}
    if unknown := [name for name in names if name not in known]:
        raise Failure(f"No such stage: {', '.join(unknown)}. There are: {', '.join(stage.name for stage in table)}.")
    return [stage for stage in table if not names or stage.name in names]


def run_all(stages: Sequence[Stage], house: House) -> int:
    """Run the stages, print the table, and give the exit status."""
    outcomes = [_run(stage, house, position, len(stages)) for position, stage in enumerate(stages, 1)]
    total = sum((outcome.counts for outcome in outcomes), Counts())
    _print_table(outcomes)
    forbidden = bool(total.skipped) and os.environ.get("CI") == "true"
    if forbidden:
        say(paint("In CI nothing may be skipped.", "red"))
    nothing = total == Counts()
    if nothing:
        say(paint("Nothing was tested.", "red"))
    say(str(total))
    return int(bool(total.failed) or forbidden or nothing)


def _run(stage: Stage, house: House, position: int, of: int) -> Outcome:
    say(paint(f"[{position}/{of}] {stage.name}: {stage.what}", "bold"))
    started = time.monotonic()
    try:
        debian.install(stage.packages)
        jobs = list(stage.jobs(house))
        with ThreadPoolExecutor(stage.at_once) as pool:
            results = list(pool.map(lambda job: _result(job, house), jobs))
        counts = sum((result.counts for result in results), Counts())
    except Failure as failure:
        say(paint(f"  {stage.name} could not run: {failure}", "red"))
        counts = Counts(failed=1)
    return Outcome(stage, counts, time.monotonic() - started)


def _result(job: Job | Skip, house: House) -> Result:
    if isinstance(job, Skip):
        notice(f"{job.name} is SKIPPED: {job.reason}")
        return Result(Counts(skipped=1), 0)
    return run(job, directory=house.root, logs=house.logs)


def _print_table(outcomes: Sequence[Outcome]) -> None:
    say()
    width = max(len(outcome.stage.name) for outcome in outcomes)
    for outcome in outcomes:
        counts = outcome.counts
        colour = "red" if counts.failed else "yellow" if counts.skipped else "green"
        row = f"{outcome.stage.name:<{width}}  {counts.passed:>6} passed {counts.failed:>5} failed"
        say(paint(f"{row} {counts.skipped:>5} skipped  {duration(outcome.seconds):>12}", colour))
