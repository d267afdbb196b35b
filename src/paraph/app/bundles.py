"""What is sent: for each peer, what it was last known to lack of a dossier (D3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from paraph.app.deposits import (
    digest_of,
    is_oversized,
    is_withheld,
    sealed_deposit,
    sealed_name,
    secret_name,
)
from paraph.app.dossiers import held_log, not_worked_in, refresh
from paraph.app.node import Node
from paraph.app.ports import ActRow, PeerView, UnitOfWork
from paraph.app.restoration import restored_at
from paraph.app.showing import fork_told, lie_told, proofs_of, proofs_told
from paraph.domain.acts import DossierOpened, OriginalsEngrossed, SignatureDeposited, attachments_of
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.domain.standing import Dossier, PlanState
from paraph.errors import FormatError
from paraph.verify.log import LogView
from paraph.wire import limits
from paraph.wire.act import read_act
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.merkle import Tree
from paraph.wire.note import Note
from paraph.wire.sections import Blob, Order, Section

__all__ = [
    "MAX_SECTION_BYTES",
    "compose",
    "delivers",
    "expected_view",
    "is_full",
    "note_weight",
    "nothing_held",
    "participants",
    "reached_note",
    "wanted",
]

MAX_SECTION_BYTES: Final = 8 * 1024 * 1024
"""Acts and blobs of one section: a bundle stays small enough for e-mail and slow lines; the rest follows."""

_PAGE: Final = 256
"""Acts read from the store at a time."""

_NOTHING: Final = PeerView(feeds={}, size=0, cosigned=0, wants=())


def compose(
    node: Node,
    uow: UnitOfWork,
    peer: PartyId,
    dossier: DossierId,
    assumed: PeerView | None = None,
    *,
    announce: bool = False,
) -> Section | None:
    """The section that brings a peer up to date, or None if it lacks nothing.

    Args:
        node: This node.
        uow: A transaction; only reading.
        peer: For whom.
        dossier: Which dossier.
        assumed: What the peer will hold once bundles under way arrive; its last known view by default.
        announce: Compose even if the peer lacks nothing, to tell it what is held here.
    """
    if not uow.act_count(dossier):
        return None
    held = assumed or uow.peer_view(peer, dossier) or _NOTHING
    view = refresh(node, uow, dossier)
    if peer not in participants(uow, dossier, view):
        return None
    feeds = uow.feeds(dossier)
    rows, complete = _lacking(uow, dossier, feeds, held)
    if view.dossier is None and not rows and not announce:
        return None
    size = uow.size(dossier)
    order = Order(start=0, authors=())
    if held.size < size and complete:
        authors = tuple(_authors(uow, dossier, held.size, size))
        order = Order(start=held.size, authors=authors)
    notes = _notes(node, uow, view, held, peer)
    wants = wanted(node, uow, dossier, view)
    blobs = tuple(_blobs(node, uow, dossier, rows, held, peer, view))
    lies = _lies(node, uow, peer, dossier) if complete else ()
    proofs = _proofs(node, uow, peer, dossier)
    if not (rows or order.authors or notes or blobs or wants or lies or proofs or announce):
        return None
    return Section(
        dossier=dossier,
        feeds=feeds,
        size=size,
        root=Digest(held_log(uow, dossier, view).tree.root().hex()),
        wants_blobs=wants,
        acts=(*(row.envelope for row in rows), *lies),
        order=order,
        notes=notes,
        blobs=blobs,
        proofs=proofs,
    )


def nothing_held(dossier: DossierId) -> Section:
    """Says that nothing of a dossier is held here: whoever spoke as if something were sends it from its beginning."""
    return Section(dossier=dossier, feeds={}, size=0, root=Digest(Tree().root().hex()))


def _authors(uow: UnitOfWork, dossier: DossierId, start: int, size: int) -> Iterator[PartyId]:
    """Whose act stands at each position of the log from ``start``."""
    end = min(size, start + limits.MAX_ORDER)
    for first in range(start, end, _PAGE):
        yield from (row.author for row in uow.log(dossier, first, min(_PAGE, end - first)))


def delivers(section: Section) -> bool:
    """Whether a section brings anything, and does not only ask, or say where its sender stands."""
    brought = (section.acts, section.order.authors, section.notes, section.blobs, section.proofs)
    return any(brought)


def is_full(section: Section) -> bool:
    """Whether a section is so full that something may have been left for the next one."""
    return section.content_bytes > MAX_SECTION_BYTES // 2 or len(section.acts) >= limits.MAX_ACTS


def expected_view(section: Section, held: PeerView | None, cosigned: int) -> PeerView:
    """What the peer holds once it has worked in a section."""
    before = held or _NOTHING
    feeds = dict(before.feeds)
    for envelope in section.acts:
        act = read_act(envelope).act
        feeds[act.author] = max(feeds.get(act.author, 0), act.author_seq + 1)
    return PeerView(
        feeds=feeds,
        size=max(before.size, section.order.start + len(section.order.authors)),
        cosigned=max(before.cosigned, cosigned),
        wants=(),
    )


def wanted(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView) -> tuple[Digest, ...]:
    """Attachments that are named by acts held here and are not here themselves."""
    lacking = list(view.missing)
    for row in not_worked_in(uow, dossier, view):
        lacking += [d for d in attachments_of(read_act(row.envelope).act.body) if not node.blobs.has(d)]
    if view.dossier is not None:
        lacking += _sealed_to_me(node, uow, view.dossier)
        lacking += _own_originals(node, uow, view.dossier)
    asked = [Digest(d) for d in (uow.setting(f"fetch:{dossier}") or "").split()]
    lacking += [d for d in asked if not node.blobs.has(d)]
    return tuple(dict.fromkeys(lacking))[: limits.MAX_BLOBS]


def _own_originals(node: Node, uow: UnitOfWork, standing: Dossier) -> tuple[Digest, ...]:
    """Originals that this node said it holds, and lost with its store: it may have adopted them, or render others now."""
    if not restored_at(uow):
        return ()
    own = (instrument.engrossed.get(node.party, ()) for instrument in standing.instruments.values())
    return tuple(o.sha256 for originals in own for o in originals if not node.blobs.has(o.sha256))


def _sealed_to_me(node: Node, uow: UnitOfWork, standing: Dossier) -> tuple[Digest, ...]:
    """Sealed deposits that this node, as mediator, still has to open and has not got."""
    plan = standing.plan
    if plan is None or plan.body.mediator != node.party or plan.state is not PlanState.OPEN:
        return ()
    return tuple(
        Digest(deposit.body.sealed)
        for party, deposit in sorted(plan.deposits.items())
        if deposit.body.sealed
        and deposit.answer != "refused"
        and not is_oversized(uow, deposit.body)
        and sealed_deposit(uow, party, deposit.body) is None
        and uow.secret(secret_name(plan.body.plan, party)) is None
    )


def _lacking(
    uow: UnitOfWork, dossier: DossierId, feeds: dict[PartyId, int], held: PeerView
) -> tuple[list[ActRow], bool]:
    """Acts that the peer lacks, as many as fit, and whether they are all."""
    rows: list[ActRow] = []
    budget = MAX_SECTION_BYTES
    authors = sorted(feeds)
    if not held.feeds:  # nothing can be taken before the act that opens the dossier
        authors.sort(key=lambda author: not _opens(uow, dossier, author))
    for author in authors:
        count = feeds[author]
        start = held.feeds.get(author, 0)
        while start < count:
            page = uow.feed(dossier, author, start, _PAGE)
            for row in page:
                budget -= len(row.envelope)
                if (budget < 0 and rows) or len(rows) >= limits.MAX_ACTS:
                    return rows, False
                rows.append(row)
            start += len(page)
            if not page:
                break
    return rows, True


def _opens(uow: UnitOfWork, dossier: DossierId, author: PartyId) -> bool:
    """Whether an author's first act is the one after which the dossier is named."""
    return any(str(row.act) == str(dossier) for row in uow.feed(dossier, author, 0, 1))


