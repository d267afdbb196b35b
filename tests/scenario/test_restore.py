"""A node comes back from an old backup: it learns what it said, and never says anything else (threat 15)."""

from __future__ import annotations

import pytest

from paraph.app.delivery import Delivery
from paraph.app.exchange import countersign_now
from paraph.app.signing import deposit
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError, ParaphError
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.note import Note
from tests.support.attack import send, statement
from tests.support.holding import hold
from tests.support.network import Fate
from tests.support.nodes import Backup, Member, World

KINDS = ["guard kept", "guard lost", "guard kept, nobody told the node"]


def come_back(member: Member, backup: Backup, kind: str) -> None:
    member.restore(backup, guard="lost" not in kind, mark="nobody" not in kind)


def nobody_contradicts_itself(world: World) -> None:
    """No author has two acts in one place, no log two roots for one size, on any two nodes, ever sent."""
    roots: dict[int, bytes] = {}
    for member in world.members.values():
        assert "author-equivocation" not in member.evidence()
        assert not member.current.frozen
        for size, (data, _) in member.store.state.dossiers[world.dossier].notes.items():
            root = read_checkpoint(Note.read(data)).root
            assert roots.setdefault(size, root) == root


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["north", "south", "middle"])
def test_it_recovers_its_own_acts_and_concludes(kind: str, name: str) -> None:
    world = World.at("agreed")
    backup = world[name].back_up()
    world.make_plan()
    world[name].say(statement("after the backup"))
    world.settle()
    made = world[name].feed(name)
    come_back(world[name], backup, kind)
    assert len(world[name].feed(name)) < len(made)
    with pytest.raises(LocalActError, match="was restored"):
        world[name].say(statement("too early"))
    world[name].delivery.greet()
    world.settle()
    assert world[name].feed(name) == made
    world.deposit()
    world.settle()
    world.assert_concluded()
    nobody_contradicts_itself(world)


@pytest.mark.parametrize("kind", KINDS)
def test_the_opener_orders_nothing_anew_that_it_has_ordered_before(kind: str) -> None:
    """The others' acts reach it in another order now; its old order comes back from them instead."""
    world = World.at("agreed")
    backup = world.first.back_up()
    for n in range(3):
        world.second.say(statement(f"south {n}"))
        world.settle()
        world.middle.say(statement(f"middle {n}"))
        world.settle()
    log = world.second.log()
    come_back(world.first, backup, kind)
    world.network.away.add("south")
    world.middle.say(statement("news, while the opener is back"))
    world.settle()
    world.network.heal()
    world.first.delivery.greet()
    world.pass_time(120)
    assert world.first.log()[: len(log)] == log
    world.assert_alike()
    nobody_contradicts_itself(world)


@pytest.mark.parametrize("kind", KINDS[:2])
def test_it_waits_for_everybody_who_may_know_more(kind: str) -> None:
    world = World.at("agreed")
    backup = world.first.back_up()
    world.network.separate("north", "middle")
    world.first.say(statement("only south hears this"))
    world.settle("north", "south")
    come_back(world.first, backup, kind)
    world.network.heal()
    world.network.away.add("south")
    world.clock.advance(1)
    world.first.delivery.greet()
    world.settle()
    with pytest.raises(LocalActError, match="was restored"):
        world.first.say(statement("in its place"))
    world.network.heal()
    world.pass_time(120)
    world.first.say(statement("now"))
    world.settle()
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_an_old_bundle_delivered_again_does_not_count_as_hearing_from_a_peer() -> None:
    world = World.at("agreed")
    world.second.say(statement("early"))
    world.settle()
    old = [sent for sent in world.network.sent if (sent.sender, sent.recipient) == ("south", "north")]
    backup = world.first.back_up()
    world.first.say(statement("forgotten"))
    world.settle()
    world.clock.advance(60)
    come_back(world.first, backup, "guard lost")
    for sent in old:
        world.network.deliver_again(sent)
    with pytest.raises(LocalActError, match="has not heard from middle, south"):
        world.first.say(statement("in its place"))


def test_a_peer_that_says_less_than_it_holds_does_not_count_either() -> None:
    world = World.at("agreed")
    backup = world.first.back_up()
    world.first.say(statement("forgotten"))
    world.settle()
    come_back(world.first, backup, "guard lost")
    world.clock.advance(1)
    feeds = {"north": len(world.second.feed("north"))}
    send(world.second.identity, world.first, feeds=feeds)
    with pytest.raises(LocalActError, match="south"):
        world.first.say(statement("in its place"))


def test_dossiers_of_which_the_backup_knew_nothing_come_back_too() -> None:
    world = World()
    world.begin()
    backups = {name: member.back_up() for name, member in world.members.items()}
    world.open_dossier()
    world.settle()
    for name in ("north", "south"):
        world.first.say(statement())
        world.settle()
        world[name].restore(backups[name])
        with world[name].store.read() as uow:
            assert not uow.dossiers()
        world.clock.advance(1)
        world[name].delivery.greet()
        world.pass_time(30)
    world.assert_alike()
    world.first.say(statement("again"))
    world.settle()
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_a_dossier_opened_after_the_restoration_needs_no_waiting() -> None:
    world = World.at("agreed")
    world.first.restore(world.first.back_up(), guard=False)
    world.open_dossier(nonce="33" * 16)
    world.first.say(statement())
    world.settle()
    world.assert_alike()


