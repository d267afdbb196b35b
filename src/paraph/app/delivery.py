"""Sending what is due: the outbox, worked off with several bundles to a peer under way at once.

Delivery is by state. A bundle that is lost costs nothing but time: the peer's next answer says what it
holds, and the next bundle starts from there. Several may be under way to one peer, each assuming that the
earlier ones arrive, so that a long line costs latency once and not once per act.

A node's own acts leave at once. What it only passes on (order, cosignatures, other nodes' acts, which their
authors send to everybody themselves) gathers for a moment and goes alone: each bundle costs both nodes as
much work as an act, and cosignatures would otherwise set off more of them than there are acts.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Final

from paraph.app.bundles import (
    compose,
    expected_view,
    fork_told,
    is_full,
    lie_told,
    note_weight,
    participants,
    proofs_of,
    proofs_told,
    seal_bundle,
)
from paraph.app.dossiers import refresh
from paraph.app.inbound import accept_answer
from paraph.app.instants import later
from paraph.app.node import Node
from paraph.app.ports import Courier, Due, PeerRow, PeerView
from paraph.app.restoration import EVERYTHING, asked_everything, is_awaited, note_asked, restored_at
from paraph.domain.ids import DossierId, PartyId
from paraph.errors import ParaphError, TransientError
from paraph.wire.sections import Section

__all__ = ["GATHER_S", "Delivery"]

MAX_PER_PEER: Final = 8
"""Bundles to one peer at once: a peer that never answers must not keep every thread from the others."""

MAX_UNDER_WAY: Final = 8
"""Bundles to one peer about one dossier at once; each is small, and a lost one is repaired by the next."""

GATHER_S: Final = 0.2
"""How long news of others gathers. No step of an exchange waits for it, and steps follow each other faster than this."""

FIRST_RETRY_S: Final = 1
MAX_RETRY_S: Final = 3600
"""Back-off between attempts doubles from the first to this; a peer may be away for days."""

_BATCH: Final = 1024
"""Entries looked at in one turn: those under way stay due, and must not hide others behind them."""

_LOG = logging.getLogger(__name__)

Key = tuple[PartyId, DossierId]


@dataclass(slots=True)
class _Line:
    """What is under way to one peer about one dossier.

    Attributes:
        under_way: Bundles without an answer yet.
        assumed: What the peer holds once they arrive.
        version: State of the outbox entry that the last of them was made from.
        own: How many acts of this node the peer holds then.
        gathering: Since when news of others gathers, or None.
    """

    under_way: int = 0
    assumed: PeerView | None = None
    version: int = -1
    own: int = -1
    gathering: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What a bundle brought.

    Attributes:
        weight: That of its heaviest note.
        full: Whether something had to be left for the next one.
        section: The section itself, if there was one.
        asked: Whether it was made after the peer had been asked for everything.
    """

    weight: int
    full: bool
    section: Section | None = None
    asked: bool = False

    def showed(self, digests: str) -> bool:
        """Whether all of some acts and notes, named by their SHA-256 with spaces between, were in it."""
        if self.section is None:
            return False
        section = self.section
        everything = (*section.acts, *section.notes, *section.proofs)
        brought = {sha256(data).hexdigest() for data in everything}
        return set(digests.split()) <= brought


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Works off the outbox of a node.

    Attributes:
        node: The node.
        courier: How bundles travel.
    """

    node: Node
    courier: Courier
    _lines: dict[Key, _Line] = field(default_factory=dict)
    _greet: set[Key] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def greet(self) -> None:
        """Tell every peer where this node stands, and so learn where they do; once, when the node starts.

        While it was away they may have given up for an hour; and after a restoration they hold what it forgot.
        """
        now = self.node.clock.now()
        with self.node.store.write() as uow:
            peers = {peer.party for peer in uow.peers() if peer.state != "suspended"}
            for dossier in uow.dossiers():
                involved = participants(uow, dossier, refresh(self.node, uow, dossier))
                for party in sorted(peers & involved):
                    self._greet.add((party, dossier))
                    uow.make_due(party, dossier, now)
            if restored_at(uow):
                for party in sorted(peers):
                    if not asked_everything(uow, party):
                        uow.make_due(party, EVERYTHING, now)

    def send_due(self, *, gather: bool = False) -> int:
        """Make every bundle that is due and start it on its way.

        Bundles are made here, one after the other, before the caller turns to anything else: making them in
        threads would only make them wait for each other, and for the caller.

        Args:
            gather: Let news of others gather for ``GATHER_S``, and go alone.

        Returns:
            How many entries were worked on.
        """
        with self.node.store.read() as uow:
            entries = [
                (entry, uow.feeds(entry.dossier).get(self.node.party, 0))
                for entry in uow.due(self.node.clock.now(), _BATCH)
            ]
        started = 0
        for entry, own in entries:
            if self._take_turn(entry, own, gather=gather):
                started += 1
                self._attempt(entry)
        return started

    def gathering(self) -> bool:
        """Whether anything waits for ``GATHER_S`` to pass."""
        with self._lock:
            return any(line.gathering is not None and not line.under_way for line in self._lines.values())

    def busy(self) -> bool:
        """Whether any bundle is under way."""
        with self._lock:
            return any(line.under_way for line in self._lines.values())

    def _take_turn(self, entry: Due, own: int, *, gather: bool) -> bool:
        with self._lock:
            line = self._lines.setdefault((entry.peer, entry.dossier), _Line())
            if sum(n.under_way for (peer, _), n in self._lines.items() if peer == entry.peer) >= MAX_PER_PEER:
                return False
            if line.under_way and (line.version == entry.version or line.under_way >= MAX_UNDER_WAY):
                return False
            if gather and own <= line.own:
                now = self.node.clock.ticks()
                line.gathering = now if line.gathering is None else line.gathering
                if line.under_way or now - line.gathering < GATHER_S:
                    return False
            line.under_way += 1
            line.version, line.own, line.gathering = entry.version, own, None
            return True

    def _attempt(self, entry: Due) -> None:
        """Make the bundle and hand it to the courier."""
        try:
            made = self._make(entry)
        except Exception as error:  # noqa: BLE001 - sorted and told apart there
            self._failed(entry, error)
            self._arrived(entry)
        else:
            if made is None:
                self._finish(entry, None)
                self._arrived(entry)
            else:
                peer, bundle, sent = made
                self.courier.carry(
                    peer, bundle, partial(self._answered, entry, sent), partial(self._unanswered, entry)
                )

    def _make(self, entry: Due) -> tuple[PeerRow, bytes, _Sent] | None:
        """The bundle that an entry asks for, or None if the peer lacks nothing."""
        line = self._lines[entry.peer, entry.dossier]
        with self.node.store.read() as uow:
            peer = uow.peer(entry.peer)
            if peer is None or peer.state == "suspended":
                raise TransientError("peer-suspended", f"{entry.peer} is suspended; nothing is sent")
            with self._lock:
                assumed = line.assumed
            greeting = (entry.peer, entry.dossier) in self._greet or is_awaited(
                uow, entry.dossier, entry.peer
            )
            section = compose(self.node, uow, entry.peer, entry.dossier, assumed, announce=greeting)
            if entry.dossier == EVERYTHING:
                keys = self.node.peer_card(peer.card).keys
                return peer, seal_bundle(self.node, entry.peer, keys, []), _Sent(weight=0, full=False)
            if section is None:
                return None
            held = assumed or uow.peer_view(entry.peer, entry.dossier)
            asked = asked_everything(uow, entry.peer)
            view = refresh(self.node, uow, entry.dossier)
        weight = note_weight(section, view.dossier) if view.dossier else 0
        with self._lock:
            line.assumed = expected_view(section, held, weight)
        bundle = seal_bundle(self.node, entry.peer, self.node.peer_card(peer.card).keys, [section])
        return peer, bundle, _Sent(weight=weight, full=is_full(section), section=section, asked=asked)

    def _answered(self, entry: Due, sent: _Sent, answer: bytes) -> None:
        try:
            accept_answer(self.node, answer, {entry.dossier: sent.weight}, asked=sent.asked)
            self._greet.discard((entry.peer, entry.dossier))
            self._finish(entry, sent)
        except Exception as error:  # noqa: BLE001 - sorted and told apart there
            self._failed(entry, error)
        finally:
            self._arrived(entry)
            self.node.wake.set()

    def _unanswered(self, entry: Due, error: Exception) -> None:
        try:
            self._failed(entry, error)
        finally:
            self._arrived(entry)
            self.node.wake.set()

    def _finish(self, entry: Due, sent: _Sent | None) -> None:
        """The peer has answered. What it lacks even so, it does not take or nobody has: that can wait."""
        with self.node.store.write() as uow:
            for kept, told in (
                (f"fork:{entry.dossier}", fork_told),
                (f"lie:{entry.dossier}", lie_told),
                (proofs_of(entry.dossier), proofs_told),
            ):
                proof = uow.setting(kept)
                if sent and proof and sent.showed(proof):
                    uow.set_setting(told(entry.peer, entry.dossier), "1")
            if sent and entry.dossier == EVERYTHING:
                note_asked(uow, entry.peer, self.node.clock.now())
            # A peer that this node has to hear before it speaks is asked until it was heard.
            awaited = is_awaited(uow, entry.dossier, entry.peer)
            if not awaited and compose(self.node, uow, entry.peer, entry.dossier) is None:
                uow.clear_due(entry)
            elif sent is None or not sent.full:
                uow.retry_due(entry, later(self.node.clock.now(), _delay(entry)))
            if sent and uow.setting(f"delivery:{entry.peer}"):
                uow.set_setting(f"delivery:{entry.peer}", "")

    def _failed(self, entry: Due, error: Exception) -> None:
        """Try again later; a refusal is shown in the node's status, a bug in its log."""
        delay = MAX_RETRY_S
        if isinstance(error, ParaphError):
            delay = _delay(entry)
        else:  # a bug must be seen, and must not end the runner
            _LOG.error("delivery to %s failed", entry.peer, exc_info=error)
        with self._lock:
            line = self._lines[entry.peer, entry.dossier]
            line.assumed, line.own = None, -1
        with self.node.store.write() as uow:
            uow.retry_due(entry, later(self.node.clock.now(), delay))
            if isinstance(error, ParaphError):
                uow.set_setting(f"delivery:{entry.peer}", f"{error.code}: {error.message}")

    def _arrived(self, entry: Due) -> None:
        with self._lock:
            line = self._lines[entry.peer, entry.dossier]
            line.under_way -= 1
            if not line.under_way:
                line.assumed = None


def _delay(entry: Due) -> int:
    return min(FIRST_RETRY_S << min(entry.attempts, 12), MAX_RETRY_S)
