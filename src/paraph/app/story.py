"""A dossier's log as a story: each act with its place, whether it is final, by whom it is cosigned, whether it is void."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from paraph.app.dossiers import Current, load
from paraph.app.node import Node
from paraph.app.ports import ActRow, UnitOfWork
from paraph.domain.acts import Act
from paraph.domain.ids import DossierId, PartyId
from paraph.errors import LocalActError
from paraph.wire.act import SealedAct, read_act
from paraph.wire.merkle import leaf_hash
from paraph.wire.note import Note

__all__ = ["Entry", "Story", "entry_at", "story"]

MOST_NOTES: Final = 64
"""Checkpoints looked at for cosignatures: only those above the final one are, and a node makes a few in a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act of the story.

    Attributes:
        position: Its place in the log, or None while it has none.
        sealed: The act with its envelope.
        final: Whether every party cosigned a checkpoint that contains it.
        cosigned: Who cosigned one so far; only asked while it is not final.
        void: Why it has no effect, or "".
        leaf: Hash of its envelope as a leaf of the log, hex.
    """

    position: int | None
    sealed: SealedAct
    final: bool
    cosigned: tuple[PartyId, ...]
    void: str
    leaf: str

    @property
    def act(self) -> Act:
        """The act."""
        return self.sealed.act


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A page of a log.

    Attributes:
        entries: In the order asked for.
        total: All acts, those without a place included.
        current: The dossier as loaded.
    """

    entries: tuple[Entry, ...]
    total: int
    current: Current


def story(
    node: Node, uow: UnitOfWork, dossier: DossierId, start: int, limit: int, *, newest: bool = False
) -> Story:
    """Read a page of a log.

    Args:
        node: This node.
        uow: A transaction.
        dossier: Which dossier.
        start: How many acts to skip, in the order asked for.
        limit: How many at most.
        newest: Whether the newest come first; acts without a place are the newest.

    Raises:
        LocalActError: ``dossier-unknown``.
    """
    current = load(node, uow, dossier)
    size = uow.size(dossier)
    waiting = uow.unordered(dossier)
    total = size + len(waiting)
    first = max(0, total - start - limit) if newest else start
    count = max(0, min(limit, total - start))
    rows = list(uow.log(dossier, first, count)) if first < size and count else []
    if first + count > size:
        rows += waiting[max(0, first - size) : first + count - size]
    entries = _entries(uow, current, rows)
    return Story(entries=tuple(reversed(entries)) if newest else entries, total=total, current=current)


def entry_at(node: Node, uow: UnitOfWork, dossier: DossierId, position: int) -> Entry:
    """One ordered act.

    Raises:
        LocalActError: ``dossier-unknown`` or ``act-unknown``.
    """
    current = load(node, uow, dossier)
    rows = uow.log(dossier, position, 1)
    if not rows:
        raise LocalActError("act-unknown", f"the log of this dossier has no act at place {position} yet")
    return _entries(uow, current, rows)[0]


def _entries(uow: UnitOfWork, current: Current, rows: Sequence[ActRow]) -> tuple[Entry, ...]:
    void = {one.position: one.message for one in current.view.void}
    cosigned = _cosigners(uow, current) if any(_is_open(row, current) for row in rows) else {}
    return tuple(
        Entry(
            position=row.position,
            sealed=read_act(row.envelope),
            final=row.position is not None and row.position < current.final,
            cosigned=_those_who(cosigned, row.position),
            void=void.get(row.position, "") if row.position is not None else "",
            leaf=leaf_hash(row.envelope).hex(),
        )
        for row in rows
    )


def _is_open(row: ActRow, current: Current) -> bool:
    return row.position is not None and row.position >= current.final


def _cosigners(uow: UnitOfWork, current: Current) -> dict[PartyId, int]:
    """Up to which size each participant is known to have cosigned, above what is final."""
    found: dict[PartyId, int] = {}
    size = uow.size(current.dossier)
    for at in range(size, max(current.final, size - MOST_NOTES), -1):
        data = uow.note(current.dossier, at)
        if data is None:
            continue
        for line in Note.read(data).lines:
            if line.name in current.standing.roles:
                found.setdefault(PartyId(line.name), at)
    return found


def _those_who(cosigned: dict[PartyId, int], position: int | None) -> tuple[PartyId, ...]:
    return () if position is None else tuple(sorted(p for p, size in cosigned.items() if size > position))
