"""Hand the file to Apache, in which the site runs by mod_wsgi in daemon mode, by ``Location``.

What the application sets travels with it; see the configuration that the documentation gives.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import HttpRequest

from . import Backend

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from .._native import Delivery

logger = logging.getLogger("django_sendfile")


class ModWsgi(Backend):
    """Streams the file where Apache would not act on ``Location``, and warns once."""

    warned = False

    def answer(self, request: HttpRequest, path: str, delivery: Delivery, *, cached: bool) -> HttpResponseBase | None:
        # In Apache's own processes, "embedded mode", the process group is there and empty.
        if request.META.get("mod_wsgi.process_group") != "":
            return super().answer(request, path, delivery, cached=cached)
        if not self.warned:
            self.warned = True
            logger.warning(
                "mod_wsgi runs this site in embedded mode, in which Apache takes no hand-off; files are "
                "streamed; configure WSGIDaemonProcess and a process-group"
            )
        return super().answer(request, path, delivery.streamed(), cached=cached)


sendfile = ModWsgi("mod_wsgi")
