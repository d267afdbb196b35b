"""What surrounds the texts of a dossier: notes with their answers, statements, unveilings, commitments, attestations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from paraph.app.dossiers import load
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.story import Entry, story
from paraph.domain.ids import DossierId

__all__ = ["RECORDS", "Recorded", "recorded"]

RECORDS: Final = frozenset(
    {"note-sent", "note-answered", "statement-made", "unveiling-held", "commitment-made", "witness-attested"}
)

MOST_READ: Final = 1000
"""Acts read for one page; a tenth of a second."""

_PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A page of records, newest first.

    Attributes:
        entries: Acts that are records.
        older: From where to go on, counted from the newest act; None at the end.
    """

    entries: tuple[Entry, ...]
    older: int | None


def recorded(node: Node, uow: UnitOfWork, dossier: DossierId, start: int, limit: int) -> Recorded:
    """Read records, newest first.

    Args:
        node: This node.
        uow: A transaction.
        dossier: Which dossier.
        start: How many of the newest acts to pass over.
        limit: How many records at most.

    Raises:
        LocalActError: ``dossier-unknown``.
    """
    load(node, uow, dossier)
    found: list[Entry] = []
    place = start
    while place < start + MOST_READ:
        page = story(node, uow, dossier, place, _PAGE, newest=True)
        for entry in page.entries:
            if len(found) == limit:
                return Recorded(entries=tuple(found), older=place)
            place += 1
            if entry.act.kind in RECORDS:
                found.append(entry)
        if place >= page.total:
            return Recorded(entries=tuple(found), older=None)
    return Recorded(entries=tuple(found), older=place)
