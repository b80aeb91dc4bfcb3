"""Tables and aims: what a section says, before anyone decides how it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

NUMBER = re.compile(r"-|[\d.,]+%?")


class Align(Enum):
    LEFT = "left"
    RIGHT = "right"


@dataclass
class Table:
    """Rows of text beneath a heading."""

    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    note: str = ""

    def align(self, column: int) -> Align:
        """Labels stand on the left, numbers on the right."""
        cells = [row[column] for row in self.rows if row[column]]
        return Align.RIGHT if cells and all(map(NUMBER.fullmatch, cells)) else Align.LEFT


@dataclass(frozen=True)
class Aim:
    """What was aimed at, and what came out."""

    what: str
    limit: str
    #: Begins with a number.
    value: str
    met: bool
    #: Where the time or the memory goes, if the aim is missed.
    why: str = ""
    #: What it was measured on, where the same is aimed at for several.
    case: str = ""


@dataclass
class Report:
    """What a section says."""

    tables: list[Table] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)
