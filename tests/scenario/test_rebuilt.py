"""A node has lost everything but its keys: it comes to the same dossier from its peers, and never contradicts itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from paraph.app import bundles
from paraph.app.awaiting import go_on
from paraph.app.container import finished_container
from paraph.app.exchange import countersign_now
from paraph.app.inbound import receive
from paraph.app.peers import add_peer, confirm_words, words_with
from paraph.app.signing import request_abort
from paraph.app.status import DossierStatus, node_status
from paraph.domain.acts import Mode
from paraph.domain.ids import PartyId
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from paraph.wire.bundle import pack, unpack
from paraph.wire.card import unpack_card
from paraph.wire.sections import Section
from tests.scenario.test_restore import nobody_contradicts_itself
from tests.support.attack import forged, send, statement
from tests.support.equipment import OtherRenderer
from tests.support.network import Fate
from tests.support.nodes import Member, World

OFFICERS = ("A. First", "B. Second")


def come_back(world: World, name: str) -> None:
    """Start the node anew and let it ask its peers."""
    world[name].delivery.greet()
    world.settle()


def status(member: Member) -> DossierStatus:
    (found,) = (d for d in node_status(member.node).dossiers if d.dossier == member.company.dossier)
    return found


@pytest.mark.parametrize("name", ["north", "south", "middle"])
@pytest.mark.parametrize("stage", ["open", "agreed", "planned"])
def test_it_comes_back_in_the_middle_of_negotiation_and_concludes(stage: str, name: str) -> None:
    world = World.at(stage)
    world[name].say(statement("the last thing it said"))
    world.settle()
    log, evidence = world[name].log(), world[name].evidence()
    world[name].rebuild()
    assert not world[name].store.snapshot().dossiers
    come_back(world, name)
    assert world[name].log() == log
    assert world[name].evidence() == evidence == []
    world.assert_alike()
    for stage_ in ("agreed", "planned")[("open", "agreed", "planned").index(stage) :]:
        world.advance(stage_)
    world.deposit()
    world.settle()
    world.assert_concluded()
    nobody_contradicts_itself(world)


@pytest.mark.parametrize("name", ["north", "south", "middle"])
def test_it_comes_back_between_deposit_and_release(name: str) -> None:
    world = World.at("planned")
    if name != "south":
        world.first.deposit()
        absent = "south"
    else:
        world.second.deposit()
        absent = "north"
    world.settle()
    world[name].rebuild()
    come_back(world, name)
    world[absent].deposit()
    world.settle()
    assert world.first.plan.state in (PlanState.RELEASED, PlanState.CONCLUDED)
    if name != "middle":
        assert any("countersign by hand" in line for line in status(world[name]).losses)
        countersign_now(world[name].node, world.dossier)
        world.settle()
    world.assert_concluded()
    assert not status(world[name]).losses
    nobody_contradicts_itself(world)


@pytest.mark.parametrize("name", ["north", "south", "middle"])
def test_it_comes_back_after_conclusion_with_the_same_originals_and_the_same_container(name: str) -> None:
    world = World.at("concluded")
    originals = {slot: world[name].original(slot) for slot in world.slots}
    container = finished_container(world[name].node, world.dossier)
    world[name].rebuild()
    come_back(world, name)
    world.assert_concluded()
    assert {slot: world[name].original(slot) for slot in world.slots} == originals
    assert finished_container(world[name].node, world.dossier) == container
    nobody_contradicts_itself(world)


@pytest.mark.parametrize("name", ["north", "south", "middle"])
def test_without_the_cards_of_its_peers_it_adds_them_and_compares_the_words_again(name: str) -> None:
    world = World.at("agreed")
    log = world[name].log()
    world[name].rebuild(peers=False)
    world[name].delivery.greet()
    world.settle()
    assert not world[name].store.snapshot().dossiers
    others = [other for other in world.everybody if other != name]
    for other in others:
        add_peer(world[name].node, world[other].identity.card, url=f"memory:{other}")
    world.settle()
    assert world[name].log() == log
    if name != "middle":
        with pytest.raises(LocalActError, match="is more than a draft"):
            world[name].order()
    for other in others:
        words = words_with(world[name].node, PartyId(other))
        confirm_words(world[name].node, PartyId(other), words, OFFICERS)
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()
    nobody_contradicts_itself(world)


def test_two_of_three_come_back_from_the_third() -> None:
    world = World.at("agreed")
    log = world.second.log()
    for name in ("north", "middle"):
        world[name].rebuild()
    for name in ("north", "middle"):
        come_back(world, name)
    world.settle()
    assert world.first.log() == world.middle.log() == log
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()
    nobody_contradicts_itself(world)


# --- waiting, and not waiting any longer


def only_told(world: World, name: str) -> None:
    """North says something that only one peer hears, and loses everything."""
    others = set(world.everybody) - {"north", name}
    world.network.away.update(others)
    world.first.say(statement(f"only {name} hears this"))
    world.settle()
    world.network.heal()
    world.first.rebuild()
    world.network.away.add(name)
    come_back(world, "north")


@pytest.mark.parametrize("name", ["south", "middle", "eye"])
def test_it_waits_for_every_participant_also_for_a_witness(name: str) -> None:
    """Any of them may be the only one who was told the last act."""
    world = World.at("agreed", witnesses=("eye",))
    only_told(world, name)
    with pytest.raises(LocalActError, match=f"has not heard from {name} since"):
        world.first.say(statement("in its place"))
    told = status(world.first)
    assert list(told.waits) == [name]
    assert "peer-unreachable" in told.waits[name]
    world.network.heal()
    world.pass_time(60)
    assert not status(world.first).waits
    world.first.say(statement("now"))
    world.settle()
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_an_opener_orders_nothing_while_it_waits() -> None:
    world = World.at("agreed")
    only_told(world, "south")
    size = world.first.current.view.size
    world.middle.say(statement("news"))
    world.settle()
    assert world.first.current.view.size == size
    world.network.heal()
    world.pass_time(60)
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_it_goes_on_without_a_peer_that_stays_away_when_two_officers_say_so() -> None:
    world = World.at("agreed", witnesses=("eye",))
    world.first.rebuild()
    world.network.away.add("eye")
    come_back(world, "north")
    for wrong in ((), ("A. First",), ("A. First", " A. First ")):
        with pytest.raises(LocalActError, match="different officers"):
            go_on(world.first.node, [PartyId("eye")], wrong)
    with pytest.raises(LocalActError, match="does not wait for middle"):
        go_on(world.first.node, [PartyId("middle")], OFFICERS)
    assert go_on(world.first.node, [PartyId("eye")], OFFICERS) == {world.dossier: ("eye",)}
    world.first.say(statement("without the witness"))
    world.settle()
    world.network.heal()
    world.pass_time(3600)
    world.assert_alike()
    nobody_contradicts_itself(world)
    assert any("went on without eye" in line and "A. First" in line for line in status(world.first).waiting)


def test_the_decision_is_kept_when_the_node_starts_again_and_not_after_another_loss() -> None:
    world = World.at("agreed")
    world.first.rebuild()
    world.network.away.add("south")
    come_back(world, "north")
    go_on(world.first.node, [PartyId("south")], OFFICERS)
    world.first.start()
    world.first.say(statement("decided"))
    backup = world.first.back_up()
    world.clock.advance(1)
    world.first.restore(backup)
    with pytest.raises(LocalActError, match="has not heard from middle, south"):
        world.first.say(statement("too early"))


def test_going_on_without_a_peer_that_knew_more_is_what_the_warning_says() -> None:
    """The test of the test: this is what waiting prevents."""
    world = World.at("agreed")
    only_told(world, "south")
    go_on(world.first.node, [PartyId("south")], OFFICERS)
    world.first.say(statement("in its place"))
    world.network.heal()
    world.pass_time(60)
    assert "author-equivocation" in world.second.evidence()
    assert world.second.current.frozen


def boast(world: World, name: str, change: Callable[[Section], Section]) -> None:
    """From now on a peer answers with sections that say something else."""
    liar, victim = world[name], world.first

    def answer(data: bytes) -> bytes:
        keys = unpack_card(liar.identity.card).keys
        bundle = unpack(receive(liar.node, data), victim.identity.keys, lambda _party: keys)
        sections = tuple(change(section) for section in bundle.sections)
        return pack(replace(bundle, sections=sections), liar.identity.keys, victim.identity.keys.public)

    world.network.connect(PartyId(name), answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: replace(s, feeds={**s.feeds, PartyId("north"): 1_000_000}), "1000000 acts of this node"),
        (lambda s: replace(s, size=1_000_000), "an order of 1000000 acts"),
    ],
)
def test_a_peer_that_claims_more_than_it_shows_is_named_and_can_be_left_out(
    change: Callable[[Section], Section], said: str
) -> None:
    world = World.at("agreed")
    world.first.rebuild()
    boast(world, "south", change)
    come_back(world, "north")
    world.pass_time(600)
    told = status(world.first)
    assert list(told.waits) == ["south"]
    assert said in told.waits["south"]
    with pytest.raises(LocalActError, match="has not heard from south"):
        world.first.say(statement("still waiting"))
    go_on(world.first.node, [PartyId("south")], OFFICERS)
    world.first.say(statement("at last"))
    world.settle()
    world.second.start()  # it stops boasting, and so gets what it said it had
    world.pass_time(600)
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_what_is_still_on_its_way_when_everything_is_lost_is_not_taken_any_more() -> None:
    """Else the peer would say that it holds nothing more, and then get what the node has forgotten."""
    world = World.at("agreed")
    world.network.fate = lambda sent: Fate.HOLD if sent.sender == "north" else Fate.DELIVER
    world.first.say(statement("under way for a long time"))
    world.settle("north")
    world.network.heal()
    assert world.network.held
    world.first.rebuild()
    world.clock.advance(30)
    come_back(world, "north")
    world.first.say(statement("in its place"))
    while world.network.held:
        world.network.deliver_held()
    world.settle()
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_an_old_bundle_as_young_as_the_question_for_everything_keeps_nothing_back() -> None:
    """A clock of seconds cannot tell which was first, and the peers believe once more that everything is still there."""
    world = World.at("agreed")
    log = world.first.log()
    feeds = {name: len(world.first.feed(name)) for name in world.everybody}
    world.first.rebuild()
    world.first.delivery.greet()
    world.first.delivery.send_due()
    for peer in (world.second, world.middle):
        send(world.first.identity, peer, feeds=feeds)
    world.pass_time(300, every=10)
    assert world.first.log() == log
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_what_fits_into_no_bundle_comes_back_from_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mediator's acts come before the opener's by name; nothing of them can be taken before the opening act."""
    world = World.at("agreed")
    for number in range(20):
        world.middle.say(statement(f"word {number}"))
    world.settle()
    log = world.second.log()
    monkeypatch.setattr(bundles, "MAX_SECTION_BYTES", 60_000)
    world.second.rebuild()
    come_back(world, "south")
    assert world.second.log() == log
    world.assert_alike()


