"""Stream the file wherever Django runs, its development server included: ``simple``, and a warning
in production."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from . import Backend

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from .._native import Delivery

logger = logging.getLogger("django_sendfile")


class Development(Backend):
    """Warns once if it runs where ``DEBUG`` is off."""

    warned = False

    def answer(self, request: HttpRequest, path: str, delivery: Delivery, *, cached: bool) -> HttpResponseBase | None:
        if not (settings.DEBUG or self.warned):
            self.warned = True
            logger.warning(
                "SENDFILE_BACKEND is %s.development and DEBUG is off; "
                'in production write "django_sendfile.backends.simple" '
                "or the backend of the server in front",
                __package__,
            )
        return super().answer(request, path, delivery, cached=cached)


sendfile = Development("development")
