"""What two nodes know of each other already is not written down again."""

from __future__ import annotations

import pytest

from paraph.app.feeds import take_acts
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.ids import PartyId
from paraph.wire.sections import Section
from tests.support.attack import statement
from tests.support.nodes import World


@pytest.fixture
def world() -> World:
    made = World.at("agreed")
    made.settle()
    return made


def writes(monkeypatch: pytest.MonkeyPatch, party: str) -> list[str]:
    """Grows with every writing transaction on a node that is about a dossier."""
    found: list[str] = []

    def noting(node: Node, uow: UnitOfWork, sender: PartyId, section: Section) -> None:
        if node.party == party:
            found.append(section.dossier)
        take_acts(node, uow, sender, section)

    monkeypatch.setattr("paraph.app.inbound.take_acts", noting)
    return found


def test_a_greeting_that_says_what_is_known_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = writes(monkeypatch, "south")
    before = world.second.store.snapshot()
    world.first.start()
    world.first.delivery.greet()
    world.first.delivery.send_due()
    assert not seen
    after = world.second.store.snapshot()
    assert (before.dossiers, before.views, before.due) == (after.dossiers, after.views, after.due)


def test_news_in_a_greeting_is_worked_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = writes(monkeypatch, "south")
    world.first.say(statement())
    world.first.start()
    world.first.delivery.greet()
    world.settle()
    assert seen
    world.assert_alike()


def test_a_greeting_to_somebody_who_has_news_brings_them(world: World) -> None:
    world.network.away.add("south")
    world.second.say(statement())
    world.settle("south")
    world.network.heal()
    world.first.start()
    world.first.delivery.greet()
    world.settle("north", "middle")
    assert len(world.first.log()) == len(world.middle.log())
    world.settle()
    world.assert_alike()


def test_a_greeting_after_the_peer_lost_its_store_is_worked_in(world: World) -> None:
    backup = world.second.back_up()
    world.first.say(statement())
    world.settle()
    world.second.restore(backup)
    world.second.delivery.greet()
    world.settle()
    world.pass_time(120)
    world.assert_alike()
