"""Giving acts their places, and cosigning what is held (D2).

The opener's node lays acts out in the order they reach it and signs a checkpoint; it decides nothing. Every
other node takes over places only when the signed root proves them. A node cosigns a checkpoint only when it
holds every act and attachment below it, so its cosignature is its receipt.
"""

from __future__ import annotations

from collections.abc import Iterable

from paraph.app.dossiers import participant_keys, refresh
from paraph.app.node import Node
from paraph.app.ports import ActRow, UnitOfWork
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
)
from paraph.wire.fork import prove_fork
from paraph.wire.merkle import leaf_hash
from paraph.wire.note import Note
from paraph.wire.sections import Order

__all__ = ["adopt_order", "merge_note", "order_waiting"]


def order_waiting(node: Node, uow: UnitOfWork, dossier: DossierId) -> LogView:
    """On the opener's node: give waiting acts their places and sign a checkpoint; then cosign it.

    Returns:
        The view after that; the caller remembers it once the transaction is durable.
    """
    view = refresh(node, uow, dossier)
    rows = {row.act: row for row in uow.unordered(dossier)}
    if rows and not view.missing and _opener(view, rows.values(), dossier) == node.party:
        position = view.size
        acts = [read_act(row.envelope).act for row in rows.values()]
        for act, _ in lay_out(view, acts, node.attachments):
            uow.place(dossier, act.author, act.author_seq, position)
            position += 1
        if position > view.size:
            view = refresh(node, uow, dossier)
            uow.save_note(dossier, view.size, sign_checkpoint(node.keys, _checkpoint(dossier, view)).write())
    _cosign(node, uow, dossier, view)
    return view


def _opener(view: LogView, rows: Iterable[ActRow], dossier: DossierId) -> PartyId | None:
    if view.dossier is not None:
        return view.dossier.opener
    return next((row.author for row in rows if str(row.act) == str(dossier)), None)


def adopt_order(node: Node, uow: UnitOfWork, dossier: DossierId, order: Order, note: Note) -> None:
    """Take over places that a checkpoint of the opener's node proves.

    Does nothing while acts are missing: a later bundle brings them.

    Raises:
        PeerActError: ``order-root`` if the order does not give the signed root, ``order-causal`` if an act
            was placed before what it rests on.
    """
    checkpoint = read_checkpoint(note)
    size = uow.size(dossier)
    if not order.start <= size < checkpoint.size or checkpoint.size - order.start > len(order.authors):
        return
    view = refresh(node, uow, dossier)
    counts, leaves = dict(view.ordered), []
    for row in uow.log(dossier, view.size, size - view.size):
        counts[row.author] = counts.get(row.author, 0) + 1
        leaves.append(leaf_hash(row.envelope))
    placed: list[ActRow] = []
    for author in order.authors[size - order.start : checkpoint.size - order.start]:
        found = uow.feed(dossier, author, counts.get(author, 0), 1)
        if not found:
            return
        if not ready(read_act(found[0].envelope).act, counts):
            raise PeerActError("order-causal", "an act was placed before the acts it rests on")
        counts[author] = counts.get(author, 0) + 1
        leaves.append(leaf_hash(found[0].envelope))
        placed.append(found[0])
    if view.tree.extend(leaves).root() != checkpoint.root:
        raise PeerActError("order-root", "the order of acts does not give the root that was signed")
    for position, row in enumerate(placed, start=size):
        uow.place(dossier, row.author, row.author_seq, position)


def merge_note(node: Node, uow: UnitOfWork, standing: Dossier, data: bytes) -> Note | None:
    """Keep a checkpoint note and its verified cosignatures; freeze the dossier if it proves a fork.

    Returns:
        The merged note, or None if it says nothing new.

    Raises:
        PeerActError: ``note-invalid`` if the opener's node did not sign it.
    """
    keys = participant_keys(node, standing)
    try:
        note = only_verified(Note.read(data), keys[standing.opener], keys)
        checkpoint = read_checkpoint(note)
    except (FormatError, KeyError) as error:
        raise PeerActError("note-invalid", f"a checkpoint does not verify: {error}") from error
    if checkpoint.dossier != standing.id:
        raise PeerActError("note-invalid", "a checkpoint of another dossier")
    held = uow.note(standing.id, checkpoint.size)
    if held is None:
        final = uow.final_note(standing.id)
        if final is not None and read_checkpoint(Note.read(final)).size > checkpoint.size:
            return None  # older than what is final: it can prove nothing that is not proved already
        uow.save_note(standing.id, checkpoint.size, note.write())
        _note_finality(node, uow, standing, note)
        return note
    mine = Note.read(held)
    if mine.text != note.text:
        proof = prove_fork(mine, note, checkpoint.origin, keys[standing.opener])
        digest = node.blobs.put(proof)
        uow.set_setting(
            f"frozen:{standing.id}",
            f"{standing.opener} signed two roots for size {checkpoint.size}; the proof is blob {digest}",
        )
        return None
    merged = mine.add(note.lines)
    if merged == mine:
        return None
    uow.save_note(standing.id, checkpoint.size, merged.write())
    _note_finality(node, uow, standing, merged)
    return merged


def _cosign(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView) -> None:
    """Cosign the newest checkpoint if everything below it is held, and note what is final."""
    data = uow.latest_note(dossier)
    if data is None or view.dossier is None:
        return
    note = Note.read(data)
    checkpoint = read_checkpoint(note)
    if checkpoint != _checkpoint(dossier, view) or uow.setting(f"frozen:{dossier}"):
        return
    last = node.guard.last(dossier)
    may_cosign = last is None or last[0] < view.size or last == (view.size, checkpoint.root_hex)
    if may_cosign and all(line.name != node.party for line in note.lines):
        note = note.add(cosign(node.keys, node.party, checkpoint, node.clock.now()))
        uow.save_note(dossier, view.size, note.write())
    _note_finality(node, uow, view.dossier, note)


def _note_finality(node: Node, uow: UnitOfWork, standing: Dossier, note: Note) -> None:
    """An act is final when every party has cosigned a checkpoint that contains it."""
    size = read_checkpoint(note).size
    if size <= int(uow.setting(f"final:{standing.id}") or 0) or size > uow.size(standing.id):
        return
    held_by = cosigners(note, participant_keys(node, standing))
    if all(party in held_by for party in standing.parties):
        uow.mark_final(standing.id, size)
        uow.set_setting(f"final:{standing.id}", str(size))


def _checkpoint(dossier: DossierId, view: LogView) -> Checkpoint:
    return Checkpoint(dossier=dossier, size=view.size, root=view.tree.root())
