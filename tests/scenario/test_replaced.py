"""Between deposit and release, and after it: a card is lost, a minister is replaced, a term of office ends, powers are withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from paraph.app.container import finished_container
from paraph.app.deposits import digest_of
from paraph.app.exchange import countersign_now
from paraph.app.signing import propose_plan
from paraph.app.stopping import suspend_certificate, withdraw_powers
from paraph.domain import acts
from paraph.domain.acts import Basis, Mode, Office
from paraph.domain.ids import ActId, InstrumentNumber, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from paraph.verify.container import verify_container
from tests.scenario.test_stopping import AGAIN, nothing_is_left
from tests.support import specimens
from tests.support.clock import later
from tests.support.equipment import LANGS
from tests.support.holding import hold, release_quietly
from tests.support.nodes import CountingSigner, Member, World, text

NUMBER = InstrumentNumber("X/2026/1")
SOUTH = PartyId("south")


def another_card(member: Member, signatory: str = "", person: str = "") -> CountingSigner:
    """A new key and certificate, in the hands of the same signatory or of another."""
    issued = member.identity.authority.issue_signatory(
        person or f"minister {member.party}",
        "Minister",
        f"Ministry of {member.party.title()}",
        now=member.clock.now(),
    )
    signer = CountingSigner(issued)
    member.desk.signers[signatory or f"{member.party}.fm"] = signer
    return signer


def suspend(member: Member, reason: str = "the card is lost") -> None:
    suspend_certificate(member.node, member.world.dossier, f"{member.party}.fm", reason)


def planned_again(world: World, **signatories: str) -> None:
    propose_plan(
        world.first.node,
        world.dossier,
        plan=AGAIN,
        mode=Mode.MEDIATED,
        numbers=(),
        signatories={PartyId(p): s for p, s in signatories.items()},
        deposit_minutes=120,
    )
    world.settle()
    for name in world.everybody[1:]:
        world[name].accept_plan()
    world.settle()
    world.deposit()
    world.settle()
    world.assert_concluded()


# --- before the release


@pytest.mark.parametrize("deposited", [False, True])
def test_a_lost_card_stops_the_exchange_and_another_one_concludes_it(deposited: bool) -> None:
    world = World.at("planned")
    if deposited:
        world.second.deposit()
        world.settle()
    suspend(world.second)
    world.settle()
    for member in world.members.values():
        assert member.plan.state is PlanState.ABORTED
        assert "the card is lost" in member.plan.reason
    nothing_is_left(world)
    with pytest.raises(LocalActError) as error:
        world.first.propose_plan(plan=AGAIN)
    assert error.value.code == "certificate-suspended"
    with pytest.raises(LocalActError) as error:
        world.second.certify()
    assert error.value.code == "certificate-suspended"
    another_card(world.second)
    world.second.certify()
    world.settle()
    planned_again(world)


def test_when_everything_is_held_the_mediator_stops_for_a_lost_card() -> None:
    world = World.at("deposited")
    hold(world)
    suspend(world.second)
    assert world.second.plan.state is PlanState.OPEN
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED
    assert "the card is lost" in world.first.plan.reason
    nothing_is_left(world)


def test_a_card_that_is_not_planned_stops_nothing() -> None:
    world = World.at("agreed")
    usual = world.second.signer
    another_card(world.second)
    world.second.certify()
    world.second.desk.signers["south.fm"] = usual
    world.second.certify()  # the latest one counts
    world.settle()
    world.make_plan()
    other = next(
        c for c in world.second.standing.certificates_of(SOUTH, "south.fm") if c.certificate != digest(usual)
    )
    world.second.say(
        acts.CertificateSuspended(signatory="south.fm", certificate=other.certificate, reason="stolen")
    )
    world.deposit()
    world.settle()
    world.assert_concluded()


def digest(signer: CountingSigner) -> str:
    return digest_of(signer.certificate)


def test_withdrawn_powers_stop_the_exchange_until_there_are_others() -> None:
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    powers = next(a for a, p in world.second.standing.powers.items() if p.party == "south")
    withdraw_powers(world.second.node, world.dossier, powers, "recalled")
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED
    assert "recalled" in world.first.plan.reason
    world.clock.advance(60)
    world.first.propose_plan(plan=AGAIN)
    world.settle()
    for name in world.everybody[1:]:
        world[name].accept_plan()
    world.settle()
    with pytest.raises(LocalActError, match="withdrawn"):
        world.second.deposit()
    world.second.present_powers()
    world.settle()
    world.deposit()
    world.settle()
    world.assert_concluded()


# --- another person


def describe(member: Member, signatory: str) -> None:
    own = specimens.party(str(member.party), LANGS, date="2026-03-02")
    successor = replace(
        own.signatory,
        id=signatory,
        name=ByLanguage({lang: f"{name} II" for lang, name in own.signatory.name.items()}),
    )
    member.say(
        acts.PartyDescribed(names=own.names, places=own.places, signatories=(own.signatory, successor))
    )


def successor_text(world: World, signatory: str) -> Any:
    made = text("X/2026/1", world.parties)
    described = world.second.standing.described[SOUTH]
    chosen = next(s for s in described.signatories if s.id == signatory)
    parties = tuple(replace(p, signatory=chosen) if p.id == "south" else p for p in made.parties)
    return replace(made, parties=parties)


def test_another_minister_is_named_in_the_text_and_concludes_in_the_same_dossier() -> None:
    world = World.at("planned")
    world.deposit()
    suspend(world.second, "a new minister")
    world.settle()
    assert world.first.plan.state is PlanState.ABORTED
    with pytest.raises(LocalActError) as error:
        describe(world.second, "south.successor")
    assert error.value.code == "names-fixed"
    assert "reopen" in error.value.message
    for name in world.parties:
        world[name].reopen(NUMBER)
        world.settle()
    describe(world.second, "south.successor")
    another_card(world.second, "south.successor", "the successor")
    signer = world.second.desk.signers["south.successor"]
    world.second.say(
        acts.CertificatePresented(
            signatory="south.successor",
            certificate=world.second.blobs.put(signer.certificate),
            chain=tuple(world.second.blobs.put(c) for c in signer.chain),
            crls=tuple(world.second.blobs.put(c) for c in world.second.desk.crls()),
        )
    )
    world.second.present_powers(signatory="south.successor")
    world.settle()
    world.first.propose(successor_text(world, "south.successor"))
    world.settle()
    world.second.accept(NUMBER)
    world.settle()
    for name in world.parties:
        world[name].initial(NUMBER)
    world.settle()
    for name in world.parties:
        world[name].engross(NUMBER)
    world.settle()
    world.first.order()
    world.second.say(acts.SigningOrdered(signatory="south.successor", instruments=(NUMBER,)))
    world.settle()
    with pytest.raises(LocalActError) as error:  # who was in office before is described, and not named
        planned_again(world, south="south.fm")
    assert error.value.code == "plan-signatory"
    planned_again(world, south="south.successor")


def test_a_plan_names_whom_the_text_names() -> None:
    world = World.at("open")
    describe(world.second, "south.deputy")
    another_card(world.second, "south.deputy", "the deputy")
    signer = world.second.desk.signers["south.deputy"]
    world.second.say(
        acts.CertificatePresented(
            signatory="south.deputy",
            certificate=world.second.blobs.put(signer.certificate),
            chain=tuple(world.second.blobs.put(c) for c in signer.chain),
            crls=(),
        )
    )
    world.settle()
    world.agree()
    with pytest.raises(LocalActError) as error:
        planned_again(world, south="south.deputy")
    assert error.value.code == "plan-signatory"
    assert "reopen" in error.value.message
    assert world.first.standing.plan is None


# --- after the release


def released() -> World:
    """The exchange is released, and nobody has countersigned: both want to do so by hand."""
    world = World.at("planned")
    for name in world.parties:
        world[name].deposit(countersign=False)
    world.settle()
    assert world.first.plan.state is PlanState.RELEASED
    return world


def countersign(world: World, *names: str) -> None:
    for name in names or world.parties:
        countersign_now(world[name].node, world.dossier)
    world.settle()


def test_after_the_release_a_lost_card_is_replaced_for_the_countersignature() -> None:
    world = released()
    suspend(world.second)
    world.settle()
    assert world.first.plan.state is PlanState.RELEASED
    with pytest.raises(LocalActError) as error:
        countersign(world, "south")
    assert error.value.code == "certificate-suspended"
    another = another_card(world.second)
    world.second.certify()
    world.settle()
    countersign(world)
    world.assert_concluded()
    slot = (NUMBER, PartyId("north"))
    assert world.first.plan.replaced == {(slot, SOUTH): digest(another)}
    assert len(another.signed) == 1
    report = verified(world)
    assert not [f for f in report.findings if f.severity == "error"], report.findings


def verified(world: World) -> Any:
    """What the verifier says of the container."""
    data = finished_container(world.second.node, world.dossier)
    at = datetime.fromisoformat(world.clock.now())
    return verify_container(data, path="dossier.asice", anchors=world.anchors(), at=at)


def test_a_suspended_card_does_not_countersign_even_if_it_is_still_in_the_drawer() -> None:
    world = released()
    lost = world.second.signer
    suspend(world.second)
    another_card(world.second)
    world.second.certify()
    world.settle()
    world.second.desk.signers["south.fm"] = lost
    with pytest.raises(Exception, match="another certificate"):
        countersign(world, "south")


def test_a_release_on_its_way_is_not_undone_by_a_lost_card() -> None:
    world = World.at("deposited")
    release_quietly(world)
    suspend(world.second)
    another_card(world.second)
    world.second.certify()
    world.settle()
    assert world.first.plan.state is not PlanState.ABORTED
    world.pass_time(60)
    world.assert_concluded()


def test_a_term_that_ends_after_the_release_is_renewed_and_the_exchange_finished() -> None:
    world = World.at("agreed")
    old = next(a for a, p in world.second.standing.powers.items() if p.party == "south")
    until = later(world.clock.now(), 3600)
    world.second.present_powers(valid_until=until)
    withdraw_powers(world.second.node, world.dossier, ActId(old), "a term of office")
    world.settle()
    world.make_plan()
    for name in world.parties:
        world[name].deposit(countersign=False)
    world.settle()
    world.clock.advance(3600)
    with pytest.raises(LocalActError, match="lapsed"):
        countersign(world, "south")
    (act,) = world.second.say(
        acts.FullPowersPresented(
            signatory="south.fm", basis=Basis.DISPENSED_WITH, office=Office.OTHER, valid_from=until,
            valid_until=Utc(""), instruments=(), document="", channel="note verbale",
        )
    )  # fmt: skip
    world.settle()
    with pytest.raises(LocalActError, match="not verified"):
        countersign(world, "south")
    world.first.say(acts.FullPowersVerified(powers=act.id, channel="note verbale 12"))
    world.settle()
    countersign(world)
    world.assert_concluded()


def test_powers_that_are_withdrawn_after_the_release_take_back_no_signature() -> None:
    """Even if the withdrawal says that it was made before."""
    world = released()
    powers = next(a for a, p in world.second.standing.powers.items() if p.party == "south")
    world.second.clock.off = -7200
    withdraw_powers(world.second.node, world.dossier, powers, "regret")
    world.second.clock.off = 0
    world.settle()
    assert world.first.plan.state is PlanState.RELEASED
    countersign(world, "north")  # which looks at what south signed
    world.clock.advance(600)
    with pytest.raises(LocalActError, match="withdrawn"):
        countersign(world, "south")
    world.second.present_powers()
    countersign(world, "south")
    world.assert_concluded()
    assert not [f for f in verified(world).findings if f.severity == "error"]
