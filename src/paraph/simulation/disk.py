"""Everything durable of one node: store, blobs and guard. The power can fail before and after every write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from paraph.domain.ids import Digest
from paraph.simulation.memory_files import MemoryBlobs, MemoryGuard
from paraph.simulation.memory_store import MemoryStore, State

__all__ = ["Backup", "Crash", "Disk", "Fuse"]


class Crash(BaseException):
    """The power is gone; nothing in the node may catch this."""


@dataclass(frozen=True, slots=True)
class Backup:
    """Store, blobs and guard at one moment."""

    state: State
    blobs: dict[Digest, bytes]
    guard: tuple[dict[Any, Any], dict[Any, Any]]


@dataclass(slots=True)
class Fuse:
    """Counts durable writes, and burns once, at the chosen one. Several disks may share one.

    Attributes:
        at: Burns at the how-manieth write (0: never).
        done: Whether that write becomes durable before the power fails.
        count: Writes so far.
        burnt: What was being written, and whose, once it has burnt.
    """

    at: int = 0
    done: bool = False
    count: int = 0
    burnt: list[str] = field(default_factory=list)

    def light(self, writes: int, *, done: bool) -> None:
        """Burn at the how-manieth write from now."""
        self.at, self.done = self.count + writes, done

    def before(self, what: str, owner: str = "") -> None:
        """A write is about to be made."""
        self.count += 1
        if self.count == self.at and not self.done:
            self._burn(what, owner)

    def after(self, what: str, owner: str = "") -> None:
        """A write was made."""
        if self.count == self.at and self.done:
            self._burn(what, owner)

    def _burn(self, what: str, owner: str) -> None:
        self.at = 0
        self.burnt.append(owner or what)
        raise Crash(what)


@dataclass(slots=True)
class Disk:
    """One node's store, blobs and guard.

    Attributes:
        owner: Whose it is.
        fuse: Makes the power fail.
    """

    owner: str = ""
    fuse: Fuse = field(default_factory=Fuse)
    store: MemoryStore = field(init=False)
    blobs: MemoryBlobs = field(init=False)
    guard: MemoryGuard = field(init=False)

    def __post_init__(self) -> None:
        self.store, self.blobs, self.guard = MemoryStore(self), MemoryBlobs(self), MemoryGuard(self)

    def before(self, what: str) -> None:
        """A write is about to be made."""
        self.fuse.before(what, self.owner)

    def after(self, what: str) -> None:
        """A write was made."""
        self.fuse.after(what, self.owner)

    def back_up(self) -> Backup:
        """Everything durable, as it is now."""
        return Backup(self.store.snapshot(), self.blobs.snapshot(), self.guard.snapshot())

    def restore(self, backup: Backup, *, guard: bool = True) -> None:
        """Put a backup back; without ``guard`` that part stays as it is."""
        self.store.restore(backup.state)
        self.blobs.restore(backup.blobs)
        if guard:
            self.guard.restore(backup.guard)