def test_a_bundle_by_itself_does_not_count_however_young_it_says_it_is() -> None:
    world = World.at("agreed")
    world.first.rebuild()
    world.network.away.add("south")
    come_back(world, "north")
    own = len(world.first.feed("north"))
    send(world.second.identity, world.first, feeds={"north": own}, sent_at="2029-01-01T00:00:00Z")
    with pytest.raises(LocalActError, match="has not heard from south"):
        world.first.say(statement("too early"))


def test_a_peer_whose_clock_is_slow_is_heard_all_the_same() -> None:
    world = World.at("agreed")
    world.first.rebuild()
    world.second.clock.off = -86_400
    come_back(world, "north")
    assert not status(world.first).waits
    world.assert_alike()


# --- what does not come back


def test_a_deposit_that_the_mediator_never_got_is_lost_and_the_exchange_can_be_stopped() -> None:
    world = World.at("planned")
    world.network.away.add("middle")
    world.second.deposit()
    world.settle()
    world.second.rebuild()
    world.network.heal()
    come_back(world, "south")
    world.pass_time(60)
    world.first.deposit()
    world.settle()
    assert world.first.plan.state is PlanState.OPEN
    assert any("paraph dossier abort" in line for line in status(world.second).losses)
    request_abort(world.second.node, world.dossier, "the signatures are lost")
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_a_party_whose_deposit_is_held_is_told_that_nothing_is_to_do() -> None:
    world = World.at("planned")
    world.second.deposit()
    world.settle()
    world.second.rebuild()
    come_back(world, "south")
    assert any("the mediator holds them" in line for line in status(world.second).losses)


