"""Content-addressed bytes in a directory: ``ab/cdef…``, named by their own SHA-256.

A file appears under its name only when it is complete and durable, and is never changed afterwards; so any
copy of the directory is consistent, at any time. What is read is checked against its name: a disk that
forgets a bit is found out before anybody signs what it says.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from paraph.domain.ids import Digest, check_digest
from paraph.errors import FormatError, PermanentError
from paraph.wire.limits import MAX_BLOB

__all__ = ["FileBlobs"]

_FOLDER = re.compile(r"[0-9a-f]{2}\Z")
_FILE = re.compile(r"[0-9a-f]{62}\Z")
_UNFINISHED = ".unfinished-"

TOGETHER: Final = 8
"""Files written at once; a package of three instruments brings about as many signatures."""


class FileBlobs:
    """Blobs in a directory (``paraph.app.ports.Blobs``); safe for threads and processes."""

    def __init__(self, directory: Path) -> None:
        """Use ``directory``, made (for the node's user only) if it is missing.

        Raises:
            PermanentError: ``blobs-missing`` if it cannot be made.
        """
        self._directory = directory.absolute()
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise PermanentError(
                "blobs-missing", f"cannot make {directory}: {error.strerror}", path=str(directory)
            ) from error

    def path(self, digest: Digest) -> Path:
        """Where the bytes with this digest are, or would be."""
        check_digest(digest)
        return self._directory / digest[:2] / digest[2:]

    def put(self, data: bytes) -> Digest:
        """Make ``data`` durable.

        Args:
            data: At most ``MAX_BLOB`` bytes.

        Returns:
            The SHA-256 of ``data``.

        Raises:
            FormatError: ``blob-size`` if there are more bytes than peers would accept.
            PermanentError: ``disk-full``, or ``blob-write`` if the directory cannot be written.
        """
        if len(data) > MAX_BLOB:
            raise FormatError(
                "blob-size", f"{len(data)} bytes are too many: at most {MAX_BLOB} travel", size=len(data)
            )
        digest = Digest(hashlib.sha256(data).hexdigest())
        path = self.path(digest)
        try:
            # Bytes that do not match their name any more are replaced by good ones.
            if not (path.exists() and path.read_bytes() == data):
                self._write(path, data)
        except OSError as error:
            raise _fault(error, path) from error
        return digest

    def put_all(self, contents: Iterable[bytes]) -> tuple[Digest, ...]:
        """Make several blobs durable at once: a disk takes about as long for ten as for one.

        Raises:
            FormatError: As ``put``; others may be kept nevertheless, which does no harm.
            PermanentError: Likewise.
        """
        waiting = tuple(contents)
        if len(waiting) < 2:
            return tuple(map(self.put, waiting))
        with ThreadPoolExecutor(min(TOGETHER, len(waiting)), thread_name_prefix="keep") as threads:
            return tuple(threads.map(self.put, waiting))

    def _write(self, path: Path, data: bytes) -> None:
        folder = path.parent
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._directory)
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(folder)

    def get(self, digest: Digest) -> bytes | None:
        """Return the bytes, checked against the digest, or None.

        Raises:
            PermanentError: ``blob-corrupt`` if they changed on disk, ``blob-read`` if the disk fails.
        """
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PermanentError(
                "blob-read", f"cannot read {path}: {error.strerror}; check the disk", path=str(path)
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise PermanentError(
                "blob-corrupt",
                f"{path} changed on disk: move it away and copy the same file from a backup or a peer's node; "
                "its name is the SHA-256 of its content",
                path=str(path),
            )
        return data

    def has(self, digest: Digest) -> bool:
        """Whether the bytes are here."""
        return self.path(digest).exists()

    def all(self) -> Iterator[Digest]:
        """Every digest held, in order; what was never finished is skipped."""
        for folder in sorted(self._directory.iterdir()):
            if _FOLDER.match(folder.name) and folder.is_dir():
                yield from sorted(
                    Digest(folder.name + file.name) for file in folder.iterdir() if _FILE.match(file.name)
                )


def _sync_folder(folder: Path) -> None:
    """Make new names in ``folder`` durable; a rename alone may be forgotten by a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fault(error: OSError, path: Path) -> PermanentError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return PermanentError("disk-full", "the disk is full: make room, nothing was lost")
    return PermanentError("blob-write", f"cannot write {path}: {error.strerror}", path=str(path))
