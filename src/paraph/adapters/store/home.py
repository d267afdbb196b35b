"""The folder of one node: which part lies where, and which parts a backup takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["NodeHome"]


@dataclass(frozen=True, slots=True)
class NodeHome:
    """A node's home folder.

    Attributes:
        folder: The folder itself.
    """

    folder: Path

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "paraph.toml"

    @property
    def database(self) -> Path:
        """The SQLite store."""
        return self.folder / "store.sqlite3"

    @property
    def people(self) -> Path:
        """The database of officers, passkeys, roles, drafts and the journal, where the store is SQLite and there are pages."""
        return self.folder / "people.sqlite3"

    @property
    def blobs(self) -> Path:
        """Content-addressed files."""
        return self.folder / "blobs"

    @property
    def keys(self) -> Path:
        """Node keys, certificates, TLS key: in a backup only when asked for."""
        return self.folder / "keys"

    @property
    def guard(self) -> Path:
        """What was ever cosigned and authored: in a backup, but never rolled back by it."""
        return self.folder / "guard"

    @property
    def restored(self) -> Path:
        """Says to people when the store was restored; the setting ``restored-at`` says it to the node."""
        return self.folder / "RESTORED"
