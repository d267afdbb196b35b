"""How an exchange ends without effect: who can end it when, alone, by the mediator, or all together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain.abort import ABANDON_MARGIN_S, Ending, abandonable_from, ending
from paraph.domain.acts import Mode
from paraph.domain.ids import PartyId, Utc
from paraph.domain.instants import END_OF_TIME, MAX_CLOCK_SKEW_S, after
from paraph.domain.standing import PlanState
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, STAGES, Proceedings, reach

A, B, C = PartyId("aland"), PartyId("beland"), PartyId("celand")
THREE = ("aland", "beland", "celand")
BEFORE = Utc("2026-03-02T11:14:59Z")


def state(table: Proceedings) -> PlanState:
    return bodies.of(table.standing).state


def ask(table: Proceedings, who: PartyId, time: Utc = bodies.NOW) -> PlanState:
    table.say(who, bodies.abort_request(table.standing), time=time)
    return state(table)


# --- before the plan is accepted


@pytest.mark.parametrize("who", [A, B, MEDIATOR])
def test_anyone_can_stop_a_plan_that_is_not_accepted_by_all(who: PartyId) -> None:
    table = reach("planned")
    table.say(who, bodies.abort(table.standing))
    assert (state(table), bodies.of(table.standing).reason) == (PlanState.ABORTED, "instructions")


def test_a_request_before_the_plan_is_accepted_is_recorded_and_taken_back_by_accepting() -> None:
    table = reach("planned")
    assert ask(table, B) is PlanState.PROPOSED
    table.say(B, bodies.plan_acceptance(table.standing))
    assert bodies.of(table.standing).abort_requested == {}


# --- while a deposit is not held


@pytest.mark.parametrize("stage", ["open", "deposited"])
@pytest.mark.parametrize("who", [A, B])
def test_while_a_deposit_is_not_held_a_request_ends_the_exchange(stage: str, who: PartyId) -> None:
    table = reach(stage)
    assert table.refused(who, bodies.abort(table.standing)) == "not-the-mediator"
    assert ask(table, who) is PlanState.ABORTED
    assert bodies.of(table.standing).reason == "instructions"


@pytest.mark.parametrize("answer", ["", "refused"])
def test_one_deposit_that_is_missing_unanswered_or_refused_is_enough(answer: str) -> None:
    table = reach("deposited", THREE)
    for who in (A, B):
        table.say(MEDIATOR, bodies.held(table.standing, who))
    if answer:
        table.say(MEDIATOR, bodies.refusal(table.standing, C))
    assert ask(table, A) is PlanState.ABORTED


def test_a_request_that_was_made_before_and_comes_late_stops_nothing_that_is_held() -> None:
    """It is judged where it stands: the release may rest on what stands before it."""
    table = reach("deposited")
    request = table.act(A, bodies.abort_request(table.standing))
    for who in (A, B):
        table.say(MEDIATOR, bodies.held(table.standing, who))
    assert request.body is not None
    table.say(A, request.body)
    assert state(table) is PlanState.OPEN


# --- when all are held


def test_when_all_are_held_parties_ask_and_the_mediator_stops() -> None:
    table = reach("held")
    assert table.refused(A, bodies.abort(table.standing)) == "not-the-mediator"
    assert ask(table, A) is PlanState.OPEN
    assert bodies.of(table.standing).abort_requested == {A: "instructions"}
    table.say(MEDIATOR, bodies.abort(table.standing))
    assert state(table) is PlanState.ABORTED


@pytest.mark.parametrize("time", [bodies.NOW, bodies.LATER, BEFORE])
def test_until_the_margin_has_passed_parties_together_cannot_stop_what_may_be_released(time: Utc) -> None:
    table = reach("held")
    for who in (A, B):
        assert ask(table, who, time) is PlanState.OPEN
    table.say(MEDIATOR, bodies.release(table.standing))
    assert state(table) is PlanState.RELEASED


def test_afterwards_all_parties_together_give_the_exchange_up() -> None:
    table = reach("held", THREE)
    for who in (A, B):
        assert ask(table, who, bodies.AFTERWARDS) is PlanState.OPEN
    assert ask(table, C, bodies.AFTERWARDS) is PlanState.ABORTED
    assert table.refused(MEDIATOR, bodies.release(table.standing)) == "plan-state"


def test_who_asked_before_the_margin_asks_again() -> None:
    table = reach("held")
    ask(table, A, BEFORE)
    ask(table, B, bodies.AFTERWARDS)
    assert (state(table), bodies.of(table.standing).abandoned) == (PlanState.OPEN, {B})
    ask(table, B, bodies.AFTERWARDS)
    assert state(table) is PlanState.OPEN
    assert ask(table, A, bodies.AFTERWARDS) is PlanState.ABORTED


def test_a_release_takes_effect_until_the_last_one_has_given_up() -> None:
    table = reach("held")
    ask(table, A, bodies.AFTERWARDS)
    table.say(MEDIATOR, bodies.release(table.standing))
    assert table.refused(B, bodies.abort_request(table.standing)) == "plan-state"


def test_suspending_a_certificate_is_no_giving_up() -> None:
    """A node that suspends does not ask whether there is a release: that must not count towards ending one."""
    table = reach("held")
    ask(table, A, bodies.AFTERWARDS)
    table.say(B, bodies.suspension(B), time=bodies.AFTERWARDS)
    assert state(table) is PlanState.OPEN
    assert ask(table, B, bodies.AFTERWARDS) is PlanState.ABORTED


def test_the_margin_covers_both_clocks_and_a_message() -> None:
    assert ABANDON_MARGIN_S > 2 * MAX_CLOCK_SKEW_S
    assert abandonable_from(bodies.of(reach("open").standing)) == bodies.AFTERWARDS


@pytest.mark.parametrize("limit", ["9999-12-31T23:59:59Z", "9999-12-31T23:50:00Z", "2026-02-30T00:00:00Z"])
def test_a_limit_that_is_no_instant_is_never_over(limit: str) -> None:
    plan = bodies.of(reach("open").standing)
    odd = replace(plan, body=replace(plan.body, deposit_until=Utc(limit)))
    assert abandonable_from(odd) == END_OF_TIME


def test_a_while_after_an_instant() -> None:
    assert after(Utc("2026-12-31T23:59:59Z"), 2) == "2027-01-01T00:00:01Z"
    assert after(Utc("0001-01-01T00:00:00Z"), 0) == "0001-01-01T00:00:00Z"


# --- after the release


@pytest.mark.parametrize("stage", ["released", "revealed", "countersigned", "sealed", "concluded"])
def test_nobody_stops_a_released_exchange(stage: str) -> None:
    table = reach(stage)
    for who in (A, B, MEDIATOR):
        assert table.refused(who, bodies.abort(table.standing)) == "plan-state"
    assert table.refused(A, bodies.abort_request(table.standing)) == "plan-state"


def test_after_an_abort_a_new_plan_begins_from_nothing() -> None:
    table = reach("held")
    ask(table, A)
    table.say(MEDIATOR, bodies.abort(table.standing))
    table.say(B, bodies.plan(table.standing, bodies.plan_id(2)))
    found = bodies.of(table.standing)
    assert (found.state, found.deposits, found.accepted) == (PlanState.PROPOSED, {}, frozenset({B}))
    assert (found.abort_requested, found.abandoned) == ({}, frozenset())


# --- without a mediator


def test_without_a_mediator_anyone_stops_until_the_first_reveal() -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    stopped = table.copy()
    stopped.say(B, bodies.abort(stopped.standing))
    assert state(stopped) is PlanState.ABORTED
    table.say(A, bodies.reveal(table.standing, A))
    for who in (A, B):
        assert table.refused(who, bodies.abort(table.standing)) == "abort-late"


@pytest.mark.parametrize("time", [bodies.NOW, bodies.AFTERWARDS])
def test_a_direct_exchange_that_hangs_ends_when_every_party_asks(time: Utc) -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    table.say(A, bodies.reveal(table.standing, A))
    assert ask(table, A, time) is PlanState.OPEN
    assert ask(table, B, time) is PlanState.ABORTED


# --- what an officer is told beforehand is what comes of it


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("stage", STAGES[STAGES.index("planned") :])
@pytest.mark.parametrize("time", [bodies.NOW, bodies.AFTERWARDS])
def test_the_outlook_comes_true(mode: Mode, stage: str, time: Utc) -> None:
    table = reach(stage, mode=mode)
    told = ending(table.standing, bodies.of(table.standing), A, time)
    if told is Ending.TOO_LATE:
        assert table.refused(A, bodies.abort_request(table.standing)) == "plan-state"
        return
    alone = state(table) is PlanState.PROPOSED or mode is Mode.DIRECT
    body = (bodies.abort if alone else bodies.abort_request)(table.standing)
    table.say(A, body, time=time)
    ended = state(table) is PlanState.ABORTED
    assert ended == (told is Ending.AT_ONCE)
    if told is Ending.TOGETHER:
        assert ask(table, B, time) is PlanState.ABORTED
    if told is Ending.BY_MEDIATOR:
        table.say(MEDIATOR, bodies.abort(table.standing))
        assert state(table) is PlanState.ABORTED


def test_a_direct_exchange_with_a_reveal_ends_together() -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    table.say(A, bodies.reveal(table.standing, A))
    assert ending(table.standing, bodies.of(table.standing), B, bodies.NOW) is Ending.TOGETHER


def test_the_mediator_ends_it_at_once() -> None:
    table = reach("held")
    assert ending(table.standing, bodies.of(table.standing), MEDIATOR, bodies.NOW) is Ending.AT_ONCE
