"""Who says two things at once: both are kept, the dossier stands still, and anybody can check the proof (D2)."""

from __future__ import annotations

import itertools

import pytest

from paraph.app import feeds
from paraph.app.bundles import MAX_SECTION_BYTES
from paraph.app.freezing import frozen_proofs
from paraph.app.status import node_status
from paraph.domain import acts
from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.proof import verify_proof
from paraph.verify.verdict import Verdict
from paraph.wire.act import SealedAct, read_act
from paraph.wire.checkpoint import Checkpoint, cosign, read_checkpoint, sign_checkpoint
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from paraph.wire.proof import Accused, ProofKind, prove_equivocation, read_proof
from paraph.wire.sections import Order
from tests.scenario.test_hostile_peer import unchanged
from tests.support.attack import crooked_deposit, forged, send, statement
from tests.support.network import Fate
from tests.support.nodes import Identity, Member, World

SOUTH = PartyId("south")


@pytest.fixture
def world() -> World:
    return World.at("agreed")


def exposed(*members: Member, liar: Identity, kinds: set[str]) -> None:
    """Each node is frozen and holds proofs of these kinds, which convince whoever trusts the liar's card, and nobody else."""
    for member in members:
        proofs = frozen_proofs(member.node, member.world.dossier)
        assert member.current.frozen, member.party
        assert {str(read_proof(data).kind) for data in proofs} == kinds
        assert {read_proof(data).accused for data in proofs} == {liar.party}
        for data in proofs:
            report = verify_proof(data, path="", anchors=TrustAnchors.load([liar.card]))
            assert report.verdict is Verdict.PASS, report.findings
            others = TrustAnchors.load([member.identity.card])
            assert verify_proof(data, path="", anchors=others).verdict is Verdict.INDETERMINATE
        with pytest.raises(LocalActError, match="frozen"):
            member.say(statement())


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
    exposed(world.first, liar=world.second.identity, kinds={"equivocation"})
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
    exposed(world.first, world.middle, liar=world.second.identity, kinds={"equivocation"})
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
    exposed(world.middle, world.first, liar=world.second.identity, kinds={"equivocation"})
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
    acts = [forged(world.second, statement("ours")), forged(world.first, statement("theirs"))]
    for member, made in ((world.second, acts), (world.middle, acts[::-1])):
        note, order = ordered(world, made)
        send(world.first.identity, member, made=acts, notes=[note], order=order)
    assert not world.second.current.frozen
    world.network.away.add("north")
    world.pass_time(10, every=2)
    exposed(world.second, world.middle, liar=world.first.identity, kinds={"fork"})


def test_two_continuations_of_one_log_are_exposed_and_the_acts_in_them_too(world: World) -> None:
    world.settle()
    order = Order(start=len(world.first.log()), authors=(PartyId("north"),))
    told = [fork(world, words) for words in ("to the one", "to the other")]
    for member, (made, note) in zip((world.second, world.middle), told, strict=True):
        send(world.first.identity, member, made=made, notes=[note], order=order)
    world.network.away.add("north")
    world.pass_time(20, every=2)
    exposed(world.second, world.middle, liar=world.first.identity, kinds={"fork", "equivocation"})


def test_a_root_that_contradicts_the_beginning_of_the_log_freezes_it_too(world: World) -> None:
    world.settle()
    checkpoint = Checkpoint(dossier=world.dossier, size=5, root=b"\x01" * 32)
    note = sign_checkpoint(world.first.identity.keys, checkpoint).write()
    send(world.first.identity, world.second, notes=[note])
    exposed(world.second, liar=world.first.identity, kinds={"fork"})
    world.network.away.add("north")
    world.pass_time(10, every=2)
    exposed(world.second, world.middle, liar=world.first.identity, kinds={"fork"})


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


