"""The package's log."""

from __future__ import annotations

import logging
from functools import cache

logger = logging.getLogger("django_sendfile")


@cache
def warn_once(message: str, *arguments: object) -> None:
    """Tell the operator once in the life of the process."""
    logger.warning(message, *arguments)
