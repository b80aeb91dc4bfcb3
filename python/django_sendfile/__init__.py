"""Authorised file downloads for Django: the application decides, something fast sends."""

from ._native import __version__
from .utils import asendfile, sendfile

VERSION = tuple(__version__.split("."))

__all__ = ["VERSION", "__version__", "asendfile", "sendfile"]
