"""The files that are downloaded."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

KIB, MIB, GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True)
class File:
    name: str
    size: int

    def digest(self, root: Path) -> str:
        return hashlib.sha256((root / self.name).read_bytes()).hexdigest()


SMALL = File("documents/2024/small.bin", KIB)
MIDDLE = File("documents/2024/middle.bin", MIB)
LARGE = File("documents/2024/large.bin", GIB)
FILES = [SMALL, MIDDLE, LARGE]


def make(root: Path) -> None:
    """Make those that are not there, and have all in memory: the disk is not what is measured."""
    for file in FILES:
        path = root / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size != file.size:
            piece = os.urandom(min(file.size, MIB))
            with path.open("wb") as out:
                for _ in range(file.size // len(piece)):
                    out.write(piece)
        with path.open("rb") as read:
            while read.read(MIB):
                pass
