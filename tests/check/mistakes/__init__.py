"""Mistakes that people make, each with the name that the check has for it."""

from __future__ import annotations

from . import apache, caddy, lighttpd, nginx
from .mistake import Mistake

__all__ = ["MISTAKES", "Mistake"]

MISTAKES = [
    *nginx.MISTAKES,
    *apache.MOD_XSENDFILE_MISTAKES,
    *apache.MOD_WSGI_MISTAKES,
    *lighttpd.MISTAKES,
    *caddy.MISTAKES,
]
