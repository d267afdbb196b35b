"""What the network does to bundles, seen by two nodes that have something to say to each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.simulation.network import CALM, PATIENCE_MS
from paraph.simulation.world import World


@pytest.fixture
def world() -> World:
    made = World.at("open", 7)
    made.settle()
    return made


def say(world: World) -> None:
    world.first.say(acts.StatementMade(speaker="A", capacity="b", lang="en", text="c", source=""))


def pass_time(world: World, ms: int) -> None:
    over = world.timeline.after(ms, lambda: None)
    while not over.cancelled:  # it is, once it has happened
        world.timeline.step()


def test_what_is_said_arrives_everywhere_and_becomes_final(world: World) -> None:
    say(world)
    world.settle()
    world.assert_alike()


def test_nothing_passes_a_cut_and_all_of_it_comes_after(world: World) -> None:
    world.network.cut.add(frozenset({"north", "south"}))
    world.network.away.add("middle")
    before = len(world.second.log())
    say(world)
    pass_time(world, 20_000)
    assert len(world.second.log()) == before
    world.network.heal()
    pass_time(world, 600_000)
    world.assert_alike()


def test_who_waits_too_long_gives_up_and_tries_again(world: World) -> None:
    world.network.weather = replace(CALM, lost=1.0)
    say(world)
    pass_time(world, PATIENCE_MS - 1)
    assert not world.first.setting("delivery:south")
    pass_time(world, 1_000)
    assert "does not answer" in world.first.setting("delivery:south")
    world.network.heal()
    pass_time(world, 600_000)
    world.assert_alike()


def test_a_node_that_is_off_is_noticed_at_once(world: World) -> None:
    world.second.switch_off()
    say(world)
    pass_time(world, 1_000)
    assert "is not there" in world.first.setting("delivery:south")
    world.second.start()
    world.settle()
    world.assert_alike()


def test_bundles_that_come_twice_and_long_afterwards_change_nothing(world: World) -> None:
    world.network.weather = replace(CALM, repeated=1.0)
    say(world)
    world.settle()
    for sent in list(world.network.sent):
        world.network.deliver_again(sent)
    world.settle()
    world.assert_alike()
    assert not any(member.evidence() for member in world.members.values())


def test_an_answer_to_a_process_that_is_no_more_goes_nowhere(world: World) -> None:
    say(world)
    pass_time(world, 20)
    world.first.crash()
    world.first.start()
    world.settle()
    world.assert_alike()


def test_the_trace_tells_what_travels(world: World) -> None:
    world.trace.full = True
    say(world)
    world.settle()
    text = "\n".join(world.trace.text())
    assert "north    → south: holds" in text
    assert "statement-made" in text
