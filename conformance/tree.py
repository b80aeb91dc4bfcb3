"""The files that are asked for, and what lies around them."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from conformance.names import BYTES, NAMES, POSITIONS

MODIFIED = 1_600_000_000
MODIFIED_DATE = "Sun, 13 Sep 2020 12:26:40 GMT"
"""The same: long ago, so that every server calls its validators strong."""

DATA = random.Random(9110).randbytes(300_000)
HUGE_END = b"the last words of five gibibytes"
HUGE_SIZE = 5 << 30
OUTSIDE = b"nobody may have this"

Made = TypeVar("Made", bound="Tree")


class Tree:
    """A root, and beside it files that nobody may have."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.outside = root.parent / "outside"
        self.sibling = root.parent / f"{root.name}-sibling.txt"

    def content(self, name: bytes) -> bytes:
        return b"content of " + name.hex().encode("ascii")

    @property
    def names(self) -> Iterator[bytes]:
        """Every name whose file has `content`."""
        yield from NAMES.values()
        for position in POSITIONS.values():
            yield from map(position, BYTES)

    def __enter__(self: Made) -> Made:
        self.make()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def make(self) -> None:
        self.outside.mkdir(parents=True)
        self.root.mkdir(exist_ok=True)
        (self.outside / "secret.txt").write_bytes(OUTSIDE)
        self.sibling.write_bytes(OUTSIDE)
        for name in self.names:
            self.write(name, self.content(name))
        self.write(b"data.bin", DATA)
        self.write(b"twin.bin", bytes(reversed(DATA)), modified=MODIFIED + 60)
        self.write(b"empty.txt", b"")
        self.write(b"page.html", b"<p>a page</p>")
        self.write(b"archive.tar.gz", b"\x1f\x8b not to be unpacked on the way")
        self.write(b"beside/deep/data.bin", DATA)
        self.sparse("huge.bin", HUGE_SIZE, HUGE_END)
        (self.root / "link-inside.bin").symlink_to("beside/deep/data.bin")
        (self.root / "link-outside.txt").symlink_to(self.outside / "secret.txt")
        (self.root / "link-outside-relative.txt").symlink_to("../outside/secret.txt")
        (self.root / "folder-outside").symlink_to("../outside")
        (self.root / "link-nowhere").symlink_to("gone")
        (self.root / "link-loop").symlink_to("link-loop")
        os.mkfifo(self.root / "fifo", 0o644)
        self.write(b"closed/inside.txt", OUTSIDE)
        self.write(b"closed.txt", OUTSIDE)
        self._open_to_everyone()
        (self.root / "closed.txt").chmod(0)
        (self.root / "closed").chmod(0o700)

    def sparse(self, name: str, size: int, end: bytes = b"") -> None:
        """A file that takes no room but for its end."""
        path = self.root / name
        with path.open("wb") as file:
            file.truncate(size - len(end))
            file.seek(0, os.SEEK_END)
            file.write(end)
        os.utime(path, (MODIFIED, MODIFIED))

    def write(self, name: bytes, content: bytes, modified: int = MODIFIED) -> None:
        path = os.path.join(os.fsencode(self.root), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, (modified, modified))

    def remove(self) -> None:
        for directory in (self.root, self.outside):
            shutil.rmtree(os.fsencode(directory), ignore_errors=True)
        self.sibling.unlink(missing_ok=True)

    def _open_to_everyone(self) -> None:
        for directory, _, files in os.walk(os.fsencode(self.root)):
            os.chmod(directory, 0o755)
            for file in files:
                path = os.path.join(directory, file)
                if not os.path.islink(path):
                    os.chmod(path, 0o644)
        for beside in (self.outside, self.sibling, self.outside / "secret.txt"):
            beside.chmod(0o755 if beside.is_dir() else 0o644)