@pytest.mark.parametrize("kind", KINDS)
def test_a_party_restored_to_before_its_deposit_does_not_deposit_twice(kind: str) -> None:
    world = World.at("planned")
    backup = world.first.back_up()
    world.first.deposit()
    world.settle()
    assert world.first.plan.deposits["north"].answer == "held"  # type: ignore[index]
    come_back(world.first, backup, kind)
    with pytest.raises(ParaphError):
        deposit(world.first.node, world.dossier, local_date="x", place="y")
    world.first.delivery.greet()
    world.settle()
    with pytest.raises(LocalActError, match="is in already"):
        world.first.deposit()
    world.second.deposit()
    world.settle()
    # The setting that says that it countersigns by itself was lost with the store: by hand, then.
    assert world.first.plan.state is PlanState.RELEASED
    countersign_now(world.first.node, world.dossier)
    world.settle()
    world.assert_concluded()
    nobody_contradicts_itself(world)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mediator_restored_to_before_it_held_a_deposit_asks_for_it_again(kind: str) -> None:
    world = World.at("planned")
    backup = world.middle.back_up()
    world.first.deposit()
    world.settle()
    come_back(world.middle, backup, kind)
    assert not world.middle.store.state.secrets
    world.middle.delivery.greet()
    world.settle()
    world.second.deposit()
    world.pass_time(30)
    world.assert_concluded()
    nobody_contradicts_itself(world)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mediator_restored_to_before_the_release_neither_aborts_nor_releases_again(kind: str) -> None:
    world = World.at("deposited")
    for name in world.parties:
        world[name].delivery.send_due()
    backup = world.middle.back_up()
    hold(world)
    world.network.away.add("south")
    world.pass_time(30)
    world.settle()
    assert world.first.plan.state is PlanState.RELEASED
    come_back(world.middle, backup, kind)
    world.network.heal()
    world.network.away.add("north")  # the only one who knows of the release
    world.clock.advance(3 * 3600)
    world.middle.delivery.greet()
    world.settle()
    assert world.middle.plan.state is PlanState.OPEN
    assert not [a for a in world.middle.feed("middle") if a.kind == "exchange-aborted"]
    world.network.heal()
    world.pass_time(4000)
    world.assert_concluded()
    nobody_contradicts_itself(world)


def test_a_finished_node_restored_to_its_beginning_gets_the_same_originals_again() -> None:
    world = World.at("open")
    backup = world.second.back_up()
    world.agree()
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()
    finished = {slot: world.second.original(slot) for slot in world.slots}
    world.second.restore(backup)
    world.clock.advance(1)
    world.second.delivery.greet()
    world.pass_time(60)
    world.assert_concluded()
    assert {slot: world.second.original(slot) for slot in world.slots} == finished


def test_originals_that_a_restored_node_had_engrossed_are_rendered_again() -> None:
    """They are no attachments: every node renders its own."""
    world = World.at("open")
    backup = world.second.back_up()
    world.agree()
    world.second.restore(backup)
    world.clock.advance(1)
    world.second.delivery.greet()
    world.pass_time(30)
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()


def test_greeting_asks_each_peer_once() -> None:
    world = World.at("agreed")
    world.settle()
    before = len(world.network.sent)
    delivery: Delivery = world.first.delivery
    delivery.greet()
    world.settle()
    world.settle()
    assert len(world.network.sent) - before == 4  # two questions, two answers


def test_cosignatures_that_a_restored_store_forgot_come_again_from_whoever_knew_that_it_held_them() -> None:
    world = World.at("agreed")
    world.settle()
    world.network.away.update({"south", "middle"})
    world.first.say(statement())
    backup = world.first.back_up()  # every act has its place here, and nobody else has cosigned it
    world.network.heal()
    world.pass_time(60)
    world.assert_alike()
    world.network.away.add("south")
    world.first.restore(backup, mark=False)
    world.first.delivery.greet()
    world.pass_time(60)
    world.assert_alike("north", "middle")


def test_an_order_that_reached_nobody_before_it_was_forgotten_is_given_again() -> None:
    """Nobody can send it back; but the guard remembers its root, and the acts are all here again."""
    world = World.at("agreed")
    world.settle()
    backup = world.first.back_up()
    world.network.fate = lambda sent: Fate.LOSE if sent.sender == "north" else Fate.LOSE_ANSWER
    for name in ("south", "middle", "south"):  # not as they would be laid out if they all came at once
        world[name].say(statement(f"{name} speaks"))
        world[name].delivery.send_due()
        world.clock.advance(30)
        world.first.step()
    forgotten = world.first.log()
    assert world.first.node.guard.last(world.dossier)[0] == len(forgotten) > len(world.second.log())  # type: ignore[index]
    world.first.restore(backup, mark=False)
    world.network.heal()
    world.first.delivery.greet()
    world.pass_time(3600)
    assert world.first.log() == forgotten
    world.assert_alike()
    nobody_contradicts_itself(world)
