"""One dossier while it is made: its acts, their order, the checkpoint over them, and what every node has to write."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from paraph.app.ports import ActRow, PeerView, UnitOfWork
from paraph.bootstrap.opening import OpenNode
from paraph.cli.bench.circle import MEDIATORS
from paraph.domain import acts
from paraph.domain.acts import Body, Role
from paraph.domain.dossier import apply, opened
from paraph.domain.ids import ActId, Digest, DossierId, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.domain.standing import Dossier
from paraph.wire import limits
from paraph.wire.act import seal_act
from paraph.wire.card import card_digest
from paraph.wire.checkpoint import Checkpoint, cosign, sign_checkpoint
from paraph.wire.merkle import CompactRange, leaf_hash

__all__ = ["SPECIMEN", "Draft", "Write"]

SPECIMEN: Final = "SPECIMEN, benchmark"

Write = Callable[[UnitOfWork], None]


@dataclass(slots=True, kw_only=True)
class Draft:
    """One dossier while it is made."""

    nodes: dict[PartyId, OpenNode]
    opener: PartyId
    id: DossierId = field(default=DossierId(""))
    rows: list[ActRow] = field(default_factory=list)
    counts: dict[PartyId, int] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)
    _standing: Dossier | None = None
    _last: dict[PartyId, ActId] = field(default_factory=dict)

    @property
    def standing(self) -> Dossier:
        """Where it stands."""
        assert self._standing is not None
        return self._standing

    @property
    def now(self) -> Utc:
        """The opener's clock."""
        return self.nodes[self.opener].node.clock.now()

    def put(self, data: bytes) -> Digest:
        """Attach bytes on every node."""
        found = [one.node.blobs.put(data) for one in self.nodes.values()]
        return found[0]

    def name(self, part: str, value: str) -> None:
        """Remember what can stand in an address."""
        self.named.setdefault(part, []).append(value)

    def open(self, without: tuple[PartyId, ...] = ()) -> None:
        """Open it with everybody, and have them join."""
        for one in self.nodes.values():
            self.put(one.node.card)
        participants = tuple(
            acts.Participant(
                party=name, role=Role.MEDIATOR if name in MEDIATORS else Role.PARTY, card=card_digest(one.node.card)
            )
            for name, one in sorted(self.nodes.items())
        )  # fmt: skip
        title = ByLanguage({"en": "Benchmark"})
        opening = self.add(self.opener, acts.DossierOpened(
            title=title, participants=participants, suite=acts.SUITE, nonce=secrets.token_hex(16),
            specimen=SPECIMEN))  # fmt: skip
        for name in self.nodes:
            if name != self.opener and name not in without:
                self.add(name, acts.DossierJoined(opening=opening))

    def add(self, author: PartyId, body: Body) -> ActId:
        """Make an act and give it its place."""
        count, node = self.counts.get(author, 0), self.nodes[author].node
        sealed = seal_act(
            body, dossier=self.id, author=author, author_seq=count, author_prev=self._last.get(author, ""),
            seen=self.counts, time=self.now, keys=node.keys,
        )  # fmt: skip
        if self._standing is None:
            self._standing = opened(sealed.act)
            self.id = self._standing.id
        else:
            self._standing = apply(self._standing, sealed.act, node.attachments)
        self.rows.append(ActRow(
            dossier=self.id, author=author, author_seq=count, act=sealed.act.id, envelope=sealed.envelope.data,
            position=len(self.rows)))  # fmt: skip
        self.counts[author], self._last[author] = count + 1, sealed.act.id
        return sealed.act.id

    def finish(self) -> Iterable[tuple[PartyId, Write]]:
        """Sign the checkpoint, cosign it by everybody, and say what each node has to write."""
        size = len(self.rows)
        tree = CompactRange().extend(leaf_hash(row.envelope) for row in self.rows)
        checkpoint = Checkpoint(dossier=self.id, size=size, root=tree.root())
        note = sign_checkpoint(self.nodes[self.opener].node.keys, checkpoint)
        for name, one in self.nodes.items():
            note = note.add(cosign(one.node.keys, name, checkpoint, self.now))
        data = note.write()
        weight = size * (limits.MAX_PARTIES + 1) + len(self.nodes)  # as app.bundles weighs it
        view = PeerView(feeds=dict(self.counts), size=size, cosigned=weight, wants=())

        for name, one in self.nodes.items():  # they have said so
            one.node.guard.record_seq(self.id, self.counts.get(name, 0))
            one.node.guard.record(self.id, size, tree.root().hex())

        def writing(name: PartyId) -> Write:
            def write(uow: UnitOfWork) -> None:
                for row in self.rows:
                    uow.add_act(row)
                uow.save_note(self.id, size, data)
                uow.mark_final(self.id, size)
                for kept in ("final", "witnessed"):
                    uow.set_setting(f"{kept}:{self.id}", str(size))
                for other in self.nodes:
                    if other != name:
                        uow.save_peer_view(other, self.id, view)

            return write

        return [(name, writing(name)) for name in self.nodes]
