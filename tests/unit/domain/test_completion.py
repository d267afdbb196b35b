"""After the release: countersignatures, the joint seal, receipts, the container."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain.acts import Mode
from paraph.domain.ids import PartyId, Utc
from paraph.domain.standing import InstrumentState, PlanState
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, Proceedings, reach

A, B, C = PartyId("aland"), PartyId("beland"), PartyId("celand")
THREE = ("aland", "beland", "celand")
N = NUMBERS[0]


def state(table: Proceedings) -> PlanState:
    return bodies.of(table.standing).state


# --- countersigning


def test_originals_are_countersigned_in_the_planned_order() -> None:
    table = reach("revealed", THREE)
    plan = bodies.of(table.standing)
    assert plan.next_signer((N, A)) == B
    assert table.refused(C, bodies.countersignatures(table.standing, C, [(N, A)])) == "countersign-turn"
    assert table.refused(A, bodies.countersignatures(table.standing, A, [(N, A)])) == "countersign-turn"
    table.say(B, bodies.countersignatures(table.standing, B, [(N, A)]))
    assert bodies.of(table.standing).signed_by((N, A)) == (A, B)
    assert table.refused(B, bodies.countersignatures(table.standing, B, [(N, A)])) == "countersign-turn"
    table.say(C, bodies.countersignatures(table.standing, C, [(N, A)]))
    assert bodies.of(table.standing).next_signer((N, A)) is None
    assert table.refused(C, bodies.countersignatures(table.standing, C, [(N, A)])) == "countersign-turn"


def test_the_last_countersignature_completes_them() -> None:
    table = reach("revealed")
    table.say(B, bodies.countersignatures(table.standing, B))
    table.say(A, bodies.countersignatures(table.standing, A, [(N, B)]))
    assert state(table) is PlanState.RELEASED
    table.say(A, bodies.countersignatures(table.standing, A, [(NUMBERS[1], B)]))
    assert state(table) is PlanState.COUNTERSIGNED


def test_an_original_is_countersigned_once_within_an_act() -> None:
    table = reach("revealed")
    assert (
        table.refused(B, bodies.countersignatures(table.standing, B, [(N, A), (N, A)])) == "countersign-turn"
    )
    assert table.refused(B, bodies.countersignatures(table.standing, B, ())) == "countersign-empty"
    assert (
        table.refused(B, bodies.countersignatures(table.standing, B, [(N, MEDIATOR)])) == "countersign-turn"
    )


def test_an_original_whose_first_signature_is_not_revealed_is_not_countersigned() -> None:
    table = reach("released")
    table.say(B, bodies.reveal(table.standing, B))
    assert table.refused(B, bodies.countersignatures(table.standing, B, [(N, A)])) == "countersign-turn"
    table.say(A, bodies.countersignatures(table.standing, A, [(N, B)]))


def test_authority_counts_at_the_instant_of_countersigning() -> None:
    table = reach("engrossed")
    table.say(A, bodies.powers(A))
    table.say(B, bodies.powers(B, valid_until=Utc("2026-03-02T10:00:00Z")))
    for who in (A, B):
        table.say(who, bodies.order(table.standing, who))
    for step in (table.plan, table.accept_plan, table.deposit, table.hold, table.release, table.reveal):
        step()
    late = bodies.countersignatures(table.standing, B, at=Utc("2026-03-02T10:00:00Z"))
    assert table.refused(B, late) == "no-authority"
    table.say(B, bodies.powers(B, valid_from=Utc("2026-03-02T10:00:00Z")))  # a new term
    table.say(B, late)


# --- sealing


def test_the_planned_sealer_seals_every_original_once() -> None:
    table = reach("countersigned")
    body = bodies.sealing(table.standing)
    assert table.refused(B, body) == "seal-other"
    first, *others = body.originals
    for originals in (
        (),
        others,
        (*body.originals, first),
        (*others, replace(first, holder=C)),
    ):
        assert table.refused(A, replace(body, originals=tuple(originals))) == "seal-slots"
    too_little = tuple(replace(o, reserved=0) for o in body.originals)
    assert table.refused(A, replace(body, originals=too_little)) == "reserved"
    table.say(A, body)
    assert state(table) is PlanState.SEALED
    assert table.refused(A, body) == "plan-state"


# --- receipts: R10


@pytest.mark.parametrize("mode", Mode)
def test_the_package_is_concluded_by_the_last_receipt(mode: Mode) -> None:
    table = reach("sealed", THREE, mode)
    for who in (C, A, B):
        assert (state(table), table.standing.concluded) == (PlanState.SEALED, False)
        table.say(who, bodies.receipt(table.standing))
    assert state(table) is PlanState.CONCLUDED
    assert table.standing.concluded
    assert {i.state for i in table.standing.instruments.values()} == {InstrumentState.CONCLUDED}


def test_a_receipt_is_for_exactly_the_sealed_bytes() -> None:
    table = reach("sealed")
    body = bodies.receipt(table.standing)
    first, *others = body.originals
    for originals in (
        (),
        others,
        (*others, replace(first, sha256=bodies.mark("other"))),
        (*body.originals, first),
    ):
        assert table.refused(A, replace(body, originals=tuple(originals))) == "receipt-differs"


def test_a_receipt_is_given_once() -> None:
    table = reach("sealed")
    table.say(A, bodies.receipt(table.standing))
    assert table.refused(A, bodies.receipt(table.standing)) == "already-received"


def test_only_the_planned_instruments_are_concluded() -> None:
    table = reach("authorised")
    body = bodies.plan(table.standing, bodies.plan_id(1))
    table.say(A, replace(body, originals=tuple(o for o in body.originals if o.instrument == N)))
    for step in (
        table.accept_plan, table.deposit, table.hold, table.release, table.reveal, table.countersign,
        table.seal, table.receive,
    ):  # fmt: skip
        step()
    assert state(table) is PlanState.CONCLUDED
    assert {n: i.state for n, i in table.standing.instruments.items()} == {
        N: InstrumentState.CONCLUDED, NUMBERS[1]: InstrumentState.ENGROSSED,
    }  # fmt: skip
    assert not table.standing.concluded


# --- the container


def test_the_sealer_fixes_the_container_once() -> None:
    table = reach("concluded")
    body = bodies.container(table.standing)
    assert table.refused(B, body) == "container-other"
    table.say(A, body)
    assert table.refused(A, replace(body, objects=bodies.mark("others"))) == "container-fixed"


def test_each_party_seals_what_was_fixed_once() -> None:
    table = reach("concluded")
    seal = bodies.container_seal(table.standing, A)
    assert table.refused(A, seal) == "container-differs"
    table.say(A, bodies.container(table.standing))
    assert table.refused(A, replace(seal, objects=bodies.mark("others"))) == "container-differs"
    table.say(A, seal)
    assert table.refused(A, seal) == "container-sealed"
    table.say(B, bodies.container_seal(table.standing, B))
    assert set(bodies.of(table.standing).container_seals) == {A, B}


def test_after_a_suspension_another_certificate_countersigns_and_that_is_remembered() -> None:
    table = reach("revealed")
    body = bodies.countersignatures(table.standing, B)
    table.say(B, bodies.suspension(B))
    assert table.refused(B, body) == "certificate-suspended"
    table.say(B, bodies.certificate(B, name="another"))
    table.say(B, body)
    plan = bodies.of(table.standing)
    slots = [(s.instrument, s.holder) for s in body.signatures]
    assert plan.replaced == {(slot, B): bodies.mark("another", B) for slot in slots}
    assert {plan.certificate_of(slot, B) for slot in slots} == {bodies.mark("another", B)}
    assert plan.certificate_of(slots[0], A) == bodies.mark("certificate", A)
    table.say(A, bodies.countersignatures(table.standing, A))
    assert bodies.of(table.standing).state is PlanState.COUNTERSIGNED
