"""Bytes from a peer: the one place where they become acts, or evidence.

A bundle is verified, stored and answered in one transaction per dossier. What the rules forbid is kept with
its reason and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final

from paraph.app.authoring import queue_for_others
from paraph.app.bundles import (
    compose,
    delivers,
    is_full,
    note_weight,
    nothing_held,
    participants,
    reached_note,
)
from paraph.app.cards import note_known
from paraph.app.dossiers import refresh
from paraph.app.feeds import keep_as_evidence, take_acts
from paraph.app.freezing import take_proofs
from paraph.app.leaving import seal_bundle
from paraph.app.node import Node
from paraph.app.ordering import adopt_order, merge_note, order_waiting
from paraph.app.ports import PeerView, UnitOfWork
from paraph.app.restoration import is_awaited, note_claim, note_told
from paraph.app.settled import restate
from paraph.app.showing import fork_told, lie_told, proofs_told
from paraph.app.unreached import forget_unreached
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.domain.instants import after
from paraph.domain.standing import Dossier
from paraph.errors import ConflictError, FormatError, ParaphError, PeerActError
from paraph.verify.log import provisional
from paraph.wire import limits
from paraph.wire.act import read_act
from paraph.wire.bundle import Bundle, peek, unpack
from paraph.wire.keys import NodeKeys, NodePublicKeys
from paraph.wire.note import Note
from paraph.wire.sections import Section

__all__ = ["accept_answer", "receive"]

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


def accept_answer(
    node: Node, data: bytes, delivered: Mapping[DossierId, int] | None = None, *, asked: bool = False
) -> None:
    """Work in the bundle with which a peer answered ours.

    Args:
        node: This node.
        data: The bundle.
        delivered: Weight of the heaviest note that ours brought, by dossier: the peer holds it now.
        asked: Whether ours was made after the peer had been asked for everything (see ``app.restoration``).
    """
    _work_in(node, _open(node, data), answering=False, delivered=delivered or {}, asked=asked)


def _open(node: Node, data: bytes) -> Bundle:
    try:
        bundle, opened_with = _unpack(node, data)
    except FormatError as error:
        raise PeerActError("bundle-refused", f"the bundle does not verify: {error.message}") from error
    if bundle.recipient != node.party:
        raise PeerActError("bundle-refused", "the bundle is addressed to another node")
    _refuse_forgotten(node, bundle)
    if node.former:
        _note_known(node, bundle.sender, opened_with)
    return bundle


def _unpack(node: Node, data: bytes) -> tuple[Bundle, NodeKeys]:
    """Open a bundle with the keys this node has or had, and verify it by the card its sender has or had.

    A peer that renewed its keys signs with those that this node is known to know, and seals to those it knows itself.

    Raises:
        FormatError: as ``unpack``.
    """
    sender, _ = peek(data)
    known = _known_keys(node, sender)
    failure: FormatError | None = None
    for own in (node.keys, *node.former):
        for public in known or (None,):
            try:
                return unpack(data, own, partial(_always, public)), own
            except FormatError as error:
                if error.code not in {"seal", "bundle-signature"}:
                    raise
                failure = error if failure is None or error.code != "seal" else failure
                if error.code == "seal":
                    break
    assert failure is not None  # a node has keys
    raise failure


def _always(public: NodePublicKeys | None, _party: PartyId) -> NodePublicKeys | None:
    return public


def _known_keys(node: Node, party: PartyId) -> tuple[NodePublicKeys, ...]:
    """The keys of a peer's card and of those before it, newest first; none of a peer that is unknown or suspended."""
    with node.store.read() as uow:
        row = uow.peer(party)
    if row is None or row.state == "suspended":
        return ()
    earlier = (node.card_of(digest) for digest in reversed(node.ancestry(row.card)[:-1]))
    cards = (node.peer_card(row.card), *(card for card in earlier if card is not None))
    return tuple(dict.fromkeys(card.keys for card in cards))


def _note_known(node: Node, peer: PartyId, opened_with: NodeKeys) -> None:
    """Remember by which of this node's cards a peer knows it: by the one it sealed its last bundle to."""
    known = next((d for d in reversed(node.own_cards()) if node.keys_of(d) is opened_with), None)
    with node.store.read() as uow:
        if known is None or uow.setting(f"knows:{peer}") == known:
            return
    with node.store.write() as uow:
        note_known(uow, peer, known)


def _refuse_forgotten(node: Node, bundle: Bundle) -> None:
    """Refuse a bundle that its sender made before it lost its store, and that was on its way until now.

    What it lost, it asks everybody about; what arrived only after the answer it would never hear of, and say
    something else in its place.
    """
    with node.store.read() as uow:
        asked_at = uow.setting(f"lost-store:{bundle.sender}") or ""
    if bundle.sent_at < asked_at:
        raise PeerActError(
            "bundle-forgotten",
            f"the bundle was made at {bundle.sent_at}, and {bundle.sender} asked for everything anew at {asked_at}",
        )


def _card_keys(node: Node, party: PartyId) -> NodePublicKeys | None:
    with node.store.read() as uow:
        row = uow.peer(party)
    if row is None or row.state == "suspended":
        return None
    return node.peer_card(row.card).keys


