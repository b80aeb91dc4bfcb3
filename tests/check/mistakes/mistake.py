"""What a mistake is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checking import Change

from harness.front import Front


@dataclass(frozen=True)
class Mistake:
    """A right configuration with something written otherwise."""

    id: str
    front: type[Front]
    cause: str
    """The name of the cause."""
    advice: str
    """What the check says must be written; ROOT is the root."""
    changes: Sequence[Change] = ()
    status: int = 1
    """How the check ends."""
    backend: str | None = None
