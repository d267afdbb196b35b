"""Where a node keeps what must last: the store, its transactions, blobs, the guard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from paraph.app.ports.rows import ActRow, Due, EvidenceRow, PeerRow, PeerView
from paraph.domain.ids import Digest, DossierId, PartyId, Utc

__all__ = ["Blobs", "CosignGuard", "Store", "UnitOfWork"]


class UnitOfWork(Protocol):
    """One transaction. Everything inside ``with`` is durable on leaving it, or none of it.

    Write transactions exclude each other. Nothing slow (network, token, rendering) happens inside.
    """

    def __enter__(self) -> Self:
        """Begin (immediately, as writer unless opened for reading)."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or roll back when an exception leaves the block."""

    # peers
    def peers(self) -> Sequence[PeerRow]:
        """All peers, by party id."""

    def peer(self, party: PartyId) -> PeerRow | None:
        """One peer, or None."""

    def save_peer(self, row: PeerRow) -> None:
        """Insert or replace a peer."""

    # acts and log
    def dossiers(self) -> Sequence[DossierId]:
        """Ids of all dossiers with at least one act, oldest first."""

    def arrivals(self, mark: int) -> tuple[int, frozenset[DossierId]]:
        """Dossiers that got acts since a mark, from whatever process, and the next mark; 0 is before all."""

    def add_act(self, row: ActRow) -> None:
        """Insert one act.

        Raises:
            ConflictError: ``act-exists`` if (dossier, author, author_seq) or (dossier, position) is taken.
        """

    def place(self, dossier: DossierId, author: PartyId, author_seq: int, position: int) -> None:
        """Give an unordered act its log position.

        Raises:
            ConflictError: ``position-taken`` if the position or the act already has another.
        """

    def feeds(self, dossier: DossierId) -> dict[PartyId, int]:
        """Number of acts held per author (feeds have no gaps)."""

    def size(self, dossier: DossierId) -> int:
        """Number of ordered acts (positions have no gaps)."""

    def act_count(self, dossier: DossierId) -> int:
        """Number of acts held, ordered or not; changes exactly when something was added."""

    def feed(self, dossier: DossierId, author: PartyId, start: int, limit: int) -> Sequence[ActRow]:
        """Acts of one author from ``author_seq >= start``, in order, at most ``limit``."""

    def log(self, dossier: DossierId, start: int, limit: int) -> Sequence[ActRow]:
        """Ordered acts from ``position >= start``, in order, at most ``limit``."""

    def unordered(self, dossier: DossierId) -> Sequence[ActRow]:
        """Acts without position, by (author, author_seq)."""

    # checkpoints: signed notes, one merged note per size
    def note(self, dossier: DossierId, size: int) -> bytes | None:
        """The note of that size with all signature lines known so far."""

    def save_note(self, dossier: DossierId, size: int, note: bytes) -> None:
        """Insert or replace the note of that size."""

    def forget_notes(self, dossier: DossierId, above: int) -> None:
        """Forget the notes of every larger size; none of them may be final."""

    def latest_note(self, dossier: DossierId) -> bytes | None:
        """The note of the largest size."""

    def final_note(self, dossier: DossierId) -> bytes | None:
        """The note marked final of the largest size."""

    def mark_final(self, dossier: DossierId, size: int) -> None:
        """Mark the note of that size final and forget smaller notes that are not final."""

    # what peers hold, and the outbox
    def peer_view(self, peer: PartyId, dossier: DossierId) -> PeerView | None:
        """What the peer was last known to hold."""

    def save_peer_view(self, peer: PartyId, dossier: DossierId, view: PeerView) -> None:
        """Remember what the peer holds."""

    def make_due(self, peer: PartyId, dossier: DossierId, not_before: Utc) -> None:
        """Add or renew an outbox entry (version + 1, attempts 0)."""

    def due(self, now: Utc, limit: int) -> Sequence[Due]:
        """Entries whose ``not_before`` has come, oldest first."""

    def retry_due(self, entry: Due, not_before: Utc) -> None:
        """After an attempt that changed nothing: attempts + 1 and a new ``not_before`` (if version is unchanged)."""

    def rest_due(self, entry: Due, not_before: Utc) -> None:
        """After an attempt that reached nobody: a new ``not_before`` (if version is unchanged); it does not count."""

    def hasten_due(self, peer: PartyId, now: Utc) -> None:
        """Make everything due now that is due for a peer later; what was tried before counts as it did."""

    def clear_due(self, entry: Due) -> None:
        """Remove the entry if its version is still the one attempted."""

    # frozen dossiers, evidence, secrets, settings
    def keep_evidence(self, row: EvidenceRow) -> None:
        """Keep what was refused, with its reason."""

    def evidence(self, dossier: str | None = None) -> Sequence[EvidenceRow]:
        """All evidence, or that of one dossier, oldest first."""

    def put_secret(self, name: str, data: bytes) -> None:
        """Keep private bytes (own signatures before the release, opened deposits); never served."""

    def secret(self, name: str) -> bytes | None:
        """Private bytes, or None."""

    def delete_secret(self, name: str) -> None:
        """Forget private bytes (after an abort)."""

    def set_setting(self, name: str, value: str) -> None:
        """Keep a small value."""

    def setting(self, name: str) -> str | None:
        """A small value, or None."""

    def settings(self, names: Iterable[str]) -> Mapping[str, str]:
        """Those of some small values that there are, by name; asked for at once."""


class Store(Protocol):
    """The durable store of one node."""

    def write(self) -> UnitOfWork:
        """A writing transaction; waits for other writers, up to a limit.

        Raises:
            TransientError: ``store-busy`` when another writer holds the store too long.
            PermanentError: ``disk-full`` when nothing more can be written.
        """

    def read(self) -> UnitOfWork:
        """A reading snapshot; never blocks writers."""


class Blobs(Protocol):
    """Content-addressed bytes: PDFs, texts, appearances, certificates."""

    def put(self, data: bytes) -> Digest:
        """Make ``data`` durable and return its SHA-256."""

    def put_all(self, contents: Iterable[bytes]) -> tuple[Digest, ...]:
        """Make all of them durable, together where that is faster, and return their SHA-256 in order."""

    def get(self, digest: Digest) -> bytes | None:
        """The bytes, checked against the digest, or None."""

    def has(self, digest: Digest) -> bool:
        """Whether the bytes are here."""

    def all(self) -> Iterable[Digest]:
        """Every digest held."""


class CosignGuard(Protocol):
    """The largest size this node ever cosigned, per dossier, kept apart from the store.

    A store restored from a backup forgets what was signed since; this does not (protocol threat row 15).
    """

    def last(self, dossier: DossierId) -> tuple[int, str] | None:
        """Largest size cosigned and its root (hex)."""

    def record(self, dossier: DossierId, size: int, root: str) -> None:
        """Durably record before the cosignature leaves.

        Raises:
            PermanentError: ``equivocation`` if another root was already recorded for ``size``, or if a
                larger size was.
        """

    def last_seq(self, dossier: DossierId) -> int:
        """Number of own acts ever made in the dossier."""

    def record_seq(self, dossier: DossierId, count: int) -> None:
        """Durably record the number of own acts before the act leaves.

        Raises:
            PermanentError: ``equivocation`` if a larger number was recorded before.
        """
