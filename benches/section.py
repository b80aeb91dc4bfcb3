"""What a benchmark is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benches.report.table import Report


@dataclass(frozen=True)
class Plan:
    """How to run: where things are, and how long to take."""

    #: A new directory for this run's files, removed afterwards.
    scratch: Path
    #: Where files that are dear to make are kept between runs.
    cache: Path
    #: The interpreter of each contestant's environment, by the contestant's name.
    interpreters: dict[str, Path]
    #: Seconds instead of minutes: fewer rounds, fewer contestants.
    quick: bool
    #: Count instructions too, which is slow.
    instructions: bool
    say: Callable[[str], None] = field(default=print)


class Section(Protocol):
    """A module that measures one thing."""

    #: The name of its file of results.
    NAME: str
    TITLE: str

    def measure(self, plan: Plan) -> dict[str, Any]:
        """The measurements, fit for JSON."""

    def report(self, result: dict[str, Any]) -> Report:
        """What the measurements say, from JSON alone."""
