"""Digests of everything but one gap, for all signatures of a file in one pass.

Each signature covers the file from its beginning; hashing it anew for every one would make a file with n
signatures n times as slow. One running digest is forked at each gap instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from paraph.verify.algorithms import hasher

__all__ = ["Range", "RangeDigests"]


class Range(NamedTuple):
    """What one signature covers: all bytes before ``gap_start`` and from ``gap_end`` up to ``end``."""

    gap_start: int
    gap_end: int
    end: int


class RangeDigests:
    """Digests by range and by digest name, computed when first asked for."""

    def __init__(self, data: bytes, ranges: Sequence[Range]) -> None:
        """Remember the ranges.

        Args:
            data: The file.
            ranges: All ranges whose digests may be asked for; each lies inside the file.
        """
        self._data = memoryview(data)
        self._ranges = sorted(set(ranges))
        self._known: dict[str, dict[Range, bytes]] = {}

    def of(self, wanted: Range, name: str) -> bytes:
        """Return the digest of one of the ranges."""
        if name not in self._known:
            self._known[name] = self._all(name)
        return self._known[name][wanted]

    def _all(self, name: str) -> dict[Range, bytes]:
        running, position, found = hasher(name), 0, {}
        for one in self._ranges:
            running.update(self._data[position : one.gap_start])
            position = one.gap_start
            fork = running.copy()
            fork.update(self._data[one.gap_end : one.end])
            found[one] = fork.digest()
        return found
