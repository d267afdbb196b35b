"""Taking acts that a peer sent into their authors' feeds, or keeping them as evidence (D1, D3).

An act is taken when it is its author's next and its author, whose card the opening act pins, signed it. Whether it has any
effect is decided later, in log order, alike on every node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from paraph.app.bundles import wanted
from paraph.app.cards import CardChain, CardLink, card_chain, follow_renewals, note_renewal, opening_of
from paraph.app.deposits import MAX_SEALED_BYTES, note_oversized, sealed_name
from paraph.app.dossiers import refresh
from paraph.app.freezing import freeze_equivocation
from paraph.app.keeping import keep_all
from paraph.app.node import Node
from paraph.app.ports import ActRow, EvidenceRow, UnitOfWork
from paraph.domain.acts import Act, CardRenewed, DossierOpened, SignatureDeposited, attachments_of
from paraph.domain.dossier import opened
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.domain.standing import PlanState
from paraph.errors import ConflictError, FormatError, LocalActError, PeerActError
from paraph.verify.log import LogView
from paraph.wire.act import SealedAct, read_act
from paraph.wire.card import PeerCard, card_digest
from paraph.wire.checkpoint import read_checkpoint, verify_log_signature
from paraph.wire.envelope import verify
from paraph.wire.note import Note
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
        act = _take_act(node, uow, sender, section, envelope)
        if act is None:
            continue
        if isinstance(act.body, CardRenewed) and act.body.card in blobs:
            node.blobs.put(blobs[act.body.card])  # the acts behind it are signed with its keys
        for digest in attachments_of(act.body):
            if digest in blobs and not node.blobs.has(digest):
                named[digest] = blobs[digest]
        if isinstance(act.body, SignatureDeposited):
            deposits[act.author] = act.body
    keep_all(node.blobs, named.values())
    if not uow.act_count(section.dossier):
        return
    if not blobs:
        follow_renewals(node, uow, section.dossier)
        return
    view = refresh(node, uow, section.dossier)
    sealed = _take_sealed(node, uow, view, deposits, blobs)
    asked = wanted(node, uow, section.dossier, view)
    keep_all(node.blobs, [blobs[digest] for digest in asked if digest in blobs and digest not in sealed])
    follow_renewals(node, uow, section.dossier)


def _take_sealed(
    node: Node,
    uow: UnitOfWork,
    view: LogView,
    new: Mapping[PartyId, SignatureDeposited],
    blobs: Mapping[Digest, bytes],
) -> frozenset[str]:
    """As the mediator, keep sealed deposits of the exchange that is open, apart from what is shared.

    One that is larger than any deposit is not kept; that it was here is noted, or it would be asked for again and again.
    """
    plan = view.dossier.plan if view.dossier is not None else None
    if plan is None or plan.body.mediator != node.party or plan.state is not PlanState.OPEN:
        return frozenset()
    deposits = {party: deposit.body for party, deposit in plan.deposits.items()} | dict(new)
    for party, body in deposits.items():
        data = blobs.get(Digest(body.sealed)) if body.plan == plan.body.plan else None
        if data is not None and len(data) > MAX_SEALED_BYTES:
            note_oversized(uow, body)
        elif data is not None:
            uow.put_secret(sealed_name(body.plan, party), data)
    return frozenset(body.sealed for body in deposits.values())


def _take_act(node: Node, uow: UnitOfWork, sender: PartyId, section: Section, envelope: bytes) -> Act | None:
    """Take one act, or keep it as evidence; return it if it is new."""
    dossier = section.dossier
    try:
        sealed = read_act(envelope)
        if not _is_next(node, uow, dossier, sealed):
            return None
        if isinstance(sealed.act.body, DossierOpened):
            if not _check_opening(node, uow, section, sealed, sealed.act.body):
                return None
        else:
            _check_act(uow, dossier, sealed)
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
        note_renewal(uow, dossier, sealed.act)
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
        PeerActError: ``author-equivocation`` if its author made another act in its place, or the same one twice: two
            envelopes are two leaves of the log.
    """
    act = sealed.act
    held = uow.feed(dossier, act.author, act.author_seq, 1)
    if held and held[0].envelope == sealed.envelope.data:
        return False
    if isinstance(act.body, DossierOpened) and str(act.id) == str(dossier) and not held:
        return not uow.act_count(dossier)
    cards = _author_cards(node, uow, dossier, sealed)
    link = cards.at(act.author_seq)
    if link is None or act.author_seq > uow.feeds(dossier).get(act.author, 0):
        return False  # bundles overtake each other; what is missing comes again, in order
    _check_signature(sealed, cards, link)
    if held:
        proved = freeze_equivocation(node, uow, dossier, held[0].envelope, sealed)
        raise PeerActError("author-equivocation", proved)
    return True


