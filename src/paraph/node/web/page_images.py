"""Pages of originals as images, drawn once from their exact bytes, and kept in memory within bounds.

What is drawn from bytes with a digest never changes, so the bytes are read only when something has to be drawn.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from paraph.domain.ids import Digest
from paraph.node.web.host import PrintedLine, host

__all__ = ["Read", "page_count", "page_image", "printed_lines"]

WIDTH: Final = 1100
"""Pixels: the small print of an A4 page can be read on a tablet held upright, and two pages fit beside each other on a screen."""

KEPT_BYTES: Final = 48 * 1024 * 1024
"""Images kept in memory: a package of three instruments for two parties has about sixty pages of a third of a megabyte."""

KEPT_COUNTS: Final = 1024
"""Numbers of pages kept in memory."""

KEPT_LINES: Final = 128
"""Originals whose lines are kept in memory; an ordinary one has some hundred lines."""

Read = Callable[[], bytes]
"""Gives the bytes of an original, or raises why it cannot."""

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """What was asked for last, as much of it as its bound allows."""

    def __init__(self, bound: int, weight: Callable[[V], int] = lambda _value: 1) -> None:
        """Keep values whose weights together do not exceed a bound; the last one in any case."""
        self._bound = bound
        self._weight = weight
        self._held = 0
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """A value; made if it is not kept, while others can be asked for."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = made
                self._held += self._weight(made)
            while self._held > self._bound and len(self._values) > 1:
                _, gone = self._values.popitem(last=False)
                self._held -= self._weight(gone)
        return made


_images: Kept[tuple[Digest, int], bytes] = Kept(KEPT_BYTES, len)
_counts: Kept[Digest, int] = Kept(KEPT_COUNTS)
_lines: Kept[Digest, tuple[tuple[PrintedLine, ...], ...]] = Kept(KEPT_LINES)


def page_image(sha256: Digest, read: Read, page: int) -> bytes:
    """One page as PNG.

    Args:
        sha256: Digest of the PDF.
        read: Gives the PDF.
        page: Which page, from 0.

    Raises:
        FormatError: ``page-image`` if there is no such page, or it cannot be drawn.
    """
    return _images.get((sha256, page), lambda: host().pages.draw(read(), page, WIDTH))


def page_count(sha256: Digest, read: Read) -> int:
    """How many pages a PDF has.

    Raises:
        FormatError: ``page-image``.
    """
    return _counts.get(sha256, lambda: host().pages.count(read()))


def printed_lines(sha256: Digest, read: Read) -> tuple[tuple[PrintedLine, ...], ...]:
    """The lines printed on each page of a PDF.

    Raises:
        FormatError: ``page-image``.
    """

    def looked_at() -> tuple[tuple[PrintedLine, ...], ...]:
        data = read()
        return tuple(host().pages.lines(data, page) for page in range(page_count(sha256, lambda: data)))

    return _lines.get(sha256, looked_at)