def test_without_a_mediator_lost_signatures_cannot_be_revealed_and_the_party_stops() -> None:
    world = World.at("planned", mode=Mode.DIRECT)
    world.second.deposit()
    world.settle()
    world.second.rebuild()
    come_back(world, "south")
    assert any("cannot be revealed" in line for line in status(world.second).losses)
    request_abort(world.second.node, world.dossier, "the signatures are lost")
    world.settle()
    world.assert_alike()
    nobody_contradicts_itself(world)


def test_a_mediator_and_a_party_that_both_lost_a_deposit_say_so() -> None:
    world = World.at("planned")
    world.second.deposit()
    world.settle()
    for name in ("south", "middle"):
        world[name].rebuild()
    for name in ("south", "middle"):
        come_back(world, name)
    world.settle()
    assert any("the deposit of south that was held is lost" in line for line in status(world.middle).losses)
    request_abort(world.first.node, world.dossier, "a deposit is lost")
    world.settle()
    world.assert_alike()


def test_originals_that_were_adopted_are_fetched_again() -> None:
    """This node renders other bytes than those it once took over from its peer."""
    world = World.at("concluded")
    originals = {slot: world.second.original(slot) for slot in world.slots}
    world.second.rebuild()
    world.second.node.renderer = OtherRenderer()
    come_back(world, "south")
    world.settle()
    assert {slot: world.second.original(slot) for slot in world.slots} == originals


