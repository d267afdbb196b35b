"""What holds of every dossier, whatever anybody states in it.

Two to four parties, a mediator and a witness make acts: those that a correct node would make, those with one member changed,
and those that only share their types with sense. Beside the dossier runs the same one with the parties' names exchanged.
"""

from __future__ import annotations

import copy
import dataclasses
import random
from typing import Any, get_type_hints

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from paraph.domain import authority, completion
from paraph.domain.acts import BODIES, SUITE, Act, Body, Mode
from paraph.domain.dossier import RULES, apply
from paraph.domain.duties import duties
from paraph.domain.ids import ActId, InstrumentNumber, PartyId
from paraph.domain.policy import POLICY_DIGEST, POLICY_OID
from paraph.domain.standing import Dossier, InstrumentState, PlanState
from paraph.errors import LocalActError
from tests.support import bodies
from tests.support.correct import amended, correct
from tests.support.drawn import Pools, drawn
from tests.support.honest import LAPSED, conclude
from tests.support.proceedings import MEDIATOR, NUMBERS, STAGES, UNLIMITED, WITNESS, answer, reach
from tests.support.relabel import Relabelling

NAMES = ("aland", "beland", "celand", "deland")
KINDS = sorted(RULES)
FIXED = {InstrumentState.INITIALLED, InstrumentState.ENGROSSED, InstrumentState.CONCLUDED}
RELEASED = {PlanState.RELEASED, PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED}