def _check_signature(sealed: SealedAct, cards: CardChain, link: CardLink) -> None:
    """Check that the keys in force signed an act.

    Raises:
        PeerActError: ``act-former-key`` if those did which its author gave up before.
        FormatError: ``envelope-signature``.
    """
    try:
        verify(sealed.envelope, link.card.keys)
    except FormatError:
        for former in cards.links:
            if former.card.key_id == sealed.envelope.key_id and former.since < link.since:
                verify(sealed.envelope, former.card.keys)
                raise PeerActError(
                    "act-former-key",
                    f"act {sealed.act.author_seq} of {sealed.act.author} is signed with keys that it gave up with its act "
                    f"{link.since - 1}: reuse of keys after their renewal",
                ) from None
        raise


def _author_cards(node: Node, uow: UnitOfWork, dossier: DossierId, sealed: SealedAct) -> CardChain:
    """The cards of an act's author: the one that the opening act pins, and those with which it was renewed.

    Raises:
        PeerActError: ``act-other-dossier`` or ``act-stranger``.
    """
    act = sealed.act
    if act.dossier != dossier and str(act.id) != str(dossier):
        raise PeerActError("act-other-dossier", "the act was made for another dossier")
    first = opening_of(uow, dossier)
    if first is None:
        return CardChain(links=())
    cards = {p.party: p.card for p in first.participants}
    if act.author not in cards:
        raise PeerActError("act-stranger", f"{act.author} takes no part in this dossier")
    return card_chain(node, uow, dossier, act.author, cards[act.author])


def _check_act(uow: UnitOfWork, dossier: DossierId, sealed: SealedAct) -> None:
    act = sealed.act
    count = act.author_seq
    previous = uow.feed(dossier, act.author, count - 1, 1)[0].act if count else ""
    if act.author_prev != previous:
        raise PeerActError("act-chain", f"act {count} of {act.author} does not follow the one before it")
    participants = {p.party for p in first.participants} if (first := opening_of(uow, dossier)) else set()
    if not act.seen.keys() <= participants:
        raise PeerActError("act-seen", f"act {count} of {act.author} rests on acts of strangers")


def _check_opening(
    node: Node, uow: UnitOfWork, section: Section, sealed: SealedAct, body: DossierOpened
) -> bool:
    """Check an opening act; say whether it can be taken now.

    It names the cards that its author knew. A participant may have renewed its own meanwhile: a card is good if the
    one known here follows it. With the author's own it takes more, since whoever got hold of keys that were given up
    could go on opening dossiers with them: the new keys have to have signed something in this dossier too, as they
    have in every one that was opened before the renewal.

    Raises:
        PeerActError: ``opening-id``, ``opening-rules`` or ``opening-card``.
        FormatError: ``envelope-signature``.
    """
    act, dossier = sealed.act, section.dossier
    if str(act.id) != str(dossier) or act.author_seq != 0 or act.dossier:
        raise PeerActError("opening-id", "a dossier is named after its opening act")
    try:
        opened(act)
    except LocalActError as error:
        raise PeerActError("opening-rules", error.message) from error
    cards = {p.party: p.card for p in body.participants}
    offered = {blob.sha256: blob.data for blob in section.blobs}
    if cards.get(node.party) not in node.ancestry(node.card, offered):
        raise PeerActError("opening-card", "the opening act does not name this node with a card of its own")
    row = uow.peer(act.author)
    for party, digest in cards.items():
        known = node.card if party == node.party else peer.card if (peer := uow.peer(party)) else None
        if known is not None and digest not in node.ancestry(known, offered):
            raise PeerActError(
                "opening-card",
                f"the opening act names another card of {party} than is known here; if {party} renewed its keys, ask it for "
                f"its renewal file (paraph peer add)",
            )
    own = act.author == node.party  # it comes back to a node that was restored
    if not own and (row is None or row.state == "suspended"):
        raise PeerActError(
            "opening-card", f"the opening act names a card of {act.author} that is not known here"
        )
    current = node.card if row is None else row.card
    author = _card(node, cards[act.author], current, offered)
    if author is None:
        return False  # its card comes with the act that names it
    verify(sealed.envelope, author.keys)
    now = node.peer_card(current)
    return own or author.key_id == now.key_id or _stands_by(section, act.author, now)


def _card(node: Node, digest: Digest, current: bytes, offered: Mapping[Digest, bytes]) -> PeerCard | None:
    if digest == card_digest(current):
        return node.peer_card(current)
    data = offered.get(digest)
    return node.card_of(digest) or (None if data is None else node.peer_card(data))


def _stands_by(section: Section, opener: PartyId, card: PeerCard) -> bool:
    """Whether the opener signed something in the dossier with the keys of a card: a checkpoint, or an act."""
    for data in section.notes:
        with suppress(FormatError):
            note = Note.read(data)
            verify_log_signature(note, card.keys)
            if read_checkpoint(note).dossier == section.dossier:
                return True
    for envelope in section.acts:
        with suppress(FormatError):
            sealed = read_act(envelope)
            verify(sealed.envelope, card.keys)
            if (sealed.act.author, sealed.act.dossier) == (opener, section.dossier):
                return True
    return False
