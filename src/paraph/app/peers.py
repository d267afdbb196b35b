"""First contact: cards, twelve words, two officers (D5). Nobody is trusted on first use."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paraph.app.bundles import participants
from paraph.app.cards import forget_renewals, known_peer, note_known
from paraph.app.dossiers import refresh
from paraph.app.node import Node
from paraph.app.ports import PeerRow, UnitOfWork
from paraph.app.renewal import follow_renewal_file
from paraph.app.restoration import EVERYTHING, asked_everything, restored_at
from paraph.domain.ids import PartyId
from paraph.errors import LocalActError
from paraph.wire.card import card_digest, unpack_card
from paraph.wire.renewal import is_renewal
from paraph.wire.words import twelve_words

__all__ = ["add_peer", "confirm_words", "suspend_peer", "words_with"]

OFFICERS: Final = 2
"""Officers on each side who compare the words: one can be deceived, or bought."""

MAX_OFFICER_NAME: Final = 120


def add_peer(node: Node, card: bytes, url: str = "") -> PeerRow:
    """Add a peer's card, unverified; or replace it, unverified again. A renewal file keeps a peer as verified as it was.

    Args:
        node: This node.
        card: Exact bytes of the card, or of a renewal file.
        url: Where to deliver bundles; the card's first endpoint by default.

    Raises:
        LocalActError: ``card-own`` or ``card-expired``; ``renewal-unknown`` or ``renewal-suspended``.
        FormatError: The bytes are not a card, or its own signature does not hold; a renewal is not signed by the keys that
            are known here.
    """
    if is_renewal(card):
        return _follow(node, card, url)
    read = unpack_card(card)
    if read.party == node.party:
        raise LocalActError(
            "card-own", "this is this node's own card; give it to the peer and add the peer's"
        )
    now = node.clock.now()
    if not read.valid_from <= now < read.valid_until:
        raise LocalActError(
            "card-expired",
            f"the card of {read.party} is valid from {read.valid_from} until {read.valid_until} only",
        )
    with node.store.write() as uow:
        before = uow.peer(read.party)
        if before is not None and before.card == card and before.state != "suspended":
            row = replace(before, url=url or before.url)
        else:
            endpoint = url or (read.endpoints[0] if read.endpoints else "")
            row = PeerRow(party=read.party, card=card, state="unverified", officers=(), url=endpoint)
        if before is None or before.card != card:
            forget_renewals(uow, read.party)
        if before is None:
            note_known(uow, read.party, card_digest(node.card))
        uow.save_peer(row)
        _send_again(node, uow, read.party)
    node.wake.set()
    return row


def _follow(node: Node, renewals: bytes, url: str) -> PeerRow:
    with node.store.write() as uow:
        row = follow_renewal_file(node, uow, renewals)
        if url:
            row = replace(row, url=url)
            uow.save_peer(row)
        _send_again(node, uow, row.party)
    node.wake.set()
    return row


def words_with(node: Node, party: PartyId) -> tuple[str, ...]:
    """The twelve words that both sides read out, each to the other, over two channels."""
    return twelve_words(node.card, _row(node, party).card)


def confirm_words(node: Node, party: PartyId, words: tuple[str, ...], officers: tuple[str, ...]) -> PeerRow:
    """Two officers confirm that the peer read out the same words; from now on it is verified.

    Raises:
        LocalActError: ``words-differ``: somebody stands between; ``officers``: two different ones are needed.
    """
    named = {name.strip() for name in officers if name.strip()}
    if len(named) < OFFICERS or any(len(name) > MAX_OFFICER_NAME for name in named):
        raise LocalActError(
            "officers",
            f"name {OFFICERS} different officers who compared the words, each over another channel",
        )
    row = _row(node, party)
    if tuple(word.lower() for word in words) != words_with(node, party):
        raise LocalActError(
            "words-differ",
            f"these are not the words of this node and {party}: one of the two cards is not genuine. Stop, and "
            "exchange the cards again over a channel you trust",
        )
    verified = replace(row, state="verified", officers=tuple(sorted(named)))
    with node.store.write() as uow:
        uow.save_peer(verified)
        note_known(uow, party, card_digest(node.card))  # the words are over it
        _send_again(node, uow, party)
    node.wake.set()
    return verified


def suspend_peer(node: Node, party: PartyId) -> PeerRow:
    """Stop dealing with a peer until its card is added and verified anew."""
    row = _row(node, party)
    suspended = replace(row, state="suspended")
    with node.store.write() as uow:
        uow.save_peer(suspended)
    return suspended


def _send_again(node: Node, uow: UnitOfWork, party: PartyId) -> None:
    """Nothing was queued for a peer while it was unknown or suspended, or its address was another: queue it now."""
    if restored_at(uow) and not asked_everything(uow, party):
        uow.make_due(party, EVERYTHING, node.clock.now())
    for dossier in uow.dossiers():
        if party in participants(uow, dossier, refresh(node, uow, dossier)):
            uow.make_due(party, dossier, node.clock.now())


def _row(node: Node, party: PartyId) -> PeerRow:
    with node.store.read() as uow:
        return known_peer(uow, party)
