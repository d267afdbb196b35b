"""A checkpoint arrives before its acts, and the ordering node loses them with its disk: it goes on, and contradicts nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.app.bundles import compose
from paraph.app.inbound import receive
from paraph.app.leaving import seal_bundle
from paraph.app.ports import PeerView
from paraph.domain.ids import PartyId
from paraph.wire import limits
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.note import Note
from tests.scenario.test_rebuilt import come_back, status
from tests.scenario.test_restore import nobody_contradicts_itself
from tests.support.attack import send, statement
from tests.support.network import Fate
from tests.support.nodes import Member, World


def hand_over(sender: Member, recipient: Member, held: PeerView) -> None:
    """One bundle that was made while earlier ones were under way, and arrives alone; its answer does not."""
    with sender.store.read() as uow:
        section = compose(sender.node, uow, PartyId(recipient.party), sender.world.dossier, held)
    assert section is not None
    receive(
        recipient.node,
        seal_bundle(sender.node, PartyId(recipient.party), recipient.identity.keys.public, [section]),
    )


def held_by(member: Member) -> PeerView:
    """What a node holds, as others see it."""
    with member.store.read() as uow:
        dossier = member.world.dossier
        return PeerView(feeds=uow.feeds(dossier), size=uow.size(dossier), cosigned=0, wants=())


def largest(member: Member) -> int:
    """The size of the largest checkpoint that a node keeps."""
    with member.store.read() as uow:
        return read_checkpoint(Note.read(uow.latest_note(member.world.dossier))).size


def told_without_the_act_before() -> tuple[World, bytes]:
    """Middle has the checkpoint over north's last two acts, and neither of them; nobody else was reached."""
    world = World.at("agreed")
    world.network.away.add("north")
    held = held_by(world.middle)
    for text in ("this bundle is lost", "and this one arrives before it"):
        world.first.say(statement(text))
        world.settle("north")
        world.clock.advance(1)
    under_way = replace(held, feeds={**held.feeds, PartyId("north"): held.feeds[PartyId("north")] + 1})
    hand_over(world.first, world.middle, under_way)
    assert largest(world.middle) == len(world.first.log()) == len(world.middle.log()) + 2
    with world.first.store.read() as uow:
        note = uow.latest_note(world.dossier)
    assert note is not None
    return world, note


@pytest.mark.parametrize("meanwhile", [(), ("south", "middle")])
def test_acts_that_nobody_holds_leave_their_places_to_others(meanwhile: tuple[str, ...]) -> None:
    """Also where others have made as many since, which the checkpoint could be over by its size."""
    world, _ = told_without_the_act_before()
    for name in meanwhile:
        world[name].say(statement(f"{name} speaks"))
    world.settle("south", "middle")
    world.network.heal()
    world.clock.advance(60)
    world.first.rebuild()
    come_back(world, "north")
    world.first.say(statement("in its place"))
    world.second.say(statement("and an answer"))
    world.pass_time(3600)
    world.assert_alike()
    nobody_contradicts_itself(world)
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()


def test_an_ordering_node_is_silent_behind_a_checkpoint_that_somebody_does_not_forget() -> None:
    """Its own signature would prove it a liar; people can see why it waits."""
    world, note = told_without_the_act_before()
    world.network.heal()
    world.clock.advance(60)
    world.first.rebuild()
    come_back(world, "north")
    size = len(world.first.log())
    send(world.second.identity, world.first, notes=[note])
    world.first.guard.restore(({}, {}))  # which may have noted the checkpoint on its way back
    world.first.say(statement("in its place"))
    world.pass_time(60)
    assert len(world.first.log()) == size
    assert any("a checkpoint says that there are" in line for line in status(world.first).waiting)
    nobody_contradicts_itself(world)


def test_acts_that_came_without_their_places_get_the_same_ones_again() -> None:
    """The peer that was shown the checkpoint finds out in which order they stood."""
    world = World.at("agreed")
    held = held_by(world.middle)
    world.network.separate("south", "middle")
    world.network.fate = lambda sent: Fate.LOSE if sent.sender == "north" else Fate.LOSE_ANSWER
    for name in ("south", "middle", "south"):  # not as they would be laid out if they all came at once
        world[name].say(statement(f"{name} speaks"))
        world[name].delivery.send_due()
        world.clock.advance(30)
        world.first.step()
    forgotten = world.first.log()
    under_way = {
        PartyId("south"): held.feeds[PartyId("south")] + 2,
        PartyId("middle"): held.feeds[PartyId("middle")] + 1,
    }
    hand_over(world.first, world.middle, replace(held, feeds={**held.feeds, **under_way}))
    world.network.heal()
    world.network.away.add("north")
    world.pass_time(3600)
    assert largest(world.middle) == len(forgotten) == len(world.middle.log()) + 3
    world.network.heal()
    world.first.rebuild()
    come_back(world, "north")
    world.pass_time(3600)
    assert world.first.log() == forgotten
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_a_checkpoint_that_a_peer_forgot_comes_again_with_its_order() -> None:
    """South's log has reached it; middle was shown it before the acts, and south knew that it had it."""
    world, _ = told_without_the_act_before()
    world.network.away.clear()
    world.network.away.add("middle")
    world.first.delivery.greet()
    world.settle("north", "south")
    log = world.second.log()
    assert log == world.first.log()
    with world.second.store.write() as uow:
        view = uow.peer_view(PartyId("middle"), world.dossier)
        assert view is not None
        weight = len(log) * (limits.MAX_PARTIES + 1) + limits.MAX_PARTIES
        uow.save_peer_view(PartyId("middle"), world.dossier, replace(view, cosigned=weight))
    world.clock.advance(60)
    world.first.rebuild()
    world.network.away.clear()
    world.network.separate("north", "south")
    world.network.separate("south", "middle")
    come_back(world, "north")
    assert largest(world.middle) == len(world.middle.log()) < len(log)
    world.network.heal()
    world.network.away.add("north")
    world.pass_time(7200)
    assert world.middle.log() == log


def test_a_peer_restored_to_when_it_had_it_does_not_take_the_ordering_node_for_a_liar() -> None:
    world, _ = told_without_the_act_before()
    backup = world.middle.back_up()
    world.network.heal()
    world.clock.advance(60)
    world.first.rebuild()
    come_back(world, "north")
    for text in ("in its place", "and in the next"):
        world.first.say(statement(text))
    world.settle()
    world.middle.restore(backup)
    come_back(world, "middle")
    world.pass_time(3600)
    world.assert_alike()
    nobody_contradicts_itself(world)
