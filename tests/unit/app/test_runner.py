"""The node's loop: failing duties come back ever more slowly, and nothing that fails stops anything else."""

from __future__ import annotations

import logging
import threading

import pytest

from paraph.app import reception
from paraph.app import runner as runners
from paraph.app.dossiers import load
from paraph.app.peers import suspend_peer
from paraph.app.runner import FIRST_RETRY_S, MAX_RETRY_S, Runner
from paraph.app.status import node_status
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError, PermanentError, TransientError
from tests.support.attack import statement
from tests.support.nodes import World


@pytest.fixture
def world() -> World:
    """Everybody has deposited, and the mediator has been told: it has two deposits to check."""
    world = World.at("deposited")
    for name in world.parties:
        world[name].delivery.send_due()
    return world


def count(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[str]:
    """Let every duty fail; what was tried is listed."""
    tried: list[str] = []

    def fail(_node: object, _current: object, duty: object) -> bool:
        tried.append(f"{duty.kind} {duty.party}")  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(runners, "perform", fail)
    return tried


@pytest.mark.parametrize("error", [PermanentError("token-pin", "wrong"), TransientError("tsa", "down")])
def test_a_duty_that_something_outside_fails_is_tried_ever_more_slowly(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    tried = count(monkeypatch, error)
    times = []
    for second in range(200):
        before = len(tried)
        world.middle.runner.do_duties()
        if len(tried) > before:
            times.append(second)
        world.clock.advance(1)
    assert times == [0, 1, 3, 7, 15, 31, 63, 127]
    assert tried[:2] == ["check-deposit north", "check-deposit south"]


def test_the_pause_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = count(monkeypatch, TransientError("tsa", "down"))
    for _ in range(11):  # the time limit of the exchange comes after that
        world.middle.runner.do_duties()
        world.clock.advance(MAX_RETRY_S)
    assert len(tried) == 2 * 11
    assert FIRST_RETRY_S < MAX_RETRY_S


def test_what_the_rules_refuse_is_tried_again_when_the_dossier_has_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = count(monkeypatch, LocalActError("container-not-ready", "not yet"))
    world.middle.runner.do_duties()
    world.middle.runner.do_duties()
    assert len(tried) == 2
    world.middle.say(statement())
    world.middle.runner.do_duties()
    assert len(tried) == 4


def test_what_fails_outside_is_not_tried_again_because_somebody_said_something(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = count(monkeypatch, PermanentError("token-pin", "wrong"))
    world.middle.runner.do_duties()
    world.middle.say(statement())
    world.middle.runner.do_duties()
    assert len(tried) == 2


def test_a_failing_duty_is_shown_and_forgotten_when_it_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        count(patch, PermanentError("disk-full", "no space"))
        world.middle.runner.do_duties()
    (dossier,) = node_status(world.middle.node).dossiers
    assert dossier.failing == {"check-deposit": "disk-full: no space"}
    assert any("cannot check-deposit: disk-full" in line for line in node_status(world.middle.node).lines())
    world.clock.advance(60)
    world.settle()
    (dossier,) = node_status(world.middle.node).dossiers
    assert dossier.failing == {}
    world.assert_concluded()


def test_a_bug_in_a_duty_is_logged_and_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = count(monkeypatch, KeyError("bug"))
    with caplog.at_level(logging.ERROR):
        world.middle.runner.do_duties()
        world.middle.runner.do_duties()
    assert len(tried) == 2
    assert sum("failed" in record.message for record in caplog.records) == 2


def test_a_dossier_that_fails_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = world.dossier
    world.open_dossier(nonce="44" * 16)
    world.settle()

    def fail(node: object, uow: object, dossier: str) -> object:
        if dossier == world.dossier:
            raise KeyError("bug")
        return load(node, uow, dossier)  # type: ignore[arg-type]

    monkeypatch.setattr(runners, "load", fail)
    world.dossier = first
    for member in world.members.values():
        member.start()
    with caplog.at_level(logging.ERROR):
        world.settle()
    assert world.middle.plan.state is PlanState.CONCLUDED
    assert any("failed" in record.message for record in caplog.records)


def test_it_runs_until_it_is_stopped_and_greets_first() -> None:
    world = World.at("agreed")
    world.second.say(statement())
    world.network.away.add("north")
    world.settle("south", "middle")
    world.network.heal()
    runner = Runner(node=world.first.node)
    thread = threading.Thread(target=runner.run, args=(world.network.line_of(world.first.party),))
    thread.start()
    try:
        deadline = threading.Event()
        for _ in range(200):
            if len(world.first.feed("south")) == len(world.second.feed("south")):
                break
            deadline.wait(0.02)
    finally:
        runner.stop.set()
        world.first.node.wake.set()
        thread.join(10)
    assert not thread.is_alive()
    assert world.first.feed("south") == world.second.feed("south")


def test_who_may_not_speak_verifies_nothing_for_an_act_that_cannot_be_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[object] = []
    monkeypatch.setattr(reception, "verify_pdf", lambda *args, **_: verified.append(args))
    suspend_peer(world.middle.node, world.second.party)
    world.middle.runner.do_duties()
    with world.middle.store.read() as uow:
        assert "peer-unverified" in (uow.setting(f"duty:{world.dossier}:check-deposit") or "")
    assert not verified