class EveryDossier(RuleBasedStateMachine):
    """Random acts of everybody; every step is checked, and at the end everybody concludes."""

    @initialize(
        count=st.integers(2, 4), mode=st.sampled_from(Mode), stage=st.sampled_from(STAGES), shuffled=st.randoms(),
        package=st.integers(1, 2),
    )  # fmt: skip
    def begin(self, count: int, mode: Mode, stage: str, shuffled: random.Random, package: int) -> None:
        self.table = reach(stage, NAMES[:count], mode, NUMBERS[:package])
        others = list(self.table.names)
        shuffled.shuffle(others)
        self.relabelling = Relabelling(dict(zip(self.table.names, others, strict=True)))
        for number in NUMBERS:
            self.table.table.lay(amended(self.table.names, number))
        for text in self.table.table.texts.values():
            self.relabelling.learn(text)

    # --- acts

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Something that is possible now."""
        table = self.table
        offers = [
            (who, body)
            for kind in data.draw(st.permutations(KINDS))[:8]
            for who in table.everybody
            for number in table.numbers
            if (body := correct(table, kind, who, number)) is not None
        ]
        for who, body in offers:
            if self.state(who, body):
                return

    @rule(data=st.data(), who=st.sampled_from([*NAMES, MEDIATOR, WITNESS]), kind=st.sampled_from(KINDS))
    def correctly(self, data: st.DataObject, who: PartyId, kind: str) -> None:
        """What a correct node would state, at the wrong time perhaps."""
        if who in self.table.standing.roles:
            body = correct(self.table, kind, who, data.draw(st.sampled_from(self.table.numbers)))
            if body is not None:
                self.state(who, body)

    @rule(data=st.data(), who=st.sampled_from([*NAMES, MEDIATOR, WITNESS]), kind=st.sampled_from(KINDS))
    def nearly(self, data: st.DataObject, who: PartyId, kind: str) -> None:
        """The same with one member changed."""
        if who not in self.table.standing.roles:
            return
        body = correct(self.table, kind, who)
        if body is None:
            return
        hints = get_type_hints(type(body), include_extras=True)
        member = data.draw(st.sampled_from([one.name for one in dataclasses.fields(body)]))
        value = data.draw(drawn(hints[member], self.pools()))
        self.state(who, dataclasses.replace(body, **{member: value}))

    @rule(
        data=st.data(),
        who=st.sampled_from([*NAMES, MEDIATOR, WITNESS, "stranger"]),
        kind=st.sampled_from(sorted(BODIES)),
    )
    def wildly(self, data: st.DataObject, who: str, kind: str) -> None:
        """Anything of the right types."""
        self.state(PartyId(who), data.draw(drawn(BODIES[kind], self.pools())))

    @rule(data=st.data())
    def dutifully(self, data: st.DataObject) -> None:
        """A duty of somebody; it is never refused, unless somebody's term of office or certificate has ended."""
        standing = self.table.standing
        due = [(who, d) for who in self.table.everybody for d in duties(standing, who, UNLIMITED)]
        if due:
            who, duty = data.draw(st.sampled_from(due))
            act = self.table.act(who, answer(standing, who, duty))
            try:
                apply(standing, act, self.table.table)
            except LocalActError as error:
                if error.code not in LAPSED:
                    raise
            else:
                self.state(who, answer(standing, who, duty))

    def pools(self) -> Pools:
        standing, table = self.table.standing, self.table
        plan = standing.plan
        acts = [*standing.powers, *standing.notes, ActId(str(standing.id)), ActId(bodies.mark("none"))]
        if plan is not None:
            acts += [plan.proposal, *(d.act for d in plan.deposits.values())]
        return {
            "PartyId": [*table.everybody, PartyId("stranger")],
            "ActId": acts,
            "PlanId": [plan.body.plan if plan else bodies.plan_id(1), bodies.plan_id(1), bodies.plan_id(2)],
            "Digest": [
                POLICY_DIGEST,
                *table.table.texts,
                *(bodies.mark("certificate", p) for p in table.parties),
            ],
            "InstrumentNumber": [*NUMBERS, InstrumentNumber("X/1")],
            "Utc": [bodies.NOW, bodies.LATER, "2021-02-01T12:00:00Z"],
            "str": ["", SUITE, "B-LTA", POLICY_OID, "words", *map(bodies.minister, table.names)],
        }

    # --- what each act is checked for

    def state(self, who: PartyId, body: Body) -> bool:
        """State an act in both dossiers; return whether it moved them."""
        before, act = self.table.standing, self.table.act(who, body)
        kept = copy.deepcopy(before)
        after = self.outcome(before, act)
        assert before == kept, "apply changed what it was given"
        assert self.outcome(before, act) == after, "apply gave two answers to one question"
        self.mirrored(before, act, after)
        if isinstance(after, str):
            return False
        self.table.current = after
        check_step(before, act, after)
        return after != before

    def outcome(self, standing: Dossier, act: Act, texts: Any = None) -> Dossier | str:
        try:
            return apply(standing, act, texts or self.table.table)
        except LocalActError as error:
            return error.code

    def mirrored(self, before: Dossier, act: Act, after: Dossier | str) -> None:
        """Exchanging the parties' names first, or afterwards, comes to the same."""
        for text in self.table.table.texts.values():
            self.relabelling.learn(text)
        cards = {digest: self.relabelling.of(card) for digest, card in self.table.table.cards.items()}
        others = type(self.table.table)(dict(self.relabelling.texts), cards)
        moved = self.outcome(self.relabelling.of(before), self.relabelling.of(act), others)
        assert moved == (after if isinstance(after, str) else self.relabelling.of(after))

    @invariant()
    def stands_by_its_own_rules(self) -> None:
        if hasattr(self, "table"):
            check_standing(self.table.standing)

    def teardown(self) -> None:
        """From wherever it stands, people who want to conclude can."""
        if hasattr(self, "table"):
            conclude(self.table)


def check_step(before: Dossier, act: Act, after: Dossier) -> None:
    """What never goes back, and what only its owner moves."""
    assert (after.id, after.opener, after.roles, after.title, after.specimen) == (
        before.id, before.opener, before.roles, before.title, before.specimen,
    )  # fmt: skip
    for party in before.roles:
        assert party == act.author or after.cards_of(party) == before.cards_of(party)
    assert after.suspended.items() >= before.suspended.items()
    assert all(after.powers[a].withdrawn == p.withdrawn for a, p in before.powers.items() if p.withdrawn)
    assert after.joined >= before.joined
    assert after.ended_plans >= before.ended_plans
    assert after.statements >= before.statements
    for party in before.parties:
        if act.author != party:
            assert after.described.get(party) == before.described.get(party)  # T4
            assert {o for o in after.orders if o[0] == party} <= {o for o in before.orders if o[0] == party}
    for number, instrument in before.instruments.items():
        now = after.instruments[number]
        if instrument.state is InstrumentState.CONCLUDED:
            assert now == instrument
        if (instrument.state in FIXED and now.text != instrument.text) or (
            now.state not in FIXED and instrument.state in FIXED
        ):
            assert instrument.reopening | {act.author} == set(before.parties)  # T2
    if before.plan is not None and after.plan is not None:
        same = before.plan.body.plan == after.plan.body.plan
        assert same or not before.plan.live
        if same:
            assert after.plan.body == before.plan.body
            assert after.plan.revealed.items() >= before.plan.revealed.items()
            if before.plan.state in RELEASED:
                assert after.plan.state in RELEASED
                assert after.plan.deposits == before.plan.deposits
            if not before.plan.live:
                assert after.plan.state is before.plan.state


