"""Nodes renew their keys while a dossier goes on: nobody meets anew, and what was signed before stays good (ADR 0016)."""

from __future__ import annotations

import pytest

from paraph.domain.ids import PartyId
from paraph.wire.card import card_digest
from tests.support.attack import forged, send, statement
from tests.support.nodes import World


def is_known_by_new_card(world: World, renewed: str) -> None:
    card = world[renewed].identity.card
    for name, member in world.members.items():
        assert member.standing.cards[PartyId(renewed)] == card_digest(card)
        if name != renewed:
            row = member.peer(renewed)
            assert (row.card, row.state) == (card, "verified")
            assert row.officers == ("first officer", "second officer")


@pytest.mark.parametrize("who", ["north", "south", "middle"])
def test_a_node_that_renews_its_keys_stays_whom_everybody_verified(who: str) -> None:
    world = World.at("agreed")
    world[who].renew()
    world.settle()
    is_known_by_new_card(world, who)
    world.assert_alike()
    world[who].say(statement("with the new keys"))
    world.settle()
    world.assert_alike()
    assert not any(member.evidence() for member in world.members.values())


@pytest.mark.parametrize("who", ["north", "south", "middle"])
def test_an_exchange_is_concluded_although_a_node_renews_between_deposit_and_release(who: str) -> None:
    world = World.at("deposited")
    world[who].renew()
    world.settle()
    world.assert_concluded()
    is_known_by_new_card(world, who)


def test_all_renew_at_once_twice_and_conclude() -> None:
    world = World.at("deposited")
    for _ in range(2):
        for member in world.members.values():
            member.renew()
    world.settle()
    world.assert_concluded()
    for name in world.everybody:
        is_known_by_new_card(world, name)


def test_an_act_signed_with_keys_that_were_given_up_is_refused_and_kept() -> None:
    world = World.at("agreed")
    before = world.second.identity
    world.second.renew()
    world.settle()
    act = forged(world.second, statement("old"), who=before)
    send(world.second.identity, world.first, made=[act])
    assert world.first.evidence() == ["act-former-key"]
    assert not world.first.current.frozen
    world.settle()
    world.assert_alike()
