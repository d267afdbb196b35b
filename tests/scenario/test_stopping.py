"""An exchange that stops before the release: nobody has anything of anybody, and nothing is left that could be found."""

from __future__ import annotations

import pytest

from paraph.app.exchange import countersign_now
from paraph.app.signing import request_abort
from paraph.domain.acts import Mode
from paraph.domain.ids import PlanId
from paraph.domain.standing import InstrumentState, PlanState
from paraph.errors import LocalActError
from tests.support.attack import crooked_deposit
from tests.support.holding import release_quietly
from tests.support.nodes import PLAN, World

AGAIN = PlanId("a" * 32)


def nothing_is_left(world: World) -> None:
    """No secrets, no signature in clear anywhere, on any node."""
    cms = {
        signature.cms
        for member in world.members.values()
        for act in member.acts()
        if act.kind == "signature-deposited"
        for signature in act.body.signatures  # type: ignore[union-attr]
    }
    for member in world.members.values():
        assert not member.store.state.secrets, member.party
        assert not any(member.blobs.has(digest) for digest in cms)


def conclude_again(world: World) -> None:
    """The same originals can be signed under a new plan."""
    world.first.propose_plan(world.mode, plan=AGAIN)
    world.settle()
    for name in world.everybody[1:]:
        if not (name == world.mediator and world.mode is Mode.DIRECT):
            world[name].accept_plan()
    world.settle()
    world.deposit()
    world.settle()
    world.assert_concluded()


def test_aborted_on_request_after_one_deposit() -> None:
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    assert world.middle.secret(f"deposit:{PLAN}:north")
    request_abort(world.second.node, world.dossier, "the cabinet has not decided")
    world.settle()
    for member in world.members.values():
        assert member.plan.state is PlanState.ABORTED
        assert "the cabinet has not decided" in member.plan.reason
    world.assert_alike()
    nothing_is_left(world)
    conclude_again(world)


def test_aborted_by_the_mediator_itself() -> None:
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    request_abort(world.middle.node, world.dossier, "the line to the south is down")
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED
    nothing_is_left(world)


def test_a_plan_that_is_only_proposed_is_taken_back_at_once() -> None:
    world = World.at("agreed")
    world.first.propose_plan()
    world.settle()
    request_abort(world.second.node, world.dossier, "other signatories")
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED


def test_aborted_when_a_deposit_does_not_come_in_time() -> None:
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    world.pass_time(119 * 60)
    assert world.first.plan.state is PlanState.OPEN
    world.pass_time(120)
    assert world.first.plan.state is PlanState.ABORTED
    assert "south" in world.first.plan.reason
    world.assert_alike()
    nothing_is_left(world)
    with pytest.raises(LocalActError, match="aborted"):
        world.second.deposit()
    conclude_again(world)


def test_the_time_limit_holds_though_the_mediator_was_restarted_meanwhile() -> None:
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    world.middle.start()
    world.settle()  # it has looked at the dossier once, and nobody wakes it again
    world.clock.advance(121 * 60)
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED


def test_a_request_that_crosses_with_the_last_deposit_stops_the_release() -> None:
    world = World.at("deposited")
    request_abort(world.second.node, world.dossier, "wait")
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED
    nothing_is_left(world)


def test_a_request_that_comes_after_the_release_changes_nothing() -> None:
    world = World.at("deposited")
    world.network.separate("south", "north")
    world.network.separate("south", "middle")
    world.settle()
    assert world.middle.plan.state is PlanState.OPEN
    world.network.heal()
    world.second.delivery.send_due()
    world.pass_time(5, every=5)
    world.network.away.add("south")
    request = world.second.plan.state
    world.network.heal()
    world.pass_time(600)
    world.assert_concluded()
    assert request in PlanState


def test_a_mediator_that_does_not_answer_holds_everything_and_gives_away_nothing() -> None:
    world = World.at("deposited")
    world.network.away.add("middle")
    world.pass_time(3600)
    for name in world.parties:
        assert world[name].plan.state is PlanState.OPEN
        assert not world[name].plan.revealed
    request_abort(world.first.node, world.dossier, "nobody answers")
    world.pass_time(600)
    assert world.first.plan.state is PlanState.ABORTED  # it holds nothing that could be released
    world.assert_alike(*world.parties)
    world.network.heal()
    world.pass_time(7200)
    world.assert_alike()
    nothing_is_left(world)
    conclude_again(world)


def test_a_mediator_that_falls_silent_after_the_release_stops_nobody() -> None:
    """What it revealed in the same act reached one party; that party passes it on."""
    world = World.at("deposited")
    release_quietly(world)
    assert world.middle.plan.state is PlanState.RELEASED
    world.network.separate("middle", "south")
    world.middle.delivery.send_due()
    world.network.away.add("middle")
    world.pass_time(600)
    assert world.first.plan.sealed or world.second.plan.state in (PlanState.SEALED, PlanState.CONCLUDED)
    for name in world.parties:
        assert world[name].standing.concluded
    world.network.heal()
    world.pass_time(7200)
    world.assert_concluded()


def test_countersigning_by_hand_waits_for_the_hand() -> None:
    world = World.at("planned")
    world.first.deposit(countersign=False)
    world.second.deposit()
    world.settle()
    assert world.first.plan.state is PlanState.RELEASED
    before = len(world.first.signer.signed)
    world.pass_time(1800)
    assert len(world.first.signer.signed) == before
    countersign_now(world.first.node, world.dossier)
    world.settle()
    world.assert_concluded()
    with pytest.raises(LocalActError, match="no original"):
        countersign_now(world.first.node, world.dossier)


def test_without_mediator_either_party_stops_before_anything_is_revealed() -> None:
    world = World.at("planned", mode=Mode.DIRECT)
    world.first.deposit()
    world.settle()
    request_abort(world.second.node, world.dossier, "no")
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED
    nothing_is_left(world)
    conclude_again(world)


def test_nothing_is_left_after_a_conclusion_either() -> None:
    world = World.at("deposited")
    world.settle()
    for member in world.members.values():
        assert not member.store.state.secrets


def test_aborted_texts_can_be_reopened() -> None:
    world = World.at("planned")
    request_abort(world.second.node, world.dossier, "no")
    world.settle()
    for name in world.parties:
        world[name].reopen("X/2026/1")
        world.settle()
    assert world.first.standing.instruments["X/2026/1"].state is InstrumentState.NEGOTIATING  # type: ignore[index]


def test_a_refused_deposit_leaves_no_secret_on_the_mediators_node() -> None:
    world = World.at("planned")
    crooked_deposit(world.first, content=b"{}")
    world.settle()
    assert not any(name.startswith("deposit:") for name in world.middle.store.state.secrets)


def test_secrets_of_an_exchange_that_ended_while_the_node_was_away_are_destroyed() -> None:
    """It learns of the abort and of the next plan at once."""
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    world.network.away.add("north")
    request_abort(world.second.node, world.dossier, "no")
    world.settle()
    assert world.first.secret(f"deposit:{PLAN}:north")
    world.network.heal()
    world.pass_time(120)
    assert not world.first.store.state.secrets
