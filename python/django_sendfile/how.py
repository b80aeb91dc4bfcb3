"""How a file is to be sent, as it crosses to the extension."""

from __future__ import annotations

from typing import NamedTuple


class How(NamedTuple):
    """How a file is to be sent."""

    attachment: bool = False
    #: The name to save the file under: its own (`None`), none (empty), or this one.
    save_as: str | None = None
    media_type: str | None = None
    content_encoding: str | None = None
    #: Send only the first so many bytes.
    length: int | None = None
