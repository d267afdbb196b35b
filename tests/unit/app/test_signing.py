"""Nobody signs under a plan that others may not have."""

from __future__ import annotations

import pytest

from paraph.app.signing import plan_is_final
from paraph.domain.acts import ExchangeAbortRequested, Mode
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from tests.support.attack import statement
from tests.support.nodes import Member, World


def final(member: Member) -> bool:
    with member.store.read() as uow:
        return plan_is_final(uow, member.current)


def proposed() -> World:
    """The plan is proposed, and known to all."""
    world = World.at("agreed")
    for name in world.parties:
        world[name].order()
    world.settle()
    world.first.propose_plan(world.mode)
    world.settle()
    return world


@pytest.mark.parametrize("silent", ["south", "middle"])
def test_an_accepted_plan_is_final_when_everybody_and_the_mediator_have_cosigned_it(silent: str) -> None:
    world = proposed()
    assert not final(world.first)
    for name in ("south", "middle"):
        world[name].accept_plan()
        world[name].delivery.send_due()
    world.network.away.add(silent)
    world.settle()
    assert world.first.plan.state is PlanState.OPEN
    assert not final(world.first)
    with pytest.raises(LocalActError) as error:
        world.first.deposit()
    assert error.value.code == "plan-not-final"
    world.network.heal()
    world.pass_time(60)
    assert all(final(member) for member in world.members.values())


def test_it_is_not_final_while_an_acceptance_has_no_place() -> None:
    world = proposed()
    world.network.separate("north", "south")  # who orders hears south through the mediator only
    world.middle.accept_plan()
    world.settle()
    world.network.separate("north", "middle")
    world.second.accept_plan()
    world.settle()
    assert world.second.plan.state is PlanState.OPEN
    assert not final(world.second)
    world.network.heal()
    world.pass_time(60)
    assert final(world.second)


def test_it_stays_final_whatever_is_said_afterwards() -> None:
    world = World.at("planned")
    for _ in range(3):
        world.second.say(statement())
    assert final(world.second)
    world.settle()
    assert final(world.first)


def test_a_later_plan_is_not_final_because_an_earlier_one_was() -> None:
    world = World.at("planned")
    world.second.say(ExchangeAbortRequested(plan=world.second.plan.body.plan, reason="no"))
    world.settle()
    world.first.propose_plan(plan="b" * 32)  # type: ignore[arg-type]
    assert not final(world.first)
    world.settle()
    world.second.accept_plan()
    world.settle()
    assert not final(world.first)
    world.middle.accept_plan()
    world.settle()
    assert final(world.first)


def test_without_a_mediator_the_parties_are_enough() -> None:
    world = World.at("planned", mode=Mode.DIRECT)
    assert all(final(world[name]) for name in world.parties)
