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

GAP_PT: Final = 14
"""Points between two characters that belong to different lines side by side: more than any space, less than a gutter."""

BANNER_PT: Final = 40
"""Points: what is taller lies across the page as a banner, and belongs to no line."""

THOUSAND: Final = 1000


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

    def lines(self, data: bytes, page: int) -> tuple[tuple[str, int, int, int, int], ...]:
        """The lines printed on one page (see ``PageImages``)."""
        with self._opened(data) as document:
            if not 0 <= page < min(len(document), MAX_PAGES):
                raise FormatError(
                    "page-image", f"there is no page {page + 1}; the document has {len(document)}"
                )
            one = document[page]
            width, height = one.get_size()
            text = one.get_textpage()
            chars = [
                (*text.get_charbox(index, loose=True), chr(pypdfium2.raw.FPDFText_GetUnicode(text, index)))
                for index in range(text.count_chars())
            ]
        found = []
        for line in _together([c for c in chars if c[4].strip() and c[3] - c[1] < BANNER_PT]):
            left, right = min(c[0] for c in line), max(c[2] for c in line)
            bottom, top = min(c[1] for c in line), max(c[3] for c in line)
            found.append(
                (
                    "".join(c[4] for c in line),
                    round(left / width * THOUSAND),
                    round((height - top) / height * THOUSAND),
                    round((right - left) / width * THOUSAND),
                    round((top - bottom) / height * THOUSAND),
                )
            )
        return tuple(sorted(found, key=lambda line: (line[2], line[1])))

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


_Char = tuple[float, float, float, float, str]
"""Left, bottom, right and top edge of a character in points, and the character."""


def _together(chars: list[_Char]) -> Iterator[list[_Char]]:
    """Characters that stand on one line, without a gap between them that only columns have."""
    rows: list[list[_Char]] = []
    for char in sorted(chars, key=lambda c: -(c[1] + c[3])):
        middle = (char[1] + char[3]) / 2
        last = rows[-1][0] if rows else None
        if last is not None and last[1] < middle < last[3]:
            rows[-1].append(char)
        else:
            rows.append([char])
    for row in rows:
        row.sort()
        line = [row[0]]
        for char in row[1:]:
            if char[0] - max(c[2] for c in line[-4:]) > GAP_PT:
                yield line
                line = []
            line.append(char)
        yield line
