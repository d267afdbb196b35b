"""A node with many dossiers looks at those that stirred; at all of them now and then, for others use the store too."""

from __future__ import annotations

import pytest

from paraph.app import runner as module
from paraph.domain import acts
from paraph.domain.standing import PlanState
from paraph.errors import TransientError
from tests.support.nodes import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World.at("agreed")
    made.settle()
    # Having looked at all, the node does so no more in this test.
    monkeypatch.setattr(module, "LOOK_SHARE", 1_000_000)
    monkeypatch.setattr(module, "LOOK_S", 1_000_000.0)
    made.first.runner.do_duties()
    return made


def test_all_are_looked_at_first(world: World) -> None:
    world.first.start()
    assert world.first.runner.to_look_at() is None


def look(runner: module.Runner) -> None:
    """Look until nothing stirs: working a dossier in stirs it once more."""
    while stirred := runner.to_look_at():
        runner.do_duties(stirred)


def test_after_that_only_those_that_stirred_until_they_were_looked_at(world: World) -> None:
    runner = world.first.runner
    look(runner)
    assert runner.to_look_at() == frozenset()
    world.first.say(acts.StatementMade(speaker="A", capacity="b", lang="en", text="c", source="d"))
    assert runner.to_look_at() == {world.dossier}
    look(runner)
    assert runner.to_look_at() == frozenset()


def test_what_stirred_while_the_store_was_busy_is_looked_at_when_it_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = world.first.runner
    look(runner)
    world.first.say(acts.StatementMade(speaker="A", capacity="b", lang="en", text="c", source="d"))

    def busy() -> None:
        raise TransientError("store-busy", "another process holds the store")

    stirred = runner.to_look_at()
    with monkeypatch.context() as patch:
        patch.setattr(world.first.store, "read", busy)
        with pytest.raises(TransientError):
            runner.do_duties(stirred)
    assert runner.to_look_at() == {world.dossier}


def test_what_a_command_did_in_a_process_of_its_own_is_found_in_the_store(world: World) -> None:
    runner, served = world.first.runner, world.first.node
    assert runner.to_look_at() == frozenset()
    world.first.start()  # another process on the same store
    assert world.first.node is not served
    world.first.say(acts.StatementMade(speaker="A", capacity="b", lang="en", text="c", source="d"))
    assert runner.to_look_at() == {world.dossier}
    look(runner)
    assert runner.to_look_at() == frozenset()


def test_an_open_plan_is_not_looked_at_until_its_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 1_000_000.0)
    world = World.at("planned")
    world.settle()
    runner = world.middle.runner
    runner.do_duties()
    look(runner)
    assert runner.to_look_at() == frozenset()
    world.clock.advance(3 * 3600)
    assert runner.to_look_at() == {world.dossier}
    runner.do_duties(frozenset({world.dossier}))
    assert world.middle.plan.state is PlanState.ABORTED


def test_what_a_peer_brings_stirs_too(world: World) -> None:
    world.second.say(acts.StatementMade(speaker="A", capacity="b", lang="en", text="c", source="d"))
    world.second.step()
    assert world.first.runner.to_look_at() == {world.dossier}


def test_looking_at_some_does_what_they_ask(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(module.Runner, "_do_duties_of", lambda _self, dossier, _stamp: seen.append(dossier))
    world.first.say(acts.StatementMade(speaker="A", capacity="b", lang="en", text="c", source="d"))
    world.first.runner.do_duties(world.first.runner.to_look_at())
    assert seen == [world.dossier]
