"""Making an act: checked against the standing, signed, stored and queued in one transaction.

Nothing is sent from here. What leaves a node is composed from the store by ``bundles.py`` after the
transaction is durable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from paraph.app.cards import is_successor, known_peer, note_renewal, own_keys
from paraph.app.dossiers import Current, load, silenced, worked_in
from paraph.app.node import Node
from paraph.app.ordering import order_waiting
from paraph.app.ports import ActRow, UnitOfWork
from paraph.app.restoration import note_opened
from paraph.domain.acts import (
    Act,
    Body,
    CardRenewed,
    CertificatePresented,
    CommentMade,
    DossierJoined,
    DossierOpened,
    PartyDescribed,
    StatementMade,
    TextProposed,
    attachments_of,
)
from paraph.domain.dossier import apply, opened
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.domain.instants import after
from paraph.errors import LocalActError
from paraph.wire.act import SealedAct, kind_of, seal_act

__all__ = ["Keep", "author", "check_may_author", "open_dossier", "queue_for_others"]

Keep = Callable[[UnitOfWork], None]
"""Keeps, in the transaction that makes acts durable, what belongs to them and is not for others."""

DRAFTS: Final = (
    DossierJoined,
    PartyDescribed,
    CertificatePresented,
    TextProposed,
    CommentMade,
    StatementMade,
)
"""What may be said in a dossier with a peer that two officers have not verified yet (D5)."""


def open_dossier(node: Node, body: DossierOpened) -> DossierId:
    """Open a dossier; this node orders its acts from now on.

    Raises:
        LocalActError: ``peer-unknown``, ``card-differs`` or a broken rule.
    """
    sealed = seal_act(
        body,
        dossier="",
        author=node.party,
        author_seq=0,
        author_prev="",
        seen={},
        time=node.clock.now(),
        keys=node.keys,
    )
    standing = opened(sealed.act)
    with node.store.write() as uow:
        for party, digest in standing.cards.items():
            card = node.card if party == node.party else known_peer(uow, party).card
            if node.blobs.put(card) != digest:
                raise LocalActError("card-differs", f"the card named for {party} is not the one known here")
        uow.add_act(_row(standing.id, sealed, None))
        note_opened(uow, standing.id)
        order_waiting(node, uow, standing.id)
        queue_for_others(node, uow, standing.id, standing.roles)
    node.wake.set()
    return standing.id


def author(
    node: Node,
    dossier: DossierId,
    *bodies: Body,
    keep: Keep | None = None,
    bring: Callable[[], None] | None = None,
) -> tuple[Act, ...]:
    """Make one or more acts in a dossier, all of them or none.

    Args:
        node: This node.
        dossier: Which dossier.
        bodies: What is stated, in this order.
        keep: Keeps what belongs to the acts and is not for others, in the same transaction.
        bring: Puts attachments among the blobs, where they can be of no harm once the acts are made, and only then. By now
            everything else has been checked.

    Raises:
        LocalActError: The rules forbid one of them; says what is missing. Nothing was changed.
    """
    made: list[SealedAct] = []
    with node.store.write() as uow:
        current = load(node, uow, dossier)
        draft = all(isinstance(body, (*DRAFTS, CardRenewed)) for body in bodies)
        seen = _seen(node, uow, current, "" if draft else kind_of(bodies[0]))
        standing, count = current.standing, seen.get(node.party, 0)
        previous = uow.feed(dossier, node.party, count - 1, 1)[0].act if count else ""
        for body in bodies:
            sealed = seal_act(
                body,
                dossier=dossier,
                author=node.party,
                author_seq=count,
                author_prev=previous,
                seen=seen,
                time=node.clock.now(),
                keys=own_keys(node, standing),
            )
            if bring is None:
                _check_attachments(node, sealed.act)
            standing = apply(standing, sealed.act, node.attachments)
            made.append(sealed)
            count, previous = count + 1, sealed.act.id
        if bring is not None:
            bring()
        for sealed in made:
            _check_attachments(node, sealed.act)
            uow.add_act(_row(dossier, sealed, None))
            note_renewal(uow, dossier, sealed.act)
        if keep is not None:
            keep(uow)
        view = order_waiting(node, uow, dossier)
        queue_for_others(node, uow, dossier, standing.roles)
    node.remember(dossier, view)
    node.wake.set()
    return tuple(sealed.act for sealed in made)


def queue_for_others(
    node: Node, uow: UnitOfWork, dossier: DossierId, participants: Iterable[PartyId], *, wait_s: int = 0
) -> None:
    """Put an outbox entry for every other participant that is a known peer, due now or after ``wait_s``."""
    known = {peer.party for peer in uow.peers() if peer.state != "suspended"}
    at = after(node.clock.now(), wait_s)
    for party in participants:
        if party != node.party and party in known:
            uow.make_due(party, dossier, at)


def _row(dossier: DossierId, sealed: SealedAct, position: int | None) -> ActRow:
    return ActRow(
        dossier=dossier,
        author=sealed.act.author,
        author_seq=sealed.act.author_seq,
        act=sealed.act.id,
        envelope=sealed.envelope.data,
        position=position,
    )


def _check_attachments(node: Node, act: Act) -> None:
    lacking: Sequence[Digest] = [d for d in attachments_of(act.body) if not node.blobs.has(d)]
    if lacking:
        raise LocalActError(
            "attachment-missing", f"{act.kind} refers to bytes that are not here: {lacking[0]}"
        )


def check_may_author(node: Node, current: Current, what: str) -> None:
    """Ask whether this node may make an act, before anything is signed, stamped or rendered for it.

    Args:
        node: This node.
        current: The dossier.
        what: What is about to be done, in one word; more than a draft.

    Raises:
        LocalActError: It may not make one now; says why.
    """
    with node.store.read() as uow:
        _seen(node, uow, current, what)


def _seen(node: Node, uow: UnitOfWork, current: Current, what: str) -> Mapping[PartyId, int]:
    """How many acts of each participant the next act rests on, if this node may make one.

    Args:
        node: This node.
        uow: A transaction.
        current: The dossier.
        what: What commits this node, and so must not go to strangers; "" for a draft.
    """
    _check_voice(node, uow, current, what)
    seen = worked_in(node, uow, current)
    if seen.get(node.party, 0) < uow.feeds(current.dossier).get(node.party, 0):
        raise LocalActError(
            "attachments-awaited",
            "bytes that earlier acts refer to are still on their way; try again when they have arrived",
        )
    return seen


def _check_voice(node: Node, uow: UnitOfWork, current: Current, what: str) -> None:
    if current.frozen:
        raise LocalActError("dossier-frozen", f"the dossier is frozen: {current.frozen}")
    if reason := silenced(node, uow, current.dossier, current.view):
        raise LocalActError("node-restored", reason)
    if not what:
        return  # a renewal commits nobody to anything, and must not wait for others
    for party in current.standing.roles:
        if party == node.party:
            continue
        peer = uow.peer(party)
        if peer is not None and not is_successor(node, peer.card, current.standing.cards[party]):
            raise LocalActError(
                "peer-other-keys",
                f"{what} is more than a draft, and this dossier was opened with other keys of {party} than "
                "those on the card that is known now: open a new dossier with the verified card",
            )
        if peer is None or peer.state != "verified":
            state = peer.state if peer else "unknown"
            raise LocalActError(
                "peer-unverified",
                f"{what} is more than a draft, and {party} is {state}: two officers must first "
                f"compare the twelve words with it (paraph peer words {party})",
            )
