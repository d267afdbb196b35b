"""A mediator that disappears when it holds everything: the parties give the exchange up together, and no release is overlooked."""

from __future__ import annotations

import pytest

from paraph.app.stopping import outlook, request_abort
from paraph.domain.abort import ABANDON_MARGIN_S, Ending
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from tests.scenario.test_stopping import conclude_again, nothing_is_left
from tests.support.clock import later
from tests.support.holding import hold, release_quietly
from tests.support.nodes import World

LIMIT_S = 120 * 60


def left_alone() -> World:
    """Everything is held, and the mediator's machine is off."""
    world = World.at("deposited")
    hold(world)
    world.network.away.add("middle")
    return world


def wait(world: World, seconds: int) -> None:
    """Time passes for the parties; the mediator's machine does nothing."""
    world.clock.advance(seconds)
    world.settle(*world.parties)


def give_up(world: World, *names: str) -> None:
    for name in names or world.parties:
        request_abort(world[name].node, world.dossier, "the mediator is silent")
        world.settle(*world.parties)


def states(world: World) -> set[PlanState]:
    return {world[name].plan.state for name in world.parties}


def test_when_everything_is_held_the_parties_give_up_after_the_margin_and_not_before() -> None:
    world = left_alone()
    wait(world, LIMIT_S + 600)
    told = outlook(world.first.node, world.dossier)
    assert (told.ending, told.asked) == (Ending.BY_MEDIATOR, ())
    assert told.together_from == later(world.first.plan.body.deposit_until, ABANDON_MARGIN_S)
    assert told.together_from in told.words()
    give_up(world)
    assert states(world) == {PlanState.OPEN}
    wait(world, 600)
    assert outlook(world.first.node, world.dossier).ending is Ending.TOGETHER
    give_up(world, "north")
    assert states(world) == {PlanState.OPEN}
    assert outlook(world.second.node, world.dossier).asked == ("north",)
    assert "north" in outlook(world.second.node, world.dossier).words()
    give_up(world, "south")
    assert states(world) == {PlanState.ABORTED}
    world.assert_alike(*world.parties)
    world.network.heal()
    world.pass_time(1200)
    world.assert_alike()
    nothing_is_left(world)
    conclude_again(world)


def test_the_mediator_that_comes_back_before_that_ends_it_itself() -> None:
    world = left_alone()
    wait(world, LIMIT_S + 600)
    world.network.heal()
    world.pass_time(1200)
    assert world.first.plan.state is PlanState.ABORTED
    assert world.first.plan.reason == "not released in time"
    nothing_is_left(world)


def test_who_has_the_release_does_not_give_up_what_is_released() -> None:
    """It reached one party in the last minute; that is enough, for all have to give up."""
    world = World.at("deposited")
    release_quietly(world)
    world.network.separate("middle", "south")
    world.network.separate("north", "south")
    world.middle.delivery.send_due()
    world.network.away.add("middle")
    world.settle(*world.parties)
    assert world.first.plan.state is not PlanState.OPEN
    world.clock.advance(LIMIT_S + ABANDON_MARGIN_S)
    give_up(world, "south")
    with pytest.raises(LocalActError, match="released"):
        give_up(world, "north")
    world.network.heal()
    world.pass_time(1200)
    world.assert_concluded()


def test_a_release_that_waits_for_its_bytes_is_a_release() -> None:
    """Its time stamp did not come through: the act is here, and cannot be worked in."""
    world = World.at("deposited")
    release_quietly(world)
    token = world.middle.plan.token
    kept = world.middle.blobs._held.pop(token)
    world.middle.delivery.send_due()
    world.network.away.add("middle")
    world.settle(*world.parties)
    assert world.first.plan.state is PlanState.OPEN
    world.clock.advance(LIMIT_S + ABANDON_MARGIN_S)
    with pytest.raises(LocalActError) as error:
        give_up(world, "north")
    assert error.value.code == "release-held"
    world.middle.blobs._held[token] = kept
    world.network.heal()
    world.pass_time(2400)
    world.assert_concluded()


def test_a_clock_that_runs_ahead_does_not_give_up_early() -> None:
    world = left_alone()
    world.first.clock.off = LIMIT_S + ABANDON_MARGIN_S + 60
    with pytest.raises(LocalActError) as error:
        give_up(world, "north")
    assert error.value.code == "clock-off"
    assert not world.first.plan.abort_requested


def test_a_mediator_that_was_stopped_in_the_middle_of_its_release_does_not_release_late() -> None:
    """Its machine slept between the time stamp and the database."""
    world = World.at("deposited")
    hold(world)
    stamp = world.middle.node.timestamper.timestamp  # type: ignore[union-attr]

    class Slow:
        def timestamp(self, digest: bytes) -> bytes:
            token: bytes = stamp(digest)
            world.clock.advance(LIMIT_S)
            return token

    usual, world.middle.node.timestamper = world.middle.node.timestamper, Slow()
    world.middle.runner.do_duties()
    world.middle.node.timestamper = usual
    assert world.middle.plan.state is PlanState.OPEN
    world.pass_time(60)
    assert states(world) == {PlanState.ABORTED}
    world.assert_alike()
    nothing_is_left(world)


def test_nothing_is_released_that_a_party_has_not_cosigned() -> None:
    """The mediator holds every deposit, and one party has not confirmed the log in which that stands."""
    world = World.at("deposited")
    for name in world.parties:
        world[name].delivery.send_due()
    world.network.away.add("south")
    world.pass_time(600)
    assert not world.middle.plan.not_held(world.middle.standing.parties)
    assert world.middle.plan.state is PlanState.OPEN
    assert world.first.plan.state is PlanState.OPEN
    world.network.heal()
    world.pass_time(1200)
    world.assert_concluded()


def test_a_request_that_was_on_its_way_ends_what_it_could_not_know_to_be_held() -> None:
    """South asks to stop while the mediator takes its deposit; without south's cosignature nothing was released meanwhile."""
    world = World.at("deposited")
    for name in world.parties:
        world[name].delivery.send_due()
    world.network.away.add("south")
    request_abort(world.second.node, world.dossier, "wait")
    assert world.second.plan.state is PlanState.ABORTED
    world.pass_time(600)
    world.network.heal()
    world.pass_time(1200)
    assert world.first.plan.state is PlanState.ABORTED
    world.assert_alike()
    nothing_is_left(world)


def test_three_parties_give_up_and_the_last_one_decides() -> None:
    world = World.at("deposited", parties=("east", "north", "south"))
    hold(world)
    world.network.away.add("middle")
    world.clock.advance(LIMIT_S + ABANDON_MARGIN_S)
    give_up(world, "east", "south")
    assert states(world) == {PlanState.OPEN}
    give_up(world, "north")
    assert states(world) == {PlanState.ABORTED}
