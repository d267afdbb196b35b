"""Nodes renew their keys while a dossier goes on: nobody meets anew, and what was signed before stays good (ADR 0016)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.app import bundles
from paraph.app.authoring import open_dossier
from paraph.app.cards import renewals_of
from paraph.app.container import finished_container
from paraph.app.peers import add_peer, confirm_words, suspend_peer, words_with
from paraph.app.renewal import put_in_force, renew_everywhere, succeeding_card
from paraph.domain.acts import SUITE, DossierJoined, DossierOpened, Participant
from paraph.domain.ids import ActId, DossierId, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.errors import FormatError, LocalActError, PermanentError
from paraph.verify.container import verify_container
from paraph.wire.act import read_act
from paraph.wire.card import card_digest
from paraph.wire.checkpoint import Checkpoint, cosign, read_checkpoint, sign_checkpoint
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from paraph.wire.renewal import sign_renewal, write_renewals
from paraph.wire.sections import Order
from tests.support.attack import forged, send, statement
from tests.support.nodes import Identity, Member, World
from tests.unit.wire.container.test_guide import follow


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


def test_a_checkpoint_that_came_before_the_renewal_it_is_signed_after_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bundle is lost, and the next one arrives first: its checkpoint is refused, and must not be taken for known."""
    world = World.at("agreed")
    lacking, size = bundles._lacking, world.second.current.view.size

    (lost,) = world.first.say(statement("in the bundle that is lost"))

    def without_it(*asked: Any) -> Any:
        rows, complete = lacking(*asked)
        return [row for row in rows if row.act != lost.id], complete

    world.first.renew()
    with monkeypatch.context() as patch:
        patch.setattr(bundles, "_lacking", without_it)
        world.first.delivery.send_due()
    assert world.second.evidence() == ["note-invalid"]
    assert world.second.current.view.size == size
    world.settle()
    world.pass_time(10, every=1)
    assert world.second.current.view.size == size + 2
    world.assert_alike()
    is_known_by_new_card(world, "north")


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


def test_a_renewal_goes_on_where_a_crash_stopped_it() -> None:
    """Keys and card are durable, and not one dossier says so yet: the node does, as soon as it runs."""
    world = World.at("agreed")
    member = world.second
    keys = generate_node_keys()
    card = succeeding_card(member.node, keys, valid_until=Utc("2031-03-02T09:00:00Z"))
    member.blobs.put(member.identity.card)
    member.blobs.put(card)
    member.identity = replace(member.identity, keys=keys, card=card, former=(member.identity.keys,))
    member.start()
    world.settle()
    is_known_by_new_card(world, "south")
    world.assert_alike()


def test_a_process_that_began_before_the_renewal_says_nothing_with_the_old_keys() -> None:
    world = World.at("agreed")
    for member in (world.first, world.second):
        before = member.identity
        member.renew()
        world.settle()
        fresh = member.node
        member.identity = before
        member.start()  # another process, with what it had read
        size = len(member.log())
        with pytest.raises(LocalActError, match="repeat it"):
            member.say(statement())
        assert len(member.log()) == size
        member.identity = replace(before, keys=fresh.keys, card=fresh.card, former=(*fresh.former,))
        member.start()
    world.settle()
    world.assert_alike()


def test_what_was_signed_under_both_cards_verifies_offline_and_by_hand(tmp_path: Path) -> None:
    world = World.at("deposited")
    for member in world.members.values():
        member.renew()
    world.settle()
    world.assert_concluded()
    data = finished_container(world.first.node, world.dossier)
    at = datetime.fromisoformat(world.clock.now()) + timedelta(days=1)
    report = verify_container(data, path="dossier.asice", anchors=world.anchors(), at=at)
    assert not [f for f in report.findings if f.severity == "error"]
    for said, printed in follow(data, tmp_path):
        assert printed == said


def hand(sender: Identity, recipient: Member, **section: Any) -> None:
    """Deliver a section whose answer the sender may not be able to open any more."""
    with suppress(FormatError):
        send(sender, recipient, **section)


