from functools import partial
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models, transaction

# What a browser may show on a page of this site. It is a list of what is allowed, and everything else is saved to
# disk: an uploaded HTML or SVG file that was shown would run its scripts as whoever looks at it.
SHOWN = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
}


def stored_name(document: "Document", filename: str) -> str:
    """A random name on disk: two uploads never collide, and a visitor's words never become a path."""
    return f"{document.owner_id}/{uuid4().hex}{PurePath(filename).suffix[:16]}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "DocumentQuerySet":
        """Who may see what. This is the only place that decides it; every view goes through here."""
        if user.is_staff:
            return self
        return self.filter(owner=user)


class Document(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=255, help_text="As its owner called it; it is saved under this name.")
    file = models.FileField(upload_to=stored_name, max_length=255)
    thumbnail = models.FileField(upload_to=stored_name, max_length=255, blank=True)
    uploaded = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded", "-pk")

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int | None:
        """In bytes; none if the file was deleted while a page was made that lists it."""
        try:
            return self.file.size
        except FileNotFoundError:
            return None

    @property
    def suffix(self) -> str:
        return PurePath(self.name).suffix.lower()

    @property
    def shown_as(self) -> str | None:
        """The media type that a browser may show it as; none if it is only to be saved."""
        return SHOWN.get(self.suffix)

    @property
    def kind(self) -> str:
        """Image, video, audio or text; else the file's extension."""
        if self.shown_as and not self.shown_as.startswith("application/"):
            return self.shown_as.partition("/")[0]
        return self.suffix.removeprefix(".")[:6] or "file"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """The row, and once it is gone for good, the files."""
        files = [file for file in (self.file, self.thumbnail) if file]
        deleted = super().delete(*args, **kwargs)
        for file in files:
            transaction.on_commit(partial(file.storage.delete, file.name))
        return deleted
