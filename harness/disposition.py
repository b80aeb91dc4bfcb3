"""Content-Disposition as a browser reads it (RFC 6266, RFC 8187)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

EXTENDED = re.compile(r"filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+)(?:;|$)")
PLAIN = re.compile(r'filename="((?:[^"\\]|\\.)*)"(?:;|$)')


def announced_name(disposition: str) -> bytes:
    """The name that a browser takes: filename* before filename."""
    if extended := EXTENDED.search(disposition):
        return unquote_to_bytes(extended[1])
    plain = PLAIN.search(disposition)
    return re.sub(r"\\(.)", r"\1", plain[1]).encode("latin-1") if plain else b""
