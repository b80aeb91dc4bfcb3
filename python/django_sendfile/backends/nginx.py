"""Hand the file to nginx by ``X-Accel-Redirect``, to an ``internal`` location."""

from . import Backend

sendfile = Backend("nginx")
