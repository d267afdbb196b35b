"""Two parties render with different versions: nothing is signed until people have compared the pages (T3)."""

from __future__ import annotations

import pytest

from paraph.app import texts as officers
from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.standing import InstrumentState
from paraph.errors import LocalActError
from tests.support.equipment import OtherRenderer
from tests.support.nodes import World, text

NUMBER = InstrumentNumber("X/2026/1")
NORTH = PartyId("north")


@pytest.fixture
def world() -> World:
    """The text is initialled, and the first party has engrossed; the second renders other bytes."""
    world = World.at("open")
    world.first.propose(text())
    world.settle()
    world.second.accept(NUMBER)
    world.settle()
    for name in world.parties:
        world[name].initial(NUMBER)
    world.settle()
    world.first.engross(NUMBER)
    world.settle()
    world.second.node.renderer = OtherRenderer()
    return world


def adopt(world: World) -> None:
    officers.engross(world.second.node, world.dossier, NUMBER, adopt=NORTH)


def test_other_bytes_are_not_engrossed_in_silence(world: World) -> None:
    with pytest.raises(LocalActError, match="rendered other bytes"):
        world.second.engross(NUMBER)
    world.settle()
    assert world.first.standing.instruments[NUMBER].state is InstrumentState.INITIALLED


def test_the_others_originals_are_fetched_adopted_and_signed(world: World) -> None:
    with pytest.raises(LocalActError, match="are being fetched"):
        adopt(world)
    world.settle()
    adopt(world)
    world.settle()
    assert world.first.standing.instruments[NUMBER].state is InstrumentState.ENGROSSED
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()


def test_nobody_adopts_what_nobody_has_rendered(world: World) -> None:
    with pytest.raises(LocalActError, match="middle has not engrossed"):
        officers.engross(world.second.node, world.dossier, NUMBER, adopt=PartyId("middle"))


def test_every_text_that_was_on_the_table_can_be_read_again(world: World) -> None:
    for name in world.parties:
        world[name].reopen(NUMBER)
        world.settle()
    world.second.propose(text(clauses=2))
    world.settle()
    found = officers.proposed_texts(world.first.node, world.dossier, NUMBER)
    assert [len(one.versions["en"].clauses) for one in found] == [1, 2]
