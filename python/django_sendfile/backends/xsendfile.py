"""
Hand the file to Apache's mod_xsendfile or to lighttpd by ``X-Sendfile``.

A name that they would read differently (one with a percent sign) is streamed instead; a backend for
just one of them, ``mod_xsendfile`` or ``lighttpd``, hands those over too.
"""

from . import Backend

sendfile = Backend("xsendfile")
