"""Hand the file to Apache, in which the site runs by mod_wsgi in daemon mode, by ``Location``.

What the application sets travels with it; see the configuration that the documentation gives.
"""

from __future__ import annotations

from django.http import HttpRequest

from ..log import warn_once
from . import Backend


class ModWsgi(Backend):
    """Streams the file where Apache would not act on ``Location``, and warns once."""

    def streams(self, request: HttpRequest) -> bool:
        # In Apache's own processes, "embedded mode", the process group is there and empty.
        embedded = request.META.get("mod_wsgi.process_group") == ""
        if embedded:
            warn_once(
                "mod_wsgi runs this site in embedded mode, in which Apache takes no hand-off; files are "
                "streamed; configure WSGIDaemonProcess and a process-group"
            )
        return embedded


sendfile = ModWsgi("mod_wsgi")
