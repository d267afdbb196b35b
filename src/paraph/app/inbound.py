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
from paraph.app.bundles import compose, delivers, is_full, note_weight, participants, seal_bundle
from paraph.app.dossiers import refresh
from paraph.app.feeds import keep_as_evidence, take_acts
from paraph.app.instants import later
from paraph.app.node import Node
from paraph.app.ordering import adopt_order, merge_note, order_waiting
from paraph.app.ports import PeerView, UnitOfWork
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.domain.standing import Dossier
from paraph.errors import ConflictError, FormatError, ParaphError, PeerActError
from paraph.verify.log import provisional
from paraph.wire.bundle import Bundle, unpack
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
    _note_heard(node, bundle, node.clock.now(), answer=not answering)
    if answering and not bundle.sections:
        _tell_everything(node, bundle.sender)
    answers: list[Section] = []
    failure: ParaphError | None = None
    for section in bundle.sections:
        try:
            answers += _work_in_section(node, bundle, section, answering=answering, delivered=delivered)
        except ParaphError as error:  # what is wrong with one dossier here must not stop the others
            failure = failure or error
    node.wake.set()
    if failure is not None:
        raise failure
    return answers


def _work_in_section(
    node: Node, bundle: Bundle, section: Section, *, answering: bool, delivered: Mapping[DossierId, int]
) -> list[Section]:
    now = node.clock.now()
    answers: list[Section] = []
    with node.store.write() as uow:
        before = uow.act_count(section.dossier), uow.size(section.dossier)
        note = uow.latest_note(section.dossier)
        take_acts(node, uow, bundle.sender, section)
        if not uow.act_count(section.dossier):
            return []
        noted = _take_notes(node, uow, bundle.sender, section)
        _note_restored(node, uow, bundle, section)
        view = order_waiting(node, uow, section.dossier)
        after = uow.act_count(section.dossier), uow.size(section.dossier)
        news = before != after or noted
        lacks: Section | None = None
        moved = False
        if view.dossier is not None:
            latest = uow.latest_note(section.dossier)
            cosigned = latest != note and _cosigned(node, latest)
            _pass_on(node, uow, bundle.sender, view.dossier, news=news, cosigned=cosigned)
            weight = max(note_weight(section, view.dossier), delivered.get(section.dossier, 0))
            moved = _remember_peer(uow, bundle.sender, section, weight)
            lacks = compose(node, uow, bundle.sender, section.dossier, announce=answering)
        # To an answer in which the peer stands where it stood, the outbox entry that led to it replies, in time.
        open_ = lacks is not None and (delivers(lacks) or bool(lacks.wants_blobs))
        if lacks is not None and open_ and (moved or (answering and (news or delivers(lacks)))):
            # An answer brings it; if the answer is lost, or cannot hold it all, the outbox does.
            wait = PATIENCE_S if answering and not is_full(lacks) else 0
            uow.make_due(bundle.sender, section.dossier, later(now, wait))
        if lacks is not None and answering:
            answers.append(lacks)
    node.remember(section.dossier, view)
    return answers


def _tell_everything(node: Node, peer: PartyId) -> None:
    """A peer that has lost its store asks for all it took part in: send it as if it had never had anything."""
    nothing = PeerView(feeds={}, size=0, cosigned=0, wants=())
    with node.store.write() as uow:
        for dossier in uow.dossiers():
            if peer in participants(uow, dossier, refresh(node, uow, dossier)):
                uow.save_peer_view(peer, dossier, nothing)
                uow.make_due(peer, dossier, node.clock.now())


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
    # A peer that holds less than it did has lost its store, notes included (or the bundle is old: no harm done).
    forgot = known is None or section.size < known.size
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
    held = uow.latest_note(section.dossier) if section.order.authors else None
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
    first, second = (datetime.strptime(t, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for t in (a, b))
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


def _note_restored(node: Node, uow: UnitOfWork, bundle: Bundle, section: Section) -> None:
    """On a node restored from a backup: note when a peer has nothing of ours, and no order, that is not here.

    Only a bundle that was made after the restoration counts: an older one may have been delivered again.
    """
    restored = uow.setting("restored-at")
    if not restored or bundle.sent_at < restored:
        return
    own = uow.feeds(section.dossier).get(node.party, 0)
    if own >= section.feeds.get(node.party, 0) and uow.size(section.dossier) >= section.size:
        uow.set_setting(f"caught-up:{section.dossier}:{bundle.sender}", restored)
