"""What officers must not be able to do: each is refused with what is missing, and changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from paraph.app.exchange import countersign_now
from paraph.app.peers import add_peer, suspend_peer
from paraph.app.runner import LOOK_S
from paraph.app.signing import request_abort
from paraph.domain import acts
from paraph.domain.acts import Basis, Mode, Office
from paraph.domain.ids import ActId, Digest, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.policy import POLICY_TEXT
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from paraph.wire.card import pack_card, unpack_card
from tests.support.clock import BEGIN, later
from tests.support.equipment import OtherRenderer
from tests.support.nodes import PLAN, World, identity, text
from tests.support.refusal import refused

NUMBER = InstrumentNumber("X/2026/1")


@pytest.fixture
def agreed() -> World:
    return World.at("agreed")


@pytest.fixture
def planned() -> World:
    return World.at("planned")


def without_powers(**powers: object) -> World:
    """A world whose first party presents other authority than by office, up to an open exchange."""
    world = World()
    world.begin()
    world.open_dossier()
    world.settle()
    for name in world.everybody[1:]:
        world[name].say(acts.DossierJoined(opening=ActId(str(world.dossier))))
    world.settle()
    for name in world.parties:
        world[name].describe()
        world[name].certify()
    world.second.present_powers()
    if powers:
        world.first.present_powers(**powers)
    world.settle()
    world.agree()
    world.make_plan()
    return world


# --- the order of things


def test_no_plan_before_originals_are_engrossed() -> None:
    world = World.at("open")
    world.first.propose(text())
    world.settle()
    with refused(world, world.first, "plan-early", "nothing to sign"):
        world.first.propose_plan()


def test_no_go_before_originals_are_engrossed() -> None:
    world = World.at("open")
    world.first.propose(text())
    world.settle()
    with refused(world, world.first, "order-early", "not engrossed"):
        world.first.order(NUMBER)


def test_no_deposit_without_a_plan(agreed: World) -> None:
    with refused(agreed, agreed.first, "plan-unknown", "propose one first"):
        agreed.first.deposit()


def test_no_deposit_before_everybody_has_cosigned_the_plan(agreed: World) -> None:
    for name in agreed.parties:
        agreed[name].order()
    agreed.settle()
    agreed.first.propose_plan()
    agreed.settle()
    with refused(agreed, agreed.first, "plan-not-final", "wait for them"):
        agreed.first.deposit()
    agreed.network.away.add(agreed.mediator)
    agreed.second.accept_plan()
    agreed.settle()
    with refused(agreed, agreed.second, "plan-not-final", "wait for them"):
        agreed.second.deposit()


def test_a_plan_that_is_accepted_but_not_cosigned_by_the_mediator_is_not_final(agreed: World) -> None:
    for name in agreed.parties:
        agreed[name].order()
    agreed.settle()
    agreed.first.propose_plan()
    agreed.settle()
    agreed.middle.accept_plan()
    agreed.middle.delivery.send_due()
    agreed.network.away.add(agreed.mediator)
    agreed.second.accept_plan()
    agreed.settle()
    assert agreed.first.plan.state is PlanState.OPEN
    with refused(agreed, agreed.first, "plan-not-final"):
        agreed.first.deposit()


def test_no_edit_of_an_engrossed_text(agreed: World) -> None:
    with refused(agreed, agreed.first, "instrument-state", "every party must reopen"):
        agreed.first.propose(text(clauses=2))


def test_no_second_deposit(planned: World) -> None:
    planned.first.deposit()
    planned.settle()
    signed = len(planned.first.signer.signed)
    with refused(planned, planned.first, "already-deposited"):
        planned.first.deposit()
    assert len(planned.first.signer.signed) == signed  # the key was not even touched
    planned.second.deposit()
    planned.settle()
    planned.assert_concluded()


def test_a_second_deposit_command_does_not_spoil_the_first_without_mediator() -> None:
    world = World.at("planned", mode=Mode.DIRECT)
    world.first.deposit()
    world.settle()
    with refused(world, world.first, "already-deposited"):
        world.first.deposit()
    world.second.deposit()
    world.settle()
    world.assert_concluded()


def test_no_reopening_while_the_exchange_is_open(planned: World) -> None:
    with refused(planned, planned.first, "plan-live", "abort the exchange first"):
        planned.first.reopen(NUMBER)


def test_no_other_plan_while_one_is_open(planned: World) -> None:
    with refused(planned, planned.first, "plan-live", "abort it before"):
        planned.first.propose_plan(plan=PlanId("f" * 32))


def test_no_countersignature_before_the_release(planned: World) -> None:
    planned.first.deposit()
    planned.settle()
    with refused(planned, planned.second, "countersign-turn"):
        countersign_now(planned.second.node, planned.dossier)


# --- authority and the go (S2)


def test_no_signature_without_any_authority() -> None:
    world = without_powers()
    with refused(world, world.first, "no-authority", "no full powers of north.fm"):
        world.first.deposit()
    assert not world.first.signer.signed


def test_no_signature_after_the_term() -> None:
    world = without_powers(valid_until=later(BEGIN, 60))
    world.clock.advance(60)
    with refused(world, world.first, "no-authority", "lapsed at 2026-03-02T09:01:00Z"):
        world.first.deposit()


def test_no_signature_before_the_term() -> None:
    world = without_powers(valid_from=later(BEGIN, 60))
    with refused(world, world.first, "no-authority", "begins only at"):
        world.first.deposit()


@pytest.mark.parametrize("basis", [Basis.BY_DOCUMENT, Basis.DISPENSED_WITH, Basis.TO_FOLLOW])
def test_full_powers_need_the_other_party(basis: Basis) -> None:
    world = World.at("agreed")
    document = world.first.blobs.put(b"%PDF full powers") if basis is Basis.BY_DOCUMENT else ""
    first = world.first
    powers = first.present_powers(basis=basis, office=Office.OTHER, document=document, valid_from=BEGIN)
    world.settle()
    assert not world.second.standing.powers[powers].verified
    if document:
        assert world.second.blobs.has(Digest(document))
    with refused(world, first, "powers-own", "another party must"):
        first.say(acts.FullPowersVerified(powers=powers, channel="telephone"))
    with refused(world, world.middle, "act-role"):
        world.middle.say(acts.FullPowersVerified(powers=powers, channel="telephone"))
    world.second.say(acts.FullPowersVerified(powers=powers, channel="embassy, note verbale 7"))
    world.settle()
    assert first.standing.powers[powers].verified == frozenset({world.second.party})


@pytest.mark.parametrize(
    ("basis", "office"),
    [
        (Basis.BY_DOCUMENT, Office.OTHER),
        (Basis.DISPENSED_WITH, Office.HEAD_OF_MISSION),
        (Basis.TO_FOLLOW, Office.OTHER),
    ],
)
@pytest.mark.slow
def test_full_powers_conclude_once_verified_and_not_before(basis: Basis, office: Office) -> None:
    document = b"%PDF full powers"
    digest = hashlib.sha256(document).hexdigest() if basis is Basis.BY_DOCUMENT else ""
    world = World()
    world.begin()
    world.first.blobs.put(document)
    world.open_dossier()
    world.settle()
    for name in world.everybody[1:]:
        world[name].say(acts.DossierJoined(opening=ActId(str(world.dossier))))
    world.settle()
    for name in world.parties:
        world[name].describe()
        world[name].certify()
    world.second.present_powers()
    powers = world.first.present_powers(basis=basis, office=office, document=digest)
    world.settle()
    world.agree()
    world.make_plan()
    with refused(world, world.first, "no-authority", "not verified by south"):
        world.first.deposit()
    world.second.say(acts.FullPowersVerified(powers=powers, channel="embassy"))
    world.settle()
    world.deposit()
    world.settle()
    world.assert_concluded()


def test_a_head_of_mission_does_not_sign_by_office(agreed: World) -> None:
    with refused(agreed, agreed.first, "powers-office", "does not sign by office"):
        agreed.first.present_powers(office=Office.HEAD_OF_MISSION)


def test_authority_is_not_the_order_to_sign(agreed: World) -> None:
    agreed.second.order()
    agreed.settle()
    agreed.first.propose_plan()
    agreed.settle()
    for name in (agreed.parties[1], agreed.mediator):
        agreed[name].accept_plan()
    agreed.settle()
    with refused(agreed, agreed.first, "no-order", "give the go first"):
        agreed.first.deposit()
    assert not agreed.first.signer.signed
    agreed.first.order()
    agreed.settle()
    agreed.first.deposit()


# --- other texts, other certificates


def test_a_plan_with_other_bytes_is_refused(agreed: World) -> None:
    agreed.first.blobs.put(POLICY_TEXT)
    with refused(agreed, agreed.first, "plan-other-text", "not the engrossed one"):
        agreed.first.say(_plan_of(agreed, sha256=Digest("ab" * 32)))


def _plan_of(world: World, **changes: object) -> acts.PlanProposed:
    other = world.copy()
    other.first.propose_plan()
    body = other.first.plan.body
    originals = (replace(body.originals[0], **changes), *body.originals[1:])  # type: ignore[arg-type]
    return replace(body, originals=originals)


def test_a_plan_names_a_certificate_that_was_presented(agreed: World) -> None:
    other = agreed.copy()
    other.first.propose_plan()
    body = other.first.plan.body
    signers = (replace(body.signers[0], certificate=Digest("cd" * 32)), *body.signers[1:])
    agreed.first.blobs.put(other.first.blobs.get(body.policy_hash))
    with refused(agreed, agreed.first, "plan-certificate"):
        agreed.first.say(replace(body, signers=signers))


def test_a_node_does_not_accept_a_plan_over_bytes_that_it_does_not_render(agreed: World) -> None:
    agreed.first.propose_plan()
    agreed.settle()
    for digest in [o.sha256 for o in agreed.second.plan.body.originals]:
        del agreed.second.blobs._held[digest]
    agreed.second.node.renderer = OtherRenderer()
    with refused(agreed, agreed.second, "plan-other-text", "renders other bytes"):
        agreed.second.accept_plan()


def test_the_key_of_another_certificate_than_planned_is_not_used(planned: World) -> None:
    stranger = identity("stranger")
    planned.first.desk.signers["north.fm"] = stranger.signatory.signer()
    with refused(planned, planned.first, "other-certificate"):
        planned.first.deposit()
    planned.first.desk.signers.clear()
    with refused(planned, planned.first, "no-key", "set [signing]"):
        planned.first.deposit()


# --- clocks


@pytest.mark.parametrize("off", [-3600, 3600])
def test_no_signature_while_the_time_stamp_authority_and_the_own_clock_disagree(
    planned: World, off: int
) -> None:
    planned.first.stamp_clock.off = off
    with refused(planned, planned.first, "clock-off", "3600 s away from the time-stamp authority"):
        planned.first.deposit()


@pytest.mark.parametrize("off", [-3600, 3600])
def test_no_signature_while_a_partys_clock_is_an_hour_off(planned: World, off: int) -> None:
    planned.second.clock.off = planned.second.stamp_clock.off = off
    planned.first.say(acts.StatementMade(speaker="x", capacity="", lang="en", text="hello", source=""))
    planned.settle()
    with refused(planned, planned.first, "clock-off", "3600 s apart"):
        planned.first.deposit()
    planned.second.clock.off = planned.second.stamp_clock.off = 0
    planned.first.say(acts.StatementMade(speaker="x", capacity="", lang="en", text="hello", source=""))
    planned.settle()
    planned.first.deposit()


@pytest.mark.parametrize("off", [-3600, 3600])
def test_a_clock_that_was_set_right_is_noticed_though_nobody_has_anything_to_say(
    planned: World, off: int
) -> None:
    both = (planned.first, planned.second)

    def look() -> int:
        planned.clock.advance(int(LOOK_S))
        before = len(planned.network.sent)
        for member in both:
            member.runner.turn(member.delivery)
        planned.settle()
        return len(planned.network.sent) - before

    planned.second.clock.off = planned.second.stamp_clock.off = off
    planned.first.say(acts.StatementMade(speaker="x", capacity="", lang="en", text="hello", source=""))
    planned.settle()
    for member in both:
        with refused(planned, member, "clock-off", "3600 s apart"):
            member.deposit()
    assert 0 < look() <= 8  # asked now and then, once by each
    planned.second.clock.off = planned.second.stamp_clock.off = 0
    assert look()
    assert not look()
    for member in both:
        member.deposit()


def test_a_bundle_that_was_long_on_its_way_says_nothing_about_its_senders_clock(planned: World) -> None:
    planned.second.say(acts.StatementMade(speaker="x", capacity="", lang="en", text="hello", source=""))
    planned.second.delivery.send_due()
    old = [sent for sent in planned.network.sent if sent.recipient == "north"]
    planned.settle()
    planned.clock.advance(7200)
    planned.network.deliver_again(old[0])
    planned.first.deposit()


def test_the_mediator_does_not_release_by_a_clock_that_is_off() -> None:
    world = World.at("deposited")
    world.middle.stamp_clock.off = 3600
    world.settle()
    assert world.middle.plan.state is PlanState.OPEN
    assert "clock-off" in world.middle.setting(f"duty:{world.dossier}:release")
    world.middle.stamp_clock.off = 0
    world.pass_time(120)
    world.assert_concluded()
    assert not world.middle.setting(f"duty:{world.dossier}:release")


# Peers (rule D5).


def test_with_an_unverified_peer_only_drafts() -> None:
    world = World.at("agreed")
    state = world.first.peer("south")
    with world.first.store.write() as uow:
        uow.save_peer(replace(state, state="unverified", officers=()))
    with refused(world, world.first, "peer-unverified", "twelve words", "south"):
        world.first.order()
    with refused(world, world.first, "peer-unverified"):
        world.first.propose_plan()
    world.first.say(acts.StatementMade(speaker="x", capacity="", lang="en", text="a draft", source=""))


def test_with_a_suspended_peer_nothing_is_exchanged_and_afterwards_everything_is() -> None:
    world = World.at("agreed")
    suspend_peer(world.first.node, PartyId("south"))
    before = len(world.network.sent)
    world.second.say(acts.StatementMade(speaker="x", capacity="", lang="en", text="one", source=""))
    world.first.say(acts.StatementMade(speaker="x", capacity="", lang="en", text="two", source=""))
    world.settle("north", "south")
    assert not [s for s in world.network.sent[before:] if (s.sender, s.recipient) == ("north", "south")]
    assert len(world.first.feed("south")) < len(world.second.feed("south"))
    world.meet(("north", "south"))
    world.pass_time(60)
    world.assert_alike()


def test_verifying_another_card_does_not_verify_the_one_that_opened_the_dossier() -> None:
    """Somebody in between opened the dossier with a card of his own; later the genuine card is verified."""
    world = World.at("agreed")
    genuine = identity("south", acts.Role.WITNESS)  # other keys in the name of south
    card = unpack_card(genuine.card)
    other = pack_card(replace(card, roles=unpack_card(world.second.identity.card).roles), genuine.keys)
    add_peer(world.first.node, other)
    with world.first.store.write() as uow:
        row = uow.peer(PartyId("south"))
        uow.save_peer(replace(row, state="verified", officers=("a", "b")))
    with refused(world, world.first, "peer-other-keys", "open a new dossier"):
        world.first.order()


# --- after the release


def test_no_abort_after_the_release() -> None:
    world = World.at("deposited")
    world.middle.runner.do_duties()
    for _ in range(20):
        world.settle()
    for member in world.members.values():
        with refused(world, member, "plan-state", "concluded"):
            request_abort(member.node, world.dossier, "second thoughts")


def test_no_abort_between_release_and_countersignature() -> None:
    world = World.at("planned")
    for name in world.parties:
        world[name].deposit(countersign=False)
    world.settle()
    assert world.first.plan.state is PlanState.RELEASED
    for member in world.members.values():
        with refused(world, member, "plan-state", "no longer stopped"):
            request_abort(member.node, world.dossier, "second thoughts")


def test_no_release_with_a_deposit_missing(planned: World) -> None:
    planned.first.deposit()
    planned.settle()
    deposit = planned.middle.plan.deposits[PartyId("north")]
    assert deposit.answer == "held"
    token = planned.middle.blobs.put(b"token")
    with refused(planned, planned.middle, "deposit-missing", "south"):
        planned.middle.say(acts.ExchangeReleased(plan=PLAN, deposits=(deposit.act,), token=token, crls=()))


def test_a_party_cannot_release(planned: World) -> None:
    token = planned.first.blobs.put(b"token")
    with refused(planned, planned.first, "act-role"):
        planned.first.say(acts.ExchangeReleased(plan=PLAN, deposits=(), token=token, crls=()))


def test_nothing_is_revealed_before_the_release(planned: World) -> None:
    planned.first.deposit()
    planned.settle()
    deposit = planned.first.plan.deposits[PartyId("north")].body
    secret = planned.first.secret(f"deposit:{PLAN}:north")
    assert secret is not None
    revealed = tuple(
        acts.RevealedSignature(instrument=s.instrument, holder=s.holder, cms=s.cms)
        for s in deposit.signatures
    )
    body = acts.SignatureRevealed(plan=PLAN, party=PartyId("north"), signatures=revealed)
    with pytest.raises(LocalActError, match="refers to bytes that are not here|nothing is revealed"):
        planned.first.say(body)


def test_a_lapsed_utc_is_refused_when_it_ends_before_it_begins(agreed: World) -> None:
    with refused(agreed, agreed.first, "powers-term"):
        agreed.first.present_powers(valid_from=BEGIN, valid_until=Utc("2020-01-01T00:00:00Z"))
