"""Peer cards in force: with which keys a participant's acts and checkpoints have to be signed, and what a peer knows.

A dossier pins a card of each participant; an act ``card-renewed`` in the participant's own feed puts the next one in its
place (:mod:`paraph.domain.cards`). What follows from a feed is known before its acts have a place in the log. For
checkpoints the place counts: below it the old keys hold, from it on the new ones.

A renewal is signed by the keys that two officers once compared, so it carries their trust on: the peer's card here is
replaced, and it stays as verified as it was. Never the other way, and never for a suspended peer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from paraph.app.node import Node
from paraph.app.ports import PeerRow, UnitOfWork
from paraph.domain.acts import Act, CardRenewed, DossierOpened
from paraph.domain.cards import check_succession
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.domain.standing import Dossier
from paraph.errors import LocalActError
from paraph.verify.log import LogView
from paraph.wire.act import read_act
from paraph.wire.card import PeerCard, card_digest
from paraph.wire.keys import NodeKeys, NodePublicKeys

__all__ = [
    "CardChain",
    "CardLink",
    "card_chain",
    "follow_renewals",
    "forget_renewals",
    "is_successor",
    "known_peer",
    "known_to",
    "note_known",
    "note_renewal",
    "opening_of",
    "own_keys",
    "possible_keys",
    "renewals_of",
    "replace_card",
    "sign_otherwise",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLink:
    """A card in force for some of a participant's acts.

    Attributes:
        since: ``author_seq`` of the first act that its keys sign: one more than that of the act that renewed it.
        digest: SHA-256 of the card.
        card: The card.
    """

    since: int
    digest: Digest
    card: PeerCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChain:
    """A participant's cards in one dossier.

    Attributes:
        links: Oldest first; empty while the pinned card is not held.
        known: How many acts of the feed can be judged: behind it stands a renewal whose card is not held yet; None
            if nothing is missing.
    """

    links: tuple[CardLink, ...]
    known: int | None = None

    def at(self, author_seq: int) -> CardLink | None:
        """The card whose keys have to sign an act of the feed, or None if that is not known yet."""
        if self.known is not None and author_seq >= self.known:
            return None
        return next((link for link in reversed(self.links) if link.since <= author_seq), None)


def opening_of(uow: UnitOfWork, dossier: DossierId) -> DossierOpened | None:
    """What the opening act says, if it is here."""
    rows = list(uow.log(dossier, 0, 1)) or [r for r in uow.unordered(dossier) if str(r.act) == str(dossier)]
    if not rows:
        return None
    body = read_act(rows[0].envelope).act.body
    return body if isinstance(body, DossierOpened) else None


def note_renewal(uow: UnitOfWork, dossier: DossierId, act: Act) -> None:
    """Remember, in the transaction that keeps an act, that it renews its author's card; nothing for other acts."""
    if isinstance(act.body, CardRenewed):
        kept = uow.setting(_renewals(dossier)) or ""
        uow.set_setting(_renewals(dossier), f"{kept} {act.author}:{act.author_seq}:{act.body.card}".lstrip())


def card_chain(
    node: Node, uow: UnitOfWork, dossier: DossierId, party: PartyId, pinned: Digest | None = None
) -> CardChain:
    """The cards that a participant has had in a dossier, as they follow from its feed.

    Args:
        node: This node.
        uow: A transaction.
        dossier: Which dossier.
        party: Whose cards.
        pinned: The card that the opening act names, if the caller knows it.
    """
    if pinned is None:
        pinned = _pinned(node, uow, dossier, party)
    first = node.attachments.card(pinned) if pinned is not None else None
    if first is None or pinned is None:
        return CardChain(links=())
    links = [CardLink(since=0, digest=pinned, card=first)]
    for seq, digest in _noted(uow, dossier).get(party, ()):
        if not node.blobs.has(digest):
            return CardChain(links=tuple(links), known=seq + 1)
        try:
            check_succession(party, [link.digest for link in links], digest, node.attachments.card)
        except LocalActError:
            continue  # the act is void, and the card in force stays
        card = node.attachments.card(digest)
        assert card is not None  # it was just read
        links.append(CardLink(since=seq + 1, digest=digest, card=card))
    return CardChain(links=tuple(links))


def possible_keys(
    node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView, size: int
) -> Mapping[str, tuple[NodePublicKeys, ...]]:
    """With which keys each participant may have signed a checkpoint of some size.

    Below the end of the log as worked in, exactly those of the card in force there. Beyond it nobody knows yet where a
    renewal that is held will stand, so the keys from before and after it may both be right, newest first.
    """
    if view.dossier is not None:
        pinned = {party: view.dossier.cards_of(party)[0] for party in view.dossier.cards}
    else:
        body = opening_of(uow, dossier)
        pinned = {p.party: p.card for p in body.participants} if body is not None else {}
    noted = _noted(uow, dossier)
    found: dict[str, tuple[NodePublicKeys, ...]] = {}
    for party, digest in pinned.items():
        if party not in noted:
            card = node.attachments.card(digest)
            keys = [card.keys] if card is not None else []
        else:
            keys = [link.card.keys for link in card_chain(node, uow, dossier, party, digest).links]
        keys = keys[view.renewed(party, size) :]
        if keys:
            found[party] = (keys[0],) if size <= view.size else tuple(reversed(keys))
    return found


# --- peers: whom this node knows by which card


