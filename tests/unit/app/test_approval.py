"""A signatory approves with a passkey: from the challenge to identical, concluded originals (S4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.app.approval import (
    approve_and_countersign,
    approve_and_deposit,
    prepare,
    present_passkeys,
    to_countersign,
)
from paraph.domain.acts import ApprovalPrepared, SignatureDeposited, SigningApproved
from paraph.domain.ids import ActId
from paraph.domain.standing import PlanState
from paraph.errors import FormatError, LocalActError
from paraph.wire.webauthn import Assertion
from tests.support.assertions import TestPasskey
from tests.support.nodes import Member, World
from tests.support.refused import refused

KEY = TestPasskey()


def present(member: Member, *keys: TestPasskey) -> None:
    present_passkeys(
        member.node,
        member.world.dossier,
        f"{member.party}.fm",
        [(key.credential, key.public) for key in keys],
        rp_id=KEY.rp_id,
        origin=KEY.origin,
    )


def planned(*keys: TestPasskey) -> World:
    """The first party's signatory has passkeys, and the plan is open and final."""
    world = World.at("agreed")
    present(world.first, *(keys or (KEY,)))
    world.make_plan()
    return world


def asked(member: Member, *, countersign: bool = True) -> ActId:
    return prepare(
        member.node, member.world.dossier, local_date="2 March 2026", place="city", countersign=countersign
    )


def approve(member: Member, prepared: ActId, assertion: Assertion | None = None) -> None:
    approve_and_deposit(
        member.node, member.world.dossier, prepared, KEY.credential, assertion or KEY.approve(prepared)
    )


def test_a_package_is_concluded_with_one_approval() -> None:
    world = planned()
    approve(world.first, asked(world.first))
    world.second.deposit()
    world.settle()
    world.assert_concluded()
    kinds = [type(act.body) for act in world.second.feed("north")]
    place = kinds.index(ApprovalPrepared)
    assert kinds[place : place + 3] == [ApprovalPrepared, SigningApproved, SignatureDeposited]


def test_countersigning_can_be_approved_by_itself_later() -> None:
    world = planned()
    approve(world.first, asked(world.first, countersign=False))
    world.second.deposit()
    world.settle()
    assert world.first.plan.state is PlanState.RELEASED
    assert to_countersign(world.first.node, world.first.standing) == (("X/2026/1", "south"),)
    with refused("approval-absent", LocalActError):
        world.first.countersign()
    prepared = asked(world.first)
    approve_and_countersign(world.first.node, world.dossier, prepared, KEY.credential, KEY.approve(prepared))
    world.settle()
    world.assert_concluded()


def test_without_the_approval_no_key_is_touched() -> None:
    world = planned()
    with refused("approval-absent", LocalActError):
        world.first.deposit()
    assert not world.first.signer.signed


def test_asking_again_for_the_same_leaves_nothing_behind() -> None:
    world = planned()
    first = asked(world.first)
    count = len(world.first.feed("north"))
    assert asked(world.first) == first
    assert len(world.first.feed("north")) == count
    assert asked(world.first, countersign=False) != first


def test_an_approval_that_does_not_hold_changes_nothing_and_can_be_given_again() -> None:
    world = planned()
    prepared = asked(world.first)
    count = len(world.first.feed("north"))
    good = KEY.approve(prepared)
    with refused("approval-signature", FormatError):
        approve(world.first, prepared, replace(good, signature=TestPasskey().approve(prepared).signature))
    with refused("approval-challenge", FormatError):
        approve(world.first, prepared, KEY.approve("00" * 32))
    assert len(world.first.feed("north")) == count
    assert not world.first.signer.signed
    approve(world.first, prepared, good)


def test_the_same_approval_sent_twice_signs_once() -> None:
    world = planned()
    prepared = asked(world.first)
    good = KEY.approve(prepared)
    approve(world.first, prepared, good)
    signed = len(world.first.signer.signed)
    with refused("approval-unknown", LocalActError):
        approve(world.first, prepared, good)
    assert len(world.first.signer.signed) == signed


def test_only_passkeys_that_were_presented_approve() -> None:
    world = planned()
    prepared = asked(world.first)
    other = TestPasskey(name=b"another")
    with refused("passkey-unknown", LocalActError):
        approve_and_deposit(
            world.first.node, world.dossier, prepared, other.credential, other.approve(prepared)
        )


def test_a_second_authenticator_does_as_well() -> None:
    other = TestPasskey(kind="EdDSA", name=b"the spare one")
    world = planned(KEY, other)
    prepared = asked(world.first)
    approve_and_deposit(world.first.node, world.dossier, prepared, other.credential, other.approve(prepared))


def test_nothing_is_prepared_that_could_not_be_signed() -> None:
    world = World.at("agreed")
    present(world.first, KEY)
    with refused("plan-unknown", LocalActError):
        asked(world.first)
    world = planned()
    world.first.desk.signers.clear()
    with pytest.raises(Exception, match="no key"):
        asked(world.first)


def test_a_stopped_exchange_leaves_the_approval_without_effect() -> None:
    world = planned()
    prepared = asked(world.first)
    world.second.request_abort()
    world.settle()
    with pytest.raises(LocalActError) as error:
        approve(world.first, prepared)
    assert error.value.code in {"plan-state", "approval-unknown"}
    assert not world.first.plan.deposits


def test_a_key_of_another_kind_is_not_presented() -> None:
    world = World.at("agreed")
    with refused("approval-key", FormatError):
        present_passkeys(
            world.first.node,
            world.dossier,
            "north.fm",
            [(KEY.credential, b"no key")],
            rp_id="localhost",
            origin=KEY.origin,
        )