def test_an_author_that_sends_different_acts_to_different_nodes_is_exposed_by_the_order(world: World) -> None:
    """The opener gives the one its place; the node that holds the other cannot follow, and shows what it holds."""
    yes, no = equivocate(world)
    world.settle()
    world.network.away.add("south")
    send(world.second.identity, world.first, made=[yes])
    send(world.second.identity, world.middle, made=[no])
    world.pass_time(20, every=2)
    exposed(world.first, world.middle, liar=world.second.identity, kinds={"equivocation"})


def test_one_act_in_two_envelopes_is_a_lie_too(world: World) -> None:
    """Its two forms are two leaves of the log: whoever has the other one could never follow the order."""
    world.settle()
    one, other = forged(world.second, statement()), forged(world.second, statement())
    assert one.act.id == other.act.id
    assert one.envelope.data != other.envelope.data
    world.network.away.add("south")
    send(world.second.identity, world.first, made=[one])
    send(world.second.identity, world.middle, made=[other])
    world.pass_time(20, every=2)
    exposed(world.first, world.middle, liar=world.second.identity, kinds={"equivocation"})


def test_two_openings_of_one_dossier_in_two_envelopes(world: World) -> None:
    opening = world.first.feed("north")[0]
    again = forged(world.first, opening.body, dossier="", author_seq=0, author_prev="", time=opening.time)  # type: ignore[arg-type]
    assert again.act.id == opening.id
    send(world.first.identity, world.second, made=[again])
    exposed(world.second, liar=world.first.identity, kinds={"equivocation"})


def ordered(world: World, made: list[SealedAct]) -> tuple[bytes, Order]:
    """A checkpoint by the opener of the log with some more acts, and their order."""
    envelopes = world.first.log()
    tree = Tree.of([*map(leaf_hash, envelopes), *(leaf_hash(one.envelope.data) for one in made)])
    state = Checkpoint(dossier=world.dossier, size=tree.size, root=tree.root())
    note = sign_checkpoint(world.first.identity.keys, state).write()
    return note, Order(start=len(envelopes), authors=tuple(one.act.author for one in made))


def test_an_order_that_differs_from_node_to_node_is_exposed_though_no_two_sizes_are_ever_the_same(
    world: World,
) -> None:
    """Each node is shown another order of the same acts: one after two acts, the other only after three."""
    world.settle()
    ours = forged(world.second, statement("ours"))
    theirs = [forged(world.first, statement("theirs"))]
    theirs.append(
        forged(
            world.first,
            statement("more"),
            author_seq=theirs[0].act.author_seq + 1,
            author_prev=theirs[0].act.id,
        )
    )
    short, order = ordered(world, [ours, theirs[0]])
    send(world.first.identity, world.second, made=[ours, theirs[0]], notes=[short], order=order)
    long, other = ordered(world, [theirs[0], ours, theirs[1]])
    send(world.first.identity, world.middle, made=[ours, *theirs], notes=[long], order=other)
    world.network.away.add("north")
    world.pass_time(20, every=2)
    exposed(world.second, world.middle, liar=world.first.identity, kinds={"fork"})


def test_what_all_parties_cosigned_of_another_log_makes_nothing_final_here(world: World) -> None:
    """The opener shows one party another log than everybody else, and the party cosigns it: final there is not final here."""
    world.settle()
    size = world.middle.current.final
    theirs = [forged(world.first, statement("theirs")), forged(world.second, statement("ours"))]
    long, order = ordered(world, theirs)
    send(world.first.identity, world.middle, made=theirs, notes=[long], order=order)
    assert len(world.middle.log()) == size + 2
    _, data = fork(world, "to the other")
    note = Note.read(data)
    cosigned = note.add(
        cosign(world.second.identity.keys, "south", read_checkpoint(note), world.clock.now())
    ).write()
    for _ in range(2):  # the second time it is known already
        send(world.second.identity, world.middle, notes=[cosigned])
        assert world.middle.current.final == size
        with world.middle.store.read() as uow:
            assert uow.final_note(world.dossier) != cosigned
    exposed(world.middle, liar=world.first.identity, kinds={"fork"})


