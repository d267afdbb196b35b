"""Which program ran: what a campaign found is said of these very files."""

from __future__ import annotations

import functools
import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from paraph import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["program"]


@functools.cache
def program() -> str:
    """The version, and the SHA-256 of the names and contents of all files of the package."""
    digest = hashlib.sha256()
    for name, data in sorted(_contents(files("paraph"), "")):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return f"{__version__} {digest.hexdigest()}"


def _contents(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _contents(entry, f"{path}{entry.name}/")
        elif entry.is_file():
            yield f"{path}{entry.name}", entry.read_bytes()
