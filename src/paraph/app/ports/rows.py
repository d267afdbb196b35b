"""Rows: what a node keeps, as values."""

from __future__ import annotations

from dataclasses import dataclass

from paraph.domain.ids import ActId, Digest, DossierId, PartyId, Utc

__all__ = ["ActRow", "Due", "EvidenceRow", "PeerRow", "PeerView"]


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
        attempts: Attempts that were answered, or refused, and changed nothing.
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