def test_a_cosigner_of_two_roots_is_accused_beside_the_node_that_orders(world: World) -> None:
    world.settle()
    world.network.away.add("north")
    notes = []
    for words in ("to the one", "to the other"):
        _, data = fork(world, words)
        note = Note.read(data)
        lines = cosign(world.middle.identity.keys, "middle", read_checkpoint(note), world.clock.now())
        notes.append(note.add(lines).write())
    send(world.first.identity, world.second, notes=notes)
    found = {
        (one.accused, one.kind) for one in map(read_proof, frozen_proofs(world.second.node, world.dossier))
    }
    assert found == {("north", ProofKind.FORK), ("middle", ProofKind.FORK)}


def test_a_liar_that_goes_on_is_accused_once(world: World) -> None:
    for words in ("yes", "no", "perhaps", "never"):
        send(world.second.identity, world.first, made=[forged(world.second, statement(words))])
    exposed(world.first, liar=world.second.identity, kinds={"equivocation"})
    assert len(frozen_proofs(world.first.node, world.dossier)) == 1


def test_an_order_that_comes_out_nowhere_accuses_nobody_and_is_not_talked_about_for_ever(
    world: World,
) -> None:
    """The opener signs a root that no acts lead to: nobody cosigns it, and nobody can say who lied."""
    world.settle()
    act = forged(world.first, statement())
    note, order = ordered(world, [act])
    state = Checkpoint(dossier=world.dossier, size=len(world.first.log()) + 1, root=b"\x01" * 32)
    false = sign_checkpoint(world.first.identity.keys, state).write()
    send(world.first.identity, world.second, made=[act], notes=[false], order=order)
    assert world.second.evidence() == ["order-root"]
    world.network.away.add("north")
    world.pass_time(60, every=5)
    before = len(world.network.sent)
    for _ in range(3):
        send(world.first.identity, world.second, notes=[false], order=order)
    world.pass_time(60, every=5)
    assert len([s for s in world.network.sent[before:] if "north" not in (s.sender, s.recipient)]) < 10
    for member in (world.second, world.middle):
        assert not member.current.frozen
        assert member.current.final == len(world.first.log())
    world.network.away.clear()
    send(world.first.identity, world.middle, made=[act], notes=[note], order=order)
    world.pass_time(10, every=2)
    exposed(world.second, world.middle, liar=world.first.identity, kinds={"fork"})


def proof_against_south(world: World) -> bytes:
    for words in ("yes", "no"):
        send(world.second.identity, world.middle, made=[forged(world.second, statement(words))])
    (proof,) = frozen_proofs(world.middle.node, world.dossier)
    return proof


def test_a_node_freezes_for_a_proof_alone_and_tells_it_on() -> None:
    world = World.at("agreed", witnesses=("west",))
    world.settle()
    world.network.away.update({"south", "north", "west"})
    proof = proof_against_south(world)
    send(world.middle.identity, world.first, proofs=[proof])
    exposed(world.first, liar=world.second.identity, kinds={"equivocation"})
    assert not world.first.evidence()
    world.network.away.discard("north")
    world.network.away.discard("west")
    world.network.away.add("middle")
    world.pass_time(4000, every=50)
    exposed(world["west"], liar=world.second.identity, kinds={"equivocation"})


