"""Checkpoints that no log here has reached, of an ordering node that lost its store.

A checkpoint may arrive before its acts. If its ordering node then loses them, nobody can make that root again: the note
would stop its signer for ever, and prove it a liar once it gave the places to other acts. So whoever is asked for everything
forgets such notes before it answers. Nobody relied on them: a node cosigns only what its log has reached, and tells others
of nothing else.
"""

from __future__ import annotations

from contextlib import suppress

from paraph.app.dossiers import held_log, refresh
from paraph.app.node import Node
from paraph.app.ordering import adopt_order
from paraph.app.ports import UnitOfWork
from paraph.app.recollection import recollect
from paraph.domain.ids import DossierId
from paraph.errors import PeerActError
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.note import Note
from paraph.wire.sections import Order

__all__ = ["forget_unreached"]


def forget_unreached(node: Node, uow: UnitOfWork, dossier: DossierId) -> None:
    """Forget the notes over more than the log here, unless the acts held give the order of the largest.

    Args:
        node: This node.
        uow: A transaction.
        dossier: A dossier whose ordering node asks for everything. One that is frozen keeps what it was frozen for.
    """
    latest = uow.latest_note(dossier)
    if latest is None or uow.setting(f"frozen:{dossier}"):
        return
    note = Note.read(latest)
    if read_checkpoint(note).size > uow.size(dossier):
        _reach(node, uow, dossier, note)
        uow.forget_notes(dossier, uow.size(dossier))


def _reach(node: Node, uow: UnitOfWork, dossier: DossierId, note: Note) -> None:
    """Take over the order that a note vouches for, if its acts are all here and only their places are not."""
    checkpoint, held = read_checkpoint(note), held_log(uow, dossier, refresh(node, uow, dossier))
    waiting = (row.envelope for row in uow.unordered(dossier))
    found = recollect(held.tree, held.counts, waiting, checkpoint.size, checkpoint.root)
    if found:
        with suppress(PeerActError):  # signed with keys that were given up in it
            order = Order(start=held.tree.size, authors=tuple(act.author for act in found))
            adopt_order(node, uow, dossier, order, note)
