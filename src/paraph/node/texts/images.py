"""Pages of originals as images: drawn once from their exact bytes, kept in memory within bounds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from paraph.node.web.host import host

__all__ = ["WIDTH", "page_count", "page_image"]

WIDTH: Final = 1100
"""Pixels: the small print of an A4 page can be read, and two pages fit beside each other on a screen."""

KEPT_BYTES: Final = 48 * 1024 * 1024
"""Images kept in memory: a package of three instruments for two parties has about sixty pages of a third of a megabyte."""

KEPT_COUNTS: Final = 1024
"""Numbers of pages kept in memory."""

_lock = threading.Lock()
_images: OrderedDict[tuple[str, int], bytes] = OrderedDict()
_counts: dict[str, int] = {}


def page_image(sha256: str, data: bytes, page: int) -> bytes:
    """One page as PNG.

    Args:
        sha256: Digest of the PDF; its bytes never change, so neither does the image.
        data: The PDF.
        page: Which page, from 0.

    Raises:
        FormatError: ``page-image``.
    """
    key = (sha256, page)
    with _lock:
        found = _images.get(key)
        if found is not None:
            _images.move_to_end(key)
            return found
    drawn = host().pages.draw(data, page, WIDTH)
    with _lock:
        _images[key] = drawn
        while sum(map(len, _images.values())) > KEPT_BYTES and len(_images) > 1:
            _images.popitem(last=False)
    return drawn


def page_count(sha256: str, data: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        FormatError: ``page-image``.
    """
    if sha256 not in _counts:
        if len(_counts) >= KEPT_COUNTS:
            _counts.clear()
        _counts[sha256] = host().pages.count(data)
    return _counts[sha256]
