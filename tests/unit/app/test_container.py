from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.app.container import engross_container, finished_container, seal_container
from paraph.app.dossiers import Current, load
from paraph.app.node import Node
from paraph.app.ports import ActRow
from paraph.domain.acts import Body, ContainerEngrossed, ContainerSealed, StatementMade
from paraph.domain.ids import Digest, PartyId
from paraph.errors import LocalActError, PermanentError
from paraph.simulation.memory_files import MemoryBlobs, MemoryGuard
from paraph.simulation.memory_store import MemoryStore
from paraph.verify.verdict import Verdict
from paraph.wire.container.archive import read_archive
from paraph.wire.container.manifest import objects_digest
from tests.support.package import FIRST, PLAN, SECOND, Dossier, conclude, judge
from tests.support.participants import Desk


class Nodes:
    """The two parties' nodes with a concluded package, and what is said on one of them said on both."""

    def __init__(self, *, stamped: bool = True, final: bool = True) -> None:
        base, _ = conclude()
        self.dossier = replace(
            base,
            log=list(base.log),
            blobs=dict(base.blobs),
            counts=dict(base.counts),
            previous=dict(base.previous),
        )
        self.nodes = {party: self._node(party, stamped=stamped) for party in base.parties}
        for position in range(len(self.dossier.log)):
            self._place(position)
        if final:
            self.cosign(self.dossier)

    def _node(self, party: PartyId, *, stamped: bool) -> Node:
        person = self.dossier.people[party]
        node = Node(
            party=party,
            keys=person.keys,
            card=person.card,
            store=MemoryStore(),
            blobs=MemoryBlobs(),
            guard=MemoryGuard(),
            clock=self.dossier.clock,
            timestamper=person.stamper if stamped else None,
            renderer=None,
            desk=Desk(person),
        )
        for data in (*self.dossier.blobs.values(), *self.dossier.bases.values()):
            node.blobs.put(data)
        return node

    def _place(self, position: int) -> None:
        sealed = self.dossier.log[position]
        assert self.dossier.standing is not None
        for node in self.nodes.values():
            with node.store.write() as uow:
                uow.add_act(
                    ActRow(
                        dossier=self.dossier.standing.id,
                        author=sealed.act.author,
                        author_seq=sealed.act.author_seq,
                        act=sealed.act.id,
                        envelope=sealed.envelope.data,
                        position=position,
                    )
                )

    def cosign(self, dossier: Dossier) -> None:
        """A final checkpoint of everything so far, on both nodes."""
        assert dossier.standing is not None
        note = dossier.note()
        for node in self.nodes.values():
            with node.store.write() as uow:
                uow.save_note(dossier.standing.id, len(dossier.log), note)
                uow.mark_final(dossier.standing.id, len(dossier.log))

    def say(self, author: PartyId, body: Body) -> None:
        for node in self.nodes.values():
            for data in list(self.dossier.blobs.values()):
                node.blobs.put(data)
        self.dossier.say(author, body)
        self._place(len(self.dossier.log) - 1)

    def share(self, sender: PartyId, *digests: Digest) -> None:
        for digest in digests:
            data = self.nodes[sender].blobs.get(digest)
            assert data is not None
            self.dossier.blobs[digest] = data

    def engross(self) -> ContainerEngrossed:
        body = engross_container(self.nodes[FIRST], self.current(FIRST), PLAN)
        self.share(FIRST, body.note)
        self.say(FIRST, body)
        return body

    def seal(self, party: PartyId) -> ContainerSealed:
        body = seal_container(self.nodes[party], self.current(party), PLAN)
        self.share(party, body.cms)
        self.say(party, body)
        return body

    def current(self, party: PartyId) -> Current:
        node = self.nodes[party]
        assert self.dossier.standing is not None
        with node.store.read() as uow:
            return load(node, uow, self.dossier.standing.id)

    def finished(self, party: PartyId) -> bytes:
        assert self.dossier.standing is not None
        return finished_container(self.nodes[party], self.dossier.standing.id)


