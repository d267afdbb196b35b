"""Where originals differ on their pages: lines that stand on the one and nowhere on the other.

Originals of one text differ in nothing but what the alternat permits; these marks show people where that is. Nothing is
decided by them: that the bytes are right is proved from the text, and from the digests.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from paraph.node.web.host import PrintedLine, host

__all__ = ["marks_of"]

KEPT: Final = 128
"""Originals whose lines are kept in memory; an ordinary one has some hundred lines."""

_lines: OrderedDict[str, tuple[tuple[PrintedLine, ...], ...]] = OrderedDict()


def marks_of(originals: Mapping[str, tuple[bytes, int]]) -> Mapping[tuple[str, int], Sequence[PrintedLine]]:
    """The lines of each page that differ from some other original.

    Args:
        originals: Bytes and number of pages by digest.

    Returns:
        Lines to mark, by digest and page (from 1).

    Raises:
        FormatError: ``page-image``.
    """
    printed = {sha256: _printed(sha256, data, pages) for sha256, (data, pages) in originals.items()}
    letters = {
        sha256: Counter(line[0] for page in pages for line in page) for sha256, pages in printed.items()
    }
    found: dict[tuple[str, int], list[PrintedLine]] = {}
    for sha256, pages in printed.items():
        for other, theirs in letters.items():
            if other == sha256:
                continue
            left = Counter(theirs)
            for number, page in enumerate(pages, 1):
                for line in page:
                    if left[line[0]] > 0:
                        left[line[0]] -= 1
                    elif line not in found.setdefault((sha256, number), []):
                        found[sha256, number].append(line)
    return found


def _printed(sha256: str, data: bytes, pages: int) -> tuple[tuple[PrintedLine, ...], ...]:
    if sha256 not in _lines:
        _lines[sha256] = tuple(host().pages.lines(data, page) for page in range(pages))
        while len(_lines) > KEPT:
            _lines.popitem(last=False)
    return _lines[sha256]
