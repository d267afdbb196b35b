"""Loading a dossier: the log as worked in, and the standing with acts that have no place yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from paraph.app.node import Node
from paraph.app.ports import ActRow, UnitOfWork
from paraph.app.restoration import awaited, is_awaited, restored_at
from paraph.domain.ids import DossierId, PartyId
from paraph.domain.standing import Dossier
from paraph.errors import LocalActError, PermanentError
from paraph.verify.log import LogView, lay_out, provisional, work_in
from paraph.wire.act import read_act
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.keys import NodePublicKeys
from paraph.wire.merkle import CompactRange, leaf_hash
from paraph.wire.note import Note

__all__ = [
    "Current",
    "HeldLog",
    "caught_up",
    "held_log",
    "load",
    "not_worked_in",
    "participant_keys",
    "refresh",
    "silenced",
    "worked_in",
]

_PAGE = 512
"""Acts read from the store at a time: bounds memory, and a page is read in a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A dossier as this node sees it now.

    Attributes:
        dossier: Its id.
        view: The ordered acts, worked in.
        standing: Those and the acts without a place yet.
        acts: How many acts are held, ordered or not.
        final: How many acts are final: cosigned by every party.
        frozen: Why the dossier is frozen, or "".
    """

    dossier: DossierId
    view: LogView
    standing: Dossier
    acts: int
    final: int
    frozen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLog:
    """The acts that have places here, whether or not they can be worked in.

    Attributes:
        tree: The tree over them.
        counts: How many of them each author made.
    """

    tree: CompactRange
    counts: Mapping[PartyId, int]


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


def held_log(uow: UnitOfWork, dossier: DossierId, view: LogView) -> HeldLog:
    """The log as held, also behind an act that cannot be worked in because bytes are still missing.

    A node that spoke only of what it could work in would be told the same order again and again.
    """
    tree, counts, size = view.tree, Counter(view.ordered), uow.size(dossier)
    while tree.size < size:
        rows = uow.log(dossier, tree.size, _PAGE)
        tree = tree.extend(leaf_hash(row.envelope) for row in rows)
        counts.update(row.author for row in rows)
    return HeldLog(tree=tree, counts=counts)


def load(node: Node, uow: UnitOfWork, dossier: DossierId) -> Current:
    """Load a dossier.

    Raises:
        LocalActError: ``dossier-unknown`` if there is none with this id.
        PermanentError: ``attachment-lost`` if it cannot even be opened.
    """
    view = refresh(node, uow, dossier)
    # Asked for little: pages and commands begin here, and a list of dossiers begins here once for each.
    rows = not_worked_in(uow, dossier, view) if view.missing else uow.unordered(dossier)
    waiting = [row.envelope for row in rows]
    if not view.size and not waiting:
        raise LocalActError(
            "dossier-unknown", f"there is no dossier {dossier}; `paraph dossier list` shows them"
        )
    standing = provisional(view, waiting, node.attachments) if waiting else view.dossier
    if standing is None:
        raise PermanentError("attachment-lost", "the peer cards that the opening act names are not held here")
    final, frozen = f"final:{dossier}", f"frozen:{dossier}"
    settings = uow.settings((final, frozen))
    return Current(
        dossier=dossier,
        view=view,
        standing=standing,
        acts=view.size + len(waiting),
        final=int(settings.get(final, 0)),
        frozen=settings.get(frozen, ""),
    )


def not_worked_in(uow: UnitOfWork, dossier: DossierId, view: LogView) -> list[ActRow]:
    """Acts without a place, and those behind a place that the view cannot pass while attachments are missing.

    A node's own acts may be among the latter; were they left out, it would do once more what it has done.
    """
    rows: list[ActRow] = []
    size = uow.size(dossier)
    while view.size + len(rows) < size:
        rows += uow.log(dossier, view.size + len(rows), _PAGE)
    return [*rows, *uow.unordered(dossier)]


def silenced(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView) -> str:
    """Why this node may not speak in a dossier, or "": its store came from a backup and has forgotten something.

    What the guard remembers is checked against the store. Where the guard itself may have been lost, every other
    participant has to be heard first: they hold whatever this node said to them. When they all were, an act that the
    guard remembers and none of them holds never arrived anywhere, and another may take its place.
    """
    restored = restored_at(uow)
    if not restored:
        if uow.feeds(dossier).get(node.party, 0) >= node.guard.last_seq(dossier):
            return ""
        return (
            "this node was restored and has forgotten acts of its own; it makes no new ones in this dossier "
            "until a peer has sent them back (stop it, say `paraph node caught-up --ask-again`, start it again)"
        )
    if not is_awaited(uow, dossier, node.party):  # opened here, since then
        return ""
    if view.dossier is None:
        return f"this node was restored at {restored} and does not hold the dossier's opening yet"
    waiting = awaited(uow, dossier, view.dossier.roles, node.party)
    if not waiting:
        return ""
    return (
        f"this node was restored at {restored} and has not heard from {', '.join(waiting)} since; "
        "it makes no new acts until it knows that nothing was forgotten (`paraph node status` says what is missing)"
    )


def caught_up(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView) -> bool:
    """Whether this node may order and cosign: it holds the order it once vouched for, and is not silenced.

    A checkpoint over more than the acts held here says that there was an order which this node has forgotten.
    """
    last = node.guard.last(dossier)
    if last is not None and view.size < last[0]:
        return False
    latest = uow.latest_note(dossier) if restored_at(uow) else None
    if latest is not None and read_checkpoint(Note.read(latest)).size > view.size:
        return False
    return not silenced(node, uow, dossier, view)


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
    waiting = [read_act(row.envelope).act for row in not_worked_in(uow, current.dossier, current.view)]
    for act, _ in lay_out(current.view, waiting, node.attachments):
        counts[act.author] = counts.get(act.author, 0) + 1
    return counts
