"""One party's node, as the use cases see it: its identity, its keys and its ports.

Use cases are functions that take a ``Node``; it holds no rules. The only state it keeps in memory is a
cache of how far each dossier's log has been worked in, which can be dropped at any time.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from paraph.app.ports import Blobs, Clock, CosignGuard, Renderer, SignerDesk, Store, Timestamper
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.errors import FormatError
from paraph.verify.attachments import AttachedBytes
from paraph.verify.log import LogView
from paraph.wire import hpke
from paraph.wire.card import PeerCard, card_digest, unpack_card
from paraph.wire.keys import NodeKeys

__all__ = ["Node"]

MAX_ANCESTRY: Final = 64
"""Cards of one node that are followed back: more than anybody renews, and an end for whoever invents some."""

MAX_ROOTS: Final = 4096
"""Roots kept in memory: those of the last acts of many dossiers, at a hundred bytes each."""


@dataclass(slots=True, kw_only=True)
class Node:
    """A node.

    Attributes:
        party: Whose node it is.
        keys: Its signing and opening keys.
        card: Exact bytes of its own peer card.
        former: Keys it had before, newest first: they open what was sealed to them, and sign where the cards that
            carry them are still in force.
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
    former: tuple[NodeKeys, ...] = ()
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
        self.keep(dossier, view)
        self.remember_root(dossier, view.size, view.tree.root())
        with self._stirring:
            self._stirred.add(dossier)

    def keep(self, dossier: DossierId, view: LogView) -> None:
        """Keep a view that was computed from committed acts by somebody who only reads."""
        self._views[dossier] = view

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
        """Keep a root that was computed, if the acts below it are committed: others may never take those places."""
        view = self._views.get(dossier)
        if view is None or size > view.size:
            return
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

    def ancestry(
        self, card: bytes, offered: Mapping[Digest, bytes] = MappingProxyType({})
    ) -> tuple[Digest, ...]:
        """The digests of a card and of those it says it follows, oldest first.

        Args:
            card: The card.
            offered: Cards that are not held here and may be; they are followed too.
        """
        found, current = [card_digest(card)], self.peer_card(card)
        while current.succeeds and len(found) < MAX_ANCESTRY:
            digest = Digest(current.succeeds)
            found.append(digest)
            data = offered.get(digest)
            before = self.card_of(digest) or (self.peer_card(data) if data is not None else None)
            if before is None or before.party != current.party:
                break
            current = before
        return tuple(reversed(found))

    def own_cards(self) -> tuple[Digest, ...]:
        """The cards that this node has had, one after the other, oldest first; the present one is the last."""
        return self.ancestry(self.card)

    def keys_of(self, digest: Digest) -> NodeKeys | None:
        """The private keys that belong to one of this node's cards.

        None for a card that the present one does not follow: keys that were given up without a successor, because
        somebody else may have them, sign nothing any more.
        """
        if digest not in self.own_cards():
            return None
        card = self.peer_card(self.card) if digest == card_digest(self.card) else self.card_of(digest)
        wanted = card.key_id if card is not None else None
        return next((keys for keys in (self.keys, *self.former) if keys.public.key_id == wanted), None)

    def unseal(self, info: bytes, sealed: bytes) -> bytes:
        """Open what was sealed to this node, with its present keys or with those it had.

        Raises:
            FormatError: ``seal``, as ``hpke.unseal``.
        """
        *others, last = (self.keys, *self.former)
        for keys in others:
            with suppress(FormatError):
                return hpke.unseal(keys, info, sealed)
        return hpke.unseal(last, info, sealed)

    def peer_card(self, data: bytes) -> PeerCard:
        """The card with these bytes, verified once."""
        digest = card_digest(data)
        card = self._cards.get(digest)
        if card is None:
            card = self._cards[digest] = unpack_card(data)
        return card
