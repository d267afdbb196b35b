"""Keeping several blobs at once.

Each has to be durable before an act names it, and a disk takes about as long for ten as for one if it is asked for
all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from paraph.app.ports import Blobs
from paraph.domain.ids import Digest

__all__ = ["TOGETHER", "keep_all"]

TOGETHER: Final = 8
"""Originals replayed at once; a package of three instruments between two parties brings six."""


def keep_all(blobs: Blobs, contents: Iterable[bytes]) -> tuple[Digest, ...]:
    """Make contents durable; return their digests in the same order.

    Raises:
        FormatError: As ``Blobs.put``; others may be kept nevertheless, which does no harm.
        PermanentError: Likewise.
    """
    return blobs.put_all(contents)
