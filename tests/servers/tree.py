"""The files of conformance, and those that only an application that sends them itself is asked for."""

from __future__ import annotations

import secrets
from pathlib import Path

from conformance import tree

SPARSE_SIZE = 1 << 30
LARGE_SIZE = 64 << 20
"""More than all buffers on the way hold."""
ENDLESS_SIZE = 8 << 30
"""More than is read while a server under load notices that its reader has gone."""


class Tree(tree.Tree):
    """A root with a token in its path that must never reach a client."""

    def __init__(self, place: Path) -> None:
        super().__init__(place / f"root-{secrets.token_hex(8)}" / "files")

    def make(self) -> None:
        super().make()
        self.sparse("sparse.bin", SPARSE_SIZE)
        self.sparse("large.bin", LARGE_SIZE)
        self.sparse("endless.bin", ENDLESS_SIZE)
