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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from paraph.app.acquaintance import Key, current_peers, one_dossier_each, peers_off, shared_dossiers
from paraph.app.bundles import (
    MAX_SECTION_BYTES,
    compose,
    expected_view,
    is_full,
    note_weight,
)
from paraph.app.cards import sign_otherwise
from paraph.app.consignment import Line, Load, Sent
from paraph.app.dossiers import refresh
from paraph.app.failures import is_away, is_refusal, nobody_was_there
from paraph.app.inbound import accept_answer
from paraph.app.leaving import seal_bundle
from paraph.app.node import Node
from paraph.app.ports import Courier, Due, PeerRow, UnitOfWork
from paraph.app.restoration import EVERYTHING, asked_everything, is_awaited, note_asked, restored_at
from paraph.app.showing import fork_told, lie_told, proofs_of, proofs_told
from paraph.domain.ids import PartyId, Utc
from paraph.domain.instants import after
from paraph.errors import ParaphError, TransientError

__all__ = ["GATHER_S", "Delivery"]

MAX_PER_PEER: Final = 8
"""Bundles to one peer at once: a peer that never answers must not keep every thread from the others."""

MAX_UNDER_WAY: Final = 8
"""Bundles to one peer about one dossier at once; each is small, and a lost one is repaired by the next."""

MAX_TOGETHER: Final = 32
"""Dossiers in one bundle, when as many are due at once to one peer: a bundle costs both nodes as much work as an act,
and a node that starts has something to say to everybody about all of them. The peer answers about all at once, so
that this is also what it does in one go."""

GATHER_S: Final = 0.2
"""How long news of others gathers. No step of an exchange waits for it, and steps follow each other faster than this."""

FIRST_RETRY_S: Final = 1
MAX_RETRY_S: Final = 3600
"""Back-off between attempts doubles from the first to this; a peer may be away for days."""

PROBE_S: Final = 10
"""How often a peer that cannot be reached is tried about one dossier or another: when it answers, everything is sent."""

STORE_RETRY_S: Final = 2
"""How long a delivery rests whose outcome cannot be written down: the disk is full, or the store is held too long."""

_BATCH: Final = 1024
"""Entries looked at in one turn: those under way stay due, and must not hide others behind them."""

