"""Hand the file to lighttpd by ``X-Sendfile``, percent-encoded."""

from . import Backend

sendfile = Backend("lighttpd")
