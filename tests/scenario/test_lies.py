"""Who says two things at once: both are kept, the dossier stands still, and anybody can check the proof (D2)."""

from __future__ import annotations

import pytest

from paraph.app.status import node_status
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from paraph.wire.act import SealedAct, read_act
from paraph.wire.checkpoint import Checkpoint, cosign, read_checkpoint, sign_checkpoint
from paraph.wire.envelope import open_envelope, verify
from paraph.wire.fork import verify_fork
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from paraph.wire.sections import Order
from tests.scenario.test_hostile_peer import unchanged
from tests.support.attack import forged, send, statement
from tests.support.nodes import World

SOUTH = PartyId("south")


@pytest.fixture
def world() -> World:
    return World.at("agreed")


def equivocate(world: World) -> tuple[SealedAct, SealedAct]:
    return (forged(world.second, statement("yes")), forged(world.second, statement("no")))


def test_two_acts_in_one_place_freeze_the_dossier_and_both_are_kept(world: World) -> None:
    yes, no = equivocate(world)
    send(world.second.identity, world.first, made=[yes])
    send(world.second.identity, world.first, made=[no])
    assert world.first.evidence() == ["author-equivocation"]
    frozen = world.first.current.frozen
    assert yes.act.id in frozen
    assert no.act.id in frozen
    for digest in frozen.rsplit("blobs ", 1)[1].split(" and "):
        proof = world.first.blobs.get(Digest(digest))
        verify(open_envelope(proof), world.second.identity.keys.public)
        assert read_act(proof).act.id in (yes.act.id, no.act.id)
    with pytest.raises(LocalActError, match="frozen"):
        world.first.order()
    assert any(frozen in line for line in node_status(world.first.node).lines())


def test_two_acts_in_one_place_are_shown_to_everybody(world: World) -> None:
    """One was told yes, the other no, a third nothing: whoever finds out shows both to all."""
    yes, no = equivocate(world)
    send(world.second.identity, world.first, made=[yes])
    send(world.second.identity, world.middle, made=[no])
    assert not world.first.current.frozen
    assert not world.middle.current.frozen
    send(world.second.identity, world.middle, made=[yes])
    world.network.away.add("south")
    world.pass_time(20, every=2)
    for member in (world.first, world.middle):
        assert "signed two different acts" in member.current.frozen
    before = len(world.network.sent)
    world.pass_time(4000, every=100)
    between = [s for s in world.network.sent[before:] if "south" not in (s.sender, s.recipient)]
    assert (
        len(between) < 40
    )  # the order of one can never become that of the other: it is offered ever more rarely


def test_a_dossier_frozen_while_signatures_are_deposited_releases_nothing() -> None:
    world = World.at("deposited")
    world.settle("north", "south")
    for words in ("yes", "no"):
        send(world.second.identity, world.middle, made=[forged(world.second, statement(words))])
    world.pass_time(600)
    assert world.middle.current.frozen
    assert world.middle.plan.state is PlanState.OPEN
    assert not world.first.plan.revealed


def test_nobody_is_accused_of_two_acts_by_a_forgery(world: World) -> None:
    feed = world.second.feed("south")
    act = forged(
        world.second,
        statement("no"),
        who=world.middle.identity,
        author_seq=len(feed) - 1,
        author_prev=feed[-2].id,
    )
    unchanged(world, world.first, "envelope-signature", sender=world.middle.identity, made=[act])
    assert not world.first.current.frozen


def fork(world: World, words: str) -> tuple[list[SealedAct], bytes]:
    """Another continuation of the log by its opener: one act, and a checkpoint of it."""
    act = forged(world.first, statement(words))
    leaves = [leaf_hash(e) for e in world.first.log()]
    tree = Tree.of([*leaves, leaf_hash(act.envelope.data)])
    checkpoint = Checkpoint(dossier=world.dossier, size=tree.size, root=tree.root())
    note = sign_checkpoint(world.first.identity.keys, checkpoint)
    return [act], note.add(cosign(world.first.identity.keys, "north", checkpoint, world.clock.now())).write()