def follow_renewals(node: Node, uow: UnitOfWork, dossier: DossierId) -> None:
    """Replace the card of every peer that renewed it here, if it is the one that was renewed."""
    for party in _noted(uow, dossier):
        row = None if party == node.party else uow.peer(party)
        if row is None or row.state == "suspended":
            continue
        digests = [link.digest for link in card_chain(node, uow, dossier, party).links]
        known = card_digest(row.card)
        newest = node.blobs.get(digests[-1]) if known in digests[:-1] else None
        if newest is not None:
            replace_card(node, uow, row, newest)


def replace_card(node: Node, uow: UnitOfWork, row: PeerRow, card: bytes) -> PeerRow:
    """Put a card in the place of the one it was proved to succeed; the trust in the peer stays as it was."""
    before, after = node.peer_card(row.card), node.peer_card(card)
    node.blobs.put(row.card)  # whoever signed with it is recognised by it
    node.blobs.put(card)
    own_url = not before.endpoints or row.url != before.endpoints[0]
    url = row.url if own_url or not after.endpoints else after.endpoints[0]
    replaced = replace(row, card=card, url=url)
    uow.save_peer(replaced)
    count, _ = renewals_of(uow, row.party)
    uow.set_setting(_followed(row.party), f"{count + 1} {node.clock.now()}")
    return replaced


def renewals_of(uow: UnitOfWork, peer: PartyId) -> tuple[int, str]:
    """How often a peer's card was followed to its next one since the words were compared, and when last."""
    count, _, at = (uow.setting(_followed(peer)) or "0 ").partition(" ")
    return int(count), at


def forget_renewals(uow: UnitOfWork, peer: PartyId) -> None:
    """Begin to count anew: the peer was added by another card."""
    if uow.setting(_followed(peer)):
        uow.set_setting(_followed(peer), "0 ")


def _followed(peer: PartyId) -> str:
    return f"card-renewed:{peer}"


# --- this node: which of its keys its peers know


def known_peer(uow: UnitOfWork, party: PartyId) -> PeerRow:
    """A peer whose card is here.

    Raises:
        LocalActError: ``peer-unknown``.
    """
    row = uow.peer(party)
    if row is None:
        raise LocalActError(
            "peer-unknown", f"no card of {party} is known; add it first: paraph peer add FILE"
        )
    return row


def note_known(uow: UnitOfWork, peer: PartyId, own: Digest) -> None:
    """Remember that a peer knows one of this node's cards."""
    if uow.setting(f"knows:{peer}") != own:
        uow.set_setting(f"knows:{peer}", own)


def known_to(node: Node, peer: PartyId) -> NodeKeys:
    """The keys of this node with which a peer can verify what it is sent.

    A peer that was never heard to know a later card knows the one it was given at first contact.
    """
    if not node.former:
        return node.keys
    with node.store.read() as uow:
        known = uow.setting(f"knows:{peer}")
    keys = node.keys_of(Digest(known)) if known else None
    return keys or next(filter(None, map(node.keys_of, node.own_cards())), node.keys)


def sign_otherwise(node: Node, uow: UnitOfWork, peer: PartyId) -> None:
    """After a peer refused a bundle: sign the next one with the keys of another card, in turn.

    What a peer knows is forgotten with the store. A node that has had one card only has nothing to try.
    """
    cards = [digest for digest in node.own_cards() if node.keys_of(digest)] if node.former else []
    if len(cards) > 1:
        known = uow.setting(f"knows:{peer}") or cards[0]
        place = cards.index(Digest(known)) if known in cards else -1
        note_known(uow, peer, cards[(place + 1) % len(cards)])


def own_keys(node: Node, standing: Dossier) -> NodeKeys:
    """The keys with which this node signs its next act in a dossier.

    Raises:
        LocalActError: ``card-given-up``.
    """
    keys = node.keys_of(standing.cards[node.party])
    if keys is None:
        raise LocalActError(
            "card-given-up",
            "the card of this node that is in force in this dossier is none that its present one follows: if the keys were "
            "renewed while this command ran, repeat it; else open a new dossier",
        )
    return keys


def is_successor(node: Node, known: bytes, pinned: Digest) -> bool:
    """Whether a peer's card as known here, and the one in force in a dossier, are of one chain.

    Its renewal may have arrived in another dossier first.
    """
    if pinned in node.ancestry(known):
        return True
    card = node.card_of(pinned)
    if card is None:
        return False
    same = card.keys == node.peer_card(known).keys
    return same or (
        (data := node.blobs.get(pinned)) is not None and card_digest(known) in node.ancestry(data)
    )


def _renewals(dossier: DossierId) -> str:
    """Name of the setting that lists the acts of a dossier that renew cards: author, place in the feed, card."""
    return f"renewals:{dossier}"


def _noted(uow: UnitOfWork, dossier: DossierId) -> dict[PartyId, list[tuple[int, Digest]]]:
    found: dict[PartyId, list[tuple[int, Digest]]] = {}
    for item in (uow.setting(_renewals(dossier)) or "").split():
        party, seq, digest = item.split(":")
        found.setdefault(PartyId(party), []).append((int(seq), Digest(digest)))
    return found


def _pinned(node: Node, uow: UnitOfWork, dossier: DossierId, party: PartyId) -> Digest | None:
    standing = node.view(dossier).dossier
    if standing is not None:
        return standing.cards_of(party)[0] if party in standing.cards else None
    body = opening_of(uow, dossier)
    return next((p.card for p in body.participants if p.party == party), None) if body is not None else None
