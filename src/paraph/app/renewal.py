"""Renewing this node's keys and card.

New keys and the card that carries them are made durable first; from then on the node has them beside the former ones.
In each dossier the card that was pinned there stays in force until an act of this node, signed with the keys of that
card, says that the next one takes its place. So the renewal is a state and no message: wherever the card in force is not
the present one, the act is still to be made. Crashing between two dossiers, or joining an old one later, does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paraph.app.authoring import author
from paraph.app.cards import replace_card
from paraph.app.dossiers import Current, load
from paraph.app.node import Node
from paraph.app.ports import PeerRow, UnitOfWork
from paraph.domain.acts import CardRenewed
from paraph.domain.cards import MAX_CARDS
from paraph.domain.ids import Digest, DossierId, PartyId, Utc
from paraph.errors import FormatError, LocalActError, ParaphError
from paraph.wire.card import card_digest, pack_card
from paraph.wire.keys import NodeKeys
from paraph.wire.renewal import read_renewals

__all__ = [
    "follow_renewal_file",
    "is_renewal_due",
    "put_in_force",
    "renew_everywhere",
    "renew_in",
    "succeeding_card",
]


def succeeding_card(
    node: Node,
    keys: NodeKeys,
    *,
    valid_until: Utc,
    endpoints: Sequence[str] | None = None,
    tls_certificate: str | None = None,
    anchors: Sequence[str] | None = None,
    succeeds: bool = True,
) -> bytes:
    """Make the card that follows this node's present one.

    Args:
        node: This node.
        keys: Its keys from now on; they may be the present ones.
        valid_until: Last instant at which the card may be used.
        endpoints: New addresses; the present ones by default.
        tls_certificate: The server's new certificate; the present one by default.
        anchors: New authorities of the party's signatories; the present ones by default.
        succeeds: Whether the card follows the present one; not if somebody else may have the present keys.

    Returns:
        The card, signed. Make it durable with the keys before ``put_in_force``.
    """
    now = node.peer_card(node.card)
    return pack_card(
        replace(
            now,
            keys=keys.public,
            endpoints=now.endpoints if endpoints is None else tuple(endpoints),
            tls_certificate=now.tls_certificate if tls_certificate is None else tls_certificate,
            anchors=now.anchors if anchors is None else tuple(anchors),
            valid_from=node.clock.now(),
            valid_until=valid_until,
            succeeds=card_digest(node.card) if succeeds else "",
        ),
        keys,
    )


def put_in_force(node: Node, keys: NodeKeys, card: bytes) -> None:
    """Let a node go on with new keys and a new card, which are durable already."""
    node.blobs.put(node.card)
    node.blobs.put(card)
    if keys is not node.keys:
        node.former = (node.keys, *node.former)
    node.keys, node.card = keys, card
    node.wake.set()


def renew_everywhere(node: Node, reason: str = "") -> dict[DossierId, str]:
    """State the present card in every dossier that has an earlier one.

    Returns:
        The dossiers in which that cannot be done now, and why; what can be done later, the running node does.
    """
    waiting: dict[DossierId, str] = {}
    with node.store.write() as uow:
        uow.set_setting(_reason(card_digest(node.card)), reason)
    with node.store.read() as uow:
        dossiers = list(uow.dossiers())
    for dossier in dossiers:
        try:
            with node.store.read() as uow:
                current = load(node, uow, dossier)
            if not renew_in(node, current) and current.standing.cards[node.party] != card_digest(node.card):
                waiting[dossier] = (
                    "keys that are in force there were given up without a successor, or it has had too many cards of this "
                    "node: open a new dossier"
                )
        except ParaphError as error:
            waiting[dossier] = error.message
    return waiting


def renew_in(node: Node, current: Current) -> bool:
    """State the present card in one dossier, if an earlier one is in force there; say whether that was done.

    Raises:
        LocalActError: It cannot be done now: the dossier is frozen, or this node was restored.
    """
    following = _following(node, current)
    if not following:
        return False
    with node.store.read() as uow:
        reasons = [uow.setting(_reason(digest)) or "" for digest in following]
    bodies = [CardRenewed(card=d, reason=why) for d, why in zip(following, reasons, strict=True)]
    author(node, current.dossier, *bodies)
    return True


def is_renewal_due(node: Node, current: Current) -> bool:
    """Whether another card of this node than the present one is in force in a dossier, and can be followed by it."""
    return bool(_following(node, current))


def _following(node: Node, current: Current) -> tuple[Digest, ...]:
    """The cards that are to be stated in a dossier, one after the other."""
    in_force = current.standing.cards.get(node.party)
    if in_force is None or in_force == card_digest(node.card):
        return ()
    own = node.own_cards()
    if in_force not in own or node.keys_of(in_force) is None:
        return ()  # keys that were given up without a successor: nothing more is said with them
    following = own[own.index(in_force) + 1 :]
    had = len(current.standing.cards_of(node.party))
    return following if had + len(following) <= MAX_CARDS else ()


def follow_renewal_file(node: Node, uow: UnitOfWork, data: bytes) -> PeerRow:
    """Take a peer's renewal file: its newest card, proved by the keys of the card that is known here.

    Raises:
        FormatError: ``renewal-format`` and what is wrong with a card.
        LocalActError: ``renewal-unknown`` if it does not begin with the card that is known here; ``renewal-suspended``;
            ``card-own``.
    """
    links = read_renewals(data)
    party: PartyId = links[0].card.party
    if party == node.party:
        raise LocalActError("card-own", "this is this node's own card: give the file to its peers")
    row = uow.peer(party)
    if row is None:
        raise LocalActError(
            "renewal-unknown", f"no card of {party} is known here: add its card, and compare the twelve words"
        )
    if row.state == "suspended":
        raise LocalActError(
            "renewal-suspended",
            f"{party} is suspended: whatever its former keys signed is worth nothing now. Add its new card itself, and "
            "compare the twelve words",
        )
    start = next((n for n, link in enumerate(links) if link.card.succeeds == card_digest(row.card)), None)
    if start is None:
        if links[-1].digest in node.ancestry(row.card):
            return row  # it is known already
        raise LocalActError(
            "renewal-unknown",
            f"this renewal of {party} does not follow the card that is known here: add its card, and compare the twelve words",
        )
    for link in links[start:]:
        if link.card.party != party or link.card.succeeds != card_digest(row.card):
            raise FormatError("renewal-format", "a card in the file does not follow the one before it")
        link.verify(node.peer_card(row.card).keys)
        row = replace_card(node, uow, row, link.data)
    return row


def _reason(card: Digest) -> str:
    """Name of the setting that says why a card of this node was renewed."""
    return f"renewed:{card}"
