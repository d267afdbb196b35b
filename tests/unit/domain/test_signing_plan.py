"""The signing plan: what it fixes, who accepts it, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from paraph.domain import acts, signing_plan
from paraph.domain.acts import Mode, Role
from paraph.domain.ids import ActId, InstrumentNumber, PartyId
from paraph.domain.standing import PlanState
from paraph.wire.pdf import signature
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, WITNESS, Proceedings, reach

A, B = PartyId("aland"), PartyId("beland")
NAME = bodies.plan_id(1)


def plan(table: Proceedings, mode: Mode = Mode.MEDIATED, **changes: object) -> acts.PlanProposed:
    return bodies.plan(table.standing, NAME, mode, **changes)


def test_a_proposed_plan_is_accepted_by_its_proposer_only() -> None:
    table = reach("authorised")
    act = table.say(B, plan(table))
    found = bodies.of(table.standing)
    assert (found.state, found.accepted, found.proposal) == (PlanState.PROPOSED, frozenset({B}), act.id)
    assert (found.deposits, found.revealed, found.token) == ({}, {}, "")


@pytest.mark.parametrize(
    ("mode", "needed"), [(Mode.MEDIATED, [A, MEDIATOR]), (Mode.DIRECT, [A])], ids=["mediated", "direct"]
)
def test_the_exchange_opens_with_the_last_acceptance(mode: Mode, needed: list[PartyId]) -> None:
    table = reach("authorised")
    table.say(B, plan(table, mode))
    for who in needed:
        assert bodies.of(table.standing).state is PlanState.PROPOSED
        table.say(who, bodies.plan_acceptance(table.standing))
    assert bodies.of(table.standing).state is PlanState.OPEN


def test_nobody_accepts_twice_nor_another_plan() -> None:
    table = reach("planned")
    assert table.refused(A, bodies.plan_acceptance(table.standing)) == "already-accepted"
    body = replace(bodies.plan_acceptance(table.standing), proposal=ActId(bodies.mark("other")))
    assert table.refused(B, body) == "plan-other"


def test_the_mediator_has_no_part_in_a_direct_plan() -> None:
    table = reach("planned", mode=Mode.DIRECT)
    assert table.refused(MEDIATOR, bodies.plan_acceptance(table.standing)) == "plan-direct"
    assert table.refused(MEDIATOR, bodies.abort(table.standing)) == "plan-direct"


@pytest.mark.parametrize("stage", ["planned", "open", "released", "sealed"])
def test_one_plan_at_a_time(stage: str) -> None:
    table = reach(stage)
    assert table.refused(B, bodies.plan(table.standing, bodies.plan_id(9))) == "plan-live"


def test_the_name_of_a_plan_is_used_once() -> None:
    table = reach("planned")
    table.say(A, bodies.abort(table.standing))
    assert table.refused(B, plan(table)) == "plan-reused"
    table.say(B, bodies.plan(table.standing, bodies.plan_id(2)))
    table.say(A, bodies.abort(table.standing))
    assert table.refused(B, plan(table)) == "plan-reused"


def test_a_concluded_package_can_be_followed_by_another() -> None:
    table = reach("concluded", numbers=(NUMBERS[0],))
    later = Proceedings(table.names, table.mode, (NUMBERS[1],), table.table, table.made, 7, table.current)
    for step in (later.propose, later.accept, later.initial, later.engross):
        step()
    body = plan(later)
    only = tuple(o for o in body.originals if o.instrument == NUMBERS[1])
    assert later.refused(A, body) == "plan-reused"
    later.say(A, replace(body, plan=bodies.plan_id(8), originals=only))


def changed_original(table: Proceedings, **changes: object) -> tuple[acts.PlannedOriginal, ...]:
    first, *others = plan(table).originals
    return (replace(first, **changes), *others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"level": "B-B"}, "plan-level"),
        ({"mediator": ""}, "plan-mediator"),
        ({"mediator": WITNESS}, "plan-mediator"),
        ({"mode": Mode.DIRECT, "mediator": MEDIATOR}, "plan-mediator"),
        ({"policy": ""}, "plan-policy"),
        ({"policy": "2"}, "plan-policy"),
        ({"policy": "2.25.1"}, "plan-policy"),
        ({"policy_hash": bodies.mark("another text")}, "plan-policy"),
        ({"reserved": signing_plan.MIN_RESERVED - 1}, "reserved"),
        ({"reserved": signing_plan.MAX_RESERVED + 1}, "reserved"),
        ({"sealer": MEDIATOR}, "plan-sealer"),
        ({"originals": ()}, "plan-originals"),
        ({"signers": ()}, "plan-signers"),
    ],
)
def test_a_plan_that_could_not_be_carried_out_is_refused(changes: dict[str, Any], code: str) -> None:
    table = reach("authorised")
    assert table.refused(A, plan(table, **changes)) == code


def test_a_mediated_plan_needs_a_mediator() -> None:
    table = Proceedings()
    table.say("aland", bodies.opening([("aland", Role.PARTY), ("beland", Role.PARTY)]))
    table.say("beland", bodies.joining(table.standing))
    for step in (table.describe, table.propose, table.accept, table.initial, table.engross):
        step()
    assert table.refused(A, plan(table)) == "plan-mediator"
    table.say(A, plan(table, Mode.DIRECT))


@pytest.mark.parametrize("size", [signing_plan.MIN_RESERVED, signing_plan.MAX_RESERVED])
def test_the_bounds_of_what_is_reserved_are_those_of_the_writer(size: int) -> None:
    table = reach("authorised")
    table.say(A, plan(table, reserved=size))
    assert (signing_plan.MIN_RESERVED, signing_plan.MAX_RESERVED) == (
        signature.MIN_RESERVED, signature.MAX_RESERVED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"holder": PartyId("beland")}, "plan-originals"),
        ({"instrument": InstrumentNumber("X/1")}, "plan-originals"),
        ({"sha256": bodies.mark("other bytes")}, "plan-other-text"),
        ({"order": (PartyId("beland"), PartyId("aland"))}, "plan-order"),
        ({"order": (PartyId("aland"),)}, "plan-order"),
        ({"order": (PartyId("aland"), PartyId("beland"), PartyId("beland"))}, "plan-order"),
        ({"order": (PartyId("aland"), PartyId("middle"))}, "plan-order"),
        ({"order": ()}, "plan-order"),
    ],
)
def test_a_plan_fixes_exactly_the_engrossed_originals(changes: dict[str, object], code: str) -> None:
    table = reach("authorised")
    assert table.refused(A, plan(table, originals=changed_original(table, **changes))) == code


def test_an_original_is_planned_once() -> None:
    table = reach("authorised")
    originals = plan(table).originals
    assert table.refused(A, plan(table, originals=(*originals, originals[0]))) == "plan-originals"
    assert table.refused(A, plan(table, originals=originals[1:])) == "plan-originals"


def test_a_package_may_leave_an_instrument_for_later() -> None:
    table = reach("authorised")
    only = tuple(o for o in plan(table).originals if o.instrument == NUMBERS[1])
    table.say(A, plan(table, originals=only))


def test_only_engrossed_instruments_are_planned() -> None:
    table = reach("initialled")
    for party in (A, B):
        table.say(party, bodies.engrossing(table.standing, NUMBERS[0]))
    template = plan(reach("engrossed"))
    assert table.refused(A, template) == "plan-early"
    only = tuple(o for o in template.originals if o.instrument == NUMBERS[0])
    table.say(A, replace(template, originals=only))


def test_one_described_and_certified_signatory_signs_for_each_party() -> None:
    table = reach("authorised")
    one, other = plan(table).signers
    for signers in ((one,), (one, one), (one, other, other), (one, replace(other, party=MEDIATOR))):
        assert table.refused(A, plan(table, signers=signers)) == "plan-signers"
    for wrong in (replace(other, signatory="beland.pm"), replace(other, certificate=bodies.mark("another"))):
        assert table.refused(A, plan(table, signers=(one, wrong))) == "plan-certificate"


def test_accepting_withdraws_a_request_to_stop() -> None:
    table = reach("planned")
    for who in (A, B):
        table.say(who, bodies.abort_request(table.standing))
    table.say(B, bodies.plan_acceptance(table.standing))
    assert set(bodies.of(table.standing).abort_requested) == {A}