def order_with(liar: Identity, world: World) -> None:
    """South is shown what it lacks and one act more, in an order that is signed with these keys."""
    size = len(world.second.log())
    made = forged(world.first, statement("one more"))
    given = [*map(read_act, world.first.log()[size:]), made]
    tree = Tree.of([*map(leaf_hash, world.first.log()), leaf_hash(made.envelope.data)])
    checkpoint = Checkpoint(dossier=world.dossier, size=tree.size, root=tree.root())
    note = sign_checkpoint(liar.keys, checkpoint).write()
    order = Order(start=size, authors=tuple(one.act.author for one in given))
    hand(liar, world.second, made=given, notes=[note], order=order, blobs=[world.first.identity.card])
    assert len(world.second.log()) == size


def test_keys_that_were_given_up_order_nothing() -> None:
    """The opener signs an order with the keys that it gave up in one of the acts, or before."""
    world = World.at("agreed")
    before = world.first.identity
    world.first.renew()
    order_with(before, world)
    assert world.second.evidence() == ["order-former-key"]
    world = World.at("agreed")
    world.first.renew()
    world.settle()
    order_with(before, world)
    assert world.second.evidence() == ["note-invalid"]


def test_a_cosignature_by_keys_that_were_given_up_keeps_no_genuine_one_out() -> None:
    world = World.at("agreed")
    before = world.second.identity
    world.second.renew()
    world.settle()
    world.first.say(statement())
    with world.first.store.read() as uow:
        note = Note.read(uow.latest_note(world.dossier))
    checkpoint = read_checkpoint(note)
    stale = note.add(cosign(before.keys, "south", checkpoint, world.clock.now()))
    send(world.second.identity, world.first, notes=[stale.write()])
    assert world.first.current.final < checkpoint.size
    world.pass_time(20, every=2)
    world.assert_alike()


# --- peers


def open_as_known(world: World, nonce: str) -> DossierId:
    """North opens a dossier with the cards that it knows."""
    north = world.first
    known = {
        m.party: m.identity.card if m is north else north.peer(m.party).card for m in world.members.values()
    }
    participants = tuple(
        Participant(party=m.party, role=m.identity.role, card=card_digest(known[m.party]))
        for m in world.members.values()
    )
    title = ByLanguage({"en": "Letters"})
    body = DossierOpened(title=title, participants=participants, suite=SUITE, nonce=nonce, specimen="")
    world.dossier = open_dossier(north.node, body)
    return world.dossier


def test_a_dossier_that_was_opened_while_a_renewal_travelled_begins_all_the_same() -> None:
    world = World.at("agreed")
    first = world.dossier
    world.network.away.add("south")
    world.second.renew()
    open_as_known(world, "33" * 16)
    assert world.first.standing.cards[PartyId("south")] != card_digest(world.second.identity.card)
    world.settle()
    world.network.heal()
    world.pass_time(120)
    assert world.second.standing.cards[PartyId("south")] == card_digest(world.second.identity.card)
    world.assert_alike()
    world.dossier = first
    world.assert_alike()


def test_an_opener_that_renewed_before_its_dossier_arrived_stands_by_it() -> None:
    world = World.at("agreed")
    old = world.first.identity
    world.network.separate("north", "middle")
    world.network.separate("north", "south")
    first = world.dossier
    second = world.open_dossier(nonce="44" * 16)
    with world.first.store.read() as uow:
        bare = [row.envelope for row in uow.log(second, 0, 1)]
    world.dossier = first
    world.first.renew()
    world.network.heal()
    # south hears of the renewal in the old dossier first, and is then shown the opening alone, by whoever has the old keys
    made = [read_act(e) for e in world.first.log()[len(world.second.log()) :]]
    hand(old, world.second, made=made, blobs=[world.first.identity.card])
    assert world.second.peer("north").card == world.first.identity.card
    cards = [m.identity.card for m in world.members.values()] + [old.card]
    send(world.first.identity, world.second, made=bare, blobs=cards, dossier=second)
    with world.second.store.read() as uow:
        assert not uow.act_count(second)
    assert not world.second.evidence()
    world.pass_time(120)
    world.dossier = second
    world.assert_alike()


