"""Keeping several blobs at once.

Each has to be durable before an act names it, and a disk takes about as long for ten as for one if it is asked for
all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from paraph.app.ports import Blobs
from paraph.domain.ids import Digest

__all__ = ["TOGETHER", "keep_all"]

TOGETHER: Final = 8
"""Blobs asked for at once; a package of three instruments brings about as many."""


def keep_all(blobs: Blobs, contents: Iterable[bytes]) -> tuple[Digest, ...]:
    """Make contents durable; return their digests in the same order.

    Raises:
        FormatError: As ``Blobs.put``; others may be kept nevertheless, which does no harm.
        PermanentError: Likewise.
    """
    waiting = tuple(contents)
    if len(waiting) < 2:
        return tuple(blobs.put(content) for content in waiting)
    with ThreadPoolExecutor(min(TOGETHER, len(waiting)), thread_name_prefix="keep") as threads:
        return tuple(threads.map(blobs.put, waiting))
