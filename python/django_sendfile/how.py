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
    #: Bytes in a second, 0 for no limit.
    limit_rate: int | None = None
    #: Whether nginx may buffer what is streamed.
    buffering: bool | None = None
    charset: str | None = None
    #: Seconds that the client may keep the file.
    expires: int | None = None
    #: Send it from here, whatever the backend.
    streamed: bool = False