def check_standing(standing: Dossier) -> None:
    """What holds of every standing, whatever led to it."""
    everybody = set(standing.parties)
    for instrument in standing.instruments.values():
        if instrument.state in FIXED:
            assert instrument.initialled == everybody
        if instrument.state is InstrumentState.ENGROSSED:
            assert instrument.engrossed.keys() == everybody
            assert len(set(instrument.engrossed.values())) == 1
    plan = standing.plan
    if plan is None:
        return
    if plan.state not in {PlanState.PROPOSED, PlanState.ABORTED}:
        assert plan.accepted >= everybody | ({plan.body.mediator} if plan.body.mediator else set())
    if plan.body.mode is Mode.MEDIATED:
        assert plan.state in RELEASED or not plan.revealed  # S3
        if plan.state in RELEASED:
            assert plan.deposits.keys() == everybody
            assert {d.answer for d in plan.deposits.values()} == {"held"}
            assert plan.token
    for slot, cms in plan.revealed.items():
        deposited = {(s.instrument, s.holder): s.cms for s in plan.deposits[slot[1]].body.signatures}
        assert deposited[slot] == cms
    if plan.state in {PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED}:
        assert all(plan.next_signer((o.instrument, o.holder)) is None for o in plan.body.originals)
    assert (plan.received.keys() == everybody) == (plan.state is PlanState.CONCLUDED)  # R10
    if plan.state is PlanState.CONCLUDED:
        assert all(
            standing.instruments[o.instrument].state is InstrumentState.CONCLUDED for o in plan.body.originals
        )


GENERATE = settings(max_examples=60, stateful_step_count=30, phases=[Phase.generate], database=None)

TestEveryDossier = pytest.mark.slow(EveryDossier.TestCase)
TestEveryDossier.settings = settings(max_examples=40, stateful_step_count=30)


# --- and it would notice


def favours_the_first(standing: Dossier, act: Act, texts: Any) -> Dossier:
    """The full powers of the party that comes first in the alphabet need no verification."""
    after = authority.presented(standing, act, texts)
    if act.author != standing.parties[0]:
        return after
    powers = dataclasses.replace(after.powers[act.id], verified=frozenset(standing.parties[1:]))
    return dataclasses.replace(after, powers={**after.powers, act.id: powers})


def forgets_the_others(standing: Dossier, act: Act, texts: Any) -> Dossier:
    """One receipt concludes."""
    after = completion.received(standing, act, texts)
    return dataclasses.replace(after, plan=dataclasses.replace(bodies.of(after), state=PlanState.CONCLUDED))


def stumbles(_standing: Dossier, _act: Act, _texts: Any) -> Dossier:
    """Not everything that goes wrong is a refusal."""
    raise KeyError("instrument")


def never_seals(_standing: Dossier, _act: Act, _texts: Any) -> Dossier:
    """A duty that the rules refuse."""
    raise LocalActError("seal-never", "no")


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        ("full-powers-presented", favours_the_first),
        ("originals-received", forgets_the_others),
        ("text-reopened", stumbles),
        ("originals-sealed", never_seals),
    ],
)
def test_a_bent_rule_is_noticed(monkeypatch: pytest.MonkeyPatch, kind: str, effect: Any) -> None:
    bent = {**RULES, kind: dataclasses.replace(RULES[kind], effect=effect)}
    monkeypatch.setattr("paraph.domain.dossier.RULES", bent)
    with pytest.raises((AssertionError, KeyError, LocalActError)):
        run_state_machine_as_test(EveryDossier, settings=GENERATE)
