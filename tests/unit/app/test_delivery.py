"""The outbox: what is sent when, to whom, and how often."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from paraph.app import feeds
from paraph.app.bundles import compose
from paraph.app.courier import ThreadedCourier
from paraph.app.delivery import MAX_PER_PEER, MAX_TOGETHER, PROBE_S, Delivery
from paraph.app.ports import PeerRow
from paraph.app.restoration import EVERYTHING
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.errors import PeerActError, PermanentError, TransientError
from tests.support.attack import statement
from tests.support.clock import later
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
    for second in range(500):
        before = to(world, "south")
        if world.first.delivery.send_due() and to(world, "south") > before:
            times.append(second)
        world.clock.advance(1)
    pauses = [b - a for a, b in itertools.pairwise(times)]
    assert pauses == sorted(pauses)
    assert max(pauses) == PROBE_S


def test_one_attempt_at_a_time_finds_out_whether_somebody_is_back_and_then_everything_is_sent(
    world: World,
) -> None:
    world.network.away.add("south")
    for n in range(5):
        world.open_dossier(nonce=f"{n + 2:032x}")
    for _ in range(500):
        world.first.delivery.send_due()
        world.clock.advance(PROBE_S)
    before = to(world, "south")
    for _ in range(100):
        world.first.delivery.send_due()
        world.clock.advance(PROBE_S)
    assert 90 <= to(world, "south") - before <= 110
    world.network.heal()
    world.pass_time(PROBE_S + 2)
    with world.first.store.read() as uow:
        assert not uow.due(Utc("2030-01-01T00:00:00Z"), 99)


def test_an_outcome_that_cannot_be_kept_is_not_sought_again_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.first.say(statement())
    before = to(world, "south")

    def full() -> None:
        raise PermanentError("disk-full", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(world.first.store, "write", full)
        for _ in range(20):
            world.first.delivery.send_due()
    assert to(world, "south") <= before + 2
    assert "cannot be kept" in caplog.text
    world.pass_time(30)
    world.assert_alike()


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


def test_a_peer_that_hangs_does_not_take_all_threads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraph.app.delivery.MAX_TOGETHER", 1)
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


def open_more(world: World, count: int) -> list[DossierId]:
    """Further dossiers of the same participants, one act each; the one of the world stays meant."""
    meant = world.dossier
    made = [world.open_dossier(nonce=f"{n + 2000:032x}") for n in range(count)]
    world.dossier = meant
    return made


def test_what_is_due_to_one_peer_at_once_goes_together(world: World) -> None:
    world.settle()
    made = open_more(world, MAX_TOGETHER + 4)
    before = len(world.network.sent)
    world.first.delivery.send_due()
    to_south = [s for s in world.network.sent[before:] if (s.sender, s.recipient) == ("north", "south")]
    assert len(to_south) == 2
    with world.second.store.read() as uow:
        assert set(made) <= set(uow.dossiers())
    world.settle()
    world.assert_alike()


def test_a_node_that_starts_greets_each_peer_once_about_all_dossiers(world: World) -> None:
    open_more(world, 10)
    world.settle()
    world.first.start()
    before = len(world.network.sent)
    world.first.delivery.greet()
    world.settle()
    asked = [s for s in world.network.sent[before:] if s.sender == "north"]
    assert sorted(s.recipient for s in asked) == ["middle", "south"]


def test_a_dossier_that_a_peer_refuses_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settle()
    bad, *good = open_more(world, 5)
    take = feeds.take_acts

    def choke(node: Any, uow: Any, sender: Any, section: Any) -> None:
        if node.party == "south" and section.dossier == bad:
            raise PeerActError("opening-rules", "no")
        take(node, uow, sender, section)

    monkeypatch.setattr("paraph.app.inbound.take_acts", choke)
    world.pass_time(120)
    with world.first.store.read() as uow:
        due = {(entry.peer, entry.dossier) for entry in uow.due(Utc("2040-01-01T00:00:00Z"), 99)}
    assert due == {("south", bad)}
    with world.second.store.read() as uow:
        assert set(good) <= set(uow.dossiers())


def test_a_peer_that_is_away_gets_one_bundle_for_each_try(world: World) -> None:
    world.settle()
    world.network.away.add("south")
    open_more(world, 12)
    world.first.delivery.send_due()
    before = len(world.network.sent)
    for _ in range(4):
        world.clock.advance(3600)
        world.first.delivery.send_due()
    tried = [s for s in world.network.sent[before:] if s.recipient == "south"]
    assert len(tried) == 4


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


def test_nothing_gathers_that_is_not_due_any_more(world: World) -> None:
    world.settle()
    delivery = world.first.delivery
    with world.first.store.write() as uow:
        uow.make_due(PartyId("south"), world.dossier, world.clock.now())
    delivery.send_due(gather=True)
    world.settle("north")
    with world.first.store.write() as uow:
        uow.make_due(PartyId("south"), world.dossier, world.clock.now())
    delivery.send_due(gather=True)
    assert delivery.gathering()
    with world.first.store.write() as uow:
        for entry in uow.due(world.clock.now(), 9):
            uow.clear_due(entry)
    delivery.send_due(gather=True)
    assert not delivery.gathering()


def test_for_somebody_who_is_away_only_one_dossier_is_prepared(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settle()
    world.network.away.add("south")
    made = open_more(world, 12)
    world.first.delivery.send_due()
    composed: list[str] = []

    def counting(node: Any, uow: Any, peer: Any, dossier: Any, *args: Any, **how: Any) -> Any:
        if peer == "south":
            composed.append(dossier)
        return compose(node, uow, peer, dossier, *args, **how)

    monkeypatch.setattr("paraph.app.delivery.compose", counting)
    world.clock.advance(3600)
    world.first.delivery.send_due()
    assert len(composed) == 1
    world.network.heal()
    world.pass_time(3700)
    with world.second.store.read() as uow:
        assert set(made) <= set(uow.dossiers())


def test_a_peer_asked_for_the_time_is_not_told_anew_what_it_was_told_in_vain(world: World) -> None:
    world.settle()
    south, delivery = PartyId("south"), world.first.delivery
    with world.first.store.write() as uow:
        uow.set_setting("skew:south", "3600")
        uow.make_due(south, world.dossier, world.clock.now())
        for _ in range(5):  # it was tried in vain, and rests for long
            uow.retry_due(uow.due(later(world.clock.now(), 9999), 1)[0], later(world.clock.now(), 1800))
    for _ in range(2):
        delivery.ask_the_time()
    with world.first.store.read() as uow:
        (entry,) = uow.due(world.clock.now(), 9)
    assert (entry.peer, entry.attempts) == (south, 5)
