"""Where originals differ on their pages: lines that stand on the one and nowhere on the other.

Originals of one text differ in nothing but what the alternat permits; these marks show people where that is. Nothing is
decided by them: that the bytes are right is proved from the text, and from the digests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from paraph.domain.ids import Digest
from paraph.node.web.host import PrintedLine
from paraph.node.web.page_images import Read, printed_lines

__all__ = ["marks_of"]


def marks_of(originals: Mapping[Digest, Read]) -> Mapping[tuple[Digest, int], Sequence[PrintedLine]]:
    """The lines of each page that differ from some other original.

    Args:
        originals: How to read each of them, by digest.

    Returns:
        Lines to mark, by digest and page (from 1).

    Raises:
        FormatError: ``page-image``.
    """
    printed = {sha256: printed_lines(sha256, read) for sha256, read in originals.items()}
    letters = {
        sha256: Counter(line[0] for page in pages for line in page) for sha256, pages in printed.items()
    }
    found: dict[tuple[Digest, int], list[PrintedLine]] = {}
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
