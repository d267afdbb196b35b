"""What may be shown to everybody, and what keeps it from being shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from paraph.app import publication
from paraph.app.publication import concluded_bytes, obstacles, require_publishable, trust_of
from paraph.app.published import programme
from paraph.domain.ids import Digest, PartyId
from paraph.errors import LocalActError
from tests.support.nodes import World


def codes(world: World) -> list[str]:
    return [one.code for one in obstacles(world.first.node, world.dossier)]


def test_every_party_of_a_concluded_dossier_may_publish() -> None:
    world = World.at("concluded")
    for member in (world.first, world.second):
        assert obstacles(member.node, world.dossier) == ()
        require_publishable(member.node, world.dossier)


@pytest.mark.parametrize("stage", ["open", "agreed", "planned", "deposited"])
def test_what_is_not_concluded_may_not(stage: str) -> None:
    world = World.at(stage)
    assert codes(world) == ["not-concluded"]
    with pytest.raises(LocalActError) as caught:
        require_publishable(world.first.node, world.dossier)
    assert caught.value.code == "not-publishable"


def test_what_is_frozen_may_not() -> None:
    world = World.at("concluded")
    with world.first.node.store.write() as uow:
        uow.set_setting(f"frozen:{world.dossier}", "two roots for one size")
    assert codes(world) == ["frozen"]


def test_a_dossier_that_is_not_there_is_said_to_be_so() -> None:
    world = World.at("concluded")
    with pytest.raises(LocalActError) as caught:
        obstacles(world.first.node, type(world.dossier)("ab" * 32))
    assert caught.value.code == "dossier-unknown"


def changed(monkeypatch: pytest.MonkeyPatch, world: World, change: Any) -> None:
    """See the dossier otherwise than it is: the rules would not let it come to this."""
    real: Any = vars(publication)["load"]

    def seen(*args: Any) -> Any:
        current = real(*args)
        plan = current.standing.plan
        assert plan is not None
        return replace(current, standing=replace(current.standing, plan=change(plan)))

    monkeypatch.setattr(publication, "load", seen)


def test_a_receipt_over_other_originals_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.at("concluded")

    def change(plan: Any) -> Any:
        (one, *rest) = plan.received["south"]
        other = (replace(one, sha256=Digest("0" * 64)), *rest)
        return replace(plan, received={**plan.received, PartyId("south"): other})

    changed(monkeypatch, world, change)
    (found,) = obstacles(world.first.node, world.dossier)
    assert (found.code, "south" in found.message) == ("receipt-differs", True)


def test_a_seal_that_is_missing_or_over_something_else_is_an_obstacle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World.at("concluded")
    changed(monkeypatch, world, lambda plan: replace(plan, container_seals={}))
    assert codes(world) == ["container-not-ready", "container-not-ready"]
    monkeypatch.undo()
    changed(
        monkeypatch,
        world,
        lambda plan: replace(plan, container=replace(plan.container, objects=Digest("0" * 64))),
    )
    assert codes(world) == ["container-differs"]


def test_the_programme_tells_each_signature_with_its_own_instant_date_and_place() -> None:
    world = World.at("concluded")
    told = programme(world.first.node, concluded_bytes(world.first.node, world.dossier))
    (instrument,) = told.instruments
    assert [one.holder for one in instrument.originals] == ["north", "south"]
    for original in instrument.originals:
        first, second = original.signatures
        assert (first.party, first.first, second.first) == (original.holder, True, False)
        assert all(one.slot.signed_at and one.slot.local_date and one.slot.place for one in (first, second))
        assert all(one.capacity == "by-office" for one in (first, second))
    assert "{" not in instrument.title["en"]


def test_trust_is_what_the_participants_named_to_each_other() -> None:
    world = World.at("concluded")
    named = trust_of(world.first.node, world.first.standing)
    assert {m.identity.authority.root_pem.decode() for m in world.members.values()} >= set(named)
    assert named
