"""The one node whose pages this process serves, as the views see it.

A view asks ``host()``; whoever starts the pages says ``install``. Views reach use cases through it and nothing else:
no adapter, no configuration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from paraph.app.node import Node
from paraph.errors import PermanentError

__all__ = ["Host", "PageImages", "PrintedLine", "host", "install"]


PrintedLine = tuple[str, int, int, int, int]
"""A line as printed: its characters without spaces from left to right, whatever the direction of writing; then left edge,
upper edge, width and height in thousandths of the page."""


class PageImages(Protocol):
    """Draws the pages of a PDF from its exact bytes."""

    def lines(self, data: bytes, page: int) -> tuple[PrintedLine, ...]:
        """The lines printed on one page, from the top.

        Raises:
            FormatError: ``page-image`` if there is no such page, or it cannot be read.
        """

    def count(self, data: bytes) -> int:
        """Number of pages.

        Raises:
            FormatError: ``page-image`` if the bytes cannot be drawn.
        """

    def draw(self, data: bytes, page: int, width: int) -> bytes:
        """One page as PNG.

        Args:
            data: The PDF.
            page: Which page, from 0.
            width: Width in pixels.

        Raises:
            FormatError: ``page-image`` if there is no such page, or it cannot be drawn.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A node and what its pages need beside it.

    Attributes:
        node: The node.
        folder: Its home: invitations are dropped there.
        url: Where people reach the pages.
        pages: Draws pages of originals.
        health: Says what keeps the node from working; empty if nothing does.
    """

    node: Node
    folder: Path
    url: str
    pages: PageImages
    health: Callable[[], tuple[str, ...]] = tuple


_installed: list[Host] = []


def install(one: Host) -> None:
    """Serve this node's pages from now on."""
    _installed[:] = [one]


def host() -> Host:
    """The node whose pages are served.

    Raises:
        PermanentError: ``no-node`` before any was installed.
    """
    if not _installed:
        raise PermanentError("no-node", "no node is installed behind these pages")
    return _installed[0]
