"""Giving acts their places, and cosigning what is held (D2).

The opener's node lays acts out in the order they reach it and signs a checkpoint; it decides nothing. Every
other node takes over places only when the signed root proves them. A node cosigns a checkpoint only when it
holds every act and attachment below it, so its cosignature is its receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from paraph.app.cards import card_chain, possible_keys
from paraph.app.dossiers import caught_up, held_log, refresh
from paraph.app.freezing import freeze_fork, raise_doubt
from paraph.app.node import Node
from paraph.app.ports import ActRow, UnitOfWork
from paraph.app.recollection import recollect
from paraph.domain.ids import DossierId, PartyId
from paraph.domain.standing import Dossier
from paraph.errors import FormatError, PeerActError
from paraph.verify.log import LogView, lay_out, ready
from paraph.wire.act import read_act
from paraph.wire.checkpoint import (
    Checkpoint,
    cosign,
    cosigners,
    only_verified,
    read_checkpoint,
    sign_checkpoint,
    verify_log_signature,
)
from paraph.wire.keys import NodeKeys, NodePublicKeys
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from paraph.wire.sections import Order

__all__ = ["adopt_order", "merge_note", "order_waiting"]

_PAGE: Final = 512
"""Acts read from the store at a time."""


def order_waiting(node: Node, uow: UnitOfWork, dossier: DossierId) -> LogView:
    """On the opener's node: give waiting acts their places and sign a checkpoint; then cosign it.

    A node whose store came from a backup does neither until its peers have told it what it said before: it would
    contradict itself, and its own signatures would prove it a liar.

    Returns:
        The view after that; the caller remembers it once the transaction is durable.
    """
    view = refresh(node, uow, dossier)
    if view.missing or uow.setting(f"frozen:{dossier}"):
        return view
    view = _as_before(node, uow, dossier, view)
    if not caught_up(node, uow, dossier, view):
        return view
    rows = {row.act: row for row in uow.unordered(dossier)}
    if rows and _opener(view, rows.values(), dossier) == node.party and _has_keys(node, uow, dossier):
        position = view.size
        acts = [read_act(row.envelope).act for row in rows.values()]
        for act, _ in lay_out(view, acts, node.attachments):
            uow.place(dossier, act.author, act.author_seq, position)
            position += 1
        if position > view.size:
            view = refresh(node, uow, dossier)
            keys = _own_keys(node, view)
            assert keys is not None  # those of the newest card: what has no place yet has got one
            uow.save_note(dossier, view.size, sign_checkpoint(keys, _checkpoint(dossier, view)).write())
    _cosign(node, uow, dossier, view)
    return view


def _as_before(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView) -> LogView:
    """Give waiting acts the places that this node gave them before its store went back (see ``recollection``)."""
    last = node.guard.last(dossier)
    if last is None or last[0] <= view.size or view.dossier is None or view.dossier.opener != node.party:
        return view
    waiting = (row.envelope for row in uow.unordered(dossier))
    found = recollect(view.tree, view.ordered, waiting, last[0], bytes.fromhex(last[1]))
    if not found or not _has_keys(node, uow, dossier):
        return view
    for position, act in enumerate(found, start=view.size):
        uow.place(dossier, act.author, act.author_seq, position)
    view = refresh(node, uow, dossier)
    keys = _own_keys(node, view)
    if keys is not None and not view.missing and uow.note(dossier, view.size) is None:
        uow.save_note(dossier, view.size, sign_checkpoint(keys, _checkpoint(dossier, view)).write())
    return view


def _has_keys(node: Node, uow: UnitOfWork, dossier: DossierId) -> bool:
    """Whether this node has the keys with which it signs next; a process that began before a renewal has not."""
    links = card_chain(node, uow, dossier, node.party).links
    return bool(links) and node.keys_of(links[-1].digest) is not None


def _own_keys(node: Node, view: LogView) -> NodeKeys | None:
    """The keys of this node's card that is in force at the end of the log."""
    return node.keys_of(view.dossier.cards[node.party]) if view.dossier is not None else None


def _opener(view: LogView, rows: Iterable[ActRow], dossier: DossierId) -> PartyId | None:
    if view.dossier is not None:
        return view.dossier.opener
    return next((row.author for row in rows if str(row.act) == str(dossier)), None)


