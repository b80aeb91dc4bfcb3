"""Views that send the file which the query names.

A value arrives with every unusual byte written as ~ and two hexadecimal digits, and becomes a str as `os.fsdecode`
makes one, so that a name with a newline, or one that is not UTF-8, can be asked for through any server.
"""

import os
import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from django_sendfile import asendfile, sendfile


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


def download(request: HttpRequest) -> HttpResponseBase:
    return mislabelled(request, sendfile(request, **arguments(request)))


async def adownload(request: HttpRequest) -> HttpResponseBase:
    return mislabelled(request, await asendfile(request, **arguments(request)))


def cached(request: HttpRequest) -> HttpResponseBase:
    """A download with headers that the application sets itself."""
    response = sendfile(request, **arguments(request))
    response["Cache-Control"] = "private, max-age=60"
    response["Content-Security-Policy"] = "script-src 'self'; img-src https://a.test/%20?b=\"c\"&d *"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Vary"] = "Cookie, Accept-Language"
    response.set_cookie("seen", "yes")
    return response


def mine(request: HttpRequest, rest: str) -> HttpResponseBase:
    """The file of whoever is logged in."""
    user = request.COOKIES.get("user")
    if user not in ("anna", "ben"):
        raise PermissionDenied
    response = sendfile(request, f"{user}.txt")
    if "cache" in request.GET:
        response["Cache-Control"] = f"{request.GET['cache']}, max-age=60"
    return response


def forbidden(request: HttpRequest) -> HttpResponseBase:
    raise PermissionDenied


def mislabelled(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response, with another Content-Length or none where the query says so."""
    if length := request.GET.get("length"):
        response["Content-Length"] = length
        if length == "none":
            del response["Content-Length"]
    return response


def arguments(request: HttpRequest) -> dict[str, Any]:
    query = dict(pair.partition("=")[::2] for pair in request.META["QUERY_STRING"].split("&"))
    given = {key: unescaped(value) for key, value in query.items()}
    chosen: dict[str, Any] = {"filename": given["name"], "attachment": given.get("attachment") == "1"}
    if "filename" in given:
        chosen["attachment_filename"] = given["filename"]
    if "mimetype" in given:
        chosen["mimetype"] = given["mimetype"]
    if "charset" in given:
        chosen["charset"] = given["charset"]
    # Not `encoding`: that is a word of the hand-off to mod_wsgi, which a client may not use.
    if "content_encoding" in given:
        chosen["encoding"] = given["content_encoding"]
    for number in ("limit_rate", "expires"):
        if number in given:
            chosen[number] = int(given[number])
    if "buffering" in given:
        chosen["buffering"] = given["buffering"] == "1"
    return chosen


def unescaped(value: str) -> str:
    return os.fsdecode(re.sub(rb"~(..)", lambda found: bytes.fromhex(found[1].decode()), value.encode("ascii")))
