"""Bytes from a peer: the one place where they become acts, or evidence.

A bundle is verified, stored and answered in one transaction per dossier. What the rules forbid is kept with
its reason and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from paraph.app.authoring import queue_for_others
from paraph.app.bundles import brings, compose, is_full, note_weight, seal_bundle, wanted
from paraph.app.dossiers import refresh
from paraph.app.instants import later
from paraph.app.node import Node
from paraph.app.ordering import adopt_order, merge_note, order_waiting
from paraph.app.ports import ActRow, EvidenceRow, PeerView, UnitOfWork
from paraph.domain.acts import DossierOpened, SignatureDeposited, attachments_of
from paraph.domain.ids import Digest, DossierId, PartyId, Utc
from paraph.domain.standing import Dossier
from paraph.errors import ConflictError, FormatError, PeerActError
from paraph.verify.log import provisional
from paraph.wire.act import SealedAct, read_act
from paraph.wire.bundle import Bundle, unpack
from paraph.wire.card import card_digest
from paraph.wire.envelope import verify
from paraph.wire.keys import NodePublicKeys
from paraph.wire.note import Note
from paraph.wire.sections import Section

__all__ = ["MAX_CLOCK_SKEW_S", "accept_answer", "receive"]

MAX_CLOCK_SKEW_S: Final = 300
"""Largest difference between two nodes' clocks at which solemn acts are made: five minutes, as Kerberos."""

PATIENCE_S: Final = 2
"""How long a node waits before it repeats what should arrive anyway: an answer it gave, or what an author or
the ordering node sends to everybody itself. Repeating at once would cost every node the work of all others."""


def receive(node: Node, data: bytes) -> bytes:
    """Work in a bundle that a peer sent, and answer with what the peer lacks.

    Raises:
        PeerActError: ``peer-unknown`` if the sender is not a known peer, ``peer-suspended``, or the bundle
            does not verify.
    """
    bundle = _open(node, data)
    answers = _work_in(node, bundle, answering=True)
    keys = _card_keys(node, bundle.sender)
    assert keys is not None
    return seal_bundle(node, bundle.sender, keys, answers)


def accept_answer(node: Node, data: bytes, delivered: Mapping[DossierId, int] | None = None) -> None:
    """Work in the bundle with which a peer answered ours.

    Args:
        node: This node.
        data: The bundle.
        delivered: Weight of the heaviest note that ours brought, by dossier: the peer holds it now.
    """
    _work_in(node, _open(node, data), answering=False, delivered=delivered or {})


def _open(node: Node, data: bytes) -> Bundle:
    try:
        bundle = unpack(data, node.keys, lambda party: _card_keys(node, party))
    except FormatError as error:
        raise PeerActError("bundle-refused", f"the bundle does not verify: {error.message}") from error
    if bundle.recipient != node.party:
        raise PeerActError("bundle-refused", "the bundle is addressed to another node")
    return bundle


def _card_keys(node: Node, party: PartyId) -> NodePublicKeys | None:
    with node.store.read() as uow:
        row = uow.peer(party)
    if row is None or row.state == "suspended":
        return None
    return node.peer_card(row.card).keys


def _work_in(
    node: Node, bundle: Bundle, *, answering: bool, delivered: Mapping[DossierId, int] = MappingProxyType({})
) -> list[Section]:
    """Work in every section; with ``answering`` return what the sender lacks, or at least where we stand."""
    now = node.clock.now()
    with node.store.write() as uow:
        uow.set_setting(f"heard:{bundle.sender}", now)
        uow.set_setting(f"skew:{bundle.sender}", str(_seconds_between(bundle.sent_at, now)))
    answers: list[Section] = []
    for section in bundle.sections:
        with node.store.write() as uow:
            before = uow.act_count(section.dossier), uow.size(section.dossier)
            _take_blobs(node, uow, section)
            for envelope in section.acts:
                _take_act(node, uow, bundle.sender, section.dossier, envelope)
            if not uow.act_count(section.dossier):
                continue
            view = order_waiting(node, uow, section.dossier)
            noted = _take_notes(node, uow, bundle.sender, section)
            view = order_waiting(node, uow, section.dossier)
            after = uow.act_count(section.dossier), uow.size(section.dossier)
            news = before != after or noted
            lacks: Section | None = None
            moved = False
            if view.dossier is not None:
                _pass_on(node, uow, bundle.sender, section, view.dossier, news=news)
                weight = max(note_weight(node, section, view.dossier), delivered.get(section.dossier, 0))
                moved = _remember_peer(uow, bundle.sender, section, weight)
                lacks = compose(node, uow, bundle.sender, section.dossier, announce=answering)
            # To an answer in which the peer stands where it stood, the outbox entry that led to it replies, in time.
            if lacks is not None and brings(lacks) and (answering or moved):
                # An answer brings it; if the answer is lost, or cannot hold it all, the outbox does.
                wait = PATIENCE_S if answering and not is_full(lacks) else 0
                uow.make_due(bundle.sender, section.dossier, later(now, wait))
            if lacks is not None and answering:
                answers.append(lacks)
        node.remember(section.dossier, view)
    node.wake.set()
    return answers


