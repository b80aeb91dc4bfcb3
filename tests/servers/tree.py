"""The files that are asked for, and what lies around them."""

from __future__ import annotations

import os
import random
import secrets
from pathlib import Path

MODIFIED = 1_600_000_000
"""2020-09-13 12:26:40 UTC: long ago, so that every server calls its validators strong."""

DATA = random.Random(9110).randbytes(300_000)
SPARSE_SIZE = 1 << 30
ENDLESS_SIZE = 8 << 30
"""More than is read while a server under load notices that its reader has gone."""
OUTSIDE = b"nobody may have this"

NAMES: dict[str, bytes] = {
    "plain": b"plain.txt",
    "in a folder": b"folder/inside.txt",
    "hidden": b".hidden",
    "space": b"two words.txt",
    "leading space": b" first.txt",
    "trailing space": b"last.txt ",
    "percent": b"100%.txt",
    "percent twenty": b"a%20b.txt",
    "percent slash": b"a%2fb.txt",
    "percent dots": b"%2e%2e",
    "plus": b"a+b.txt",
    "question mark": b"what?.txt",
    "question mark and pairs": b"a?disposition=x&type=y.txt",
    "hash": b"number #1.txt",
    "ampersand": b"a&b=c.txt",
    "double quote": b'say "hi".txt',
    "apostrophe": b"it's.txt",
    "backslash": b"back\\slash.txt",
    "semicolon": b"a;b.txt",
    "comma": b"a,b.txt",
    "colon": b"c:d.txt",
    "brackets": b"[a]{b}(c)<d>.txt",
    "dollar": b"$HOME ${HOME}.txt",
    "three dots": b"...",
    "NFC accents": "r\u00e9sum\u00e9.txt".encode(),
    "NFD accents": "cafe\u0301.txt".encode(),
    "Japanese": "報告書/月次.txt".encode(),
    "emoji": "🎬 clip.txt".encode(),
    "right to left": "\u202eabc.txt".encode(),
    "tab": b"a\tb.txt",
    "newline": b"a\nb.txt",
    "carriage return": b"a\r\nSet-Cookie: evil=1.txt",
    "control": b"a\x01b\x7f.txt",
    "C1 control": "a\u0085b.txt".encode(),
    "RFC 2047 look-alike": b"=?utf-8?b?YQ==?=",
    "latin-1": b"caf\xe9.txt",
    "every high byte": bytes(range(0x80, 0x100)),
    "longest": b"n" * 251 + b".txt",
}


class Tree:
    """A root with a token in its path that must never reach a client."""

    def __init__(self, place: Path) -> None:
        self.token = f"root-{secrets.token_hex(8)}"
        self.root = place / self.token / "files"
        self.outside = place / self.token / "outside"
        self._make()

    def content(self, name: bytes) -> bytes:
        return b"content of " + name.hex().encode("ascii")

    def _make(self) -> None:
        self.outside.mkdir(parents=True)
        self.root.mkdir()
        (self.outside / "secret.txt").write_bytes(OUTSIDE)
        (self.root.parent / "files-sibling.txt").write_bytes(OUTSIDE)
        for name in NAMES.values():
            self._write(name, self.content(name))
        self._write(b"data.bin", DATA)
        self._write(b"empty.txt", b"")
        self._write(b"page.html", b"<p>a page</p>")
        self._write(b"archive.tar.gz", b"\x1f\x8b not to be unpacked on the way")
        self._write(b"beside/deep/data.bin", DATA)
        for name, size in {"sparse.bin": SPARSE_SIZE, "endless.bin": ENDLESS_SIZE}.items():
            with (self.root / name).open("wb") as sparse:
                sparse.truncate(size)
            os.utime(self.root / name, (MODIFIED, MODIFIED))
        (self.root / "link-inside.bin").symlink_to("beside/deep/data.bin")
        (self.root / "link-outside.txt").symlink_to(self.outside / "secret.txt")
        (self.root / "link-outside-relative.txt").symlink_to("../outside/secret.txt")
        (self.root / "folder-outside").symlink_to("../outside")
        (self.root / "link-nowhere").symlink_to("gone")
        (self.root / "link-loop").symlink_to("link-loop")
        os.mkfifo(self.root / "fifo", 0o644)
        for directory, _, files in os.walk(os.fsencode(self.root.parent)):
            os.chmod(directory, 0o755)
            for file in files:
                path = os.path.join(directory, file)
                if not os.path.islink(path):
                    os.chmod(path, 0o644)

    def _write(self, name: bytes, content: bytes) -> None:
        path = os.path.join(os.fsencode(self.root), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, (MODIFIED, MODIFIED))
