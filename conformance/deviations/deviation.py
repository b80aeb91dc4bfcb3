"""A thing that a server does otherwise than it should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    what: str
    """The deviation, in a sentence."""
    so: str
    """What follows, and what xsendfile or its configuration does about it."""
    seen: Mapping[str, str]
    """In which situations, and exactly what is observed there."""
