"""The rules as a whole: which act is possible when, by whom, and with which code it is refused otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.acts import BODIES, SUITE, Mode, Role
from paraph.domain.dossier import BEFORE_JOINING, MAX_PARTICIPANTS, RULES, apply, opened
from paraph.domain.ids import DossierId, InstrumentNumber, PartyId, PlanId
from paraph.domain.standing import InstrumentState, PlanState
from paraph.errors import LocalActError
from tests.support import bodies
from tests.support.correct import correct
from tests.support.proceedings import MEDIATOR, STAGES, WITNESS, Proceedings, reach

A, B = PartyId("aland"), PartyId("beland")
BOTH, EVERYBODY = {A, B}, {A, B, MEDIATOR, WITNESS}

# For every type of act: from which stage to which a participant that keeps the rules can make it, and who can. The package has
# two instruments, aland opened and seals, and the first instrument is the one that is named.
POSSIBLE: dict[str, list[tuple[str, str, set[PartyId]]]] = {
    "dossier-joined": [("opened", "opened", {B, MEDIATOR, WITNESS})],
    "card-renewed": [("opened", "finished", EVERYBODY)],
    "party-described": [
        ("opened", "opened", {A}),
        ("joined", "agreed", BOTH),
        ("concluded", "finished", BOTH),
    ],
    "certificate-presented": [("described", "finished", BOTH)],
    "text-proposed": [("opened", "opened", {A}), ("joined", "agreed", BOTH)],
    "text-accepted": [("proposed", "proposed", {B})],
    "text-initialled": [("agreed", "agreed", BOTH)],
    "text-reopened": [("agreed", "authorised", BOTH)],
    "comment-made": [("proposed", "sealed", {A, B, MEDIATOR})],
    "concordance-ticked": [("proposed", "sealed", BOTH)],
    "originals-engrossed": [("initialled", "initialled", BOTH)],
    "full-powers-presented": [("described", "finished", BOTH)],
    "full-powers-verified": [("authorised", "finished", BOTH)],
    "full-powers-withdrawn": [("authorised", "finished", BOTH)],
    "certificate-suspended": [("described", "finished", BOTH)],
    "signing-ordered": [("engrossed", "sealed", BOTH)],
    "passkeys-presented": [("described", "authorised", BOTH), ("released", "finished", BOTH)],
    "approval-prepared": [],  # no passkey was presented; tests/unit/domain/test_approval.py
    "signing-approved": [],
    "plan-proposed": [("engrossed", "authorised", BOTH)],
    "plan-accepted": [("planned", "planned", {B, MEDIATOR})],
    "signature-deposited": [("open", "open", BOTH)],
    "deposit-held": [("deposited", "deposited", {MEDIATOR})],
    "deposit-refused": [("deposited", "deposited", {MEDIATOR})],
    "exchange-released": [("held", "held", {MEDIATOR})],
    "exchange-abort-requested": [("planned", "held", BOTH)],
    "exchange-aborted": [("planned", "planned", {A, B, MEDIATOR}), ("open", "held", {MEDIATOR})],
    "signature-revealed": [("released", "revealed", {A, B, MEDIATOR})],
    "signatures-countersigned": [("revealed", "revealed", BOTH)],
    "originals-sealed": [("countersigned", "countersigned", {A})],
    "originals-received": [("sealed", "sealed", BOTH)],
    "container-engrossed": [("concluded", "concluded", {A})],
    "container-sealed": [("engrossed-container", "engrossed-container", BOTH)],
    "note-sent": [("opened", "opened", {A}), ("joined", "finished", BOTH)],
    "note-answered": [],  # no note was sent; tests/unit/domain/test_records.py
    "statement-made": [("opened", "opened", {A}), ("joined", "finished", EVERYBODY)],
    "unveiling-held": [("opened", "opened", {A}), ("joined", "finished", BOTH)],
    "commitment-made": [("opened", "opened", {A}), ("joined", "finished", BOTH)],
    "witness-attested": [("joined", "finished", {MEDIATOR, WITNESS})],
}

# Without a mediator: no answers to deposits; reveals, in the plan's order, are themselves the release.
POSSIBLE_DIRECT = POSSIBLE | {
    "plan-accepted": [("planned", "planned", {B})],
    "deposit-held": [],
    "deposit-refused": [],
    "exchange-released": [],
    "exchange-aborted": [("planned", "held", BOTH)],
    "signature-revealed": [("deposited", "held", {A}), ("released", "revealed", BOTH)],
    "signatures-countersigned": [("released", "revealed", BOTH)],
}


def possible(table: dict[str, list[tuple[str, str, set[PartyId]]]], kind: str, stage: str) -> set[PartyId]:
    place = STAGES.index(stage)
    spans = ((STAGES.index(first), STAGES.index(last), who) for first, last, who in table[kind])
    return {party for first, last, who in spans if first <= place <= last for party in who}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("mode", Mode)
def test_who_can_do_what_when(mode: Mode, stage: str) -> None:
    expected = POSSIBLE if mode is Mode.MEDIATED else POSSIBLE_DIRECT
    for kind in RULES:
        can = set()
        for who in EVERYBODY:
            table = reach(stage, mode=mode)
            body = correct(table, kind, who)
            if body is None:
                continue
            before = table.standing
            try:
                table.say(who, body)
            except LocalActError:
                assert table.standing == before
            else:
                can.add(who)
        assert can == possible(expected, kind, stage), kind


def test_every_type_has_a_rule_and_every_rule_a_type() -> None:
    assert RULES.keys() == BODIES.keys() - {"dossier-opened"}


# --- before any effect is asked


@pytest.mark.parametrize("kind", RULES)
def test_a_role_that_may_not_is_refused_at_every_stage(kind: str) -> None:
    for stage in ("joined", "engrossed", "open", "released", "concluded"):
        table = reach(stage)
        outsider = PartyId("stranger")
        for who in (*table.everybody, outsider):
            role = table.standing.roles.get(who)
            if role in RULES[kind].by:
                continue
            body = correct(table, kind, who) or correct(reach("held"), kind, who)
            assert body is not None
            assert table.refused(who, body) == "act-role"


@pytest.mark.parametrize("kind", RULES)
def test_nothing_but_joining_is_possible_before_joining(kind: str) -> None:
    table = reach("opened")
    for who in (B, MEDIATOR, WITNESS):
        if kind in BEFORE_JOINING or table.standing.roles[who] not in RULES[kind].by:
            continue
        body = correct(table, kind, who) or correct(reach("held"), kind, who)
        assert table.refused(who, body) == "not-joined"


def instrument_state(table: Proceedings) -> InstrumentState | None:
    found = table.standing.instruments.get(table.numbers[0])
    return found.state if found else None


@pytest.mark.parametrize("kind", [kind for kind, rule in RULES.items() if rule.instrument])
def test_an_instrument_in_another_state_is_refused(kind: str) -> None:
    allowed = RULES[kind].instrument
    seen = set()
    for stage in ("joined", "proposed", "agreed", "initialled", "engrossed", "concluded"):
        table = reach(stage)
        body = correct(table, kind, B) or correct(reach("proposed"), kind, B)
        state = instrument_state(table)
        if state in allowed:
            continue
        seen.add(state)
        assert table.refused(B, body) == ("instrument-state" if state else "instrument-unknown")
    assert len(seen) == len(InstrumentState) + 1 - len(allowed)


@pytest.mark.parametrize("kind", [kind for kind, rule in RULES.items() if rule.plan])
def test_a_plan_in_another_state_is_refused(kind: str) -> None:
    rule = RULES[kind]
    seen = set()
    for stage in ("planned", "open", "released", "aborted", "countersigned", "sealed", "concluded"):
        table = reach("open" if stage == "aborted" else stage)
        if stage == "aborted":
            table.say(MEDIATOR, bodies.abort(table.standing))
        state = bodies.of(table.standing).state
        if state in rule.plan:
            continue
        seen.add(state)
        for who in table.everybody:
            if table.standing.roles[who] in rule.by:
                assert table.refused(who, correct(table, kind, who)) == "plan-state"
    assert seen == set(PlanState) - rule.plan


@pytest.mark.parametrize("kind", [kind for kind, rule in RULES.items() if rule.plan])
def test_another_plan_than_the_current_one_is_refused(kind: str) -> None:
    later = reach("held" if kind.startswith("exchange") else "revealed")
    for who in later.everybody:
        if later.standing.roles[who] not in RULES[kind].by:
            continue
        body = correct(later, kind, who)
        assert reach("engrossed").refused(who, body) == "plan-unknown"
        other = replace(body, plan=PlanId("f" * 32))  # type: ignore[type-var]
        assert later.refused(who, other) == "plan-unknown"


def test_an_act_of_another_dossier_is_refused() -> None:
    table = reach("joined")
    act = table.act(A, correct(table, "statement-made", A))
    for dossier in ("", "ab" * 32):
        with pytest.raises(LocalActError, match="another dossier"):
            apply(table.standing, replace(act, dossier=DossierId(dossier)), table.table)


def test_a_dossier_is_not_opened_twice() -> None:
    table = reach("joined")
    assert table.refused(A, bodies.opening(table.standing.roles.items())) == "act-unknown"


def test_an_act_of_unknown_type_has_no_effect() -> None:
    assert reach("joined").refused(A, None, kind="treaty-denounced") == "act-unknown"
    assert reach("joined").refused(A, None, kind="statement-made") == "act-unknown"


# --- opening

PARTIES = [("aland", Role.PARTY), ("beland", Role.PARTY)]


def test_an_opened_dossier_names_its_participants_and_nothing_else() -> None:
    table = Proceedings()
    act = table.say("aland", bodies.opening([*PARTIES, ("middle", Role.MEDIATOR)], "SPECIMEN"))
    standing = table.standing
    assert standing.id == str(act.id)
    assert (standing.opener, standing.parties, standing.mediator) == (A, (A, B), MEDIATOR)
    assert standing.joined == {A}
    assert standing.specimen == "SPECIMEN"
    assert standing.cards[B] == bodies.mark("card", "beland")
    assert not standing.concluded
    assert not any([standing.instruments, standing.described, standing.plan, standing.notes])


@pytest.mark.parametrize(
    "roles",
    [
        [("aland", Role.PARTY)],
        [("aland", Role.PARTY), ("aland", Role.PARTY)],
        [*PARTIES, ("beland", Role.WITNESS)],
        [*PARTIES, ("middle", Role.MEDIATOR), ("muddle", Role.MEDIATOR)],
        [("beland", Role.PARTY), ("celand", Role.PARTY), ("aland", Role.MEDIATOR)],
        [("beland", Role.PARTY), ("celand", Role.PARTY)],
        [("aland", Role.PARTY), *((f"p{n}", Role.PARTY) for n in range(MAX_PARTICIPANTS))],
    ],
    ids=["one", "twice", "two roles", "two mediators", "by the mediator", "by nobody in it", "too many"],
)
def test_a_dossier_opens_with_the_right_participants_or_not(roles: list[tuple[str, Role]]) -> None:
    with pytest.raises(LocalActError) as error:
        Proceedings().say("aland", bodies.opening(roles))
    assert error.value.code == "participants"


def test_as_many_participants_as_allowed_can_take_part() -> None:
    table = Proceedings()
    table.say(
        "aland", bodies.opening([("aland", Role.PARTY), *((f"p{n}", Role.PARTY) for n in range(1, 64))])
    )
    assert len(table.standing.roles) == MAX_PARTICIPANTS


def test_the_signature_suite_is_pinned_by_the_opening_act() -> None:
    body = replace(bodies.opening(PARTIES), suite="ed25519/1")
    with pytest.raises(LocalActError) as error:
        Proceedings().say("aland", body)
    assert error.value.code == "suite"
    assert SUITE == "ed25519+ml-dsa-65/1"


@pytest.mark.parametrize("changes", [{"author_seq": 1}, {"dossier": DossierId("ab" * 32)}])
def test_only_a_first_act_without_a_dossier_opens_one(changes: dict[str, object]) -> None:
    act = replace(Proceedings().act("aland", bodies.opening(PARTIES)), **changes)  # type: ignore[arg-type]
    with pytest.raises(LocalActError) as error:
        opened(act)
    assert error.value.code == "not-an-opening"


def test_nothing_else_opens_a_dossier() -> None:
    act = Proceedings().act("aland", acts.StatementMade(speaker="", capacity="", lang="", text="", source=""))
    with pytest.raises(LocalActError) as error:
        opened(act)
    assert error.value.code == "not-an-opening"


def test_instruments_are_told_apart_by_their_whole_number() -> None:
    table = reach("proposed")
    body = replace(correct(table, "text-accepted", B), instrument=InstrumentNumber("AB/2021/10"))  # type: ignore[type-var]
    assert table.refused(B, body) == "instrument-unknown"


def test_every_refusal_says_what_to_do_in_every_state() -> None:
    """A message per state: no state is without one."""
    from paraph.domain.dossier import _PLAN_HINT, _STATE_HINT

    assert _STATE_HINT.keys() == set(InstrumentState)
    assert _PLAN_HINT.keys() == set(PlanState)
