"""Hand the file to Caddy, or to FrankenPHP, by ``X-Accel-Redirect``.

A name with a percent sign, ``?`` or ``#`` is streamed: versions of Caddy read it differently.
"""

from . import Backend

sendfile = Backend("caddy")
