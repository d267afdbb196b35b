"""Texts on their way to originals: proposals, counter-proposals, initials, reopening by all (T1, T2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain.ids import InstrumentNumber
from paraph.domain.standing import InstrumentState
from paraph.errors import LocalActError
from tests.support.nodes import World, text

NUMBER = InstrumentNumber("X/2026/1")


def state(world: World, member: str = "") -> InstrumentState:
    return world[member or world.parties[0]].standing.instruments[NUMBER].state


def test_a_counter_proposal_takes_the_place_of_the_text_on_the_table() -> None:
    world = World.at("open")
    world.first.propose(text())
    world.settle()
    world.second.propose(text(clauses=2))
    world.settle()
    instrument = world.first.standing.instruments[NUMBER]
    assert (instrument.versions, instrument.proposed_by) == (2, world.second.party)
    assert instrument.accepted == frozenset({world.second.party})
    world.first.accept(NUMBER)
    world.settle()
    assert state(world) is InstrumentState.AGREED


def test_proposals_that_cross_end_in_one_text_on_every_node() -> None:
    world = World.at("open")
    world.network.away.add(world.second.party)
    world.first.propose(text())
    world.second.propose(text(clauses=2))
    world.settle()
    assert world.first.standing.instruments[NUMBER].text != world.second.standing.instruments[NUMBER].text
    world.network.heal()
    world.pass_time(120)
    world.assert_alike()
    assert world.first.standing.instruments[NUMBER].versions == 2


def test_an_acceptance_of_a_text_that_was_replaced_meanwhile_has_no_effect_anywhere() -> None:
    world = World.at("open")
    world.first.propose(text())
    world.settle()
    world.network.away.add(world.second.party)
    world.first.propose(text(clauses=2))  # ordered first: the opener is here
    world.second.accept(NUMBER)  # the text that it still sees
    assert state(world, "south") is InstrumentState.AGREED
    world.settle()
    world.network.heal()
    world.pass_time(120)
    world.assert_alike()
    assert state(world) is state(world, "south") is InstrumentState.NEGOTIATING
    voids = {
        tuple((v.position, v.code) for v in member.current.view.void) for member in world.members.values()
    }
    assert len(voids) == 1
    assert [code for _, code in voids.pop()] == ["text-other"]


def test_reopening_needs_every_party_and_voids_initials_engrossment_and_the_go() -> None:
    world = World.at("agreed")
    for name in world.parties:
        world[name].order()
    world.settle()
    world.first.reopen(NUMBER)
    world.settle()
    assert state(world) is InstrumentState.ENGROSSED  # one party alone cannot
    world.second.reopen(NUMBER)
    world.settle()
    for member in world.members.values():
        instrument = member.standing.instruments[NUMBER]
        assert instrument.state is InstrumentState.NEGOTIATING
        assert not (instrument.initialled or instrument.engrossed or instrument.accepted)
        assert not member.standing.orders
    with pytest.raises(LocalActError, match="nothing to sign"):
        world.first.propose_plan()


def test_a_reopened_text_can_be_changed_and_concluded() -> None:
    world = World.at("agreed")
    for name in world.parties:
        world[name].reopen(NUMBER)
        world.settle()
    world.first.propose(text(clauses=2))
    world.settle()
    world.second.accept(NUMBER)
    world.settle()
    for step in ("initial", "engross"):
        for name in world.parties:
            getattr(world[name], step)(NUMBER)
        world.settle()
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()


def test_initialling_is_refused_while_a_declaration_is_missing() -> None:
    world = World.at("open")
    bare = text()
    world.first.propose(replace(bare, declarations=replace(bare.declarations, method=None)))
    world.settle()
    world.second.accept(NUMBER)
    world.settle()
    before = world.first.feed(world.first.party)
    with pytest.raises(LocalActError, match="how it is signed|method"):
        world.first.initial(NUMBER)
    assert world.first.feed(world.first.party) == before


def test_nothing_is_initialled_before_it_is_agreed_and_nothing_engrossed_before_it_is_initialled() -> None:
    world = World.at("open")
    world.first.propose(text())
    world.settle()
    with pytest.raises(LocalActError, match="not agreed"):
        world.first.initial(NUMBER)
    world.second.accept(NUMBER)
    world.settle()
    with pytest.raises(LocalActError, match="initial it first"):
        world.first.engross(NUMBER)


def test_a_text_is_fixed_by_the_first_initials() -> None:
    world = World.at("open")
    world.first.propose(text())
    world.settle()
    world.second.accept(NUMBER)
    world.settle()
    world.first.initial(NUMBER)
    world.settle()
    with pytest.raises(LocalActError, match="every party must reopen"):
        world.second.propose(text(clauses=2))
    world.second.initial(NUMBER)
    world.settle()
    with pytest.raises(LocalActError, match="every party must reopen"):
        world.first.propose(text(clauses=2))


def test_a_text_must_name_each_party_as_it_names_itself() -> None:
    world = World.at("open")
    wrong = text()
    misspelt = replace(wrong.parties[1], places=wrong.parties[0].places)
    with pytest.raises(LocalActError, match="otherwise than south itself"):
        world.first.propose(replace(wrong, parties=(wrong.parties[0], misspelt)))
