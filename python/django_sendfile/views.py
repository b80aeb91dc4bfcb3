"""Class-based views, to be combined with ``LoginRequiredMixin`` and the like."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from .utils import sendfile

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from .utils import Filename


class SendfileView(View):
    """
    Sends the file that ``get_filename`` names.

    The attributes are the arguments of ``sendfile``; for one that depends on the request, override
    the method ``get_`` and its name.
    """

    filename: Filename | None = None
    attachment = False
    attachment_filename: str | Literal[False] | None = None
    mimetype: str | None = None
    encoding: str | None = None
    limit_rate: int | None = None
    buffering: bool | None = None
    charset: str | None = None
    expires: int | timedelta | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return sendfile(
            request,
            self.get_filename(),
            attachment=self.get_attachment(),
            attachment_filename=self.get_attachment_filename(),
            mimetype=self.get_mimetype(),
            encoding=self.get_encoding(),
            limit_rate=self.get_limit_rate(),
            buffering=self.get_buffering(),
            charset=self.get_charset(),
            expires=self.get_expires(),
        )

    def get_filename(self) -> Filename:
        """The file: a path, or a ``FieldFile``."""
        if self.filename is None:
            name = type(self).__name__
            raise ImproperlyConfigured(f"{name} needs an attribute filename or a method get_filename")
        return self.filename

    def get_attachment(self) -> bool:
        """Whether the client saves the file instead of showing it."""
        return self.attachment

    def get_attachment_filename(self) -> str | Literal[False] | None:
        """The name to save the file under."""
        return self.attachment_filename

    def get_mimetype(self) -> str | None:
        """Content-Type."""
        return self.mimetype

    def get_encoding(self) -> str | None:
        """Content-Encoding."""
        return self.encoding

    def get_limit_rate(self) -> int | None:
        """The most bytes in a second, 0 for no limit."""
        return self.limit_rate

    def get_buffering(self) -> bool | None:
        """Whether nginx may buffer what is streamed."""
        return self.buffering

    def get_charset(self) -> str | None:
        """The charset of a ``text/…``."""
        return self.charset

    def get_expires(self) -> int | timedelta | None:
        """How long the client may keep the file, in seconds."""
        return self.expires


class SendfileDetailView(SingleObjectMixin, SendfileView):  # type: ignore[type-arg]
    """
    Sends the file of a model's object, found as in ``DetailView``.

    Narrow ``get_queryset`` to what the user may have: any other object is a 404.
    """

    #: The name of the model's ``FileField``.
    file_field = "file"

    def get_filename(self) -> Filename:
        file: Filename = getattr(self.get_object(), self.file_field)
        if not file:
            raise Http404("There is no such file.")
        return file
