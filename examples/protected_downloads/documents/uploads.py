"""The limit for a whole upload, before any of it is read."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class RequestLimit(FileUploadHandler):
    """Refuses what is too large. Django limits everything but files, and a form sees those only once they are here."""

    def handle_raw_input(
        self,
        input_data: BinaryIO,
        META: Mapping[str, Any],
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.REQUEST_LIMIT:
            raise RequestDataTooBig(f"{content_length} bytes; settings.REQUEST_LIMIT is {settings.REQUEST_LIMIT}")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has it."""
