"""Processes of one machine that would do the same thing at once do it one after the other."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["one_at_a_time"]


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Wait until no other process is in here with the same file; the kernel lets go for one that dies.

    Args:
        path: A file of its own beside what is guarded. It is made where it is not, and stays: somebody may wait for it.

    Raises:
        OSError: It cannot be made or locked.
    """
    lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
