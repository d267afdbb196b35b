"""What a standing says about itself."""

from __future__ import annotations

import dataclasses

import pytest

from paraph.domain.acts import Mode
from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.standing import PlanState
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, STAGES, reach

A, B, C = PartyId("aland"), PartyId("beland"), PartyId("celand")
N = NUMBERS[0]


def test_parties_are_in_order_of_their_ids_and_the_mediator_is_none_of_them() -> None:
    standing = reach("opened", ("celand", "aland", "beland")).standing
    assert standing.parties == (A, B, C)
    assert (standing.opener, standing.mediator) == (C, MEDIATOR)


def test_a_dossier_is_concluded_when_everything_in_it_is() -> None:
    for stage in STAGES:
        standing = reach(stage).standing
        assert standing.concluded == (STAGES.index(stage) >= STAGES.index("concluded")), stage


@pytest.mark.parametrize("mode", Mode)
def test_a_plan_lives_until_it_is_aborted_or_concluded(mode: Mode) -> None:
    for stage in STAGES[STAGES.index("planned") :]:
        plan = bodies.of(reach(stage, mode=mode).standing)
        assert plan.live == (plan.state is not PlanState.CONCLUDED), stage
    table = reach("planned")
    table.say(A, bodies.abort(table.standing))
    assert not bodies.of(table.standing).live


def test_who_signed_an_original_and_who_is_next() -> None:
    slot = (N, B)
    seen = []
    for stage in ("held", "revealed", "countersigned"):
        plan = bodies.of(reach(stage, ("aland", "beland", "celand")).standing)
        seen.append((plan.signed_by(slot), plan.next_signer(slot)))
    assert seen == [((), B), ((B,), A), ((B, A, C), None)]


def test_a_slot_that_is_not_planned_has_no_signer() -> None:
    plan = bodies.of(reach("revealed").standing)
    assert plan.original((InstrumentNumber("X/1"), A)) is None
    assert plan.next_signer((InstrumentNumber("X/1"), A)) is None
    original = plan.original((N, A))
    assert original is not None
    assert original.sha256 == plan.body.originals[0].sha256
    assert plan.signatory(B) == bodies.minister(B)


def test_a_standing_cannot_be_changed_in_place() -> None:
    standing = reach("open").standing
    for record in (
        standing,
        standing.instruments[N],
        bodies.of(standing),
        next(iter(standing.powers.values())),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, dataclasses.fields(record)[0].name, "other")
