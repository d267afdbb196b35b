"""Dossiers about which two nodes have nothing to tell each other.

A node that starts says to every peer where it stands in every dossier, and nearly always both know that already. Then
there is nothing to write down: a thousand dossiers would be as many transactions, here and there.
"""

from __future__ import annotations

from paraph.app.bundles import compose, delivers
from paraph.app.dossiers import refresh
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.restoration import is_awaited
from paraph.domain.ids import DossierId, PartyId
from paraph.wire.note import Note
from paraph.wire.sections import Section

__all__ = ["restate"]


def restate(
    node: Node, uow: UnitOfWork, sender: PartyId, section: Section, *, answering: bool, delivered: int
) -> list[Section] | None:
    """The answer to a section that says only what is known here; None if it has to be worked in.

    Args:
        node: This node.
        uow: A transaction; only reading.
        sender: Who says so.
        section: What it says.
        answering: Whether it wants an answer.
        delivered: Weight of the heaviest note that the sender was just brought.
    """
    dossier = section.dossier
    known = uow.peer_view(sender, dossier)
    brings = delivers(section) or section.proofs or section.wants_blobs
    if brings or known is None or known.wants or delivered > known.cosigned:
        return None
    feeds = uow.feeds(dossier)
    if not (dict(section.feeds) == known.feeds == feeds and section.size == known.size):
        return None
    if not _is_settled(node, uow, dossier, sum(feeds.values())) or is_awaited(uow, dossier, sender):
        return None
    view = refresh(node, uow, dossier)
    if view.dossier is None or view.missing:
        return None
    if view is not node.view(dossier):
        node.remember(dossier, view)
    answer = compose(node, uow, sender, dossier, announce=answering)
    if answer is None:
        return []
    if delivers(answer) or answer.proofs or answer.wants_blobs:
        return None
    return [answer] if answering else []


def _is_settled(node: Node, uow: UnitOfWork, dossier: DossierId, count: int) -> bool:
    """Whether every act has its place and is final, and this node has cosigned that."""
    if not count == uow.size(dossier) == int(uow.setting(f"final:{dossier}") or 0):
        return False
    note = uow.latest_note(dossier)
    return note is not None and any(line.name == node.party for line in Note.read(note).lines)
