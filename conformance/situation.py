"""A situation: what is asked, and what is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

RIGHT = "right"

Ask = Callable[[Any], str]
"""Takes the `Files` that are asked (of a kind that the situation's theme needs), and says `RIGHT` or what was wrong."""


@dataclass(frozen=True, eq=False)
class Situation:
    """A row of the table."""

    name: str
    cases: Mapping[str, Ask] | Mapping[int, Ask]
    """What is asked, by a label that is shown where the answers differ; a byte is labelled by its number."""


@dataclass(frozen=True)
class Theme:
    """A section of the table."""

    title: str
    about: str
    """What right means here."""
    situations: tuple[Situation, ...]
    facts: bool = False
    """Whether its cells only say what the server does, where nothing is right or wrong."""


def one(name: str, ask: Ask) -> Situation:
    return Situation(name, {"": ask})
