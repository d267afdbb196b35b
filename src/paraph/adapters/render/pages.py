"""Pages of a PDF as images, drawn from its exact bytes."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pypdfium2

from paraph.errors import FormatError

__all__ = ["PdfiumPages"]

MAX_PAGES: Final = 500
"""Pages of one original; a longer one is read in a PDF reader."""

MAX_WIDTH: Final = 2400
"""Pixels: A4 at 290 dots per inch."""


class PdfiumPages:
    """Draws with PDFium, the library of a browser; one page at a time, for it is not made for threads."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self._lock = threading.Lock()

    def count(self, data: bytes) -> int:
        """Number of pages (see ``PageImages``)."""
        with self._opened(data) as document:
            return len(document)

    def draw(self, data: bytes, page: int, width: int) -> bytes:
        """One page as PNG (see ``PageImages``)."""
        with self._opened(data) as document:
            if not 0 <= page < min(len(document), MAX_PAGES):
                raise FormatError(
                    "page-image", f"there is no page {page + 1}; the document has {len(document)}"
                )
            one = document[page]
            scale = max(1, min(width, MAX_WIDTH)) / one.get_width()
            image = one.render(scale=scale, may_draw_forms=True).to_pil()
            written = io.BytesIO()
            image.convert("RGB").save(written, "PNG", optimize=False, compress_level=6)
            return written.getvalue()

    @contextmanager
    def _opened(self, data: bytes) -> Iterator[pypdfium2.PdfDocument]:
        with self._lock:
            try:
                document = pypdfium2.PdfDocument(data)
                document.init_forms()
            except pypdfium2.PdfiumError as error:
                raise FormatError("page-image", f"these bytes cannot be drawn as a PDF: {error}") from error
            try:
                yield document
            finally:
                document.close()
