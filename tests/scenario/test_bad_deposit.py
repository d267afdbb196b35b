"""Deposits that are not what they should be: the mediator refuses each, says why, and a good one mends it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from paraph.app.deposits import MAX_DEPOSIT_BYTES, deposit_info, write_deposit
from paraph.app.slots import MadeSignature
from paraph.domain.ids import PartyId
from paraph.domain.policy import POLICY_OID
from paraph.domain.standing import PlanState, Slot
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.signed_data import parse_signed_data
from tests.support.attack import crooked_deposit
from tests.support.clock import BEGIN, later
from tests.support.nodes import CountingSigner, Member, World, identity

NORTH = PartyId("north")


@pytest.fixture
def world() -> World:
    return World.at("planned")


def resigned(
    member: Member,
    made: MadeSignature,
    *,
    digest: bytes | None = None,
    policy: bool = True,
    stamp: bool = True,
    bag: tuple[bytes, ...] = (),
    signer: CountingSigner | None = None,
) -> MadeSignature:
    """The same signature, made anew with something else."""
    key = signer or member.signer
    old = parse_signed_data(made.cms)
    message_digest = digest or old.signed["1.2.840.113549.1.9.4"][0][2:]
    chosen = (POLICY_OID, bytes.fromhex(member.plan.body.policy_hash)) if policy else None
    profile = SignerProfile(
        certificate=key.certificate, chain=(*key.chain, *bag), algorithm=key.algorithm, policy=chosen
    )
    attributes = to_be_signed(profile, message_digest)
    signature = key.sign(attributes)
    timestamper = member.node.timestamper
    assert timestamper is not None
    token = timestamper.timestamp(hashlib.sha256(signature).digest()) if stamp else None
    return replace(made, cms=assemble(profile, attributes, signature, timestamp_token=token))


def refused(world: World, *says: str) -> None:
    """The mediator refused what came from the first party; nothing was revealed or released."""
    world.settle()
    world.assert_alike()
    deposit = world.first.plan.deposits[NORTH]
    assert deposit.answer == "refused"
    assert any(words in deposit.reason for words in says), deposit.reason
    assert world.first.plan.state is PlanState.OPEN
    assert not world.first.plan.revealed
    assert world.middle.secret(f"deposit:{world.first.plan.body.plan}:north") is None


def concludes(world: World) -> None:
    world.deposit()
    world.settle()
    world.assert_concluded()


def test_a_refused_deposit_can_be_made_again_and_concludes(world: World) -> None:
    crooked_deposit(world.first, content=b"{}")
    refused(world, "is not in the deposit")
    concludes(world)


def test_signed_by_a_stranger_with_a_certificate_of_his_own(world: World) -> None:
    stranger = CountingSigner(identity("stranger").signatory)
    crooked_deposit(world.first, signer=stranger)
    refused(world, "not made with the certificate that the plan names")


def test_signed_by_a_colleague_with_the_planned_certificate_beside_his_own(world: World) -> None:
    colleague = CountingSigner(world.first.identity.seal)
    planned = world.first.signer.certificate

    def change(_slot: Slot, made: MadeSignature) -> MadeSignature:
        return resigned(world.first, made, signer=colleague, bag=(planned,))

    crooked_deposit(world.first, change)
    refused(world, "not made with the certificate that the plan names")


def test_over_other_bytes(world: World) -> None:
    crooked_deposit(
        world.first, lambda _slot, made: resigned(world.first, made, digest=hashlib.sha256(b"other").digest())
    )
    refused(world, "does not verify")


def test_with_a_flipped_bit(world: World) -> None:
    def change(_slot: Slot, made: MadeSignature) -> MadeSignature:
        at = made.cms.index(parse_signed_data(made.cms).signature) + 12
        return replace(made, cms=made.cms[:at] + bytes([made.cms[at] ^ 1]) + made.cms[at + 1 :])

    crooked_deposit(world.first, change)
    refused(world, "does not verify")


@pytest.mark.parametrize(
    "garbage", [b"", b"garbage", b"\x30\x80", b"0" * 5000], ids=["none", "words", "der", "long"]
)
def test_garbage_instead_of_a_signature(world: World, garbage: bytes) -> None:
    crooked_deposit(world.first, lambda _slot, made: replace(made, cms=garbage))
    refused(world, "")


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b'{"ab": 1}', b'{"ab":"!"}'])
def test_garbage_inside_the_seal(world: World, content: bytes) -> None:
    crooked_deposit(world.first, content=content)
    refused(world, "")


def test_larger_than_what_is_reserved(world: World) -> None:
    authority = world.first.identity.authority
    bulk = tuple(authority.issue_seal(f"padding {n}", now=BEGIN).signer().certificate for n in range(40))
    crooked_deposit(world.first, lambda _slot, made: resigned(world.first, made, bag=bulk))
    refused(world, "")


def test_larger_than_any_deposit(world: World) -> None:
    """It is not kept; without a note of that the mediator asked for it for ever, and never answered."""
    crooked_deposit(world.first, content=bytes(MAX_DEPOSIT_BYTES + 1))
    refused(world, "has at most")
    assert world.middle.secret(f"sealed:{world.first.plan.body.plan}:north") is None
    concludes(world)


def test_sealed_for_another_plan(world: World) -> None:
    plan = world.first.plan
    other = replace(plan, body=replace(plan.body, plan="f" * 32))  # type: ignore[arg-type]
    crooked_deposit(world.first, info=deposit_info(other, NORTH))
    refused(world, "for another purpose")


def test_sealed_for_another_proposal_of_the_same_plan(world: World) -> None:
    other = replace(world.first.plan, proposal="ab" * 32)  # type: ignore[arg-type]
    crooked_deposit(world.first, info=deposit_info(other, NORTH))
    refused(world, "for another purpose")


def test_the_other_partys_sealed_deposit_passed_off_as_ones_own(world: World) -> None:
    crooked_deposit(world.first, info=deposit_info(world.first.plan, PartyId("south")))
    refused(world, "for another purpose")


def test_sealed_to_somebody_else(world: World) -> None:
    crooked_deposit(world.first, to=world.second.identity)
    refused(world, "sealed to another node")


def test_without_a_time_stamp(world: World) -> None:
    crooked_deposit(world.first, lambda _slot, made: resigned(world.first, made, stamp=False))
    refused(world, "carries no time stamp")


def test_without_the_policy(world: World) -> None:
    crooked_deposit(world.first, lambda _slot, made: resigned(world.first, made, policy=False))
    refused(world, "signature policy")


@pytest.mark.parametrize("off", [-86400, 3600])
def test_backdated_and_antedated(world: World, off: int) -> None:
    """The rules check authority at the claimed instant; the mediator compares it with the proved one."""
    claimed = later(world.clock.now(), off)
    crooked_deposit(
        world.first, lambda _slot, made: replace(made, slot=replace(made.slot, signed_at=claimed))
    )
    refused(world, "its time stamp says")


def test_a_revoked_signatory(world: World) -> None:
    """The party's own revocation list says so, and the mediator listens to it."""
    authority = world.first.identity.authority
    try:
        authority.revoke(world.first.signer.certificate, at=world.clock.now())
        world.clock.advance(1)
        world.first.certify()
        world.settle()
        world.clock.advance(1)
        world.first.deposit()
        refused(world, "revoked")
    finally:
        authority._revoked.clear()


def test_content_under_another_digest_than_deposited(world: World) -> None:
    made: list[MadeSignature] = []

    def change(_slot: Slot, one: MadeSignature) -> MadeSignature:
        made.append(one)
        return one

    other = world.copy()
    crooked_deposit(other.first, change)
    digest = hashlib.sha256(made[0].cms).hexdigest()
    crooked_deposit(world.first, content=write_deposit({digest: made[0].cms}))  # type: ignore[dict-item]
    refused(world, "is not in the deposit")


def test_what_the_mediator_cannot_check_it_neither_holds_nor_refuses(world: World) -> None:
    base = world.middle.plan.body.originals[0].sha256
    kept = world.middle.blobs._held.pop(base)
    renderer, world.middle.node.renderer = world.middle.node.renderer, None
    world.first.deposit()
    world.settle()
    assert world.middle.plan.deposits[NORTH].answer == ""
    assert "no-renderer" in world.middle.setting(f"duty:{world.dossier}:check-deposit")
    world.middle.blobs._held[base] = kept
    world.middle.node.renderer = renderer
    world.pass_time(120)
    assert world.middle.plan.deposits[NORTH].answer == "held"
    assert not world.middle.setting(f"duty:{world.dossier}:check-deposit")
