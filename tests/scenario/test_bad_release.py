"""A mediator that releases badly, or cannot release now: nothing is shown, and what is concluded can be verified."""

from __future__ import annotations

import hashlib

import pytest

from paraph.domain import acts
from paraph.domain.ids import ActId
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from tests.support.nodes import World


@pytest.fixture
def world() -> World:
    """Both deposits are held, and nothing is released yet."""
    made = World.at("deposited")
    stamper, made.middle.node.timestamper = made.middle.node.timestamper, None
    made.settle()
    made.middle.node.timestamper = stamper
    assert made.middle.plan.not_held(made.middle.standing.parties) == []
    return made


def deposits(world: World) -> tuple[ActId, ...]:
    plan = world.middle.plan
    return tuple(plan.deposits[p].act for p in world.middle.standing.parties)


def first_signatures(world: World) -> list[str]:
    return [s.cms for d in world.middle.plan.deposits.values() for s in d.body.signatures]


@pytest.mark.parametrize("what", ["rubbish", "over something else"])
def test_a_release_whose_time_stamp_is_none_has_no_effect(world: World, what: str) -> None:
    """It would release signatures into a package that no verifier could ever accept."""
    timestamper = world.middle.node.timestamper
    assert timestamper is not None
    token = timestamper.timestamp(hashlib.sha256(b"else").digest()) if what != "rubbish" else b"no token"
    body = acts.ExchangeReleased(
        plan=world.middle.plan.body.plan,
        deposits=deposits(world),
        token=world.middle.blobs.put(token),
        crls=(),
    )
    with pytest.raises(LocalActError) as error:
        world.middle.say(body)
    assert error.value.code == "release-stamp"
    assert world.middle.plan.state is PlanState.OPEN
    world.pass_time(60)
    world.assert_concluded()


def test_a_mediator_that_may_not_speak_keeps_the_signatures_secret(world: World) -> None:
    """It was restored and has not heard everybody: it releases nothing, and brings no signature among its blobs."""
    middle = world.middle
    middle.restore(middle.back_up())
    world.network.away.add("middle")
    world.pass_time(30, every=5)
    for _ in range(5):
        middle.step()
    assert middle.plan.state is PlanState.OPEN
    assert not any(middle.blobs.has(digest) for digest in first_signatures(world))
    world.network.away.clear()
    world.pass_time(300)
    world.assert_concluded()
