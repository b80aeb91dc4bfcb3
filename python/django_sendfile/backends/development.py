"""Stream the file wherever Django runs, its development server included: ``simple``, and a warning
in production."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from ..log import warn_once
from . import Backend


class Development(Backend):
    """Warns once if it runs where ``DEBUG`` is off."""

    def streams(self, request: HttpRequest) -> bool:
        if not settings.DEBUG:
            warn_once(
                "SENDFILE_BACKEND is %s.development and DEBUG is off; "
                'in production write "django_sendfile.backends.simple" '
                "or the backend of the server in front",
                __package__,
            )
        return True


sendfile = Development("development")