def _notes(node: Node, uow: UnitOfWork, view: LogView, held: PeerView, peer: PartyId) -> tuple[bytes, ...]:
    """The newest checkpoint, and the newest final one, unless the peer is known to hold them."""
    if view.dossier is None:
        return ()
    dossier = view.dossier.id
    found: dict[bytes, None] = {}
    conflicting = uow.setting(f"fork:{dossier}")
    if conflicting and not uow.setting(fork_told(peer, dossier)):
        both = (uow.latest_note(dossier), node.blobs.get(Digest(conflicting)))
        return tuple(data for data in both if data is not None)
    reached = reached_note(uow, dossier)
    for data in (uow.final_note(dossier), reached):
        if data is None:
            continue
        # An order is nothing without its checkpoint. A peer may have had that before the acts, and forgotten it (``unreached``).
        if held.cosigned < _weight(data, view.dossier) or (data == reached and held.size < uow.size(dossier)):
            found[data] = None
    return tuple(found)


def reached_note(uow: UnitOfWork, dossier: DossierId) -> bytes | None:
    """The checkpoint over the log as held here; later ones may be over acts that the ordering node will never show."""
    return uow.note(dossier, uow.size(dossier)) or uow.latest_note(dossier)


def _lies(node: Node, uow: UnitOfWork, peer: PartyId, dossier: DossierId) -> tuple[bytes, ...]:
    """Acts that may contradict what the peer holds, unless the peer was shown them."""
    kept = uow.setting(f"lie:{dossier}")
    if not kept or uow.setting(lie_told(peer, dossier)):
        return ()
    found = (node.blobs.get(Digest(digest)) for digest in kept.split())
    return tuple(data for data in found if data is not None)