_LOG = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Works off the outbox of a node.

    Attributes:
        node: The node.
        courier: How bundles travel.
    """

    node: Node
    courier: Courier
    _lines: dict[Key, Line] = field(default_factory=dict)
    _greet: set[Key] = field(default_factory=set)
    _alone: set[Key] = field(default_factory=set)
    _absent: set[PartyId] = field(default_factory=set)
    _silent: Counter[PartyId] = field(default_factory=Counter)
    _gathering: set[Key] = field(default_factory=set)
    _bundles: Counter[PartyId] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def greet(self) -> None:
        """Tell every peer where this node stands, and so learn where they do; once, when the node starts.

        While it was away they may have given up for an hour; and after a restoration they hold what it forgot.
        """
        with self.node.store.write() as uow:
            peers = current_peers(uow)
            self._announce(uow, shared_dossiers(self.node, uow, peers))
            if restored_at(uow):
                for party in sorted(peers):
                    if not asked_everything(uow, party):
                        uow.make_due(party, EVERYTHING, self.node.clock.now())

    def ask_the_time(self) -> None:
        """Have peers answer whose clocks were last heard to be off: that stops signatures, and there may be nothing else to say."""
        with self.node.store.read() as uow:
            keys = one_dossier_each(self.node, uow, peers_off(uow))
        if not keys:
            return
        with self.node.store.write() as uow:
            now = self.node.clock.now()
            for party, _ in keys:
                uow.hasten_due(party, now)
            spoken_to = {
                entry.peer for entry in uow.due(now, _BATCH)
            }  # to begin anew with them would be to insist
            self._announce(uow, [key for key in keys if key[0] not in spoken_to])

    def _announce(self, uow: UnitOfWork, keys: Sequence[Key]) -> None:
        """Say where this node stands even to those who lack nothing; they answer where they do, and with the time."""
        now = self.node.clock.now()
        for party, dossier in keys:
            self._greet.add((party, dossier))
            uow.make_due(party, dossier, now)

    def send_due(self, *, gather: bool = False) -> int:
        """Make every bundle that is due and start it on its way.

        Bundles are made here, one after the other, before the caller turns to anything else: making them in
        threads would only make them wait for each other, and for the caller.

        Args:
            gather: Let news of others gather for ``GATHER_S``, and go alone.

        Returns:
            How many entries were worked on.
        """
        due: dict[PartyId, list[tuple[Due, int]]] = {}
        with self.node.store.read() as uow:
            entries = uow.due(self.node.clock.now(), _BATCH)
            self._gather_only({(entry.peer, entry.dossier) for entry in entries})
            for entry in entries:
                if self._may_go(entry):
                    own = uow.feeds(entry.dossier).get(self.node.party, 0)
                    due.setdefault(entry.peer, []).append((entry, own))
        started = 0
        for peer, ready in due.items():
            for together in self._together(ready):
                if self._bundles[peer] >= MAX_PER_PEER:
                    break
                taken = [entry for entry, own in together if self._take_turn(entry, own, gather=gather)]
                if taken:
                    started += len(taken)
                    self._attempt(peer, taken)
        return started

    def _together(self, entries: Sequence[tuple[Due, int]]) -> Iterator[Sequence[tuple[Due, int]]]:
        """Split what is due to one peer into bundles; what was refused before goes alone, for others do not suffer."""
        joined = [one for one in entries if (one[0].peer, one[0].dossier) not in self._alone]
        joined = [one for one in joined if one[0].dossier != EVERYTHING]
        for first in range(0, len(joined), MAX_TOGETHER):
            yield joined[first : first + MAX_TOGETHER]
        for one in entries:
            if one[0].dossier == EVERYTHING or (one[0].peer, one[0].dossier) in self._alone:
                yield [one]

    def _gather_only(self, due: set[Key]) -> None:
        """Let nothing gather that is not due any more: the peer was told otherwise, or the clock was set back."""
        with self._lock:
            for key in self._gathering - due:
                self._lines[key].gathering = None
            self._gathering &= due

    def gathering(self) -> bool:
        """Whether anything waits for ``GATHER_S`` to pass."""
        with self._lock:
            return any(not self._lines[key].under_way for key in self._gathering)

    def busy(self) -> bool:
        """Whether any bundle is under way."""
        with self._lock:
            return any(self._bundles.values())

    def _may_go(self, entry: Due) -> bool:
        """Whether another bundle for an entry may be made while others are under way."""
        with self._lock:
            line = self._lines.get((entry.peer, entry.dossier))
            if line is not None and self.node.clock.ticks() < line.rest_until:
                return False
            if line is None or not line.under_way:
                return True
            return line.version != entry.version and line.under_way < MAX_UNDER_WAY

    def _take_turn(self, entry: Due, own: int, *, gather: bool) -> bool:
        key = (entry.peer, entry.dossier)
        with self._lock:
            line = self._lines.setdefault(key, Line())
            if gather and own <= line.own:
                now = self.node.clock.ticks()
                line.gathering = now if line.gathering is None else line.gathering
                self._gathering.add(key)
                if line.under_way or now - line.gathering < GATHER_S:
                    return False
            line.under_way += 1
            line.version, line.own, line.gathering = entry.version, own, None
            self._gathering.discard(key)
            return True

    def _attempt(self, peer: PartyId, entries: Sequence[Due]) -> None:
        """Make a bundle and hand it to the courier."""
        with self._lock:
            self._bundles[peer] += 1
        load = Load(peer=peer)
        for place, entry in enumerate(entries):
            if load.items and peer in self._absent:
                load.held = entries[place:]
                break
            if load.size > MAX_SECTION_BYTES:  # they stay due
                self._arrived(entries[place:])
                break
            try:
                sent = self._compose(entry)
            except Exception as error:  # noqa: BLE001 - sorted and told apart there
                self._failed([entry], error)
                self._arrived([entry])
            else:
                if sent is None:
                    self._finish([(entry, None)])
                    self._arrived([entry])
                else:
                    load.items.append((entry, sent))
                    load.size += sent.size
        try:
            if not load.items:
                self._unload(load)
                return
            row, bundle = self._seal(load)
        except Exception as error:  # noqa: BLE001 - sorted and told apart there
            self._unanswered(load, error)
        else:
            self.courier.carry(row, bundle, partial(self._answered, load), partial(self._unanswered, load))

    def _compose(self, entry: Due) -> Sent | None:
        """What an entry brings to the peer, or None if the peer lacks nothing."""
        line = self._lines[entry.peer, entry.dossier]
        with self.node.store.read() as uow:
            if entry.dossier == EVERYTHING:
                return Sent(weight=0, full=False)
            with self._lock:
                assumed = line.assumed
            greeting = (entry.peer, entry.dossier) in self._greet or is_awaited(
                uow, entry.dossier, entry.peer
            )
            section = compose(self.node, uow, entry.peer, entry.dossier, assumed, announce=greeting)
            if section is None:
                return None
            before = uow.peer_view(entry.peer, entry.dossier)
            asked = asked_everything(uow, entry.peer)
            view = refresh(self.node, uow, entry.dossier)
        weight = note_weight(section, view.dossier) if view.dossier else 0
        with self._lock:
            line.assumed = expected_view(section, assumed or before, weight)
        return Sent(weight=weight, full=is_full(section), section=section, asked=asked, before=before)

    def _seal(self, load: Load) -> tuple[PeerRow, bytes]:
        with self.node.store.read() as uow:
            peer = uow.peer(load.peer)
        if peer is None or peer.state == "suspended":
            raise TransientError("peer-suspended", f"{load.peer} is suspended; nothing is sent")
        sections = [sent.section for _, sent in load.items if sent.section is not None]
        return peer, seal_bundle(self.node, load.peer, self.node.peer_card(peer.card).keys, sections)

    def _answered(self, load: Load, answer: bytes) -> None:
        try:
            weights = {entry.dossier: sent.weight for entry, sent in load.items}
            accept_answer(self.node, answer, weights, asked=all(sent.asked for _, sent in load.items))
            self._absent.discard(load.peer)
            self._silent.pop(load.peer, None)
            for entry, _ in load.items:
                self._greet.discard((entry.peer, entry.dossier))
                self._alone.discard((entry.peer, entry.dossier))
            self._finish(load.items)
        except Exception as error:  # noqa: BLE001 - sorted and told apart there
            self._failed([entry for entry, _ in load.items], error)
        finally:
            self._unload(load)

    def _unanswered(self, load: Load, error: Exception) -> None:
        try:
            self._failed([*(entry for entry, _ in load.items), *load.held], error)
        finally:
            self._unload(load)

    def _unload(self, load: Load) -> None:
        with self._lock:
            self._bundles[load.peer] -= 1
        self._arrived([*(entry for entry, _ in load.items), *load.held])
        self.node.wake.set()

    def _finish(self, items: Sequence[tuple[Due, Sent | None]]) -> None:
        """The peer has answered. What it lacks even so, it does not take or nobody has: that can wait."""
        with self.node.store.write() as uow:
            for entry, sent in items:
                self._finish_one(uow, entry, sent)

    def _finish_one(self, uow: UnitOfWork, entry: Due, sent: Sent | None) -> None:
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
        # So much that it may not all have fitted goes on at once, unless what was sent left the peer where it stood: it may
        # ask for ever for bytes that it does not keep.
        elif sent is None or not sent.full or sent.before == uow.peer_view(entry.peer, entry.dossier):
            uow.retry_due(entry, after(self.node.clock.now(), _delay(entry.attempts)))
        if sent and uow.setting(f"delivery:{entry.peer}"):
            uow.set_setting(f"delivery:{entry.peer}", "")
            uow.hasten_due(entry.peer, self.node.clock.now())

    def _failed(self, entries: Sequence[Due], error: Exception) -> None:
        """Try again later; a refusal is shown in the node's status, a bug in its log."""
        known = isinstance(error, ParaphError)
        if not known:  # a bug must be seen, and must not end the runner
            _LOG.error("delivery to %s failed", entries[0].peer, exc_info=error)
        with self._lock:
            for entry in entries:
                key = (entry.peer, entry.dossier)
                line = self._lines[key]
                line.assumed, line.own = None, -1
                if not nobody_was_there(error):
                    self._alone.add(key)
                else:
                    self._absent.add(entry.peer)
        try:
            with self.node.store.write() as uow:
                if is_away(error):
                    self._rest(uow, entries)
                else:
                    for entry in entries:
                        wait = _delay(entry.attempts) if known else MAX_RETRY_S
                        uow.retry_due(entry, after(self.node.clock.now(), wait))
                if isinstance(error, ParaphError):
                    uow.set_setting(f"delivery:{entries[0].peer}", f"{error.code}: {error.message}")
                    if is_refusal(error):
                        sign_otherwise(self.node, uow, entries[0].peer)
        except ParaphError as trouble:  # they stay due; without a rest they would be sent again and again
            _LOG.warning("what came of a delivery to %s cannot be kept: %s", entries[0].peer, trouble.message)
            with self._lock:
                for entry in entries:
                    self._lines[entry.peer, entry.dossier].rest_until = (
                        self.node.clock.ticks() + STORE_RETRY_S
                    )

    def _rest(self, uow: UnitOfWork, entries: Sequence[Due]) -> None:
        """Nobody was there: one of the entries finds out soon when somebody is, and the others can wait for that.

        It says nothing about what was sent, so it does not count as tried: on a line that loses bundles now and then, nodes
        that can never agree would otherwise begin anew whenever one is lost.
        """
        now, peer = self.node.clock.now(), entries[0].peer
        wait = _delay(self._silent[peer])
        self._silent[peer] += 1
        probe = not _is_tried_soon(uow, entries, after(now, PROBE_S))
        for number, entry in enumerate(entries):
            uow.rest_due(entry, after(now, min(wait, PROBE_S) if probe and not number else wait))

    def _arrived(self, entries: Sequence[Due]) -> None:
        with self._lock:
            for entry in entries:
                line = self._lines[entry.peer, entry.dossier]
                line.under_way -= 1
                if not line.under_way:
                    line.assumed = None


def _is_tried_soon(uow: UnitOfWork, entries: Sequence[Due], at: Utc) -> bool:
    """Whether the peer of some entries is tried until an instant about another dossier than theirs."""
    theirs = {entry.dossier for entry in entries}
    return any(due.peer == entries[0].peer and due.dossier not in theirs for due in uow.due(at, _BATCH))


def _delay(attempts: int) -> int:
    return min(FIRST_RETRY_S << min(attempts, 12), MAX_RETRY_S)