def test_every_node_writes_the_same_container_and_it_verifies() -> None:
    nodes = Nodes()
    engrossed = nodes.engross()
    for party in (FIRST, SECOND):
        assert nodes.seal(party).objects == engrossed.objects
    containers = {nodes.finished(party) for party in (FIRST, SECOND)}
    assert len(containers) == 1
    (container,) = containers
    assert objects_digest(read_archive(container)) == engrossed.objects
    report = judge(container, nodes.dossier)
    assert report.verdict is Verdict.PASS
    assert {s.level for s in report.signatures if s.field.startswith("META")} == {"B-T"}


def test_later_acts_and_checkpoints_change_nothing_once_the_content_is_fixed() -> None:
    nodes = Nodes()
    nodes.engross()
    nodes.seal(FIRST)
    nodes.say(SECOND, StatementMade(speaker="x", capacity="y", lang="en", text="later", source=""))
    nodes.cosign(nodes.dossier)
    nodes.seal(SECOND)
    assert nodes.finished(FIRST) == nodes.finished(SECOND)
    assert judge(nodes.finished(FIRST), nodes.dossier).verdict is Verdict.PASS


def test_a_node_without_a_time_stamp_authority_seals_without_a_time_stamp() -> None:
    nodes = Nodes(stamped=False)
    nodes.engross()
    for party in (FIRST, SECOND):
        nodes.seal(party)
    report = judge(nodes.finished(SECOND), nodes.dossier)
    assert {s.level for s in report.signatures if s.field.startswith("META")} == {"B-B"}


def test_it_is_not_ready_before_the_conclusion_is_final() -> None:
    nodes = Nodes(final=False)
    with pytest.raises(LocalActError, match="no checkpoint is cosigned") as error:
        engross_container(nodes.nodes[FIRST], nodes.current(FIRST), PLAN)
    assert error.value.code == "container-not-ready"
    nodes.cosign(replace(nodes.dossier, log=nodes.dossier.log[:-1]))
    with pytest.raises(LocalActError, match="not cosigned by every party yet"):
        engross_container(nodes.nodes[FIRST], nodes.current(FIRST), PLAN)
    nodes.cosign(nodes.dossier)
    engross_container(nodes.nodes[FIRST], nodes.current(FIRST), PLAN)


def test_nothing_is_sealed_before_the_content_is_fixed_and_nothing_handed_out_before_all_sealed() -> None:
    nodes = Nodes()
    with pytest.raises(LocalActError, match="not fixed yet"):
        seal_container(nodes.nodes[SECOND], nodes.current(SECOND), PLAN)
    with pytest.raises(LocalActError, match="not fixed yet"):
        nodes.finished(FIRST)
    nodes.engross()
    nodes.seal(FIRST)
    with pytest.raises(LocalActError, match="south has not sealed it yet"):
        nodes.finished(FIRST)


def test_a_node_does_not_seal_what_it_would_not_write_itself() -> None:
    nodes = Nodes()
    body = engross_container(nodes.nodes[FIRST], nodes.current(FIRST), PLAN)
    nodes.share(FIRST, body.note)
    nodes.say(FIRST, replace(body, objects=Digest("0" * 64)))
    with pytest.raises(LocalActError, match="is not the one that north fixed") as error:
        seal_container(nodes.nodes[SECOND], nodes.current(SECOND), PLAN)
    assert error.value.code == "container-differs"


def test_without_a_seal_key_the_officer_is_told_where_it_belongs() -> None:
    class Empty:
        def signer(self, signatory: str) -> None:
            return None

        def crls(self) -> tuple[bytes, ...]:
            return ()

    nodes = Nodes()
    nodes.engross()
    nodes.nodes[SECOND].desk = Empty()
    with pytest.raises(LocalActError, match="signing keys") as error:
        seal_container(nodes.nodes[SECOND], nodes.current(SECOND), PLAN)
    assert error.value.code == "seal-key-missing"


def test_an_original_that_is_lost_and_cannot_be_rendered_again_stops_the_container() -> None:
    nodes = Nodes()
    blobs = nodes.nodes[FIRST].blobs
    assert isinstance(blobs, MemoryBlobs)
    lost = next(iter(nodes.dossier.plan.body.originals))
    blobs.restore({d: b for d, b in blobs.snapshot().items() if d != lost.sha256})
    with pytest.raises(PermanentError):
        engross_container(nodes.nodes[FIRST], nodes.current(FIRST), PLAN)
