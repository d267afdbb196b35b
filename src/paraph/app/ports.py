"""The ports: what the use cases need from the outside, as Protocols.

Adapters do not inherit from these; contract tests prove that they fit. All methods are synchronous; a
node that serves many peers calls them from worker threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from paraph.domain.ids import ActId, Digest, DossierId, PartyId, Utc
from paraph.domain.originals import Original
from paraph.wire.pdf.fields import FieldBox

__all__ = [
    "ActRow",
    "Blobs",
    "Clock",
    "CosignGuard",
    "Due",
    "Engrossed",
    "EvidenceRow",
    "PeerRow",
    "PeerView",
    "Renderer",
    "Signer",
    "SignerDesk",
    "Store",
    "Timestamper",
    "Transport",
    "UnitOfWork",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One act as kept: exact envelope bytes and its two places (feed, log).

    Attributes:
        dossier: The dossier it belongs to.
        author: Who made it.
        author_seq: Its place in the author's feed, from 0, without gaps.
        act: SHA-256 of the payload.
        envelope: The exact DSSE envelope bytes.
        position: Its place in the dossier log from 0, or None while not yet ordered.
    """

    dossier: DossierId
    author: PartyId
    author_seq: int
    act: ActId
    envelope: bytes
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """A peer as this node knows it.

    Attributes:
        party: The peer's id.
        card: Exact bytes of its card.
        state: ``unverified``, ``verified`` or ``suspended``.
        officers: Who compared the twelve words (two names when verified).
        url: Where bundles are delivered, from the card or set by hand.
    """

    party: PartyId
    card: bytes
    state: str
    officers: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerView:
    """What a peer is known to hold of one dossier, from its own last bundle.

    Attributes:
        feeds: Acts held per author.
        size: Ordered acts held.
        cosigned: Weight of the heaviest note the peer is known to hold: grows with acts and cosignatures.
        wants: Blobs it said it lacks.
    """

    feeds: dict[PartyId, int]
    size: int
    cosigned: int
    wants: tuple[Digest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One outbox entry: ``peer`` should hear of ``dossier``.

    State-based: many reasons coalesce into one entry. ``version`` counts them, so that finishing an old
    attempt does not clear a newer reason.

    Attributes:
        peer: To whom.
        dossier: About what.
        version: Increased at each new reason.
        not_before: Earliest next attempt.
        attempts: Attempts since the last success.
    """

    peer: PartyId
    dossier: DossierId
    version: int
    not_before: Utc
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """Something a peer sent that the rules forbid, kept with the reason.

    Attributes:
        at: When it was received.
        peer: From whom.
        dossier: In which dossier ("" if unknown).
        code: The error code.
        message: The reason, for people.
        data: The exact bytes.
    """

    at: Utc
    peer: PartyId
    dossier: str
    code: str
    message: str
    data: bytes


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
        """After a failed attempt: attempts + 1 and a new ``not_before`` (if version is unchanged)."""

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
        """Durably record the number of own acts before the act leaves."""


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> Utc:
        """The current instant, in whole seconds."""


class Signer(Protocol):
    """A signing key with its certificate: PKCS#12 file or PKCS#11 token."""

    @property
    def certificate(self) -> bytes:
        """The signatory's certificate, DER."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuing certificates, DER, nearest first, without the root."""

    @property
    def algorithm(self) -> str:
        """``ecdsa-p256-sha256``, ``ecdsa-p384-sha384`` or ``rsa-pkcs1-sha256``."""

    def sign(self, message: bytes) -> bytes:
        """Sign ``message`` (hashing included); DER for ECDSA."""


class Timestamper(Protocol):
    """A time-stamp authority."""

    def timestamp(self, imprint: bytes) -> bytes:
        """A DER RFC 3161 token over a SHA-256 ``imprint`` of 32 bytes."""


class SignerDesk(Protocol):
    """Where signatories' keys are found: each behind a file or a token, by signatory id."""

    def signer(self, signatory: str) -> Signer | None:
        """The signer of a signatory, or None if this node has no key for him or her.

        Raises:
            PermanentError: wrong passphrase or PIN, no token: an operator has to act.
        """

    def crls(self) -> tuple[bytes, ...]:
        """Current revocation lists of this party's issuers, DER."""


class Renderer(Protocol):
    """Renders originals and appearances; the same input gives the same bytes."""

    def engross(self, original: Original, *, source: bytes) -> Engrossed:
        """Render one original with its canonical source attached."""

    def appearance(
        self,
        *,
        name: str,
        title: str,
        lines: tuple[str, ...],
        lang: str,
        direction: str,
        width_pt: int,
        height_pt: int,
    ) -> bytes:
        """Render what is drawn in a signature field, as a one-page PDF with embedded fonts."""


class Engrossed(Protocol):
    """A rendered original."""

    @property
    def pdf(self) -> bytes:
        """The PDF, before signature fields are reserved."""

    @property
    def fields(self) -> tuple[FieldBox, ...]:
        """Where each signatory's field goes."""

    @property
    def renderer(self) -> str:
        """Name and version of renderer and templates."""


class Transport(Protocol):
    """A channel to peers; it moves sealed bundle bytes and knows nothing of their meaning."""

    def exchange(self, peer: PeerRow, bundle: bytes) -> bytes:
        """Deliver a bundle and return the peer's bundle in answer.

        Raises:
            TransientError: ``peer-unreachable`` and the like; try again later.
            PermanentError: the peer refuses us; an officer has to act.
        """