def test_a_proof_that_was_changed_or_is_about_another_dossier_freezes_nothing(world: World) -> None:
    world.settle()
    elsewhere = world.copy()
    proof = proof_against_south(elsewhere)
    for place in (40, len(proof) // 2, len(proof) - 40):
        changed = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
        known = len(world.first.evidence())
        send(world.middle.identity, world.first, proofs=[changed])
        assert len(world.first.evidence()) == known + 1
    assert not world.first.current.frozen
    first = world.dossier
    world.open_dossier(nonce="22" * 16)
    world.settle()
    send(world.middle.identity, world.first, proofs=[proof], dossier=world.dossier)
    assert world.first.evidence()[-1] == "proof-statement"
    assert not world.first.current.frozen
    world.dossier = first
    assert not world.first.current.frozen


def test_proofs_that_are_sent_again_and_again_are_kept_once(world: World) -> None:
    proof = proof_against_south(world)
    for _ in range(5):
        send(world.first.identity, world.middle, proofs=[proof])
    assert len(frozen_proofs(world.middle.node, world.dossier)) == 1
    assert world.middle.current.frozen.count("signed two different acts") == 1


# --- keys that were renewed


def test_a_liar_that_renewed_its_keys_is_exposed_by_either_card(world: World) -> None:
    old = world.second.identity
    world.second.renew()
    world.settle()
    for words in ("yes", "no"):
        send(world.second.identity, world.first, made=[forged(world.second, statement(words))])
    world.pass_time(20, every=2)
    for card in (old, world.second.identity):
        exposed(world.first, world.middle, liar=card, kinds={"equivocation"})


def test_a_fork_is_exposed_although_the_keys_were_renewed_in_one_of_the_two_logs_only(world: World) -> None:
    world.settle()
    old = world.first.identity
    _, hidden = fork(world, "nothing was renewed")
    world.first.renew()
    world.settle()
    assert len(world.second.log()) == read_checkpoint(Note.read(hidden)).size
    send(world.first.identity, world.second, notes=[hidden])
    assert world.second.evidence() == ["note-invalid"] or not world.second.evidence()
    world.network.away.add("north")
    world.pass_time(20, every=2)
    for card in (old, world.first.identity):
        exposed(world.second, world.middle, liar=card, kinds={"fork"})


def test_old_keys_whose_renewal_is_left_out_accuse_nobody_where_the_renewal_is_known(world: World) -> None:
    thief = world.second.identity
    world.second.renew()
    world.settle()
    with world.first.store.read() as uow:
        opening = read_act(uow.log(world.dossier, 0, 1)[0].envelope).envelope.payload
    acts = [forged(world.second, statement(words), who=thief).envelope.data for words in ("yes", "no")]
    accused = Accused(party=SOUTH, dossier=world.dossier, opening=opening, cards=(thief.card,))
    proof = prove_equivocation(accused, *acts)
    unchanged(world, world.first, "proof-statement", sender=world.middle.identity, proofs=[proof])


def test_a_checkpoint_over_acts_that_nobody_has_blinds_nobody(world: World) -> None:
    """The newest note that is held need not be one that the log here has reached."""
    world.settle()
    far = Checkpoint(dossier=world.dossier, size=10**6, root=b"\x02" * 32)
    near = Checkpoint(dossier=world.dossier, size=5, root=b"\x01" * 32)
    for state in (far, near):
        note = sign_checkpoint(world.first.identity.keys, state).write()
        send(world.first.identity, world.second, notes=[note])
    exposed(world.second, liar=world.first.identity, kinds={"fork"})


def test_a_checkpoint_over_acts_that_nobody_has_stops_nobody(world: World) -> None:
    world.settle()
    far = Checkpoint(dossier=world.dossier, size=10**6, root=b"\x02" * 32)
    note = sign_checkpoint(world.first.identity.keys, far).write()
    send(world.first.identity, world.second, notes=[note])
    world.second.say(statement())
    world.pass_time(30, every=2)
    for member in (world.second, world.middle):
        member.say(statement("and more"))
    world.pass_time(30, every=2)
    world.assert_alike()


def test_who_goes_on_contradicting_itself_is_spoken_to_ever_more_rarely(world: World) -> None:
    """Its own node holds one act, everybody else another in the same place: neither ever gets what it offers."""
    world.settle()
    send(world.second.identity, world.first, made=[forged(world.second, statement("whispered"))])
    send(world.second.identity, world.middle, made=[forged(world.second, statement("whispered"))])
    world.second.say(statement("said"), statement("and said once more"))
    for _ in range(60):
        world.clock.advance(1)
        for member in world.members.values():
            member.step()
    before = len(world.network.sent)
    for _ in range(600):
        world.clock.advance(1)
        for member in world.members.values():
            member.step()
    assert len(world.network.sent) - before < 100


def test_it_is_not_begun_anew_whenever_an_answer_is_lost(world: World) -> None:
    """A bad line is no news: what could not be agreed on before is not offered more often for it."""
    world.settle()
    send(world.second.identity, world.first, made=[forged(world.second, statement("whispered"))])
    world.second.say(statement("said"), statement("and said once more"))
    world.pass_time(300, every=1)
    before = len(world.network.sent)
    lines = itertools.count()
    world.network.fate = lambda _: Fate.DELIVER if next(lines) % 4 else Fate.LOSE_ANSWER
    world.pass_time(1200, every=1)
    assert len(world.network.sent) - before < 100


def test_who_asks_for_ever_for_large_bytes_is_sent_them_ever_more_rarely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So large that more may follow at once: not if they left the peer where it stood."""
    world = World.at("planned")
    monkeypatch.setattr(feeds, "_take_sealed", lambda *_: frozenset())  # the mediator keeps no deposit
    crooked_deposit(world.first, content=bytes(MAX_SECTION_BYTES * 3 // 4))
    for _ in range(120):
        world.clock.advance(1)
        for member in world.members.values():
            member.step()
    large = [sent for sent in world.network.sent if len(sent.data) > MAX_SECTION_BYTES // 2]
    assert {(sent.sender, sent.recipient) for sent in large} == {("north", "middle")}
    assert 1 < len(large) < 25, len(large)


def test_a_note_that_is_none_is_kept_and_takes_nothing_with_it(world: World) -> None:
    """What comes in the same bundle counts."""
    act = forged(world.second, statement("beside it"))
    send(world.second.identity, world.first, made=[act], notes=[b"no note"])
    assert world.first.evidence() == ["note-invalid"]
    assert world.first.feed("south")[-1].id == act.act.id


def test_a_node_that_came_back_from_before_the_proof_is_sent_it_again(world: World) -> None:
    """Nobody told its store that it was restored, so it asks for nothing; others see that it holds less than it did."""
    world.settle()
    before = world.middle.back_up()
    world.first.say(statement("something"))
    world.settle()
    for words in ("yes", "no"):
        send(world.second.identity, world.first, made=[forged(world.second, statement(words))])
    world.network.away.add("south")
    world.pass_time(10, every=2)
    exposed(world.first, world.middle, liar=world.second.identity, kinds={"equivocation"})
    world.middle.restore(before, mark=False)
    assert not world.middle.current.frozen
    world.middle.delivery.greet()
    world.pass_time(60, every=2)
    exposed(world.first, world.middle, liar=world.second.identity, kinds={"equivocation"})


def test_bytes_that_are_held_back_do_not_keep_the_others_talking(world: World) -> None:
    """The log is held further than it can be worked in: who said only the latter was told the rest for ever."""
    world.settle()
    act = forged(
        world.first,
        acts.TextProposed(instrument=InstrumentNumber("X/2026/9"), text=Digest("ab" * 32), note=""),
    )
    size = len(world.first.log())
    tree = Tree.of([*(leaf_hash(e) for e in world.first.log()), leaf_hash(act.envelope.data)])
    checkpoint = Checkpoint(dossier=world.dossier, size=tree.size, root=tree.root())
    note = sign_checkpoint(world.first.identity.keys, checkpoint).write()
    for member in (world.second, world.middle):
        order = Order(start=size, authors=(PartyId("north"),))
        send(world.first.identity, member, made=[act], notes=[note], order=order)
        assert len(member.log()) == size + 1
        assert member.current.view.missing
    world.network.away.add("north")
    before = len(world.network.sent)
    world.pass_time(600, every=5)
    between = [s for s in world.network.sent[before:] if "north" not in (s.sender, s.recipient)]
    assert len(between) < 60
