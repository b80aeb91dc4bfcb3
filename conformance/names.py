"""Names that files have, by what is unusual about them."""

from __future__ import annotations

GROUPS: dict[str, dict[str, bytes]] = {
    "plain names, folders": {
        "plain": b"plain.txt",
        "in a folder": b"folder/inside.txt",
        "hidden": b".hidden",
        "three dots": b"...",
        "dots in front": b"..x",
        "a dash in front": b"-rf.txt",
        "a tilde in front": b"~root",
        "a script's suffix": b"page.php",
        "a directory's index": b"index.html",
        "a server's own settings": b".htaccess",
    },
    "spaces": {
        "space": b"two words.txt",
        "two spaces": b"two  words.txt",
        "leading space": b" first.txt",
        "trailing space": b"last.txt ",
    },
    "percent signs": {
        "percent": b"100%.txt",
        "percent twenty": b"a%20b.txt",
        "percent slash": b"a%2fb.txt",
        "percent dots": b"%2e%2e",
        "percent NUL": b"a%00b.txt",
        "percent accents": b"caf%C3%A9.txt",
        "percent percent": b"a%2520b.txt",
        "not quite percent": b"a%zz%4.txt",
        "percent u": b"a%u0041.txt",
    },
    "characters with a meaning in a URL": {
        "plus": b"a+b.txt",
        "question mark": b"what?.txt",
        "question mark and pairs": b"a?disposition=x&type=y.txt",
        "hash": b"number #1.txt",
        "ampersand": b"a&b=c.txt",
        "semicolon": b"a;b.txt",
        "comma": b"a,b.txt",
        "colon": b"c:d.txt",
        "at sign": b"@named",
    },
    "quotes, brackets, dollars": {
        "double quote": b'say "hi".txt',
        "apostrophe": b"it's.txt",
        "backslash": b"back\\slash.txt",
        "backslash at the end": b"back\\",
        "brackets": b"[a]{b}(c)<d>.txt",
        "dollar": b"$HOME ${HOME}.txt",
        "a variable of the server's": b"$uri%{REQUEST_URI}e.txt",
        "asterisk and pipe": b"*|^`.txt",
    },
    "accents, NFC and NFD": {
        "NFC accents": "r\u00e9sum\u00e9.txt".encode(),
        "NFD accents": "cafe\u0301.txt".encode(),
        "Vietnamese NFD": "tie\u0302\u0301ng.txt".encode(),
    },
    "Japanese, emoji, right to left": {
        "Japanese": "報告書/月次.txt".encode(),
        "emoji": "🎬 clip.txt".encode(),
        "emoji of several": "👩‍👩‍👧.txt".encode(),
        "right to left": "\u202eabc.txt".encode(),
        "line separator": "a\u2028b.txt".encode(),
        "byte order mark": "\ufeffa.txt".encode(),
        "noncharacter": "a\uffffb\U0010ffff.txt".encode(),
    },
    "control characters": {
        "tab": b"a\tb.txt",
        "newline": b"a\nb.txt",
        "carriage return": b"a\r\nSet-Cookie: evil=1.txt",
        "control": b"a\x01b\x7f.txt",
    },
    "C1 control characters": {
        "C1 control": "a\u0085b.txt".encode(),
        "C1 at the end": "ab\u0085".encode(),
    },
    "bytes that are not UTF-8": {
        "latin-1": b"caf\xe9.txt",
        "every high byte": bytes(range(0x80, 0x100)),
        "surrogates": b"a\xed\xa0\x80b.txt",
        "overlong": b"a\xc0\xafb.txt",
        "cut short": b"a\xe3\x81",
    },
    "names of 255 bytes": {
        "longest": b"n" * 251 + b".txt",
        "longest in Japanese": ("報" * 83).encode() + b".txtxx",
        "longest of spaces": b"x" + b" " * 253 + b"x",
    },
    "a look-alike of RFC 2047": {
        "RFC 2047 look-alike": b"=?utf-8?b?YQ==?=",
    },
}

NAMES: dict[str, bytes] = {label: name for group in GROUPS.values() for label, name in group.items()}

BYTES = tuple(byte for byte in range(1, 256) if byte != ord("/"))
"""Every byte that can be in the name of a file (not 0, not the slash)."""


def at_the_start(byte: int) -> bytes:
    return bytes([byte]) + b"start"


def in_the_middle(byte: int) -> bytes:
    return b"mid" + bytes([byte]) + b"dle"


def at_the_end(byte: int) -> bytes:
    return b"end" + bytes([byte])


POSITIONS = {"at the start": at_the_start, "in the middle": in_the_middle, "at the end": at_the_end}
