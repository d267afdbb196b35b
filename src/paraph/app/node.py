"""One party's node, as the use cases see it: its identity, its keys and its ports.

Use cases are functions that take a ``Node``; it holds no rules. The only state it keeps in memory is a
cache of how far each dossier's log has been worked in, which can be dropped at any time.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from paraph.app.ports import Blobs, Clock, CosignGuard, Renderer, SignerDesk, Store, Timestamper
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.verify.attachments import AttachedBytes
from paraph.verify.log import LogView
from paraph.wire.card import PeerCard, card_digest, unpack_card
from paraph.wire.keys import NodeKeys

__all__ = ["Node"]

MAX_ROOTS: Final = 4096
"""Roots kept in memory: those of the last acts of many dossiers, at a hundred bytes each."""


@dataclass(slots=True, kw_only=True)
class Node:
    """A node.

    Attributes:
        party: Whose node it is.
        keys: Its signing and opening keys.
        card: Exact bytes of its own peer card.
        store: Acts, peers, outbox.
        blobs: Attachments.
        guard: What it ever cosigned and authored.
        clock: The wall clock.
        timestamper: Its time-stamp authority, or None.
        renderer: Renders originals and appearances, or None on a node that only verifies.
        desk: Where signatories' keys are found.
        attachments: Texts read from blobs, cached.
        wake: Set when there is something to send or to do.
        speaking: Held while the guard is asked and told, so that two bundles that leave at once cannot make
            this node take the older one for a contradiction of the newer.
    """

    party: PartyId
    keys: NodeKeys
    card: bytes
    store: Store
    blobs: Blobs
    guard: CosignGuard
    clock: Clock
    timestamper: Timestamper | None
    renderer: Renderer | None
    desk: SignerDesk
    attachments: AttachedBytes = field(init=False)
    wake: threading.Event = field(default_factory=threading.Event)
    speaking: threading.Lock = field(default_factory=threading.Lock)
    _views: dict[DossierId, LogView] = field(default_factory=dict)
    _cards: dict[Digest, PeerCard] = field(default_factory=dict)
    _stirred: set[DossierId] = field(default_factory=set)
    _stirring: threading.Lock = field(default_factory=threading.Lock)
    _roots: dict[tuple[DossierId, int], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read attachments from the node's own blobs."""
        self.attachments = AttachedBytes(self.blobs.get, self.blobs.has)

    def view(self, dossier: DossierId) -> LogView:
        """How far the dossier's log has been worked in; may lag behind the store."""
        return self._views.get(dossier) or LogView()

    def remember(self, dossier: DossierId, view: LogView) -> None:
        """Keep a view that was computed from committed acts; something may be to do in this dossier now."""
        self._views[dossier] = view
        with self._stirring:
            self._stirred.add(dossier)

    def stirred(self) -> frozenset[DossierId]:
        """The dossiers in which this process worked since it was last asked."""
        with self._stirring:
            found = frozenset(self._stirred)
            self._stirred.clear()
        return found

    def root_was(self, dossier: DossierId, size: int) -> bytes | None:
        """Root of the first acts of a log, if it was computed lately; a beginning never changes."""
        return self._roots.get((dossier, size))

    def remember_root(self, dossier: DossierId, size: int, root: bytes) -> None:
        """Keep a root that was computed."""
        if len(self._roots) >= MAX_ROOTS:
            self._roots.clear()
        self._roots[dossier, size] = root

    def card_of(self, digest: Digest) -> PeerCard | None:
        """The card with that digest, if its bytes are held."""
        card = self._cards.get(digest)
        if card is None:
            data = self.blobs.get(digest)
            if data is None:
                return None
            card = self._cards[digest] = unpack_card(data)
        return card

    def peer_card(self, data: bytes) -> PeerCard:
        """The card with these bytes, verified once."""
        digest = card_digest(data)
        card = self._cards.get(digest)
        if card is None:
            card = self._cards[digest] = unpack_card(data)
        return card
