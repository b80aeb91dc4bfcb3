"""Another file takes the name of one that was sent a moment ago."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conformance.files import Files
from conformance.situation import RIGHT, Ask, Situation, Theme
from conformance.tree import MODIFIED

SECOND = 1_000_000_000
BEFORE = MODIFIED * SECOND + SECOND // 10
"""When the file that was there was written, in nanoseconds."""
SAME_SECOND, LATER = BEFORE + SECOND // 2, BEFORE + 10 * SECOND

SMALL, LARGE = 40, 100_000
"""Servers keep small files, or their descriptors, and read large ones anew."""

TRIES = 3
"""A cache may miss once."""


def rename_over(path: Path, content: bytes) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    fresh.chmod(0o644)
    fresh.rename(path)


def delete_and_create(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)
    path.chmod(0o644)


def rewrite(path: Path, content: bytes) -> None:
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()


@dataclass(frozen=True)
class Change:
    replace: Callable[[Path, bytes], None]
    longer: int = 0
    """By how much the new file is longer."""
    modified: int = LATER
    """When it was written, in nanoseconds."""


CHANGES = {
    "renamed over": Change(rename_over),
    "renamed over, with another length": Change(rename_over, longer=7),
    "deleted and created": Change(delete_and_create),
    "deleted and created, with another length": Change(delete_and_create, longer=7),
    "rewritten in place": Change(rewrite),
    "rewritten in place, with another length": Change(rewrite, longer=7),
    "within the same second, with another length": Change(rename_over, longer=7, modified=SAME_SECOND),
    "within the same second, with the same length": Change(rename_over, modified=SAME_SECOND),
}


CONDITIONS = {
    "the older": {"If-None-Match": "{}"},
    "a part of the older": {"If-Range": "{}", "Range": "bytes=1-9"},
}


def gets_the_new_one(change: Change, size: int) -> Ask:
    def ask(files: Files) -> str:
        path = files.tree.root / "replaced.bin"
        for attempt in range(TRIES):
            old, new = (bytes([letter + attempt]) * size for letter in b"Aa")
            new += b"!" * change.longer
            delete_and_create(path, old) if path.exists() else path.write_bytes(old)
            os.utime(path, ns=(BEFORE, BEFORE))
            tag = [files.get(path.name) for _ in range(3)][-1].header("etag")
            change.replace(path, new)
            os.utime(path, ns=(change.modified, change.modified))
            if (found := answers(files, path.name, tag, new)) != RIGHT:
                return found
        path.unlink()
        return RIGHT

    return ask


def answers(files: Files, name: str, tag: str | None, new: bytes) -> str:
    response = files.get(name)
    if response.body != new:
        return "the older file" if response.status == 200 else str(response.status)
    if tag is None:
        return RIGHT
    wrong = {}
    for who, condition in CONDITIONS.items():
        response = files.get(name, headers={key: value.format(tag) for key, value in condition.items()})
        if response.body != new:
            wrong[who] = response.status
    return ", ".join(f"{status} for who has {who}" for who, status in wrong.items()) or RIGHT


REPLACED = Theme(
    "A file that is replaced",
    "A file is fetched, another one takes its name, and is asked for at once. Every answer has the new one: to who "
    "has nothing, to who has the older one's `ETag` (`If-None-Match`), and to who has a part of the older one "
    "(`If-Range`). A small file and a larger one, three times each.",
    tuple(
        Situation(what, {"small": gets_the_new_one(change, SMALL), "larger": gets_the_new_one(change, LARGE)})
        for what, change in CHANGES.items()
    ),
)
