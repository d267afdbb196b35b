"""The disk under a node's home: whether it takes what the node has to write, and what crashes left on it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paraph.adapters.store.home import NodeHome

__all__ = ["FULL_BYTES", "LOW_BYTES", "DiskStatus", "disk_status", "sweep"]

LOW_BYTES: Final = 64 * 1024 * 1024
"""Below this an operator is told: a large package with its originals, their container and a backup still fit."""

FULL_BYTES: Final = 1024 * 1024
"""Below this a node cannot be relied on to write what it has to."""

UNFINISHED: Final = ".unfinished-*"
"""How files are named until they are complete and durable."""

LEFT_AFTER_S: Final = 3600
"""An unfinished file that nobody wrote to for so long was left by a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskStatus:
    """The disk of a node.

    Attributes:
        free_bytes: What the node may still write.
        trouble: What is wrong and what to do, or "".
        failing: Whether the node cannot work.
    """

    free_bytes: int
    trouble: str = ""
    failing: bool = False


def disk_status(folder: Path) -> DiskStatus:
    """Look at the disk under a node's home."""
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if found.f_flag & os.ST_RDONLY:
        trouble = "it is read-only: the node can neither sign nor receive; mount it for writing"
        return DiskStatus(free_bytes=free, trouble=trouble, failing=True)
    if free < FULL_BYTES or (found.f_files and not found.f_favail):
        trouble = "it is full: make room; the node goes on by itself, and nothing was lost"
        return DiskStatus(free_bytes=free, trouble=trouble, failing=True)
    if free < LOW_BYTES:
        return DiskStatus(free_bytes=free, trouble=f"only {free // 1024} KiB are left: make room")
    return DiskStatus(free_bytes=free)


def sweep(home: NodeHome) -> int:
    """Remove unfinished files that crashes left behind; how many there were."""
    removed = 0
    for path in (*home.blobs.glob(f"*/{UNFINISHED}"), *home.guard.glob(UNFINISHED)):
        with suppress(OSError):  # somebody else removed it, or the disk is read-only
            if time.time() - path.stat().st_mtime > LEFT_AFTER_S:
                path.unlink()
                removed += 1
    return removed
