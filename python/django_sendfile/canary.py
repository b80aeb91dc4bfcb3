"""The view that ``manage.py sendfile check --url`` asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.encoding import force_bytes
from django.views.decorators.csrf import csrf_exempt

from .utils import site_backend

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


# A POST without a token is a 404 too: 403 would tell that the URL exists.
@csrf_exempt
def canary(request: HttpRequest) -> HttpResponseBase:
    """A canary file or a description for who knows ``SECRET_KEY``, and the 404 of no URL for all others."""
    response = site_backend().canary(request, force_bytes(settings.SECRET_KEY))
    if response is None:
        raise Http404
    return response


# Django 5.1's LoginRequiredMiddleware: the signature is the login.
canary.login_required = False  # type: ignore[attr-defined]
