"""Hand the file to LiteSpeed or OpenLiteSpeed by ``X-LiteSpeed-Location``."""

from . import Backend

sendfile = Backend("litespeed")