def test_two_roots_for_one_size_freeze_every_honest_node_with_a_proof_that_anybody_can_check(
    world: World,
) -> None:
    world.settle()
    one, other = fork(world, "to the one"), fork(world, "to the other")
    for member, (made, note) in ((world.second, one), (world.middle, other)):
        send(world.first.identity, member, made=made, notes=[note])
    assert not world.second.current.frozen
    world.network.away.add("north")
    world.pass_time(10, every=2)
    for member in (world.second, world.middle):
        assert "signed two roots" in member.current.frozen
        digest = Digest(member.current.frozen.rsplit(" ", 1)[1])
        proof = verify_fork(member.blobs.get(digest), world.first.identity.keys.public)
        assert proof.first.root != proof.second.root
        with pytest.raises(LocalActError, match="frozen"):
            member.say(statement())


def test_a_root_that_contradicts_the_beginning_of_the_log_freezes_it_too(world: World) -> None:
    world.settle()
    checkpoint = Checkpoint(dossier=world.dossier, size=5, root=b"\x01" * 32)
    note = sign_checkpoint(world.first.identity.keys, checkpoint).write()
    send(world.first.identity, world.second, notes=[note])
    assert "signed two roots for size 5" in world.second.current.frozen
    digest = Digest(world.second.current.frozen.rsplit(" ", 1)[1])
    proof = verify_fork(world.second.blobs.get(digest), world.first.identity.keys.public)
    assert (proof.first.size, proof.second.size) == (5, len(world.second.log()))
    world.network.away.add("north")
    world.pass_time(10, every=2)
    assert "signed two roots" in world.middle.current.frozen


def test_an_old_checkpoint_that_is_the_beginning_of_the_log_proves_nothing(world: World) -> None:
    world.settle()
    tree = Tree.of(leaf_hash(e) for e in world.second.log())
    checkpoint = Checkpoint(dossier=world.dossier, size=5, root=tree.root(5))
    note = sign_checkpoint(world.first.identity.keys, checkpoint).write()
    unchanged(world, world.second, sender=world.first.identity, notes=[note])


def test_a_checkpoint_that_the_opener_did_not_sign(world: World) -> None:
    checkpoint = Checkpoint(dossier=world.dossier, size=500, root=b"\x01" * 32)
    note = sign_checkpoint(world.second.identity.keys, checkpoint).write()
    unchanged(world, world.middle, "note-invalid", sender=world.second.identity, notes=[note])


def test_a_forged_cosignature_is_dropped_and_keeps_no_genuine_one_out(world: World) -> None:
    world.first.say(statement())
    world.first.delivery.send_due()
    with world.first.store.read() as uow:
        note = Note.read(uow.latest_note(world.dossier))
    checkpoint = read_checkpoint(note)
    bare = Note(text=note.text, lines=tuple(line for line in note.lines if line.name != "middle"))
    false = bare.add(cosign(world.second.identity.keys, "middle", checkpoint, world.clock.now()))
    send(world.second.identity, world.first, notes=[false.write()])
    world.settle()
    world.assert_alike()


def test_an_order_that_does_not_give_the_signed_root(world: World) -> None:
    world.settle()
    made, note = fork(world, "one more")
    size = len(world.second.log())
    send(
        world.first.identity, world.second, made=made, notes=[note], order=Order(start=size, authors=(SOUTH,))
    )
    assert len(world.second.log()) == size  # it holds no act of south that the order could mean
    world.second.say(statement("mine"))
    send(world.first.identity, world.second, notes=[note], order=Order(start=size, authors=(SOUTH,)))
    assert len(world.second.log()) == size
    assert world.second.evidence() == ["order-causal"]


def test_a_frozen_dossier_does_not_stop_another(world: World) -> None:
    frozen = world.dossier
    for words in ("yes", "no"):
        send(world.second.identity, world.first, made=[forged(world.second, statement(words))])
    assert world.first.current.frozen
    assert world.open_dossier(nonce="22" * 16) != frozen
    world.first.say(statement())
    world.settle()
    assert not world.first.current.frozen
    world.assert_alike()
