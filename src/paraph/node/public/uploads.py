"""Uploads that are kept in memory and nowhere else, and forgotten with the request."""

from __future__ import annotations

import io
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from paraph.node.web.settings import UPLOAD_BYTES

__all__ = ["MAX_TRUST_BYTES", "MAX_UPLOAD_BYTES", "InMemory", "take"]

MAX_UPLOAD_BYTES: Final = UPLOAD_BYTES - (1 << 20)
"""All files of one form: what a form may have at all, less its other fields."""

MAX_TRUST_BYTES: Final = 4 << 20
"""One file of trust anchors: some thousand certificates."""


class InMemory(FileUploadHandler):
    """Takes every file of a form into memory, up to a limit for all of them together.

    Attributes:
        too_large: Whether the form was cut off at the limit.
    """

    too_large = False

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._kept = io.BytesIO()
        self._taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece, or stop reading."""
        del start
        self._taken += len(raw_data)
        if self._taken > MAX_UPLOAD_BYTES:
            self.too_large = True
            self._kept = io.BytesIO()
            raise StopUpload(connection_reset=False)
        self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file."""
        self._kept.seek(0)
        return InMemoryUploadedFile(
            file=self._kept,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def take(request: HttpRequest, name: str) -> bytes:
    """The bytes of a file of a form; empty if none was chosen."""
    file = request.FILES.get(name)
    return file.read() if file is not None else b""