def _proofs(node: Node, uow: UnitOfWork, peer: PartyId, dossier: DossierId) -> tuple[bytes, ...]:
    """Why the dossier is frozen, unless the peer was told."""
    kept = uow.setting(proofs_of(dossier))
    if not kept or uow.setting(proofs_told(peer, dossier)):
        return ()
    found = (node.blobs.get(Digest(digest)) for digest in kept.split())
    return tuple(data for data in found if data is not None)


def _weight(data: bytes, standing: Dossier) -> int:
    """A number that grows with every act and every cosignature of a note; what a peer holds is compared by it."""
    note = Note.read(data)
    names = {line.name for line in note.lines if line.name in standing.roles}
    return read_checkpoint(note).size * (limits.MAX_PARTIES + 1) + len(names)


def note_weight(section: Section, standing: Dossier) -> int:
    """The weight of the heaviest note in a section, of those that its sender's log has reached; what is none weighs nothing."""
    heaviest = 0
    for data in section.notes:
        with suppress(FormatError):
            if read_checkpoint(Note.read(data)).size <= section.size:
                heaviest = max(heaviest, _weight(data, standing))
    return heaviest


def _blobs(
    node: Node,
    uow: UnitOfWork,
    dossier: DossierId,
    rows: Sequence[ActRow],
    held: PeerView,
    peer: PartyId,
    view: LogView,
) -> Iterable[Blob]:
    budget = MAX_SECTION_BYTES
    sent: set[Digest] = set()
    sealed = _sealed_for(node, uow, peer, view)
    named = set(_named(rows))
    asked = [d for d in held.wants if d not in named and d not in sealed]
    named |= _among(asked, uow, dossier)
    for digest in (*sealed, *sorted(named)):
        # A sealed deposit goes with the act that names it, and once more when the mediator asks for it.
        if digest in sealed and digest not in held.wants and not _names_sealed(rows, digest):
            continue
        data = sealed.get(digest) or (None if is_withheld(uow, digest) else node.blobs.get(digest))
        if data is None or digest in sent:
            continue
        budget -= len(data)
        if budget < 0 and sent:
            return  # the peer asks for what is still missing
        sent.add(digest)
        yield Blob(sha256=digest, data=data)


def _named(rows: Iterable[ActRow]) -> Iterable[Digest]:
    for row in rows:
        yield from attachments_of(read_act(row.envelope).act.body)


def _names_sealed(rows: Iterable[ActRow], digest: Digest) -> bool:
    bodies = (read_act(row.envelope).act.body for row in rows)
    return any(isinstance(body, SignatureDeposited) and body.sealed == digest for body in bodies)


def _sealed_for(node: Node, uow: UnitOfWork, peer: PartyId, view: LogView) -> dict[Digest, bytes]:
    """This party's own sealed deposit, if the peer is the mediator it is sealed to; nobody else gets it."""
    plan = view.dossier.plan if view.dossier is not None else None
    if plan is None or peer != plan.body.mediator or plan.state is not PlanState.OPEN:
        return {}
    data = uow.secret(sealed_name(plan.body.plan, node.party))
    return {} if data is None else {digest_of(data): data}


def participants(uow: UnitOfWork, dossier: DossierId, view: LogView) -> frozenset[PartyId]:
    """Who takes part, also while the cards that the opening act names have not all arrived."""
    if view.dossier is not None:
        return frozenset(view.dossier.roles)
    for row in (*uow.log(dossier, 0, 1), *uow.unordered(dossier)):
        body = read_act(row.envelope).act.body
        if isinstance(body, DossierOpened):
            return frozenset(p.party for p in body.participants)
    return frozenset()


def _among(asked: Sequence[Digest], uow: UnitOfWork, dossier: DossierId) -> set[Digest]:
    """Those of some digests that acts of the dossier name; only these may be handed out."""
    open_, found = set(asked), set[Digest]()
    for author, count in uow.feeds(dossier).items() if asked else ():
        for start in range(0, count, _PAGE):
            for row in uow.feed(dossier, author, start, _PAGE):
                body = read_act(row.envelope).act.body
                found |= open_.intersection(attachments_of(body))
                if isinstance(
                    body, OriginalsEngrossed
                ):  # rendered everywhere; they travel where one asks for them
                    found |= open_.intersection(o.sha256 for o in body.originals)
            if found == open_:
                return found
    return found
