"""A dossier's log to be read and checked by others: acts with their exact bytes, the checkpoint, proofs of inclusion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from paraph.app.dossiers import load
from paraph.app.node import Node
from paraph.domain.acts import Act
from paraph.domain.ids import DossierId
from paraph.errors import LocalActError
from paraph.wire.act import read_act
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note

__all__ = ["Entry", "Inclusion", "checkpoint", "entries", "envelope", "inclusion"]

_PAGE: Final = 512
"""Acts read from the store at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act in its place.

    Attributes:
        position: Its place in the log, from 0.
        act: What it states.
        envelope: Its exact bytes.
        final: Whether every party has cosigned a checkpoint over it.
        void: Why it has no effect, or "".
    """

    position: int
    act: Act
    envelope: bytes
    final: bool
    void: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Proof that an act is in the log of a checkpoint (RFC 6962 §2.1.1).

    Attributes:
        leaf: Hash of the act's envelope as a leaf.
        index: Its position.
        size: Size of the log of the checkpoint.
        path: Audit path, leaf side first.
        root: Root that the checkpoint states.
    """

    leaf: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes


def entries(node: Node, dossier: DossierId, start: int, limit: int) -> tuple[Entry, ...]:
    """Acts in order from a position, at most ``limit``.

    Raises:
        LocalActError: ``dossier-unknown``.
    """
    with node.store.read() as uow:
        current = load(node, uow, dossier)
        rows = uow.log(dossier, start, limit)
    void = {one.position: one.message for one in current.view.void}
    return tuple(
        Entry(
            position=position,
            act=read_act(row.envelope).act,
            envelope=row.envelope,
            final=position < current.final,
            void=void.get(position, ""),
        )
        for position, row in enumerate(rows, start)
    )


def envelope(node: Node, dossier: DossierId, position: int) -> bytes:
    """The exact bytes of the act at a position.

    Raises:
        LocalActError: ``position-unknown``.
    """
    with node.store.read() as uow:
        rows = uow.log(dossier, position, 1)
    if not rows:
        raise LocalActError("position-unknown", f"there is no act at position {position} of this dossier yet")
    return rows[0].envelope


def checkpoint(node: Node, dossier: DossierId) -> bytes:
    """The newest checkpoint that every party cosigned, with its signatures.

    Raises:
        LocalActError: ``checkpoint-none`` as long as there is none.
    """
    with node.store.read() as uow:
        note = uow.final_note(dossier)
    if note is None:
        raise LocalActError("checkpoint-none", "no checkpoint of this dossier is cosigned by every party yet")
    return note


def inclusion(node: Node, dossier: DossierId, position: int) -> Inclusion:
    """Prove that the act at a position is in the log of the newest final checkpoint.

    Raises:
        LocalActError: ``checkpoint-none``, or ``position-unknown`` for an act that is not final yet.
    """
    stated = read_checkpoint(Note.read(checkpoint(node, dossier)))
    if position >= stated.size:
        raise LocalActError(
            "position-unknown",
            f"the checkpoint is over {stated.size} acts; the one at {position} is not final yet",
        )
    tree = Tree()
    with node.store.read() as uow:
        while tree.size < stated.size:
            for row in uow.log(dossier, tree.size, min(_PAGE, stated.size - tree.size)):
                tree.append(leaf_hash(row.envelope))
    return Inclusion(
        leaf=tree.levels[0][position],
        index=position,
        size=stated.size,
        path=tree.inclusion(position),
        root=stated.root,
    )
