"""Whatever the network does, everybody ends with the same log and the same originals (D3)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.acts import Mode
from paraph.domain.standing import PlanState
from tests.support.attack import statement
from tests.support.network import Fate, Sent
from tests.support.nodes import World

TROUBLE = (Fate.DELIVER, Fate.LOSE, Fate.LOSE_ANSWER, Fate.REPEAT, Fate.HOLD)


def storm(world: World, seed: int, *, calm: int = 2) -> None:
    """Every delivery meets a fate; what is held back arrives later, in any order, and some of it twice."""
    dice = random.Random(seed)

    def fate(_sent: Sent) -> Fate:
        return dice.choice((*TROUBLE, *([Fate.DELIVER] * calm)))

    world.network.fate = fate
    for _ in range(12):
        world.clock.advance(dice.choice((1, 5, 60)))
        for name in dice.sample(list(world.members), len(world.members)):
            world[name].step()
        while world.network.held and dice.random() < 0.7:
            world.network.deliver_held(dice.randrange(len(world.network.held)))
        if world.network.sent and dice.random() < 0.3:
            world.network.deliver_again(dice.choice(world.network.sent))


def calm(world: World) -> None:
    world.network.heal()
    while world.network.held:
        world.network.deliver_held()
    world.pass_time(7200, every=300)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=8)
def test_a_conclusion_in_a_storm(seed: int) -> None:
    world = World.at("deposited")
    storm(world, seed)
    calm(world)
    world.assert_concluded()
    assert not any(member.evidence() for member in world.members.values())


@pytest.mark.slow
@given(seed=st.integers(0, 10**9), mode=st.sampled_from(Mode))
@settings(max_examples=20)
def test_a_conclusion_in_many_storms(seed: int, mode: Mode) -> None:
    world = World.at("deposited", parties=("east", "north", "south"), mode=mode)
    storm(world, seed, calm=0)
    calm(world)
    world.assert_concluded()
    assert not any(member.evidence() for member in world.members.values())


@given(seed=st.integers(0, 10**9))
@settings(max_examples=5)
def test_everybody_talks_at_once_in_a_storm(seed: int) -> None:
    world = World.at("open")
    dice = random.Random(seed)
    for n in range(6):
        world[dice.choice(list(world.members))].say(statement(str(n)))
        storm_once(world, dice)
    calm(world)
    world.assert_alike()
    assert world.first.standing.statements == 6


def storm_once(world: World, dice: random.Random) -> None:
    world.network.fate = lambda _sent: dice.choice(TROUBLE)
    for member in world.members.values():
        member.step()


def test_a_party_that_was_away_for_a_week_catches_up() -> None:
    world = World.at("planned")
    world.network.away.add("south")
    world.first.deposit()
    for n in range(20):
        world.first.say(statement(str(n)))
        world.middle.say(statement(str(n)))
    world.settle()
    world.clock.advance(100 * 60)
    world.settle()
    assert len(world.first.log()) > len(world.second.log()) + 20
    world.network.heal()
    world.pass_time(3900)  # the longest pause between attempts is an hour
    world.assert_alike("north", "south", "middle")
    assert world.second.plan.state in (PlanState.OPEN, PlanState.ABORTED)


def test_a_node_that_starts_again_need_not_wait_for_the_others_patience() -> None:
    world = World.at("planned")
    world.network.away.add("south")
    world.first.say(statement())
    for _ in range(14):
        world.clock.advance(3600)
        world.settle()
    world.network.heal()
    world.settle()
    assert len(world.second.log()) < len(world.first.log())
    world.second.start()
    world.second.delivery.greet()
    world.settle()
    world.assert_alike()


def test_parties_that_reach_each_other_only_through_the_mediator_conclude() -> None:
    world = World.at("planned")
    world.network.separate("north", "south")
    world.deposit()
    world.pass_time(600, every=10)
    world.assert_alike()
    assert world.first.plan.state is PlanState.CONCLUDED


def test_a_party_that_reaches_the_mediator_only_through_the_other_deposits_when_it_can() -> None:
    """Acts travel by any way, the sealed deposit only to the mediator itself."""
    world = World.at("planned")
    world.network.separate("south", "middle")
    world.deposit()
    world.pass_time(600, every=10)
    assert world.middle.plan.deposits["south"].answer == ""  # type: ignore[index]
    assert world.first.plan.state is PlanState.OPEN
    world.network.heal()
    world.pass_time(600, every=10)
    world.assert_concluded()


def test_a_bundle_delivered_a_hundred_times_is_taken_once() -> None:
    world = World.at("deposited")
    world.settle()
    world.pass_time(60)
    before = {name: tuple(member.log()) for name, member in world.members.items()}
    for sent in list(world.network.sent):
        world.network.deliver_again(sent)
    world.pass_time(60)
    assert before == {name: tuple(member.log()) for name, member in world.members.items()}
    assert not any(member.evidence() for member in world.members.values())
    world.assert_concluded()


def test_a_peer_that_never_answers_keeps_no_other_waiting() -> None:
    world = World.at("agreed", witnesses=("onlooker",))
    world.network.away.add("onlooker")
    world.make_plan()
    world.deposit()
    world.settle()
    assert world.first.standing.concluded
    world.network.heal()
    world.pass_time(3900)
    world.assert_concluded()
