"""Bundles through a folder: a USB stick, a shared directory, an attachment saved by hand.

The bytes are those that HTTPS would carry. Per direction there is one file, replaced by each newer bundle:
a bundle says where a node stands, so only the newest matters, and a folder never fills up.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from paraph.app.ports import PeerRow
from paraph.domain.ids import PartyId, check_party_id
from paraph.errors import PermanentError, TransientError
from paraph.wire.limits import MAX_BUNDLE

__all__ = ["FolderTransport"]

_NAME = re.compile(r"([a-z][a-z0-9-]{0,62})\.to\.([a-z][a-z0-9-]{0,62})\.paraph\Z")


class FolderTransport:
    """Delivers bundles through a folder (``paraph.app.ports.Transport``)."""

    def __init__(self, party: PartyId, folder: Path) -> None:
        """Use ``folder`` on behalf of ``party``; both sides may use the same one."""
        self._party = check_party_id(party)
        self._folder = folder
        self._seen: dict[PartyId, bytes] = {}

    def exchange(self, peer: PeerRow, bundle: bytes) -> bytes:
        """Write the bundle for the peer, and return what the peer has left for us since.

        Raises:
            TransientError: ``answer-pending`` while there is nothing new from the peer. The bundle lies in the
                folder all the same; carry it there.
            PermanentError: ``folder-write``, ``folder-read``, ``answer-size``.
        """
        path = self.deliver(peer.party, bundle)
        for sender, data in self.waiting():
            if sender == peer.party:
                return data
        raise TransientError(
            "answer-pending",
            f"{path} waits to be carried to {peer.party}; there is no new answer yet",
            path=str(path),
        )

    def deliver(self, peer: PartyId, bundle: bytes) -> Path:
        """Write a bundle for ``peer``, in place of an older one, and return where it lies."""
        path = self._folder / f"{self._party}.to.{check_party_id(peer)}.paraph"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=self._folder)
            with os.fdopen(handle, "wb") as file:
                file.write(bundle)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError as error:
            raise PermanentError(
                "folder-write", f"cannot write {path}: {error.strerror}", path=str(path)
            ) from error
        return path

    def waiting(self) -> Iterator[tuple[PartyId, bytes]]:
        """Yield sender (by the file's name, unverified) and bytes of each bundle not yielded before.

        Raises:
            PermanentError: ``folder-read``, ``answer-size``.
        """
        try:
            names = sorted(path.name for path in self._folder.iterdir()) if self._folder.is_dir() else []
            for match in filter(None, map(_NAME.match, names)):
                if match[2] == self._party:
                    sender, data = PartyId(match[1]), self._read(self._folder / match[0])
                    digest = hashlib.sha256(data).digest()
                    if self._seen.get(sender) != digest:
                        self._seen[sender] = digest
                        yield sender, data
        except OSError as error:
            raise PermanentError(
                "folder-read", f"cannot read {self._folder}: {error.strerror}", path=str(self._folder)
            ) from error

    @staticmethod
    def _read(path: Path) -> bytes:
        with path.open("rb") as file:
            data = file.read(MAX_BUNDLE + 1)
        if len(data) > MAX_BUNDLE:
            raise PermanentError(
                "answer-size", f"{path} is larger than any bundle: remove it", path=str(path)
            )
        return data
