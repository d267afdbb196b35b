"""What a real node keeps in files, in memory: blobs, and the guard; and who is told of every durable write.

Each durable write is announced before it is made and reported after it, so that a simulation can let the power
fail at either moment.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from typing import Protocol

from paraph.domain.ids import Digest, DossierId
from paraph.errors import PermanentError

__all__ = ["NOBODY", "MemoryBlobs", "MemoryGuard", "Watcher"]


class Watcher(Protocol):
    """Is told of every durable write; may raise, and so end the process that writes."""

    def before(self, what: str) -> None:
        """Nothing of the write is durable yet."""

    def after(self, what: str) -> None:
        """All of the write is durable; whoever asked for it does not know that yet."""


class _Nobody:
    def before(self, what: str) -> None:
        """Let it happen."""

    def after(self, what: str) -> None:
        """Let it go on."""


NOBODY = _Nobody()


class MemoryBlobs:
    """``Blobs`` in memory."""

    def __init__(self, watcher: Watcher = NOBODY) -> None:
        self.watcher = watcher
        self._held: dict[Digest, bytes] = {}

    def put(self, data: bytes) -> Digest:
        digest = Digest(hashlib.sha256(data).hexdigest())
        if digest not in self._held:
            self.watcher.before("blob")
            self._held[digest] = bytes(data)
            self.watcher.after("blob")
        return digest

    def put_all(self, contents: Iterable[bytes]) -> tuple[Digest, ...]:
        return tuple(map(self.put, contents))

    def get(self, digest: Digest) -> bytes | None:
        return self._held.get(digest)

    def has(self, digest: Digest) -> bool:
        return digest in self._held

    def all(self) -> Iterable[Digest]:
        return sorted(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def snapshot(self) -> dict[Digest, bytes]:
        """What is held, to come back to."""
        return dict(self._held)

    def restore(self, snapshot: dict[Digest, bytes]) -> None:
        """Forget everything since ``snapshot``."""
        self._held = dict(snapshot)


class MemoryGuard:
    """``CosignGuard`` in memory."""

    def __init__(self, watcher: Watcher = NOBODY) -> None:
        self.watcher = watcher
        self._last: dict[DossierId, tuple[int, str]] = {}
        self._seqs: dict[DossierId, int] = {}
        self._lock = threading.Lock()

    def last(self, dossier: DossierId) -> tuple[int, str] | None:
        return self._last.get(dossier)

    def record(self, dossier: DossierId, size: int, root: str) -> None:
        with self._lock:
            last = self._last.get(dossier)
            if last is not None and (size < last[0] or (size == last[0] and root != last[1])):
                raise PermanentError("equivocation", f"size {last[0]} was already cosigned with {last[1]}")
            self.watcher.before("guard")
            self._last[dossier] = (size, root)
            self.watcher.after("guard")

    def last_seq(self, dossier: DossierId) -> int:
        return self._seqs.get(dossier, 0)

    def record_seq(self, dossier: DossierId, count: int) -> None:
        with self._lock:
            if count < self._seqs.get(dossier, 0):
                raise PermanentError("equivocation", f"{self._seqs[dossier]} own acts were already made")
            self.watcher.before("guard")
            self._seqs[dossier] = count
            self.watcher.after("guard")

    def snapshot(self) -> tuple[dict[DossierId, tuple[int, str]], dict[DossierId, int]]:
        """What is recorded, to come back to."""
        return dict(self._last), dict(self._seqs)

    def restore(self, snapshot: tuple[dict[DossierId, tuple[int, str]], dict[DossierId, int]]) -> None:
        """Forget everything since ``snapshot``. A real guard never goes back; one that was lost does."""
        self._last, self._seqs = dict(snapshot[0]), dict(snapshot[1])
