"""The files that are downloaded: all in one directory, all in memory."""

from __future__ import annotations

import os
from pathlib import Path

KIB, MIB, GIB = 2**10, 2**20, 2**30
SIZES = [KIB, 64 * KIB, MIB, 64 * MIB, GIB]


def name(size: int) -> str:
    return f"{size}.bin"


def make(root: Path) -> None:
    """Make those that are not there, and read all: the disk is not what is measured."""
    root.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        path = root / name(size)
        if not path.exists() or path.stat().st_size != size:
            piece = os.urandom(min(size, MIB))
            with path.open("wb") as out:
                for _ in range(size // len(piece)):
                    out.write(piece)
        with path.open("rb") as read:
            while read.read(MIB):
                pass
