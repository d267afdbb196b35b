"""What this node ever cosigned and authored, kept apart from its store.

One small JSON file per dossier, in a directory of its own, that no backup of the store rolls back. A store
that comes back from a backup has forgotten what was signed since; without this memory the node would sign
another root for the same size, and be proved a liar by its own signatures.

The directory may sit on another disk than the store. Each file is replaced as a whole and made durable
before the method returns; a lock file keeps processes apart (the server and a command on the same node).
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from paraph.domain.ids import DossierId
from paraph.errors import FormatError, PermanentError

__all__ = ["FORMAT", "FileGuard"]

FORMAT = "paraph.guard/1"
"""The ``format`` member of every file."""

_NAME = re.compile(r"[0-9a-z][0-9a-z-]{0,63}\Z")
_ROOT = re.compile(r"[0-9a-f]{64}\Z")
_MAX_FILE = 4096
"""Bytes of a guard file; a genuine one has about 230."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    size: int = 0
    root: str = ""
    seq: int = 0


class FileGuard:
    """A guard in a directory (``paraph.app.ports.CosignGuard``); safe for threads and processes."""

    def __init__(self, directory: Path) -> None:
        """Use ``directory``, made (for the node's user only) if it is missing.

        Raises:
            PermanentError: ``guard-missing`` if it cannot be made.
        """
        self._directory = directory.absolute()
        self._lock = threading.Lock()
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise PermanentError(
                "guard-missing", f"cannot make {directory}: {error.strerror}", path=str(directory)
            ) from error

    def last(self, dossier: DossierId) -> tuple[int, str] | None:
        """Largest size cosigned and its root (hex), or None.

        Raises:
            PermanentError: ``guard-corrupt`` if the file cannot be understood.
        """
        memory = self._read(dossier)
        return (memory.size, memory.root) if memory.root else None

    def record(self, dossier: DossierId, size: int, root: str) -> None:
        """Durably record a size and its root before the cosignature leaves (see ``CosignGuard.record``)."""
        assert _ROOT.match(root), "a root is 64 hexadecimal digits"
        with self._alone():
            old = self._read(dossier)
            if old.root and (size < old.size or (size == old.size and root != old.root)):
                raise PermanentError(
                    "equivocation",
                    f"this node already cosigned size {old.size} with root {old.root[:16]}…; to sign size {size} with "
                    f"root {root[:16]}… would contradict it. If the store came from a backup, let the peers bring it "
                    "up to date first",
                    dossier=dossier,
                    size=size,
                )
            if (size, root) != (old.size, old.root):
                self._write(dossier, replace(old, size=size, root=root))

    def last_seq(self, dossier: DossierId) -> int:
        """Number of own acts ever made in the dossier.

        Raises:
            PermanentError: ``guard-corrupt`` if the file cannot be understood.
        """
        return self._read(dossier).seq

    def record_seq(self, dossier: DossierId, count: int) -> None:
        """Durably record the number of own acts before the act leaves.

        Raises:
            PermanentError: ``equivocation`` if more were already made: the store forgot some.
        """
        with self._alone():
            old = self._read(dossier)
            if count < old.seq:
                raise PermanentError(
                    "equivocation",
                    f"this node already made {old.seq} acts in the dossier, the store knows {count}: it came from a "
                    "backup; let the peers bring it up to date first",
                    dossier=dossier,
                    count=count,
                )
            if count > old.seq:
                self._write(dossier, replace(old, seq=count))

    def _path(self, dossier: DossierId) -> Path:
        if not _NAME.match(dossier):
            raise FormatError("dossier-id", f"“{dossier[:80]}” is not a dossier id")
        return self._directory / f"{dossier}.json"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:
            handle = os.open(self._directory / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)

    def _read(self, dossier: DossierId) -> _Memory:
        path = self._path(dossier)
        try:
            with path.open("rb") as file:
                data = file.read(_MAX_FILE + 1)
        except FileNotFoundError:
            return _Memory()
        except OSError as error:
            raise PermanentError(
                "guard-missing",
                f"cannot read {path}: {error.strerror}; nothing may be cosigned without it",
                path=str(path),
            ) from error
        return _parse(data, dossier, path)

    def _write(self, dossier: DossierId, memory: _Memory) -> None:
        path = self._path(dossier)
        content = {
            "format": FORMAT,
            "dossier": dossier,
            "size": memory.size,
            "root": memory.root,
            "seq": memory.seq,
        }
        handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=self._directory)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(content, sort_keys=True).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
            folder = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            Path(name).unlink(missing_ok=True)
            raise PermanentError(
                "guard-write",
                f"cannot write {path}: {error.strerror}; nothing may be cosigned without it",
                path=str(path),
            ) from error


def _parse(data: bytes, dossier: DossierId, path: Path) -> _Memory:
    try:
        content = json.loads(data) if len(data) <= _MAX_FILE else None
    except ValueError:
        content = None
    if isinstance(content, dict) and content.keys() == {"format", "dossier", "size", "root", "seq"}:
        size, root, seq = content["size"], content["root"], content["seq"]
        numbers = all(type(number) is int and number >= 0 for number in (size, seq))
        named = content["format"] == FORMAT and content["dossier"] == dossier
        if numbers and named and isinstance(root, str) and (root == "" or _ROOT.match(root)):
            return _Memory(size=size, root=root, seq=seq)
    raise PermanentError(
        "guard-corrupt",
        f"{path} is damaged: do not delete it. Ask every peer for the largest size this node cosigned, and write that "
        "size, its root and the number of own acts into it",
        path=str(path),
    )
