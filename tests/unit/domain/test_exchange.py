"""Deposits, answers, the release, aborts, reveals (S3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.acts import Mode
from paraph.domain.ids import ActId, PartyId, Utc
from paraph.domain.standing import PlanState
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, Proceedings, reach

A, B, C = PartyId("aland"), PartyId("beland"), PartyId("celand")
THREE = ("aland", "beland", "celand")


def state(table: Proceedings) -> PlanState:
    return bodies.of(table.standing).state


# --- deposits


def test_a_deposit_waits_for_the_mediators_answer() -> None:
    table = reach("open")
    act = table.say(A, bodies.deposit(table.standing, A))
    found = bodies.of(table.standing).deposits
    assert set(found) == {A}
    assert (found[A].act, found[A].answer, found[A].reason) == (act.id, "", "")
    assert state(table) is PlanState.OPEN


def test_a_deposit_is_made_once_and_again_only_after_a_refusal() -> None:
    table = reach("deposited")
    again = bodies.deposit(table.standing, A, kind="second")
    assert table.refused(A, again) == "already-deposited"
    table.say(MEDIATOR, bodies.refusal(table.standing, A))
    table.say(A, again)
    assert bodies.of(table.standing).deposits[A].answer == ""
    table.say(MEDIATOR, bodies.held(table.standing, A))
    assert table.refused(A, bodies.deposit(table.standing, A, kind="third")) == "already-deposited"


def test_a_deposit_is_for_the_accepted_plan() -> None:
    table = reach("open")
    body = replace(bodies.deposit(table.standing, A), proposal=ActId(bodies.mark("other")))
    assert table.refused(A, body) == "plan-other"


def test_a_deposit_is_sealed_exactly_when_somebody_can_open_it() -> None:
    mediated, direct = reach("open"), reach("open", mode=Mode.DIRECT)
    assert mediated.refused(A, replace(bodies.deposit(mediated.standing, A), sealed="")) == "deposit-seal"
    sealed = replace(bodies.deposit(direct.standing, A), sealed=bodies.mark("sealed"))
    assert direct.refused(A, sealed) == "deposit-seal"


def test_a_deposit_signs_each_own_original_once() -> None:
    table = reach("open")
    one, two = bodies.deposit(table.standing, A).signatures
    (foreign, _) = bodies.deposit(table.standing, B).signatures
    for signatures in ((), (one,), (one, one), (one, two, two), (one, foreign), (one, two, foreign)):
        assert (
            table.refused(A, replace(bodies.deposit(table.standing, A), signatures=signatures))
            == "deposit-slots"
        )


def test_authority_counts_at_the_instant_of_each_signature() -> None:
    table = reach("engrossed")
    table.say(A, bodies.powers(A, valid_until=Utc("2026-03-02T10:00:00Z")))
    table.say(B, bodies.powers(B))
    for who in (A, B):
        table.say(who, bodies.order(table.standing, who))
    table.plan()
    table.accept_plan()
    late = bodies.deposit(table.standing, A, at=Utc("2026-03-02T10:00:00Z"))
    assert table.refused(A, late) == "no-authority"
    timely = bodies.deposit(table.standing, A)
    assert (
        table.refused(A, replace(timely, signatures=(timely.signatures[0], late.signatures[1])))
        == "no-authority"
    )
    table.say(A, timely)


def test_a_deposit_needs_the_go() -> None:
    table = reach("engrossed")
    for who in (A, B):
        table.say(who, bodies.powers(who))
    table.say(A, replace(bodies.order(table.standing, A), instruments=(NUMBERS[0],)))
    table.plan()
    table.accept_plan()
    assert table.refused(A, bodies.deposit(table.standing, A)) == "no-order"
    assert table.refused(B, bodies.deposit(table.standing, B)) == "no-order"
    table.say(A, bodies.order(table.standing, A))
    table.say(A, bodies.deposit(table.standing, A))


# --- answers


@pytest.mark.parametrize("answer", [bodies.held, bodies.refusal])
def test_a_deposit_is_answered_once(answer: object) -> None:
    table = reach("deposited")
    assert callable(answer)
    table.say(MEDIATOR, answer(table.standing, A))
    for again in (bodies.held, bodies.refusal):
        assert table.refused(MEDIATOR, again(table.standing, A)) == "deposit-answered"


def test_a_refusal_says_why() -> None:
    table = reach("deposited")
    table.say(MEDIATOR, bodies.refusal(table.standing, A))
    found = bodies.of(table.standing).deposits[A]
    assert (found.answer, found.reason) == ("refused", "bad")


def test_only_the_present_deposit_is_answered() -> None:
    table = reach("open")
    table.say(A, bodies.deposit(table.standing, A))
    assert table.refused(MEDIATOR, bodies.held(table.standing, B)) == "deposit-unknown"
    first = bodies.held(table.standing, A)
    table.say(MEDIATOR, bodies.refusal(table.standing, A))
    table.say(A, bodies.deposit(table.standing, A, kind="second"))
    assert table.refused(MEDIATOR, first) == "deposit-unknown"  # it was about the deposit before
    table.say(MEDIATOR, bodies.held(table.standing, A))


def test_the_mediator_of_the_dossier_has_no_say_in_a_direct_exchange() -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    for body in (
        bodies.held(table.standing, A),
        bodies.refusal(table.standing, A),
        bodies.release(table.standing),
    ):
        assert table.refused(MEDIATOR, body) == "not-the-mediator"
    assert table.refused(MEDIATOR, bodies.abort(table.standing)) == "plan-direct"
    assert table.refused(MEDIATOR, bodies.reveal(table.standing, A)) == "reveal-other"


# --- release


def test_nothing_is_released_while_a_deposit_is_missing_unanswered_or_refused() -> None:
    table = reach("open", THREE)
    assert table.refused(MEDIATOR, bodies.release(table.standing)) == "deposit-missing"
    table.deposit()
    assert table.refused(MEDIATOR, bodies.release(table.standing)) == "deposit-missing"
    table.say(MEDIATOR, bodies.held(table.standing, A))
    table.say(MEDIATOR, bodies.held(table.standing, B))
    table.say(MEDIATOR, bodies.refusal(table.standing, C))
    assert table.refused(MEDIATOR, bodies.release(table.standing)) == "deposit-missing"
    table.say(C, bodies.deposit(table.standing, C, kind="second"))
    table.say(MEDIATOR, bodies.held(table.standing, C))
    table.say(MEDIATOR, bodies.release(table.standing))
    assert (state(table), bodies.of(table.standing).token) == (PlanState.RELEASED, bodies.mark("token"))


def test_the_release_names_the_held_deposits_in_any_order_and_no_other() -> None:
    table = reach("held")
    body = bodies.release(table.standing)
    one, two = body.deposits
    for deposits in ((), (one,), (one, one), (one, two, two), (one, ActId(bodies.mark("other")))):
        assert table.refused(MEDIATOR, replace(body, deposits=deposits)) == "release-deposits"
    table.say(MEDIATOR, replace(body, deposits=(two, one)))


# --- revealing with a mediator


def test_nothing_is_revealed_before_the_release() -> None:
    for stage in ("open", "deposited", "held"):
        table = reach(stage)
        for who in (A, B, MEDIATOR):
            assert table.refused(who, bodies.reveal(table.standing, A)) == "reveal-early"


@pytest.mark.parametrize("who", [A, MEDIATOR])
def test_after_it_the_signatorys_node_or_the_mediator_reveals(who: PartyId) -> None:
    table = reach("released")
    table.say(who, bodies.reveal(table.standing, A))
    assert bodies.of(table.standing).revealed == {
        s: bodies.mark("first", "good", bodies.of(table.standing).body.plan, *s)
        for s in bodies.slots_of(table.standing, A)
    }


def test_a_party_does_not_reveal_anothers_signatures() -> None:
    table = reach("released")
    assert table.refused(B, bodies.reveal(table.standing, A)) == "reveal-other"


def test_revealing_again_changes_nothing() -> None:
    table = reach("revealed")
    before = table.standing
    for who in (A, MEDIATOR):
        table.say(who, bodies.reveal(table.standing, A))
    assert table.standing == before


def test_what_is_revealed_is_what_was_deposited() -> None:
    table = reach("released")
    assert table.refused(A, bodies.reveal(table.standing, A, kind="another")) == "reveal-differs"
    body = bodies.reveal(table.standing, A)
    for signatures in ((), body.signatures[:1], (*body.signatures, body.signatures[0])):
        assert table.refused(A, replace(body, signatures=signatures)) == "reveal-differs"
    swapped = tuple(
        replace(s, cms=o.cms) for s, o in zip(body.signatures, body.signatures[::-1], strict=True)
    )
    assert table.refused(A, replace(body, signatures=swapped)) == "reveal-differs"


def test_nobody_who_deposited_nothing_has_anything_to_reveal() -> None:
    table = reach("released")
    body = replace(bodies.reveal(table.standing, A), party=MEDIATOR)
    assert table.refused(MEDIATOR, body) == "reveal-undeposited"


# --- revealing without one


def test_without_a_mediator_all_commit_before_the_first_reveals() -> None:
    table = reach("open", THREE, Mode.DIRECT)
    table.say(A, bodies.deposit(table.standing, A))
    table.say(B, bodies.deposit(table.standing, B))
    assert table.refused(A, bodies.reveal(table.standing, A)) == "deposit-missing"
    table.say(C, bodies.deposit(table.standing, C))
    table.say(A, bodies.reveal(table.standing, A))


def test_without_a_mediator_parties_reveal_in_the_plans_order() -> None:
    table = reach("deposited", THREE, Mode.DIRECT)
    for who, others in ((A, (B, C)), (B, (C,)), (C, ())):
        for other in others:
            assert table.refused(other, bodies.reveal(table.standing, other)) == "reveal-turn"
        assert table.refused(others[0] if others else A, bodies.reveal(table.standing, who)) == "reveal-other"
        assert state(table) is PlanState.OPEN
        table.say(who, bodies.reveal(table.standing, who))
    assert state(table) is PlanState.RELEASED


def test_whoever_reveals_no_longer_asks_to_stop() -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    table.say(A, bodies.abort_request(table.standing))
    table.say(A, bodies.reveal(table.standing, A))
    table.say(B, bodies.abort_request(table.standing))
    assert (state(table), set(bodies.of(table.standing).abort_requested)) == (PlanState.OPEN, {B})
    table.say(B, bodies.reveal(table.standing, B))
    assert state(table) is PlanState.RELEASED


def test_a_direct_exchange_reveals_what_was_committed_to() -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    assert table.refused(A, bodies.reveal(table.standing, A, kind="another")) == "reveal-differs"
    assert isinstance(bodies.reveal(table.standing, A), acts.SignatureRevealed)


def test_the_mediator_of_the_dossier_reveals_nothing_of_its_own_in_a_direct_exchange() -> None:
    early, late = reach("deposited", mode=Mode.DIRECT), reach("released", mode=Mode.DIRECT)
    own = replace(bodies.reveal(late.standing, A), party=MEDIATOR)
    assert early.refused(MEDIATOR, own) == "reveal-turn"
    assert late.refused(MEDIATOR, own) == "reveal-undeposited"
