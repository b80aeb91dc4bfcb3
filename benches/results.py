"""Results: measurements with where, when and on what they were made, kept as JSON."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benches.families import FAMILIES
from benches.measure.machine import machine
from benches.section import Plan, Section


@dataclass(frozen=True)
class Result:
    """What a section measured."""

    section: str
    title: str
    date: str
    command: str
    quick: bool
    machine: dict[str, Any]
    #: By environment: its Python and its packages.
    versions: dict[str, dict[str, str]]
    measured: dict[str, Any]

    @classmethod
    def new(cls, section: Section, plan: Plan, versions: dict[str, dict[str, str]], command: str) -> Result:
        """Measure."""
        where, when = machine(), datetime.datetime.now(datetime.timezone.utc)
        # Through JSON, so that what is said now is what is said when it is read again.
        measured = json.loads(json.dumps(section.measure(plan)))
        date = when.strftime("%Y-%m-%d %H:%M UTC")
        return cls(section.NAME, section.TITLE, date, command, plan.quick, where, versions, measured)

    def write(self, directory: Path) -> Path:
        """Quick results have files of their own: they are not for the documentation."""
        path = directory / ("quick" if self.quick else "") / f"{self.section}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        return path


def read_all(directory: Path) -> list[tuple[Section, Result]]:
    """The last result of every section that has one."""
    found = []
    for sections in FAMILIES.values():
        for section in sections:
            path = directory / f"{section.NAME}.json"
            if path.exists():
                found.append((section, Result(**json.loads(path.read_text()))))
    return found
