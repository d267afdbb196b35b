"""Fairness, by exhausting every course of an exchange; and the changes of the rules that would end it.

A check that cannot fail proves nothing: each rule on which fairness rests is broken in turn, and the search must find how.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from paraph.domain import abort, dossier, exchange
from paraph.domain.acts import Act, ExchangeReleased, Mode, SignatureRevealed
from paraph.domain.ids import PartyId
from paraph.domain.standing import Attachments, Dossier, PlanState
from tests.support import bodies
from tests.support.exchange_model import NAMES, Found, Model

A, B, C = NAMES[:3]


# --- the rules as they are. A search that was cut off would visit fewer states; without leaks it would prove nothing.


def fair(*, states: int, leaks: int, **chosen: Any) -> Model:
    """Search, and find nothing unfair in at least so many states, in some of which the honest party's signatures are out."""
    model = Model(**chosen)
    found = model.search()
    assert found.course == ()
    assert found.states > states
    assert found.leaks > leaks
    return model


@pytest.mark.parametrize("honest", [A, B])
def test_of_two_parties_the_honest_one_gets_everything_or_gives_nothing(honest: PartyId) -> None:
    fair(count=2, honest=honest, states=1_000, leaks=50)


@pytest.mark.parametrize("honest", [A, B, C])
def test_of_three_parties_one_is_safe_from_two_in_league(honest: PartyId) -> None:
    fair(count=3, honest=honest, brief=True, asks=False, states=1_000, leaks=0)


@pytest.mark.slow
def test_of_five_parties_one_is_safe_from_four_in_league() -> None:
    """Which of the four did what does not matter: states that differ only in that are one."""
    fair(count=5, honest=A, brief=True, asks=False, stage="open", alike=True, states=5_000, leaks=0)


@pytest.mark.slow
def test_counting_states_that_are_alike_once_leaves_nothing_out() -> None:
    """What is unfair is found either way, and there are as many kinds of states as there are."""
    for changes in ({}, {"timed": True, "margin": False}):
        found = [
            Model(count=3, honest=A, brief=True, stage="open", alike=alike, **changes).search()  # type: ignore[arg-type]
            for alike in (False, True)
        ]
        assert bool(found[0].course) == bool(found[1].course) == bool(changes)
        assert len(found[0].course) == len(found[1].course)
        assert found[1].states < found[0].states


@pytest.mark.parametrize("honest", [A, B])
def test_acts_that_are_made_early_and_ordered_late_change_nothing(honest: PartyId) -> None:
    fair(count=2, honest=honest, withheld=1, brief=True, asks=False, states=10_000, leaks=0)


@pytest.mark.parametrize("honest", [A, B])
def test_who_gives_up_after_the_margin_loses_nothing_and_nobody_is_stuck(honest: PartyId) -> None:
    model = fair(count=2, honest=honest, timed=True, states=4_000, leaks=100)
    assert model.stuck() == []


def test_of_three_parties_one_gives_up_safely_whatever_two_in_league_do() -> None:
    model = fair(count=3, honest=A, brief=True, timed=True, stage="open", states=15_000, leaks=100)
    assert model.stuck() == []


@pytest.mark.slow
def test_giving_up_early_on_paper_and_late_in_the_log_changes_nothing() -> None:
    fair(count=2, honest=A, brief=True, timed=True, withheld=1, stage="open", states=50_000, leaks=50)


@pytest.mark.parametrize("honest", [A, B])
def test_suspending_certificates_is_as_safe_as_asking_to_stop(honest: PartyId) -> None:
    model = fair(count=2, honest=honest, timed=True, suspends=True, stage="open", states=4_000, leaks=500)
    assert model.stuck() == []


def test_deposits_that_are_refused_and_made_again_change_nothing() -> None:
    """The honest party, too, may deposit something bad first; what it deposits after the refusal is as safe."""
    fair(count=2, honest=A, clumsy=True, states=10_000, leaks=50)


