"""Class-based views, to be combined with ``LoginRequiredMixin`` and the like."""

from __future__ import annotations

from datetime import timedelta
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from .utils import Filename, sendfile

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


class SendfileView(View):
    """
    Sends the file that ``get_filename`` names.

    The attributes are the arguments of ``sendfile``; one that depends on the request may be a property.
    """

    filename: Filename | None = None
    attachment: bool = False
    attachment_filename: str | Literal[False] | None = None
    mimetype: str | None = None
    encoding: str | None = None
    limit_rate: int | None = None
    buffering: bool | None = None
    charset: str | None = None
    expires: int | timedelta | None = None
    cache_control: str | None = None
    sandbox: bool | str | None = None
    beneath: str | PathLike[str] | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return sendfile(
            request,
            self.get_filename(),
            attachment=self.attachment,
            attachment_filename=self.get_attachment_filename(),
            mimetype=self.mimetype,
            encoding=self.encoding,
            limit_rate=self.limit_rate,
            buffering=self.buffering,
            charset=self.charset,
            expires=self.expires,
            cache_control=self.cache_control,
            sandbox=self.sandbox,
            beneath=self.beneath,
        )

    def get_filename(self) -> Filename:
        """The file: a path, or a ``FieldFile``."""
        if self.filename is None:
            name = type(self).__name__
            raise ImproperlyConfigured(f"{name} needs an attribute filename or a method get_filename")
        return self.filename

    def get_attachment_filename(self) -> str | Literal[False] | None:
        """The name to save the file under."""
        return self.attachment_filename


class SendfileDetailView(SingleObjectMixin, SendfileView):  # type: ignore[type-arg]
    """
    Sends the file of a model's object, found as in ``DetailView``, which is then ``self.object``.

    Narrow ``get_queryset`` to what the user may have: any other object is a 404.
    """

    #: The name of the model's ``FileField``.
    file_field = "file"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def get_filename(self) -> Filename:
        file: Filename = getattr(self.object, self.file_field)
        if not file:
            raise Http404("There is no such file.")
        return file