def adopt_order(node: Node, uow: UnitOfWork, dossier: DossierId, order: Order, note: Note) -> None:
    """Take over places that a checkpoint of the opener's node proves.

    Does nothing while acts are missing: a later bundle brings them.

    Raises:
        PeerActError: ``order-root`` if the order does not give the signed root, ``order-causal`` if an act
            was placed before what it rests on, ``order-former-key`` if it was signed with keys that were given up.
    """
    checkpoint = read_checkpoint(note)
    size = uow.size(dossier)
    if not order.start <= size < checkpoint.size or checkpoint.size - order.start > len(order.authors):
        return
    view = refresh(node, uow, dossier)
    held = held_log(uow, dossier, view)
    counts = dict(held.counts)
    placed: list[ActRow] = []
    for author in order.authors[size - order.start : checkpoint.size - order.start]:
        found = uow.feed(dossier, author, counts.get(author, 0), 1)
        if not found:
            return
        if not ready(read_act(found[0].envelope).act, counts):
            raise_doubt(node, uow, dossier, (*placed, found[0]))
            raise PeerActError("order-causal", "an act was placed before the acts it rests on")
        counts[author] = counts.get(author, 0) + 1
        placed.append(found[0])
    if held.tree.extend(leaf_hash(row.envelope) for row in placed).root() != checkpoint.root:
        raise_doubt(node, uow, dossier, placed)
        raise PeerActError("order-root", "the order of acts does not give the root that was signed")
    opener = view.dossier.opener if view.dossier is not None else placed[0].author
    chain = card_chain(node, uow, dossier, opener)
    link = chain.at(counts.get(opener, 0))
    if link is None:
        return  # the opener's next card is still on its way
    try:
        verify_log_signature(note, link.card.keys)
    except FormatError as error:
        raise PeerActError(
            "order-former-key", f"{opener} signed an order of acts with keys that it gave up in one of them"
        ) from error
    for position, row in enumerate(placed, start=size):
        uow.place(dossier, row.author, row.author_seq, position)


def merge_note(node: Node, uow: UnitOfWork, standing: Dossier, data: bytes) -> Note | None:
    """Keep a checkpoint note and its verified cosignatures; freeze the dossier if it proves a fork.

    Returns:
        The merged note, or None if it says nothing new.

    Raises:
        PeerActError: ``note-invalid`` if the opener's node did not sign it.
    """
    view = refresh(node, uow, standing.id)
    try:
        note = Note.read(data)
        checkpoint = read_checkpoint(note)
        keys = possible_keys(node, uow, standing.id, view, checkpoint.size)
        note = only_verified(note, keys[standing.opener], keys)
    except (FormatError, KeyError) as error:
        _compare_former(node, uow, standing, data)
        raise PeerActError("note-invalid", f"a checkpoint does not verify: {error}") from error
    if checkpoint.dossier != standing.id:
        raise PeerActError("note-invalid", "a checkpoint of another dossier")
    if _compare_beginning(node, uow, standing, note):
        return None  # of another log: it is in the proof, and vouches for nothing here
    held = uow.note(standing.id, checkpoint.size)
    if held is None:
        final = uow.final_note(standing.id)
        if final is not None and read_checkpoint(Note.read(final)).size > checkpoint.size:
            return None  # older than what is final, and the beginning of it
        uow.save_note(standing.id, checkpoint.size, note.write())
        _note_finality(node, uow, standing, note)
        return note
    mine = Note.read(held)
    if mine.text != note.text:
        freeze_fork(node, uow, standing, (mine, note))
        return None
    try:
        # What was taken before a renewal had its place may be signed with keys that do not count there.
        sound = only_verified(mine, keys[standing.opener], keys)
    except FormatError:
        sound = note
    merged = sound.add(note.lines)
    if merged == mine:
        return None
    uow.save_note(standing.id, checkpoint.size, merged.write())
    _note_finality(node, uow, standing, merged)
    return merged


def _compare_former(node: Node, uow: UnitOfWork, standing: Dossier, data: bytes) -> None:
    """Compare a checkpoint that is signed with other keys of its opener than count at its size.

    It orders nothing. But a node that shows each peer another log may have renewed its keys in one of them only, so
    its other word counts against it all the same.
    """
    links = card_chain(node, uow, standing.id, standing.opener).links
    if len(links) < 2:
        return
    with suppress(FormatError):  # not even the opener's, or no contradiction
        note = Note.read(data)
        checkpoint = read_checkpoint(note)
        if checkpoint.dossier != standing.id or not any(_is_by(note, link.card.keys) for link in links):
            return
        held = uow.note(standing.id, checkpoint.size)
        if held is None:
            _compare_beginning(node, uow, standing, note)
        elif Note.read(held).text != note.text:
            freeze_fork(node, uow, standing, (Note.read(held), note))


