"""A participant, or a stranger, sends what the rules forbid: it is kept as evidence, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from paraph.app.bundles import compose
from paraph.app.deposits import open_deposit
from paraph.app.finished import finished_original, replayed_original
from paraph.app.inbound import receive
from paraph.app.leaving import seal_bundle
from paraph.app.peers import add_peer, confirm_words, words_with
from paraph.app.ports import ActRow, PeerView
from paraph.app.signing import request_abort
from paraph.app.slots import at_present, make_signature
from paraph.app.status import node_status
from paraph.domain import acts
from paraph.domain.acts import Basis, FullPowersPresented, Mode, Office, Role
from paraph.domain.ids import ActId, Digest, PartyId, PlanId, Utc
from paraph.domain.language import ByLanguage
from paraph.domain.standing import PlanState
from paraph.errors import FormatError, LocalActError, ParaphError, PeerActError, PermanentError
from paraph.wire import hpke
from paraph.wire.act import SealedAct
from paraph.wire.bundle import Bundle, pack
from paraph.wire.card import card_digest
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.note import Note
from tests.support.attack import crooked_deposit, forged, send, statement
from tests.support.nodes import PLAN, Identity, Member, World, blob_digest, identity
from tests.support.refusal import snapshot

NORTH, SOUTH, MIDDLE = PartyId("north"), PartyId("south"), PartyId("middle")


@pytest.fixture
def world() -> World:
    return World.at("agreed")


def befriend(member: Member, other: Identity) -> None:
    """A verified peer that has no part in the dossier."""
    add_peer(member.node, other.card, url="memory:")
    confirm_words(member.node, other.party, words_with(member.node, other.party), ("a", "b"))


def unchanged(world: World, member: Member, *codes: str, sender: Identity, **sending: object) -> None:
    """What is sent leaves evidence with these codes, and everything else as it was."""
    world.settle()
    before = snapshot(member)
    known = len(member.evidence())
    send(sender, member, **sending)  # type: ignore[arg-type]
    assert member.evidence()[known:] == list(codes)
    after = snapshot(member)
    for what in before:
        if what not in ("outbox", "guard"):
            assert after[what] == before[what], what
    world.settle()
    world.assert_alike()


# --- whose acts


def test_an_act_of_a_stranger(world: World) -> None:
    stranger = identity("stranger")
    befriend(world.first, stranger)
    act = forged(world.first, statement(), who=stranger, author=stranger.party, author_seq=0, author_prev="")
    unchanged(world, world.first, "act-stranger", sender=stranger, made=[act])


def test_a_bundle_of_somebody_unknown(world: World) -> None:
    stranger = identity("stranger")
    with pytest.raises(PeerActError, match="not a known peer"):
        send(stranger, world.first)


def test_an_act_in_anothers_name(world: World) -> None:
    act = forged(world.first, statement(), who=world.second.identity)
    unchanged(world, world.middle, "envelope-signature", sender=world.second.identity, made=[act])


def test_an_act_of_another_dossier(world: World) -> None:
    first = world.dossier
    body = world.first.feed("north")[-1]
    with world.first.store.read() as uow:
        row = uow.feed(first, NORTH, body.author_seq, 1)[0]
    world.open_dossier(nonce="22" * 16)
    world.settle()
    assert world.dossier != first
    send(world.first.identity, world.middle, made=[row.envelope], dossier=world.dossier)
    assert world.middle.evidence() == ["act-other-dossier"]
    assert len(world.middle.feed("north")) == 1


def test_an_act_whose_bytes_were_changed(world: World) -> None:
    act = forged(world.second, statement())
    spoilt = act.envelope.data[:-30] + bytes([act.envelope.data[-30] ^ 1]) + act.envelope.data[-29:]
    world.settle()
    send(world.second.identity, world.first, made=[spoilt])
    assert len(world.first.evidence()) == 1
    assert len(world.first.feed("south")) == len(world.second.feed("south"))


def test_an_act_that_does_not_follow_the_one_before(world: World) -> None:
    act = forged(world.second, statement(), author_prev="ab" * 32)
    unchanged(world, world.first, "act-chain", sender=world.second.identity, made=[act])


def test_an_act_that_overtakes_others_is_no_evidence_of_anything(world: World) -> None:
    act = forged(world.second, statement(), author_seq=len(world.second.feed("south")) + 3)
    unchanged(world, world.first, sender=world.second.identity, made=[act])


def test_an_act_that_rests_on_strangers(world: World) -> None:
    act = forged(world.second, statement(), seen={PartyId("stranger"): 4})
    unchanged(world, world.first, "act-seen", sender=world.second.identity, made=[act])


def test_an_act_that_rests_on_acts_that_will_never_be_holds_up_its_author_only(world: World) -> None:
    count = len(world.second.feed("south"))
    act = forged(world.second, statement(), seen={NORTH: 10**6})
    send(world.second.identity, world.first, made=[act])
    world.settle("north", "middle")
    world.first.order()
    world.middle.say(statement())
    world.settle("north", "middle")
    assert world.first.current.view.ordered[SOUTH] == count
    assert world.first.current.view.size == sum(len(world.first.feed(p)) for p in ("north", "middle")) + count
    assert world.middle.current.view.size == world.first.current.view.size


# --- void acts


def test_void_acts_are_void_for_the_same_reason_on_every_node(world: World) -> None:
    """Acts that the rules forbid, made without asking them: each takes its place and has no effect."""
    world.settle()
    bodies: list[acts.Body] = [
        acts.TextAccepted(instrument="X/2026/1", text=Digest("ab" * 32)),  # type: ignore[arg-type]
        acts.PlanAccepted(plan=PLAN, proposal=ActId("ab" * 32)),
        acts.DepositHeld(plan=PLAN, party=SOUTH, deposit=ActId("ab" * 32)),
        acts.FullPowersVerified(powers=ActId("ab" * 32), channel="x"),
        acts.DossierJoined(opening=ActId(str(world.dossier))),
        acts.WitnessAttested(text="I saw it", refs=()),
        acts.NoteAnswered(
            note=ActId("ab" * 32), number="1", answer="yes", text=ByLanguage({"en": "yes"}), source=""
        ),
        acts.ExchangeAborted(plan=PLAN, reason="no"),
    ]
    before = repr(world.first.standing)
    for body in bodies:
        act = forged(world.second, body)
        send(world.second.identity, world.first, made=[act])
        with world.second.store.write() as uow:
            uow.add_act(
                ActRow(
                    dossier=world.dossier, author=SOUTH, author_seq=act.act.author_seq, act=act.act.id,
                    envelope=act.envelope.data, position=None,
                )
            )  # fmt: skip
        world.settle()
    world.pass_time(60)
    world.assert_alike()
    found = {tuple((v.kind, v.code) for v in m.current.view.void) for m in world.members.values()}
    assert len(found) == 1
    assert [kind for kind, _ in found.pop()] == [
        "text-accepted", "plan-accepted", "deposit-held", "full-powers-verified", "dossier-joined", "witness-attested",
        "note-answered", "exchange-aborted",
    ]  # fmt: skip
    assert repr(world.first.standing) == before


# --- what is not theirs


def test_the_other_party_cannot_fetch_a_sealed_deposit() -> None:
    world = World.at("planned")
    world.first.deposit()
    digest = world.first.plan.deposits[NORTH].body.sealed
    answer = send(world.second.identity, world.first, wants=[digest], feeds={})
    assert digest not in {blob.sha256 for section in answer.sections for blob in section.blobs}
    answer = send(world.middle.identity, world.first, wants=[digest], feeds={})
    assert digest in {blob.sha256 for section in answer.sections for blob in section.blobs}


@pytest.mark.parametrize("holder", ["north", "middle"])
def test_nobody_can_fetch_a_deposited_signature_by_naming_its_digest(holder: str) -> None:
    """An act may name any digest, and what acts name is handed out: not these."""
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    digest = world.first.plan.deposits[NORTH].body.signatures[0].cms
    member = world[holder]
    secret = member.secret(f"deposit:{PLAN}:north")
    assert secret is not None
    member.blobs.put(open_deposit(secret)[digest])  # as after a release that could not be made durable
    body = FullPowersPresented(
        signatory="south.fm", basis=Basis.BY_DOCUMENT, office=Office.OTHER, valid_from=Utc("2025-01-01T00:00:00Z"),
        valid_until=Utc(""), instruments=(), document=digest, channel="",
    )  # fmt: skip
    act = forged(world.second, body)
    answer = send(world.second.identity, member, made=[act], wants=[digest])
    assert digest not in {blob.sha256 for section in answer.sections for blob in section.blobs}


def test_a_peer_that_takes_no_part_learns_nothing(world: World) -> None:
    stranger = identity("stranger")
    befriend(world.first, stranger)
    text = world.first.standing.instruments["X/2026/1"].text  # type: ignore[index]
    answer = send(stranger, world.first, wants=[text])
    assert not answer.sections
    world.settle()
    assert not [s for s in world.network.sent if s.recipient == "stranger"]


def test_nor_while_the_cards_of_a_dossier_have_not_arrived() -> None:
    world = World()
    world.begin()
    stranger = identity("stranger")
    befriend(world.second, stranger)
    opening = opening_of(world)
    send(world.first.identity, world.second, made=[opening], dossier=opening.act.id)
    with world.second.store.read() as uow:
        assert uow.dossiers() == [opening.act.id]
    answer = send(stranger, world.second, dossier=opening.act.id)
    assert not answer.sections


def opening_of(world: World, **changes: Any) -> SealedAct:
    listed = tuple(
        acts.Participant(party=m.party, role=m.identity.role, card=card_digest(m.identity.card))
        for _, m in sorted(world.members.items())
    )
    body = acts.DossierOpened(
        title=ByLanguage({"en": "x"}), participants=listed, suite=acts.SUITE, nonce="11" * 16, specimen=""
    )
    return forged(
        world.first,
        replace(body, **changes),
        dossier="",
        author_seq=0,
        author_prev="",  # type: ignore[arg-type]
    )


# --- keeping others from their work


def test_a_dossier_that_cannot_be_opened_stops_no_other(world: World) -> None:
    opening = opening_of(world)  # without the cards it names
    stranger_card = card_digest(identity("unknown").card)
    listed = (
        *opening.act.body.participants,
        acts.Participant(party=PartyId("unknown"), role=Role.WITNESS, card=stranger_card),
    )  # type: ignore[union-attr]
    opening = opening_of(world, participants=listed)
    send(world.first.identity, world.second, made=[opening], dossier=opening.act.id)
    assert node_status(world.second.node).dossiers  # the others are shown
    world.second.order()
    world.second.start()
    world.settle()
    world.assert_alike()


@pytest.mark.parametrize(
    "changes",
    [
        {"participants": ()},
        {"suite": "none"},
    ],
)
def test_an_opening_that_the_rules_forbid_is_not_kept(world: World, changes: dict[str, object]) -> None:
    opening = opening_of(world, **changes)
    send(world.first.identity, world.second, made=[opening], dossier=opening.act.id)
    with world.second.store.read() as uow:
        assert opening.act.id not in uow.dossiers()
    assert len(world.second.evidence()) == 1


def test_evidence_is_kept_once_and_not_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraph.app.feeds.MAX_EVIDENCE", 5)
    act = forged(world.first, statement(), who=world.second.identity)
    for _ in range(3):
        send(world.second.identity, world.middle, made=[act])
    assert world.middle.evidence() == ["envelope-signature"]
    for n in range(9):
        act = forged(world.first, statement(str(n)), who=world.second.identity)
        send(world.second.identity, world.middle, made=[act])
    assert len(world.middle.evidence()) == 5
    with pytest.raises(ParaphError):
        send(identity("stranger"), world.middle)


def test_bytes_that_no_accepted_act_names_are_not_kept(world: World) -> None:
    blob = b"x" * 1000
    act = forged(
        world.first,
        acts.FullPowersPresented(
            signatory="north.fm", basis=Basis.BY_DOCUMENT, office=Office.OTHER, valid_from=Utc("2025-01-01T00:00:00Z"),
            valid_until=Utc(""), instruments=(), document=blob_digest(blob), channel="",
        ),
        who=world.second.identity,
    )  # fmt: skip
    send(world.second.identity, world.middle, made=[act], blobs=[blob, b"y" * 1000])
    assert not world.middle.blobs.has(blob_digest(blob))
    assert not world.middle.blobs.has(blob_digest(b"y" * 1000))


def test_attachments_that_are_held_back_hold_up_only_who_waits_for_them(world: World) -> None:
    """South names bytes that it gives to nobody: nobody acts on that act, and nobody waits in a circle."""
    world.settle()
    document = blob_digest(b"never given")
    body = acts.FullPowersPresented(
        signatory="south.fm", basis=Basis.BY_DOCUMENT, office=Office.OTHER, valid_from=Utc("2025-01-01T00:00:00Z"),
        valid_until=Utc(""), instruments=(), document=document, channel="",
    )  # fmt: skip
    act = forged(world.second, body)
    for name in ("north", "middle"):
        send(world.second.identity, world[name], made=[act])
    world.settle("north", "middle")
    world.first.order()
    world.pass_time(30)
    before = len(world.network.sent)
    world.pass_time(3600)
    assert len(world.network.sent) - before < 150  # they ask again, ever more slowly
    assert world.first.current.final == world.first.current.view.size


def test_the_sealer_cannot_slip_in_other_bytes_under_the_right_digest() -> None:
    """A receipt is given for what a node replays, not for bytes with the sealed digest that somebody sent."""
    world = World.at("deposited")
    world.settle()
    slot, plan = world.slots[0], world.second.plan
    evil = world.first.original(slot) + b"\n% something else\n%%EOF\n"
    world.second.blobs.put(evil)
    sealed = replace(plan.sealed[slot], sha256=blob_digest(evil), size=len(evil))
    crooked = replace(plan, sealed={**plan.sealed, slot: sealed}, received={})
    standing = replace(world.second.standing, plan=crooked)
    for look in (replayed_original, finished_original):
        with pytest.raises(LocalActError, match="does not replay"):
            look(world.second.node, standing, slot)


def test_without_mediator_a_bad_signature_is_not_answered_with_a_good_one() -> None:
    """Who reveals second looks at what the first revealed before revealing anything."""
    world = World.at("planned", mode=Mode.DIRECT)
    garbage = b"\x30\x03\x02\x01\x01"
    slot = next(s for s in world.slots if s[1] == "north")
    made = make_signature(
        world.first.node, world.first.standing, world.first.plan, slot, signer=world.first.signer,
        local_date="today", place="here", file=at_present(world.first.node, world.first.standing, world.first.plan, slot),
    )  # fmt: skip
    world.first.say(
        acts.SignatureDeposited(
            plan=PLAN, proposal=world.first.plan.proposal, sealed="",
            signatures=(acts.DepositedSignature(instrument=slot[0], holder=slot[1], slot=made.slot, cms=blob_digest(garbage)),),
        )
    )  # fmt: skip
    world.settle()
    world.second.deposit()
    world.settle()
    world.first.blobs.put(garbage)
    world.first.say(
        acts.SignatureRevealed(
            plan=PLAN, party=NORTH,
            signatures=(acts.RevealedSignature(instrument=slot[0], holder=slot[1], cms=blob_digest(garbage)),),
        )
    )  # fmt: skip
    world.settle()
    assert world.second.plan.state is PlanState.OPEN
    assert "does not verify" in world.second.setting(f"duty:{world.dossier}:reveal")
    for signature in world.second.plan.deposits[SOUTH].body.signatures:
        assert not world.first.blobs.has(signature.cms)
        assert not world.second.blobs.has(signature.cms)


def test_a_bundle_for_somebody_else_or_changed_on_the_way_is_refused(world: World) -> None:
    bundle = Bundle(sender=NORTH, recipient=SOUTH, sent_at=world.clock.now(), sections=())
    data = pack(bundle, world.first.identity.keys, world.second.identity.keys.public)
    with pytest.raises(PeerActError, match="does not verify"):
        receive(world.middle.node, data)
    with pytest.raises(PeerActError, match="does not verify"):
        receive(world.second.node, data[:-1] + bytes([data[-1] ^ 1]))


def test_a_plan_named_like_an_earlier_one_is_refused(world: World) -> None:
    world = World.at("planned")
    request_abort(world.first.node, world.dossier, "not today")
    world.settle()
    with pytest.raises(LocalActError, match="cannot be used again"):
        world.first.propose_plan(plan=PLAN)
    assert world.first.propose_plan(plan=PlanId("e" * 32)).kind == "plan-proposed"


def test_hpke_binds_a_seal_to_its_purpose() -> None:
    keys = identity("north").keys
    sealed = hpke.seal(keys.public, b"one", b"secret")
    with pytest.raises(FormatError):
        hpke.unseal(keys, b"two", sealed)


def test_a_guard_that_knows_more_keeps_a_node_from_speaking(world: World) -> None:
    world.first.guard.record(world.dossier, 10_000, "ab" * 32)
    with world.first.store.read() as uow:
        section = compose(world.first.node, uow, SOUTH, world.dossier, announce=True)
    assert section is not None
    size = read_checkpoint(
        Note.read(
            world.first.store.state.dossiers[world.dossier].notes[
                max(world.first.store.state.dossiers[world.dossier].notes)
            ][0]
        )
    ).size
    world.first.guard._last[world.dossier] = (size, "ab" * 32)
    with world.first.store.write() as uow:  # not in the state itself: other worlds share it
        uow.save_peer_view(SOUTH, world.dossier, PeerView(feeds={}, size=0, cosigned=0, wants=()))
    with world.first.store.read() as uow:
        section = compose(world.first.node, uow, SOUTH, world.dossier, announce=True)
    assert section is not None
    assert section.notes
    with pytest.raises(PermanentError, match="already cosigned"):
        seal_bundle(world.first.node, SOUTH, world.second.identity.keys.public, [section])


def test_crooked_deposit_of_the_attack_kit_is_good_unless_told_otherwise() -> None:
    world = World.at("planned")
    crooked_deposit(world.first)
    world.settle()
    assert world.middle.plan.deposits[NORTH].answer == "held"