def _pass_on(
    node: Node, uow: UnitOfWork, sender: PartyId, section: Section, standing: Dossier, *, news: bool
) -> None:
    """Queue what this bundle brought for the other participants.

    The ordering node tells everybody at once. Others tell it what they cosigned, and leave the rest to it
    and to the authors, who send to everybody themselves, until that has had time to arrive.
    """
    cosigned = _cosigned_now(node, uow, section)
    if not news and not cosigned:
        return
    others = [p for p in standing.roles if p != sender]
    if node.party == standing.opener:
        queue_for_others(node, uow, section.dossier, others)
        return
    if cosigned and sender != standing.opener:
        queue_for_others(node, uow, section.dossier, [standing.opener])
    queue_for_others(node, uow, section.dossier, others, wait_s=PATIENCE_S)


def _remember_peer(uow: UnitOfWork, sender: PartyId, section: Section, weight: int) -> bool:
    """Keep what the sender says it holds; say whether that has changed."""
    known = uow.peer_view(sender, section.dossier)
    now = PeerView(
        feeds=dict(section.feeds),
        size=section.size,
        cosigned=max(weight, known.cosigned if known else 0),
        wants=section.wants_blobs,
    )
    uow.save_peer_view(sender, section.dossier, now)
    return now != known


def _cosigned_now(node: Node, uow: UnitOfWork, section: Section) -> bool:
    """Whether our own cosignature is on a note that the sender sent without it."""
    latest = uow.latest_note(section.dossier)
    if latest is None or latest in section.notes:
        return False
    return any(line.name == node.party for line in Note.read(latest).lines)


def _take_blobs(node: Node, uow: UnitOfWork, section: Section) -> None:
    """Keep blobs that an act of this section or a waiting one names; nobody can fill our disk otherwise."""
    if not section.blobs:
        return
    asked: set[Digest] = set(wanted(node, uow, section.dossier, refresh(node, uow, section.dossier)))
    for envelope in section.acts:
        try:
            body = read_act(envelope).act.body
        except FormatError:
            continue
        asked.update(attachments_of(body))
        if isinstance(body, SignatureDeposited) and body.sealed:
            asked.add(Digest(body.sealed))
        if isinstance(body, DossierOpened):
            asked.update(p.card for p in body.participants)
    for blob in section.blobs:
        if blob.sha256 in asked and not node.blobs.has(blob.sha256):
            node.blobs.put(blob.data)


def _take_act(node: Node, uow: UnitOfWork, sender: PartyId, dossier: DossierId, envelope: bytes) -> None:
    try:
        sealed = read_act(envelope)
        if _known_already(uow, dossier, sealed):
            return
        _check_act(node, uow, sender, dossier, sealed)
        uow.add_act(
            ActRow(
                dossier=dossier,
                author=sealed.act.author,
                author_seq=sealed.act.author_seq,
                act=sealed.act.id,
                envelope=envelope,
                position=None,
            )
        )
    except (FormatError, PeerActError, ConflictError) as error:
        keep_as_evidence(node, uow, sender, dossier, error.code, error.message, envelope)