def test_a_renewal_file_keeps_a_peer_verified_that_shares_no_dossier() -> None:
    world = World()
    world.begin()
    one, other = world.first, world.second
    links = []
    for _ in range(2):
        before = one.identity
        one.renew()
        links.append(sign_renewal(one.identity.card, before.keys))
    row = add_peer(other.node, write_renewals(links))
    assert (row.card, row.state, row.officers) == (
        one.identity.card, "verified", ("first officer", "second officer"),
    )  # fmt: skip
    assert add_peer(other.node, write_renewals(links)) == row
    with other.store.read() as uow:
        assert renewals_of(uow, PartyId("north"))[0] == 2
    world.open_dossier()
    world.settle()
    world.second.say(DossierJoined(opening=ActId(str(world.dossier))))
    world.settle("north", "south")
    world.assert_alike("north", "south")


def test_a_renewal_file_is_worth_what_the_known_keys_signed() -> None:
    world = World()
    world.begin()
    one, other = world.first, world.second
    before = one.identity
    one.renew()
    stranger = world.middle.identity
    forged_link = write_renewals([sign_renewal(one.identity.card, stranger.keys)])
    with pytest.raises(FormatError) as refused:
        add_peer(other.node, forged_link)
    assert refused.value.code == "envelope-signature"
    good = write_renewals([sign_renewal(one.identity.card, before.keys)])
    suspend_peer(other.node, PartyId("north"))
    with pytest.raises(LocalActError, match="twelve words"):
        add_peer(other.node, good)
    assert other.peer("north").card == before.card
    with pytest.raises(LocalActError, match="own card"):
        add_peer(one.node, good)


def test_a_new_card_by_itself_needs_new_words() -> None:
    world = World.at("agreed")
    world.network.away.add("north")
    world.first.renew()
    row = add_peer(world.second.node, world.first.identity.card, url="memory:north")
    assert (row.state, row.officers) == ("unverified", ())


def test_a_suspended_peer_renews_nothing_here() -> None:
    world = World.at("agreed")
    before = world.first.identity.card
    suspend_peer(world.second.node, PartyId("north"))
    world.first.renew()
    world.settle()
    assert (world.second.peer("north").card, world.second.peer("north").state) == (before, "suspended")


def test_keys_that_somebody_else_has_are_given_up_without_a_successor() -> None:
    world = World.at("agreed")
    member = world.second
    keys = generate_node_keys()
    card = succeeding_card(member.node, keys, valid_until=Utc("2031-03-02T09:00:00Z"), succeeds=False)
    put_in_force(member.node, keys, card)
    waiting = renew_everywhere(member.node)
    assert "open a new dossier" in waiting[world.dossier]
    size = len(member.log())
    with pytest.raises(LocalActError) as refused:
        member.say(statement())
    assert refused.value.code == "card-given-up"
    member.runner.do_duties()
    assert len(member.log()) == size


def test_the_guard_is_of_the_party_and_not_of_its_keys() -> None:
    """A renewal does not let a node speak twice: what it said with its old keys counts."""
    world = World.at("agreed")
    member = world.second
    spoken: Any = (member.guard.last(world.dossier), member.guard.last_seq(world.dossier))
    member.renew()
    world.settle()
    now: Any = member.guard.last(world.dossier)
    assert now[0] > spoken[0][0]
    assert member.guard.last_seq(world.dossier) == spoken[1] + 1
    with pytest.raises(PermanentError):
        member.guard.record(world.dossier, spoken[0][0], "00" * 32)


def test_a_node_that_forgot_by_which_card_a_peer_knows_it_tries_the_others() -> None:
    world = World()
    world.begin()
    north, south = world.first, world.second
    north.renew()
    row = add_peer(south.node, north.identity.card, url="memory:north")  # never heard of the first card
    words = words_with(south.node, row.party)
    confirm_words(south.node, row.party, words, ("first officer", "second officer"))
    with north.store.write() as uow:
        uow.set_setting("knows:south", "")
    south.start()  # what it held in memory of the first card is forgotten
    open_as_known(world, "55" * 16)
    for _ in range(4):
        world.clock.advance(60)
        world.settle("north", "south")
    world.assert_alike("north", "south")
    assert north.setting("knows:south") == card_digest(north.identity.card)
