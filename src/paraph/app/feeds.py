"""Taking acts that a peer sent into their authors' feeds, or keeping them as evidence (D1, D3).

An act is taken when it is its author's next and its author, whose card the opening act pins, signed it. Whether it has any
effect is decided later, in log order, alike on every node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from paraph.app.bundles import participants, wanted
from paraph.app.deposits import MAX_SEALED_BYTES, sealed_name
from paraph.app.dossiers import refresh
from paraph.app.keeping import keep_all
from paraph.app.node import Node
from paraph.app.ports import ActRow, EvidenceRow, UnitOfWork
from paraph.domain.acts import Act, DossierOpened, SignatureDeposited, attachments_of
from paraph.domain.dossier import opened
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.domain.standing import PlanState
from paraph.errors import ConflictError, FormatError, LocalActError, PeerActError
from paraph.verify.log import LogView
from paraph.wire.act import SealedAct, read_act
from paraph.wire.card import PeerCard, card_digest
from paraph.wire.envelope import verify
from paraph.wire.sections import Section

__all__ = ["keep_as_evidence", "take_acts"]

MAX_EVIDENCE: Final = 200
"""Refused acts and notes kept of one peer: more than people will read, and a bound for what it can make us keep."""


def take_acts(node: Node, uow: UnitOfWork, sender: PartyId, section: Section) -> None:
    """Take the acts of a section, and the bytes that they and acts already here refer to.

    Bytes that no accepted act names are dropped: nobody can fill our disk with them.
    """
    blobs = {blob.sha256: blob.data for blob in section.blobs}
    deposits: dict[PartyId, SignatureDeposited] = {}
    named: dict[Digest, bytes] = {}
    for envelope in section.acts:
        act = _take_act(node, uow, sender, section.dossier, envelope)
        if act is None:
            continue
        for digest in attachments_of(act.body):
            if digest in blobs and not node.blobs.has(digest):
                named[digest] = blobs[digest]
        if isinstance(act.body, SignatureDeposited):
            deposits[act.author] = act.body
    keep_all(node.blobs, named.values())
    if not blobs or not uow.act_count(section.dossier):
        return
    view = refresh(node, uow, section.dossier)
    sealed = _take_sealed(node, uow, view, deposits, blobs)
    asked = wanted(node, uow, section.dossier, view)
    keep_all(node.blobs, [blobs[digest] for digest in asked if digest in blobs and digest not in sealed])


def _take_sealed(
    node: Node,
    uow: UnitOfWork,
    view: LogView,
    new: Mapping[PartyId, SignatureDeposited],
    blobs: Mapping[Digest, bytes],
) -> frozenset[str]:
    """As the mediator, keep sealed deposits of the exchange that is open, apart from what is shared."""
    plan = view.dossier.plan if view.dossier is not None else None
    if plan is None or plan.body.mediator != node.party or plan.state is not PlanState.OPEN:
        return frozenset()
    deposits = {party: deposit.body for party, deposit in plan.deposits.items()} | dict(new)
    for party, body in deposits.items():
        data = blobs.get(Digest(body.sealed)) if body.plan == plan.body.plan else None
        if data is not None and len(data) <= MAX_SEALED_BYTES:
            uow.put_secret(sealed_name(body.plan, party), data)
    return frozenset(body.sealed for body in deposits.values())


def _take_act(
    node: Node, uow: UnitOfWork, sender: PartyId, dossier: DossierId, envelope: bytes
) -> Act | None:
    """Take one act, or keep it as evidence; return it if it is new."""
    try:
        sealed = read_act(envelope)
        if not _is_next(node, uow, dossier, sealed):
            return None
        _check_act(node, uow, dossier, sealed)
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
        return None
    return sealed.act


def keep_as_evidence(
    node: Node, uow: UnitOfWork, sender: PartyId, dossier: str, code: str, message: str, data: bytes
) -> None:
    """Keep what was refused, with its reason."""
    seen = f"evidence:{sender}:{hashlib.sha256(data).hexdigest()}"
    kept = int(uow.setting(f"evidence:{sender}") or 0)
    if uow.setting(seen) or kept >= MAX_EVIDENCE:
        return  # said before, or often enough: a peer that goes on cannot fill our disk
    uow.set_setting(seen, "1")
    uow.set_setting(f"evidence:{sender}", str(kept + 1))
    uow.keep_evidence(
        EvidenceRow(at=node.clock.now(), peer=sender, dossier=dossier, code=code, message=message, data=data)
    )


def _is_next(node: Node, uow: UnitOfWork, dossier: DossierId, sealed: SealedAct) -> bool:
    """Whether an act can be worked in now; not if it is held already, or if acts before it are still on their way.

    Raises:
        PeerActError: ``author-equivocation`` if its author made another act in its place.
    """
    act = sealed.act
    if isinstance(act.body, DossierOpened) and str(act.id) == str(dossier):
        return not uow.act_count(dossier)
    held = uow.feed(dossier, act.author, act.author_seq, 1)
    if held and held[0].act == act.id:
        return False
    card = _author_card(node, uow, dossier, sealed)
    if card is None or act.author_seq > uow.feeds(dossier).get(act.author, 0):
        return False  # bundles overtake each other; what is missing comes again, in order
    verify(sealed.envelope, card.keys)
    if held:
        raise PeerActError("author-equivocation", _freeze(node, uow, dossier, held[0], sealed))
    return True


def _freeze(node: Node, uow: UnitOfWork, dossier: DossierId, held: ActRow, sealed: SealedAct) -> str:
    """Freeze a dossier in which an author made two acts in one place, and show both envelopes to everybody (D2)."""
    proof = [node.blobs.put(envelope) for envelope in (held.envelope, sealed.envelope.data)]
    reason = (
        f"{sealed.act.author} signed two different acts as its act {sealed.act.author_seq} in this dossier, "
        f"{held.act} and {sealed.act.id}; the proof is blobs {' and '.join(proof)}"
    )
    if uow.setting(f"lie:{dossier}"):
        return reason
    uow.set_setting(f"lie:{dossier}", " ".join(proof))
    before = uow.setting(f"frozen:{dossier}")
    uow.set_setting(f"frozen:{dossier}", f"{before}; {reason}" if before else reason)
    involved = participants(uow, dossier, refresh(node, uow, dossier))
    for peer in uow.peers():
        if peer.state != "suspended" and peer.party in involved:
            uow.make_due(peer.party, dossier, node.clock.now())
    return reason


def _author_card(node: Node, uow: UnitOfWork, dossier: DossierId, sealed: SealedAct) -> PeerCard | None:
    """The card of an act's author that the opening act pins, or None if it has not come yet.

    Raises:
        PeerActError: ``act-other-dossier`` or ``act-stranger``.
    """
    act = sealed.act
    if act.dossier != dossier:
        raise PeerActError("act-other-dossier", "the act was made for another dossier")
    first = _opening(uow, dossier)
    if first is None:
        return None
    cards = {p.party: p.card for p in first.participants}
    if act.author not in cards:
        raise PeerActError("act-stranger", f"{act.author} takes no part in this dossier")
    return node.card_of(cards[act.author])


def _check_act(node: Node, uow: UnitOfWork, dossier: DossierId, sealed: SealedAct) -> None:
    act = sealed.act
    if isinstance(act.body, DossierOpened):
        _check_opening(node, uow, dossier, sealed, act.body)
        return
    count = act.author_seq
    previous = uow.feed(dossier, act.author, count - 1, 1)[0].act if count else ""
    if act.author_prev != previous:
        raise PeerActError("act-chain", f"act {count} of {act.author} does not follow the one before it")
    participants = {p.party for p in first.participants} if (first := _opening(uow, dossier)) else set()
    if not act.seen.keys() <= participants:
        raise PeerActError("act-seen", f"act {count} of {act.author} rests on acts of strangers")


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
    try:
        opened(act)
    except LocalActError as error:
        raise PeerActError("opening-rules", error.message) from error
    cards = {p.party: p.card for p in body.participants}
    if cards.get(node.party) != card_digest(node.card):
        raise PeerActError("opening-card", "the opening act does not name this node with its current card")
    own = act.author == node.party  # it comes back to a node that was restored
    row = uow.peer(act.author)
    if not own and (
        row is None or row.state == "suspended" or cards.get(act.author) != card_digest(row.card)
    ):
        raise PeerActError(
            "opening-card", f"the opening act names a card of {act.author} that is not known here"
        )
    for party, digest in cards.items():
        known = uow.peer(party)
        if known is not None and card_digest(known.card) != digest:
            raise PeerActError(
                "opening-card", f"the opening act names another card of {party} than is known here"
            )
    verify(sealed.envelope, node.keys.public if row is None else node.peer_card(row.card).keys)