def _work_in(
    node: Node,
    bundle: Bundle,
    *,
    answering: bool,
    delivered: Mapping[DossierId, int] = MappingProxyType({}),
    asked: bool = False,
) -> list[Section]:
    """Work in every section; with ``answering`` return what the sender lacks, or at least where we stand."""
    _note_heard(node, bundle, node.clock.now(), answer=not answering)
    if answering and not bundle.sections:
        _tell_everything(node, bundle.sender, bundle.sent_at)
    answers: list[Section] = []
    failure: ParaphError | None = None
    for section in bundle.sections:
        try:
            answers += _work_in_section(
                node, bundle, section, answering=answering, delivered=delivered, asked=asked
            )
        except ParaphError as error:  # what is wrong with one dossier here must not stop the others
            failure = failure or error
    node.wake.set()
    if failure is not None:
        raise failure
    return answers


def _work_in_section(
    node: Node,
    bundle: Bundle,
    section: Section,
    *,
    answering: bool,
    delivered: Mapping[DossierId, int],
    asked: bool,
) -> list[Section]:
    now = node.clock.now()
    answers: list[Section] = []
    with node.store.read() as uow:
        weight = delivered.get(section.dossier, 0)
        known = restate(node, uow, bundle.sender, section, answering=answering, delivered=weight)
    if known is not None:
        return known
    with node.store.write() as uow:
        before = uow.act_count(section.dossier), uow.size(section.dossier)
        note = reached_note(uow, section.dossier)
        take_acts(node, uow, bundle.sender, section)
        if not uow.act_count(section.dossier):
            # The sender takes us for somebody who holds what came before: by what we said until our store was lost.
            return [nothing_held(section.dossier)] if answering and not _begins(section) else []
        for error, proof in take_proofs(node, uow, section):
            keep_as_evidence(node, uow, bundle.sender, section.dossier, error.code, error.message, proof)
        noted = _take_notes(node, uow, bundle.sender, section)
        if answering and is_awaited(uow, section.dossier, bundle.sender):
            uow.make_due(bundle.sender, section.dossier, now)  # what it sends by itself may be old: ask it
        elif asked:
            _note_restored(node, uow, bundle.sender, section)
        view = order_waiting(node, uow, section.dossier)
        news = before != (uow.act_count(section.dossier), uow.size(section.dossier)) or noted
        lacks: Section | None = None
        moved = False
        if view.dossier is not None:
            reached = reached_note(uow, section.dossier)
            cosigned = reached != note and _cosigned(node, reached)
            _pass_on(node, uow, bundle.sender, view.dossier, news=news, cosigned=cosigned)
            weight = max(note_weight(section, view.dossier), delivered.get(section.dossier, 0))
            moved = _remember_peer(uow, bundle.sender, section, weight)
            lacks = compose(node, uow, bundle.sender, section.dossier, announce=answering)
        # Where the peer stands where it stood, the outbox entry that is there already replies, in time: two nodes that can
        # never agree, because one of them lies, must not keep each other from waiting longer and longer.
        open_ = lacks is not None and (delivers(lacks) or bool(lacks.wants_blobs))
        if lacks is not None and open_ and (moved or (answering and news)):
            # An answer brings it; if the answer is lost, or cannot hold it all, the outbox does.
            wait = PATIENCE_S if answering and not is_full(lacks) else 0
            uow.make_due(bundle.sender, section.dossier, after(now, wait))
        if lacks is not None and answering:
            answers.append(lacks)
    node.remember(section.dossier, view)
    return answers


def _begins(section: Section) -> bool:
    """Whether a section has the act that opens its dossier; that this was not taken is another matter."""
    for envelope in section.acts:
        with suppress(FormatError):
            if str(read_act(envelope).act.id) == str(section.dossier):
                return True
    return False


def _tell_everything(node: Node, peer: PartyId, asked_at: Utc) -> None:
    """A peer that has lost its store asks for all it took part in: send it as if it had never had anything."""
    nothing = PeerView(feeds={}, size=0, cosigned=0, wants=())
    now = node.clock.now()
    with node.store.write() as uow:
        # Not by a clock that is ahead of ours: the peer may set it right.
        before = uow.setting(f"lost-store:{peer}") or ""
        uow.set_setting(f"lost-store:{peer}", max(before, min(asked_at, now)))
        for dossier in uow.dossiers():
            if peer in participants(uow, dossier, refresh(node, uow, dossier)):
                standing = _standing(node, uow, dossier)
                if standing is not None and standing.opener == peer:
                    forget_unreached(node, uow, dossier)
                uow.save_peer_view(peer, dossier, nothing)
                _show_again(uow, peer, dossier)
                uow.make_due(peer, dossier, now)


def _show_again(uow: UnitOfWork, peer: PartyId, dossier: DossierId) -> None:
    """What contradicts itself, and the proofs of it, the peer may have lost with its store: it is shown them once more."""
    for told in (fork_told, lie_told, proofs_told):
        if uow.setting(told(peer, dossier)):
            uow.set_setting(told(peer, dossier), "")