@pytest.mark.parametrize("honest", [A, B])
def test_a_mediator_that_stops_for_good_leaves_everything_or_nothing(honest: PartyId) -> None:
    """After whatever act it stops: what it made with the release, in one transaction, is enough."""
    model = fair(count=2, honest=honest, timed=True, lasts=False, in_one=True, states=4_000, leaks=50)
    assert model.stuck() == []


# --- the rules as they must not be

Effect = Callable[[Dossier, Act, Attachments], Dossier]


@pytest.fixture
def bend(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change one rule for a test."""

    def change(kind: str, **changes: Any) -> None:
        rules = {**dossier.RULES, kind: replace(dossier.RULES[kind], **changes)}
        monkeypatch.setattr(dossier, "RULES", rules)

    return change


def unfair(**changes: Any) -> tuple[str, ...]:
    """A course that ends unfairly: how the adversary got the signatures and the honest party did not."""
    chosen: dict[str, Any] = {"count": 2, "honest": A} | changes
    found: Found = Model(**chosen).search()
    assert found.course, f"{found.states} states, and none is unfair"
    return found.course


def last_words(course: tuple[str, ...]) -> set[str]:
    return {word.removeprefix("ordered: ") for word in course}


def test_an_abort_after_the_release_would_be_unfair(bend: Callable[..., None]) -> None:
    bend("exchange-aborted", plan=frozenset({PlanState.PROPOSED, PlanState.OPEN, PlanState.RELEASED}))
    assert "beland exchange-aborted" in last_words(unfair())


def test_a_release_without_every_deposit_would_be_unfair(bend: Callable[..., None]) -> None:
    def released_anyway(standing: Dossier, act: Act, _attachments: Attachments) -> Dossier:
        assert isinstance(act.body, ExchangeReleased)
        return replace(
            standing, plan=replace(bodies.of(standing), state=PlanState.RELEASED, token=act.body.token)
        )

    bend("exchange-released", effect=released_anyway)
    course = last_words(unfair())
    assert "middle exchange-released" in course
    assert "beland signature-deposited" not in course


def test_a_release_with_an_unchecked_deposit_would_be_unfair(bend: Callable[..., None]) -> None:
    def released_unseen(standing: Dossier, act: Act, attachments: Attachments) -> Dossier:
        plan = bodies.of(standing)
        deposits = {p: replace(d, answer="held") for p, d in plan.deposits.items()}
        return exchange.released(replace(standing, plan=replace(plan, deposits=deposits)), act, attachments)

    bend("exchange-released", effect=released_unseen)
    assert "beland signature-deposited" in last_words(unfair())


def test_a_reveal_before_the_release_would_be_unfair(bend: Callable[..., None]) -> None:
    def revealed_early(standing: Dossier, act: Act, _attachments: Attachments) -> Dossier:
        plan = bodies.of(standing)
        assert isinstance(act.body, SignatureRevealed)
        if act.body.party not in plan.deposits:
            return standing
        shown = {(s.instrument, s.holder): s.cms for s in act.body.signatures}
        return replace(standing, plan=replace(plan, revealed={**plan.revealed, **shown}))

    bend("signature-revealed", effect=revealed_early)
    assert "middle exchange-released" not in last_words(unfair())


def test_a_party_that_ends_it_alone_when_every_deposit_is_held_would_be_unfair(
    bend: Callable[..., None],
) -> None:
    def ends_it(standing: Dossier, _act: Act, _attachments: Attachments) -> Dossier:
        return replace(standing, plan=replace(bodies.of(standing), state=PlanState.ABORTED))

    bend("exchange-abort-requested", effect=ends_it)
    assert "beland exchange-abort-requested" in last_words(unfair())


def test_parties_that_abort_an_open_exchange_themselves_would_be_unfair(bend: Callable[..., None]) -> None:
    def aborted_by_anyone(standing: Dossier, _act: Act, _attachments: Attachments) -> Dossier:
        return replace(standing, plan=replace(bodies.of(standing), state=PlanState.ABORTED))

    bend("exchange-aborted", effect=aborted_by_anyone)
    assert "beland exchange-aborted" in last_words(unfair())


def test_even_all_parties_together_would_be_at_any_time(bend: Callable[..., None]) -> None:
    """The adversary reads the release, and has two earlier requests to stop ordered before it."""

    def asked(standing: Dossier, act: Act, attachments: Attachments) -> Dossier:
        after = abort.requested(standing, act, attachments)
        plan = bodies.of(after)
        stopped = plan.state is PlanState.OPEN and set(plan.abort_requested) == set(after.parties)
        return replace(after, plan=replace(plan, state=PlanState.ABORTED)) if stopped else after

    bend("exchange-abort-requested", effect=asked)
    course = last_words(unfair())
    assert {"aland exchange-abort-requested", "beland exchange-abort-requested"} <= course


def test_a_held_deposit_that_can_be_made_again_would_be_unfair(bend: Callable[..., None]) -> None:
    def deposited_again(standing: Dossier, act: Act, attachments: Attachments) -> Dossier:
        plan = bodies.of(standing)
        others = {p: d for p, d in plan.deposits.items() if p != act.author}
        return exchange.deposited(replace(standing, plan=replace(plan, deposits=others)), act, attachments)

    bend("signature-deposited", effect=deposited_again)
    assert [w for w in unfair() if "beland signature-deposited" in w]


def test_giving_up_without_a_margin_would_be_unfair() -> None:
    """The release is made in time and on its way; who has not read it gives up, and the adversary does the same."""
    course = last_words(unfair(timed=True, margin=False))
    assert "the time limit and its margin pass" in course
    assert {"aland exchange-abort-requested", "beland exchange-abort-requested"} <= course
    assert "middle exchange-released" in course


def test_a_release_after_the_limit_would_be_unfair_to_who_gives_up() -> None:
    course = unfair(timed=True, keeps_limit=False)
    assert course.index("the time limit and its margin pass") < course.index("middle exchange-released")


def test_a_mediator_that_reveals_later_than_it_releases_and_stops_would_be_unfair() -> None:
    course = unfair(timed=True, lasts=False)
    assert "middle signature-revealed of beland" not in last_words(course)


def test_a_request_that_ends_what_is_not_held_rests_on_releases_of_final_acts_alone() -> None:
    """The mediator holds all and releases before that is ordered; the adversary's request is ordered first."""
    course = unfair(waits_for_answers=False, timed=True)
    assert course[-1] == "beland exchange-abort-requested"
    assert "ordered: middle exchange-released" not in course


@pytest.mark.parametrize("waits_for_the_plan", [True, False])
def test_a_release_that_rests_on_acts_without_a_place_would_be_unfair(waits_for_the_plan: bool) -> None:
    """The adversary deposits again before the refusal of its first deposit is ordered, and claims not to have seen it.

    The mediator holds the second deposit and releases. Ordered before the refusal, that deposit is void, and so is the
    release; but the signatures are in the open.
    """
    course = unfair(
        waits_for_answers=False, waits_for_the_plan=waits_for_the_plan, withheld=1, brief=True, asks=False
    )
    assert "middle exchange-released" in course
    assert "ordered: middle exchange-released" not in course


# --- without a mediator


def test_without_a_mediator_whoever_reveals_first_depends_on_the_other() -> None:
    course = unfair(mode=Mode.DIRECT)
    assert "aland signature-revealed of aland" in course


def test_a_mere_commitment_may_turn_out_to_be_to_nothing_good() -> None:
    """The last to reveal waits for the others, and still cannot know what it gets: nobody opened their deposits."""
    course = unfair(mode=Mode.DIRECT, honest=B)
    assert "beland signature-revealed of beland" in last_words(course)
