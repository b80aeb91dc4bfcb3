"""Hand the file to LiteSpeed or OpenLiteSpeed by ``X-LiteSpeed-Location``.

Experimental: written from the source of OpenLiteSpeed 1.9.1, and not tested on the server.
"""

from . import Backend

sendfile = Backend("litespeed")
