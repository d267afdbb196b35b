"""Reading attached texts for the rules, from any source of bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from paraph.domain.ids import Digest
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError
from paraph.wire.text_json import read_text

__all__ = ["AttachedBytes"]

_CACHED_TEXTS: Final = 64
"""Texts kept parsed: several packages' worth; a text is some hundred kilobytes at most."""


class AttachedBytes:
    """Attachments of acts, read from a source of bytes; the last texts are kept parsed."""

    def __init__(self, get: Callable[[Digest], bytes | None], has: Callable[[Digest], bool]) -> None:
        """Read from ``get``, which returns the bytes with a digest or None; ``has`` is asked more often."""
        self._get = get
        self._has = has
        self._texts: dict[Digest, InstrumentText | None] = {}

    def text(self, digest: Digest) -> InstrumentText | None:
        """The text with this digest, or None if those bytes are not a canonical text."""
        if digest in self._texts:
            return self._texts[digest]
        data = self._get(digest)
        if data is None:
            return None
        try:
            found = read_text(data)
        except FormatError:
            found = None
        if len(self._texts) >= _CACHED_TEXTS:
            self._texts.pop(next(iter(self._texts)))
        self._texts[digest] = found
        return found

    def has(self, digest: Digest) -> bool:
        """Whether the bytes are here."""
        return self._has(digest)
