"""The last moment before a release: every deposit is held, everybody has cosigned that, and the mediator has not looked yet."""

from __future__ import annotations

from paraph.domain.duties import DutyKind, duties
from tests.support.nodes import World

__all__ = ["hold", "release_quietly"]

MAX_ROUNDS = 20


def hold(world: World) -> None:
    """Come to where the mediator's node would release as soon as it looks at its duties; "deposited" or later."""
    for _ in range(MAX_ROUNDS):
        world.settle(*world.parties, *world.witnesses)
        world.middle.delivery.send_due()
        if not world.middle.plan.not_held(world.middle.standing.parties) and _is_final(world):
            return
        due = {d.kind for d in duties(world.middle.standing, world.middle.party, world.clock.now())}
        if due <= {DutyKind.CHECK_DEPOSIT}:
            world.middle.runner.do_duties()
    raise AssertionError("the deposits are not held")


def release_quietly(world: World) -> None:
    """The mediator's node releases, and tells nobody yet."""
    hold(world)
    world.middle.runner.do_duties()
    assert any(act.kind == "exchange-released" for act in world.middle.feed(world.mediator))


def _is_final(world: World) -> bool:
    current = world.middle.current
    with world.middle.store.read() as uow:
        return bool(current.final == current.view.size == uow.act_count(world.dossier))
