"""Loading a dossier: the log as worked in, and the standing with acts that have no place yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.ids import DossierId, PartyId
from paraph.domain.standing import Dossier
from paraph.errors import LocalActError, PermanentError
from paraph.verify.log import LogView, lay_out, provisional, work_in
from paraph.wire.act import read_act
from paraph.wire.keys import NodePublicKeys

__all__ = ["Current", "load", "participant_keys", "refresh"]

_PAGE = 512
"""Acts read from the store at a time: bounds memory, and a page is read in a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A dossier as this node sees it now.

    Attributes:
        dossier: Its id.
        view: The ordered acts, worked in.
        standing: Those and the acts without a place yet.
        final: How many acts are final: cosigned by every party.
        frozen: Why the dossier is frozen, or "".
    """

    dossier: DossierId
    view: LogView
    standing: Dossier
    final: int
    frozen: str


def refresh(node: Node, uow: UnitOfWork, dossier: DossierId) -> LogView:
    """The view over everything the transaction sees; the caller remembers it after committing."""
    view = node.view(dossier)
    size = uow.size(dossier)
    if view.size > size:  # a restored store: what was worked in is gone
        view = LogView()
    while view.size < size:
        rows = uow.log(dossier, view.size, _PAGE)
        view = work_in(view, [row.envelope for row in rows], node.attachments)
        if view.missing:
            break
    return view


def load(node: Node, uow: UnitOfWork, dossier: DossierId) -> Current:
    """Load a dossier.

    Raises:
        LocalActError: ``dossier-unknown`` if there is none with this id.
        PermanentError: ``attachment-lost`` if it cannot even be opened.
    """
    if not uow.act_count(dossier):
        raise LocalActError(
            "dossier-unknown", f"there is no dossier {dossier}; `paraph dossier list` shows them"
        )
    view = refresh(node, uow, dossier)
    waiting = [row.envelope for row in uow.unordered(dossier)]
    standing = provisional(view, waiting, node.attachments) if waiting else view.dossier
    if standing is None:
        raise PermanentError("attachment-lost", "the peer cards that the opening act names are not held here")
    return Current(
        dossier=dossier,
        view=view,
        standing=standing,
        final=int(uow.setting(f"final:{dossier}") or 0),
        frozen=uow.setting(f"frozen:{dossier}") or "",
    )


def participant_keys(node: Node, standing: Dossier) -> Mapping[str, NodePublicKeys]:
    """Public keys of every participant, from the cards that the opening act pins."""
    keys: dict[str, NodePublicKeys] = {}
    for party, digest in standing.cards.items():
        card = node.card_of(digest)
        if card is not None:
            keys[party] = card.keys
    return keys


def worked_in(node: Node, uow: UnitOfWork, current: Current) -> Mapping[PartyId, int]:
    """How many acts of each participant the standing rests on."""
    counts = dict(current.view.ordered)
    waiting = [read_act(row.envelope).act for row in uow.unordered(current.dossier)]
    for act, _ in lay_out(current.view, waiting, node.attachments):
        counts[act.author] = counts.get(act.author, 0) + 1
    return counts
