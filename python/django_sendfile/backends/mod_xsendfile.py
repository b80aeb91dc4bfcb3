"""Hand the file to Apache's mod_xsendfile 0.12 by ``X-Sendfile``, as raw bytes."""

from . import Backend

sendfile = Backend("mod_xsendfile")