def test_a_rebuilt_mediator_that_cannot_release_yet_hands_out_no_signature() -> None:
    """It has forgotten that the bytes are to be withheld: they are opened anew, and the time stamp fails."""
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    world.middle.rebuild()
    come_back(world, "middle")
    world.middle.stamp_clock.off = 86_400
    world.second.deposit()
    world.settle()
    assert world.middle.plan.state is PlanState.OPEN
    digests = [s.cms for d in world.middle.plan.deposits.values() for s in d.body.signatures]
    assert not any(world.middle.blobs.has(digest) for digest in digests)
    for digest in digests:
        answer = send(world.second.identity, world.middle, wants=[digest])
        assert all(blob.sha256 != digest for section in answer.sections for blob in section.blobs)
    assert all(f"withheld:{digest}" in world.middle.store.snapshot().settings for digest in digests)


def test_a_frozen_dossier_is_frozen_again() -> None:
    world = World.at("agreed")
    for text in ("yes", "no"):
        send(world.second.identity, world.first, made=[forged(world.second, statement(text))])
    world.settle()
    assert world.middle.current.frozen
    world.middle.rebuild()
    come_back(world, "middle")
    world.pass_time(60)
    assert world.middle.current.frozen


@pytest.mark.parametrize("name", ["north", "south"])
def test_a_clock_that_is_set_back_after_the_rebuilding_locks_nobody_out(name: str) -> None:
    world = World.at("agreed")
    for member in world.members.values():
        member.clock.off = 7_200
    world[name].rebuild()
    come_back(world, name)
    for member in world.members.values():
        member.clock.off = 0
    world[name].say(statement("by the right clock"))
    world.settle()
    world.assert_alike()
    assert not any(p.failure for p in node_status(world[name].node).peers)


def test_what_was_caught_on_its_way_is_not_taken_days_later_either() -> None:
    world = World.at("agreed")
    world.network.fate = lambda sent: Fate.HOLD if sent.sender == "north" else Fate.DELIVER
    world.first.say(statement("caught on the line"))
    world.settle("north")
    world.network.heal()
    world.first.rebuild()
    world.clock.advance(30)
    come_back(world, "north")
    world.clock.advance(5 * 86_400)
    world.first.say(statement("in its place"))
    while world.network.held:
        world.network.deliver_held()
    world.pass_time(60)
    world.assert_alike()
    nobody_contradicts_itself(world)


# --- after a renewal of keys


@pytest.mark.parametrize("lost", ["north", "south", "middle"])
@pytest.mark.parametrize("renewed", ["north", "south"])
def test_a_dossier_opened_with_keys_that_were_renewed_since_comes_back(renewed: str, lost: str) -> None:
    world = World.at("agreed")
    world[renewed].renew()
    world.settle()
    world[renewed].say(statement("with new keys"))
    world.settle()
    log = world[lost].log()
    world[lost].rebuild()
    come_back(world, lost)
    assert world[lost].log() == log
    world.make_plan()
    world.deposit()
    world.settle()
    world.assert_concluded()
    nobody_contradicts_itself(world)