def _is_by(note: Note, keys: NodePublicKeys) -> bool:
    try:
        verify_log_signature(note, keys)
    except FormatError:
        return False
    return True


def _compare_beginning(node: Node, uow: UnitOfWork, standing: Dossier, note: Note) -> bool:
    """Compare an older checkpoint with the beginning of the log held here; freeze the dossier, and say so, if it lies."""
    checkpoint = read_checkpoint(note)
    size = uow.size(standing.id)
    held = uow.note(standing.id, size)  # not the latest: that may be over acts which were never shown
    if held is None or size <= checkpoint.size:
        return False
    if _root_here(node, uow, standing.id, checkpoint.size) == checkpoint.root:
        return False
    tree = _tree(uow, standing.id, size)
    prefix = (tree.root(checkpoint.size), tree.consistency(checkpoint.size, size))
    freeze_fork(node, uow, standing, (note, Note.read(held)), prefix=prefix)
    return True


def _root_here(node: Node, uow: UnitOfWork, dossier: DossierId, size: int) -> bytes:
    """Root of the first acts of the log held here."""
    root = node.root_was(dossier, size)
    if root is None:
        held = held_log(
            uow, dossier, refresh(node, uow, dossier)
        ).tree  # at hand, and nearly always what is asked for
        root = held.root() if held.size == size else _tree(uow, dossier, size).root()
        node.remember_root(dossier, size, root)
    return root


def _tree(uow: UnitOfWork, dossier: DossierId, size: int) -> Tree:
    """The first acts of the log held here."""
    tree = Tree()
    while tree.size < size and (rows := uow.log(dossier, tree.size, min(_PAGE, size - tree.size))):
        for row in rows:
            tree.append(leaf_hash(row.envelope))
    return tree


def _cosign(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView) -> None:
    """Cosign the checkpoint over all that is held, and note what is final."""
    data = uow.note(dossier, view.size)
    if data is None or view.dossier is None:
        return
    note = Note.read(data)
    checkpoint = read_checkpoint(note)
    if checkpoint != _checkpoint(dossier, view) or uow.setting(f"frozen:{dossier}"):
        return
    last = node.guard.last(dossier)
    may_cosign = last is None or last[0] < view.size or last == (view.size, checkpoint.root_hex)
    keys = _own_keys(node, view)
    if may_cosign and keys is not None and all(line.name != node.party for line in note.lines):
        note = note.add(cosign(keys, node.party, checkpoint, node.clock.now()))
        uow.save_note(dossier, view.size, note.write())
    _note_finality(node, uow, view.dossier, note)


def _note_finality(node: Node, uow: UnitOfWork, standing: Dossier, note: Note) -> None:
    """An act is final when every party has cosigned a checkpoint that contains it.

    What the mediator has cosigned too is remembered apart: newer checkpoints become final before the mediator has
    seen them, and take the place of those that it cosigned.
    """
    checkpoint = read_checkpoint(note)
    size = checkpoint.size
    final, witnessed = (int(uow.setting(f"{name}:{standing.id}") or 0) for name in ("final", "witnessed"))
    if size > uow.size(standing.id) or size <= min(final, witnessed):
        return
    keys = possible_keys(node, uow, standing.id, refresh(node, uow, standing.id), size)
    if any(len(known) > 1 for known in keys.values()):
        return  # attachments are missing: it is not known yet which keys count there
    held_by = cosigners(note, keys)
    if not all(party in held_by for party in standing.parties):
        return
    if _root_here(node, uow, standing.id, size) != checkpoint.root:
        return  # what all cosigned is another log than the one held here, by the lie of the node that orders
    if size > final:
        uow.mark_final(standing.id, size)
        uow.set_setting(f"final:{standing.id}", str(size))
    if size > witnessed and (standing.mediator is None or standing.mediator in held_by):
        uow.set_setting(f"witnessed:{standing.id}", str(size))


def _checkpoint(dossier: DossierId, view: LogView) -> Checkpoint:
    return Checkpoint(dossier=dossier, size=view.size, root=view.tree.root())