def _pass_on(
    node: Node, uow: UnitOfWork, sender: PartyId, standing: Dossier, *, news: bool, cosigned: bool
) -> None:
    """Queue what this bundle brought for the other participants.

    The ordering node tells everybody at once. Others tell it what they cosigned, and leave the rest to it
    and to the authors, who send to everybody themselves, until that has had time to arrive.
    """
    if not news and not cosigned:
        return
    others = [p for p in standing.roles if p != sender]
    if node.party == standing.opener:
        queue_for_others(node, uow, standing.id, others)
        return
    if cosigned and sender != standing.opener:
        queue_for_others(node, uow, standing.id, [standing.opener])
    queue_for_others(node, uow, standing.id, others, wait_s=PATIENCE_S)


def _remember_peer(uow: UnitOfWork, sender: PartyId, section: Section, weight: int) -> bool:
    """Keep what the sender says it holds; say whether that has changed."""
    known = uow.peer_view(sender, section.dossier)
    # A peer that holds less than it did, of the log or of cosignatures only, has lost what its store held (or the bundle is
    # old: no harm done, it is told once more).
    fewer = known is not None and bool(section.notes) and weight < known.cosigned
    forgot = known is None or section.size < known.size or fewer
    if known is not None and (forgot or any(section.feeds.get(p, 0) < n for p, n in known.feeds.items())):
        _show_again(uow, sender, section.dossier)
    now = PeerView(
        feeds=dict(section.feeds),
        size=section.size,
        cosigned=weight if forgot or known is None else max(weight, known.cosigned),
        wants=section.wants_blobs,
    )
    uow.save_peer_view(sender, section.dossier, now)
    return now != known


def _cosigned(node: Node, note: bytes | None) -> bool:
    """Whether a note carries this node's cosignature."""
    return note is not None and any(line.name == node.party for line in Note.read(note).lines)


def _take_notes(node: Node, uow: UnitOfWork, sender: PartyId, section: Section) -> bool:
    """Merge notes and take over the order they prove; say whether anything was new."""
    new = False
    for data in section.notes:
        standing = _standing(node, uow, section.dossier)
        if standing is None:
            return new
        try:
            new = merge_note(node, uow, standing, data) is not None or new
            adopt_order(node, uow, section.dossier, section.order, Note.read(data))
        except (PeerActError, FormatError, ConflictError) as error:
            keep_as_evidence(node, uow, sender, section.dossier, error.code, error.message, data)
    end = section.order.start + len(section.order.authors)
    held = uow.note(section.dossier, end) if section.order.authors else None
    if held is not None and held not in section.notes:
        # The checkpoint came earlier, with the first of so many acts that they did not fit into one bundle.
        try:
            adopt_order(node, uow, section.dossier, section.order, Note.read(held))
        except PeerActError as error:
            keep_as_evidence(node, uow, sender, section.dossier, error.code, error.message, held)
    return new


def _standing(node: Node, uow: UnitOfWork, dossier: DossierId) -> Dossier | None:
    view = refresh(node, uow, dossier)
    if view.dossier is not None:
        return view.dossier
    return provisional(view, [row.envelope for row in uow.unordered(dossier)], node.attachments)


def _seconds_between(a: Utc, b: Utc) -> int:
    first, second = datetime.fromisoformat(a), datetime.fromisoformat(b)
    return int((first - second).total_seconds())


def _note_heard(node: Node, bundle: Bundle, now: Utc, *, answer: bool) -> None:
    """Note when the sender was heard, and how far its clock is off; once a second is enough.

    A bundle that was long on its way looks like one from a clock that is slow. An answer was not; and no bundle
    comes from the future.
    """
    skew = _seconds_between(bundle.sent_at, now)
    found: dict[str, str] = {f"heard:{bundle.sender}": now}
    if answer or skew > 0:
        found[f"skew:{bundle.sender}"] = str(skew)
    with node.store.read() as uow:
        news = {name: value for name, value in found.items() if uow.setting(name) != value}
    if news:
        with node.store.write() as uow:
            for name, value in news.items():
                uow.set_setting(name, value)


def _note_restored(node: Node, uow: UnitOfWork, sender: PartyId, section: Section) -> None:
    """On a restored node: note whether a peer that was asked holds anything of ours, or an order, that is not here.

    Its word alone is not enough to wait for: whoever holds an act, or an order, sends it with this answer, or as
    much as there is room for. What it says and does not show is told to people; a liar could say anything.
    """
    if not is_awaited(uow, section.dossier, sender):
        return
    own, size = uow.feeds(section.dossier).get(node.party, 0), uow.size(section.dossier)
    claimed = section.feeds.get(node.party, 0)
    if own >= claimed and size >= section.size:
        note_told(uow, section.dossier, sender)
    elif not is_full(section) and len(section.order.authors) < limits.MAX_ORDER:
        acts = f"{claimed} acts of this node, of which it has shown {own}" if claimed > own else ""
        order = (
            f"an order of {section.size} acts, of which it has shown {size}" if section.size > size else ""
        )
        note_claim(uow, section.dossier, sender, " and ".join(filter(None, (acts, order))))
