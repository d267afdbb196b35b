"""Nodes that die between any two durable writes: the k-th one of all nodes together is the last before the crash."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType

from paraph.domain.ids import Digest, DossierId
from tests.support.memory_store import MemoryBlobs, MemoryGuard, MemoryStore, MemoryUnitOfWork
from tests.support.nodes import Member, World

__all__ = ["Crash", "Fuse", "make_mortal", "rise"]


class Crash(BaseException):
    """The power is gone; nothing in the node may catch this."""


@dataclass(slots=True)
class Fuse:
    """Counts durable writes; burns once, at the chosen one.

    Attributes:
        at: The write that does not happen any more (0: never).
        burnt: Which node it was, once it has.
    """

    at: int = 0
    count: int = 0
    burnt: list[str] = field(default_factory=list)

    def tick(self, name: str) -> None:
        self.count += 1
        if self.count == self.at:
            self.burnt.append(name)
            raise Crash(name)


class _Store(MemoryStore):
    def __init__(self, fuse: Fuse, name: str) -> None:
        super().__init__()
        self.fuse, self.name = fuse, name

    def write(self) -> MemoryUnitOfWork:
        return _UnitOfWork(self, writing=True)


class _UnitOfWork(MemoryUnitOfWork):
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        store = self._store
        assert isinstance(store, _Store)
        if kind is None:
            try:
                store.fuse.tick(store.name)
            except Crash as crash:
                super().__exit__(Crash, crash, None)
                raise
        super().__exit__(kind, error, trace)


class _Blobs(MemoryBlobs):
    def __init__(self, fuse: Fuse, name: str) -> None:
        super().__init__()
        self.fuse, self.name = fuse, name

    def put(self, data: bytes) -> Digest:
        self.fuse.tick(self.name)
        return super().put(data)


class _Guard(MemoryGuard):
    def __init__(self, fuse: Fuse, name: str) -> None:
        super().__init__()
        self.fuse, self.name = fuse, name

    def record(self, dossier: DossierId, size: int, root: str) -> None:
        self.fuse.tick(self.name)
        super().record(dossier, size, root)

    def record_seq(self, dossier: DossierId, count: int) -> None:
        self.fuse.tick(self.name)
        super().record_seq(dossier, count)


def make_mortal(world: World, fuse: Fuse) -> None:
    """Give every node durable parts that the fuse watches; what they hold stays."""
    for name, member in world.members.items():
        store, blobs, guard = _Store(fuse, name), _Blobs(fuse, name), _Guard(fuse, name)
        store.restore(member.store.snapshot())
        blobs.restore(member.blobs.snapshot())
        guard._last, guard._seqs = dict(member.guard._last), dict(member.guard._seqs)
        member.store, member.blobs, member.guard = store, blobs, guard
        member.start()


def rise(member: Member) -> None:
    """Start a node again, as its operator or the system does."""
    member.start()
    member.delivery.greet()