def keep_as_evidence(
    node: Node, uow: UnitOfWork, sender: PartyId, dossier: str, code: str, message: str, data: bytes
) -> None:
    """Keep what was refused, with its reason."""
    uow.keep_evidence(
        EvidenceRow(at=node.clock.now(), peer=sender, dossier=dossier, code=code, message=message, data=data)
    )


def _known_already(uow: UnitOfWork, dossier: DossierId, sealed: SealedAct) -> bool:
    act = sealed.act
    held = uow.feed(dossier, act.author, act.author_seq, 1)
    if not held:
        return False
    if held[0].act == act.id:
        return True
    raise PeerActError(
        "author-equivocation",
        f"{act.author} signed two different acts as its act {act.author_seq} in this dossier",
    )


def _check_act(node: Node, uow: UnitOfWork, sender: PartyId, dossier: DossierId, sealed: SealedAct) -> None:
    act = sealed.act
    if isinstance(act.body, DossierOpened):
        _check_opening(node, uow, dossier, sealed, act.body)
        return
    if act.dossier != dossier:
        raise PeerActError("act-other-dossier", "the act was made for another dossier")
    first = _opening(uow, dossier)
    if first is None:
        raise PeerActError("dossier-unknown", "acts came before the opening act of their dossier")
    cards = {p.party: p.card for p in first.participants}
    if act.author not in cards:
        raise PeerActError("act-stranger", f"{act.author} takes no part in this dossier")
    card = node.card_of(cards[act.author])
    if card is None:
        raise PeerActError("card-missing", f"the card of {act.author} is not held yet")
    verify(sealed.envelope, card.keys)
    count = uow.feeds(dossier).get(act.author, 0)
    if act.author_seq != count:
        raise PeerActError("act-gap", f"act {act.author_seq} of {act.author} came when {count} was next")
    previous = uow.feed(dossier, act.author, count - 1, 1)[0].act if count else ""
    if act.author_prev != previous:
        raise PeerActError("act-chain", f"act {count} of {act.author} does not follow the one before it")


def _opening(uow: UnitOfWork, dossier: DossierId) -> DossierOpened | None:
    rows = list(uow.log(dossier, 0, 1)) or [r for r in uow.unordered(dossier) if str(r.act) == str(dossier)]
    if not rows:
        return None
    body = read_act(rows[0].envelope).act.body
    return body if isinstance(body, DossierOpened) else None


def _check_opening(
    node: Node, uow: UnitOfWork, dossier: DossierId, sealed: SealedAct, body: DossierOpened
) -> None:
    act = sealed.act
    if str(act.id) != str(dossier) or act.author_seq != 0 or act.dossier:
        raise PeerActError("opening-id", "a dossier is named after its opening act")
    cards = {p.party: p.card for p in body.participants}
    if cards.get(node.party) != card_digest(node.card):
        raise PeerActError("opening-card", "the opening act does not name this node with its current card")
    opener = _card_keys(node, act.author)
    row = uow.peer(act.author)
    if opener is None or row is None or cards.get(act.author) != card_digest(row.card):
        raise PeerActError(
            "opening-card", f"the opening act names a card of {act.author} that is not known here"
        )
    for party, digest in cards.items():
        known = uow.peer(party)
        if known is not None and card_digest(known.card) != digest:
            raise PeerActError(
                "opening-card", f"the opening act names another card of {party} than is known here"
            )
    verify(sealed.envelope, opener)


def _take_notes(node: Node, uow: UnitOfWork, sender: PartyId, section: Section) -> bool:
    """Merge notes and take over the order they prove; say whether anything was new."""
    new = False
    for data in section.notes:
        view = refresh(node, uow, section.dossier)
        try:
            waiting = [row.envelope for row in uow.unordered(section.dossier)]
            standing = view.dossier or provisional(view, waiting, node.attachments)
            if standing is None:
                return new
            held = merge_note(node, uow, standing, data)
            new = new or held is not None
            adopt_order(node, uow, section.dossier, section.order, Note.read(data))
        except (PeerActError, FormatError, ConflictError) as error:
            keep_as_evidence(node, uow, sender, section.dossier, error.code, error.message, data)
    return new


def _seconds_between(a: Utc, b: Utc) -> int:
    first, second = (datetime.strptime(t, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for t in (a, b))
    return int((first - second).total_seconds())
