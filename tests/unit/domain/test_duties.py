"""What each node has to do by itself, at every stage."""

from __future__ import annotations

import pytest

from paraph.domain.acts import Mode
from paraph.domain.duties import Duty, DutyKind, duties, needs_finality
from paraph.domain.ids import PartyId, Utc
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, STAGES, WITNESS, Proceedings, reach

A, B = PartyId("aland"), PartyId("beland")
K = DutyKind

# Stage to what is due, by whom. At every stage that is not here nothing is.
DUE = {
    "deposited": {MEDIATOR: [(K.CHECK_DEPOSIT, A), (K.CHECK_DEPOSIT, B)]},
    "held": {MEDIATOR: [(K.RELEASE, MEDIATOR)]},
    "released": {
        A: [(K.REVEAL, A)],
        B: [(K.REVEAL, B)],
        MEDIATOR: [(K.REVEAL, A), (K.REVEAL, B)],
    },
    "revealed": {A: [(K.COUNTERSIGN, A)], B: [(K.COUNTERSIGN, B)]},
    "countersigned": {A: [(K.SEAL, A)]},
    "sealed": {A: [(K.RECEIVE, A)], B: [(K.RECEIVE, B)]},
    "concluded": {A: [(K.ENGROSS_CONTAINER, A)]},
    "engrossed-container": {A: [(K.SEAL_CONTAINER, A)], B: [(K.SEAL_CONTAINER, B)]},
}
DUE_DIRECT = {
    **{stage: due for stage, due in DUE.items() if MEDIATOR not in due},
    "deposited": {A: [(K.REVEAL, A)]},
    "held": {A: [(K.REVEAL, A)]},
    "released": DUE["revealed"],
}


def due(table: Proceedings, now: Utc = bodies.NOW) -> dict[PartyId, list[tuple[DutyKind, PartyId]]]:
    found = {who: [(d.kind, d.party) for d in duties(table.standing, who, now)] for who in table.everybody}
    return {who: list_ for who, list_ in found.items() if list_}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("mode", Mode)
def test_what_is_due_at_each_stage(mode: Mode, stage: str) -> None:
    expected = DUE if mode is Mode.MEDIATED else DUE_DIRECT
    assert due(reach(stage, mode=mode)) == expected.get(stage, {})


def test_a_duty_done_is_due_no_more() -> None:
    table = reach("deposited")
    table.say(MEDIATOR, bodies.held(table.standing, A))
    assert due(table) == {MEDIATOR: [(K.CHECK_DEPOSIT, B)]}
    table = reach("released")
    table.say(MEDIATOR, bodies.reveal(table.standing, A))
    assert due(table) == {B: [(K.REVEAL, B), (K.COUNTERSIGN, B)], MEDIATOR: [(K.REVEAL, B)]}
    table = reach("sealed")
    table.say(A, bodies.receipt(table.standing))
    assert due(table) == {B: [(K.RECEIVE, B)]}
    table = reach("engrossed-container")
    table.say(B, bodies.container_seal(table.standing, B))
    assert due(table) == {A: [(K.SEAL_CONTAINER, A)]}


def test_countersigning_names_the_originals_whose_turn_it_is() -> None:
    table = reach("revealed", ("aland", "beland", "celand"), numbers=NUMBERS[:1])
    (for_b,) = duties(table.standing, B, bodies.NOW)
    assert for_b == Duty(kind=K.COUNTERSIGN, party=B, slots=((NUMBERS[0], A),))
    (for_a,) = duties(table.standing, A, bodies.NOW)
    assert for_a.slots == ((NUMBERS[0], B), (NUMBERS[0], PartyId("celand")))
    assert duties(table.standing, PartyId("celand"), bodies.NOW) == ()


def test_a_refused_deposit_is_awaited_again() -> None:
    table = reach("deposited")
    table.say(MEDIATOR, bodies.refusal(table.standing, A))
    table.say(MEDIATOR, bodies.held(table.standing, B))
    assert due(table) == {}
    table.say(A, bodies.deposit(table.standing, A, kind="second"))
    assert due(table) == {MEDIATOR: [(K.CHECK_DEPOSIT, A)]}


@pytest.mark.parametrize("now", [bodies.NOW, bodies.LATER])
def test_whoever_asks_to_stop_is_heard_before_anything_else(now: Utc) -> None:
    table = reach("held")
    table.say(B, bodies.abort_request(table.standing))
    (duty,) = duties(table.standing, MEDIATOR, now)
    assert (duty.kind, duty.party, duty.reason) == (K.ABORT, B, "requested by beland: instructions")


@pytest.mark.parametrize("stage", ["open", "deposited"])
def test_nothing_is_left_to_do_when_a_request_has_ended_the_exchange(stage: str) -> None:
    table = reach(stage)
    table.say(B, bodies.abort_request(table.standing))
    assert due(table) == due(table, bodies.LATER) == {}


@pytest.mark.parametrize(
    ("stage", "kind", "reason"),
    [
        ("open", K.ABORT, "no good deposit of aland, beland in time"),
        ("deposited", K.ABORT, "no good deposit of aland, beland in time"),
        ("held", K.ABORT, "not released in time"),
    ],
)
def test_after_the_time_limit_the_mediator_ends_what_is_not_released(
    stage: str, kind: DutyKind, reason: str
) -> None:
    table = reach(stage)
    (duty,) = duties(table.standing, MEDIATOR, bodies.LATER)
    assert (duty.kind, duty.reason) == (kind, reason)
    assert [d for d in duties(table.standing, MEDIATOR, bodies.NOW) if d.kind is K.ABORT] == []


def test_a_direct_exchange_has_no_time_limit_and_hears_only_ones_own_wish_to_stop() -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    assert due(table, bodies.LATER) == {A: [(K.REVEAL, A)]}
    table.say(B, bodies.abort_request(table.standing))
    assert due(table) == {A: [(K.REVEAL, A)]}
    table.say(A, bodies.abort_request(table.standing))
    assert due(table) == {}


def test_a_direct_exchange_waits_for_every_commitment() -> None:
    table = reach("open", mode=Mode.DIRECT)
    table.say(A, bodies.deposit(table.standing, A))
    assert due(table) == {}


def test_witnesses_have_no_duties() -> None:
    assert all(duties(reach(stage).standing, WITNESS, bodies.LATER) == () for stage in STAGES)


def test_the_duties_that_wait_for_finality_are_those_that_put_signatures_into_the_open() -> None:
    waiting = set()
    for mode in Mode:
        for stage in STAGES:
            standing = reach(stage, mode=mode).standing
            due = [duty for who in (A, B, MEDIATOR) for duty in duties(standing, who, bodies.NOW)]
            waiting |= {(mode, stage, duty.kind) for duty in due if needs_finality(standing, duty)}
    assert waiting == {
        (Mode.MEDIATED, "held", K.RELEASE),
        (Mode.DIRECT, "deposited", K.REVEAL),
        (Mode.DIRECT, "held", K.REVEAL),
    }
