"""The outbox: what is sent when, to whom, and how often."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from paraph.app.courier import ThreadedCourier
from paraph.app.delivery import MAX_PER_PEER, MAX_RETRY_S, Delivery
from paraph.app.ports import PeerRow
from paraph.app.restoration import EVERYTHING
from paraph.domain.ids import PartyId
from paraph.errors import TransientError
from tests.support.attack import statement
from tests.support.network import Fate, Sent
from tests.support.nodes import World


@pytest.fixture
def world() -> World:
    return World.at("agreed")


def to(world: World, party: str, since: int = 0) -> int:
    return sum(sent.recipient == party and sent.sender == "north" for sent in world.network.sent[since:])


def test_attempts_at_somebody_who_is_away_become_rare(world: World) -> None:
    world.network.away.add("south")
    world.first.say(statement())
    times = []
    for second in range(0, 20_000, 1):
        before = to(world, "south")
        if world.first.delivery.send_due() and to(world, "south") > before:
            times.append(second)
        world.clock.advance(1)
    pauses = [b - a for a, b in itertools.pairwise(times)]
    assert pauses == sorted(pauses)
    assert len(times) < 20
    assert 1800 < max(pauses) <= MAX_RETRY_S


def test_a_new_act_is_tried_at_once_though_earlier_attempts_failed(world: World) -> None:
    world.network.away.add("south")
    world.first.say(statement("one"))
    for _ in range(6):
        world.first.delivery.send_due()
        world.clock.advance(600)
    before = to(world, "south")
    world.first.say(statement("two"))
    world.first.delivery.send_due()
    assert to(world, "south") == before + 1


def test_why_a_peer_cannot_be_reached_is_kept_and_forgotten(world: World) -> None:
    world.network.away.add("south")
    world.first.say(statement())
    world.settle()
    assert "cannot be reached" in world.first.setting("delivery:south")
    world.network.heal()
    world.pass_time(60)
    assert not world.first.setting("delivery:south")


def test_a_bug_while_delivering_is_logged_and_postponed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_sent: Sent) -> Fate:
        raise KeyError("bug")

    world.network.fate = fail
    world.first.say(statement())
    world.first.delivery.send_due()
    assert "delivery to" in caplog.text
    assert world.first.delivery.send_due() == 0


def test_nothing_is_sent_to_a_suspended_peer(world: World) -> None:
    world.first.say(statement())
    with world.first.store.write() as uow:
        uow.save_peer(replace(world.first.peer("south"), state="suspended"))
    before = to(world, "south")
    world.first.delivery.send_due()
    assert to(world, "south") == before


def test_a_lost_answer_costs_one_repetition(world: World) -> None:
    fates = iter([Fate.LOSE_ANSWER])
    world.network.fate = lambda sent: next(fates, Fate.DELIVER) if sent.recipient == "south" else Fate.DELIVER
    world.first.say(statement())
    world.pass_time(30)
    world.assert_alike()
    assert not world.second.evidence()


class Hanging:
    """A transport to peers of which one never answers."""

    def __init__(self, silent: str) -> None:
        self.silent = silent
        self.release = threading.Event()
        self.waiting = 0
        self.answered: list[PartyId] = []

    def exchange(self, peer: PeerRow, bundle: bytes) -> bytes:
        if peer.party == self.silent:
            self.waiting += 1
            self.release.wait(20)
        else:
            self.answered.append(peer.party)
        raise TransientError("peer-unreachable", "no")


def test_a_peer_that_hangs_does_not_take_all_threads(world: World) -> None:
    for n in range(MAX_PER_PEER + 6):
        world.open_dossier(nonce=f"{n + 1000:032x}")
    transport = Hanging("south")
    with ThreadPoolExecutor(MAX_PER_PEER + 2) as executor:
        courier = ThreadedCourier(transport=transport, executor=executor)
        delivery = Delivery(node=world.first.node, courier=courier)
        try:
            for _ in range(3):
                delivery.send_due()
            deadline = threading.Event()
            for _ in range(100):
                if len(transport.answered) >= MAX_PER_PEER + 6:
                    break
                deadline.wait(0.05)
                delivery.send_due()
            assert transport.waiting == MAX_PER_PEER
            assert len(transport.answered) >= MAX_PER_PEER + 6
        finally:
            transport.release.set()


def test_a_restored_node_says_hello_to_everybody(world: World) -> None:
    world.first.restore(world.first.back_up())
    world.first.delivery.greet()
    with world.first.store.read() as uow:
        assert {due.peer for due in uow.due(world.clock.now(), 99) if due.dossier == EVERYTHING} == {
            "south",
            "middle",
        }
    world.settle()
    with world.first.store.read() as uow:
        assert not [due for due in uow.due("2030-01-01T00:00:00Z", 99) if due.dossier == EVERYTHING]  # type: ignore[arg-type]


def test_bundles_stay_small_and_the_rest_follows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraph.app.bundles.MAX_SECTION_BYTES", 60_000)
    world.network.away.add("south")
    for n in range(40):
        world.first.say(statement(str(n) * 500))
    world.settle()
    world.network.heal()
    before = len(world.network.sent)
    world.pass_time(3900)
    assert max(len(sent.data) for sent in world.network.sent[before:]) < 200_000
    world.assert_alike()
