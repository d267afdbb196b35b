"""Every invariant can fail: the rule behind it is broken on purpose, and a schedule finds that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from paraph.app import (
    authoring,
    bundles,
    delivery,
    dossiers,
    exchange,
    feeds,
    freezing,
    ordering,
    release,
    runner,
    signing,
)
from paraph.app.consignment import Sent
from paraph.app.deposits import deposit_info, digest_of, open_deposit
from paraph.domain import dossier as law
from paraph.domain import duties
from paraph.domain import exchange as rules
from paraph.domain.acts import ExchangeReleased
from paraph.domain.standing import PlanState
from paraph.simulation import story
from paraph.simulation.faults import ClockFault, Cut, Faults, Restoration
from paraph.simulation.invariants import NAMES
from paraph.simulation.invariants.logs import Logs
from paraph.simulation.invariants.signatures import Signatures
from paraph.simulation.liars import Liars, Plot
from paraph.simulation.member import Member
from paraph.simulation.schedule import Outcome, Schedule, draw, run
from paraph.wire.proof import ProofKind
from paraph.wire.proof.making import _proof

Break = Callable[[pytest.MonkeyPatch], None]

CALM = Faults(lasts=10_000)


def course(
    *,
    stage: str = "planned",
    faults: Faults = CALM,
    lie: str = "",
    liars: tuple[str, ...] = (),
    direct: bool = False,
    long: bool = False,
) -> Schedule:
    """A schedule between two parties in which only that goes wrong what the test says."""
    found = next(
        one
        for one in map(draw, range(5_000))
        if dict(one.cast)["parties"] == ("north", "south") and bool(dict(one.cast)["mediator"]) is not direct
    )
    plot = Plot(lie=lie, liars=liars, wait=0, times=1, luck=1) if lie else None
    cast = tuple(sorted({**dict(found.cast), "countersign": long}.items()))
    temper = replace(found.temper, haste_ms=50, by_hand=False, again=False, abort_at=())
    return replace(found, stage=stage, into=0, faults=faults, temper=temper, plot=plot, cast=cast)


def broken(outcome: Outcome) -> set[str]:
    return {violation.invariant for violation in outcome.violations}


FORGETFUL = Faults(
    lasts=20_000,
    restorations=(Restoration(saved=0, at=400, who="south", down=50, guard=False, mark=True),),
    cuts=(Cut(400, 2_000, ("south",)),),
)
"""A node deposits, loses its disk and its guard, comes back from before the deposit, and hears nobody for a while."""


REFUSED = Faults(
    lasts=20_000,
    clocks=(ClockFault(0, "middle", -200, 0), ClockFault(150, "middle", 200, 0)),
    restorations=(Restoration(saved=0, at=900, who="south", down=50, guard=False, mark=True, rebuilt=True),),
    cuts=(Cut(250, 2_000, ("middle",)),),
)
"""Deposits are refused and others made; then a party's node is rebuilt, and its peer sends back all of them."""

SILENT = Faults(
    lasts=20_000,
    restorations=(Restoration(saved=0, at=400, who="south", down=50, guard=True, mark=False),),
    cuts=(Cut(0, 2_000, ("south",)),),
)
"""A node deposits, reaches nobody, and loses its disk; its guard knows of the deposit, and the store not that it went back."""


def reckless(patch: pytest.MonkeyPatch) -> None:
    """A restored node speaks at once, and a peer's word about what was lost comes too late."""
    for module in (dossiers, authoring):
        patch.setattr(module, "silenced", lambda *_: "")
    patch.setattr(ordering, "caught_up", lambda *_: True)


class _Everybody:
    """Is whoever is asked for."""

    def __eq__(self, _other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def reckless_and_silent(patch: pytest.MonkeyPatch) -> None:
    """The same, and nobody counts deposits."""
    reckless(patch)
    patch.setattr(Signatures, "_deposit", lambda *_: None)


def each_orders(patch: pytest.MonkeyPatch) -> None:
    """Every node gives acts their places."""
    patch.setattr(ordering, "_opener", lambda *_: _Everybody())


def too_final(patch: pytest.MonkeyPatch) -> None:
    """Every node gives acts their places, what it placed is final at once, and nobody compares what is not."""
    each_orders(patch)
    patch.setattr(ordering, "cosigners", lambda _note, keys: dict.fromkeys(keys))
    patch.setattr(Logs, "_check_order", lambda *_: None)


def shared(patch: pytest.MonkeyPatch) -> None:
    """The mediator's node keeps opened signatures among the blobs, where anybody may ask for them."""

    def check(node: Any, standing: Any, plan: Any, party: Any) -> release.Work:
        work = honest(node, standing, plan, party)
        data = node.store.state.secrets.get(f"sealed:{plan.body.plan}:{party}")
        if data is not None:
            node.blobs.put_all(open_deposit(node.unseal(deposit_info(plan, party), data)).values())
        return work

    honest = release.check_deposit
    patch.setattr(exchange, "check_deposit", check)


def out_of_turn(patch: pytest.MonkeyPatch) -> None:
    """Without a mediator everybody reveals at once."""

    def all_at_once(dossier: Any, plan: Any, who: Any) -> list[duties.Duty]:
        if len(plan.deposits) < len(dossier.parties) or any(slot[1] == who for slot in plan.revealed):
            return []
        return [duties.Duty(kind=duties.DutyKind.REVEAL, party=who)]

    patch.setattr(rules, "_check_direct_turn", lambda *_: None)
    patch.setattr(duties, "_direct", all_at_once)
    patch.setattr(duties, "needs_finality", lambda *_: False)


def twice(patch: pytest.MonkeyPatch) -> None:
    """Nothing keeps a signatory from depositing again."""

    def deposits(_story: Any, member: Any, plan: Any) -> bool:
        return member.party == "north" and plan.state is PlanState.OPEN and len(member.signer.signed) < 2

    habits = tuple(replace(h, when=deposits) if h.what == "signs and deposits" else h for h in story.HABITS)
    patch.setattr(story, "HABITS", habits)
    patch.setattr(signing, "check_open", lambda *_: None)
    forget = lambda dossier, act, attachments: rules.deposited(  # noqa: E731
        replace(dossier, plan=replace(dossier.plan, deposits={})), act, attachments
    )
    patch.setitem(law.RULES, "signature-deposited", replace(law.RULES["signature-deposited"], effect=forget))  # type: ignore[arg-type]


def once_more(patch: pytest.MonkeyPatch) -> None:
    """The same of a signatory whose node was rebuilt, which does not wait for anybody."""
    honest = next(h.when for h in story.HABITS if h.what == "signs and deposits")
    twice(patch)
    reckless(patch)
    signed: dict[str, int] = {}

    def deposits(told: Any, member: Any, plan: Any) -> bool:
        if not member.restored or plan.state is not PlanState.OPEN:
            return honest(told, member, plan)
        count = len(member.signer.signed)
        return count == signed.setdefault(member.party, count)

    habits = tuple(replace(h, when=deposits) if h.what == "signs and deposits" else h for h in story.HABITS)
    patch.setattr(story, "HABITS", habits)


def abort_any_time(patch: pytest.MonkeyPatch) -> None:
    """An abort counts after the release, too."""
    rule = law.RULES["exchange-aborted"]
    patch.setitem(law.RULES, "exchange-aborted", replace(rule, plan=rule.plan | {PlanState.RELEASED}))  # type: ignore[arg-type]


def trusted_liar(patch: pytest.MonkeyPatch) -> None:
    """The node that contradicts itself is taken for an honest one that lost its memory."""
    honest = Liars.__post_init__

    def pretend(self: Liars) -> None:
        honest(self)
        for name in self.plot.liars:
            self.world[name].honest = True

    patch.setattr(Liars, "__post_init__", pretend)
    patch.setattr(Liars, "arrived", lambda *_: None)
    patch.setattr(Logs, "_check_feeds", lambda *_: None)


def hasty_proof(patch: pytest.MonkeyPatch) -> None:
    """A proof is written and not checked."""
    patch.setattr(
        freezing,
        "prove_equivocation",
        lambda accused, first, _: _proof(accused, ProofKind.EQUIVOCATION, first, first).write(),
    )
    patch.setattr(freezing, "check_proof", lambda _: None)
    patch.setattr(freezing, "accusation", lambda _: "it lied")


def no_evidence(patch: pytest.MonkeyPatch) -> None:
    """What is refused is thrown away."""
    patch.setattr(feeds, "keep_as_evidence", lambda *_: None)


def kept_to_oneself(patch: pytest.MonkeyPatch) -> None:
    """Whoever has proof tells nobody."""
    for name in ("_lies", "_proofs"):
        patch.setattr(bundles, name, lambda *_: ())


def no_cosignature(patch: pytest.MonkeyPatch) -> None:
    """One node never cosigns."""
    honest = ordering._cosign
    patch.setattr(
        ordering, "_cosign", lambda node, *more: None if node.party == "south" else honest(node, *more)
    )


def half_told(patch: pytest.MonkeyPatch) -> None:
    """Nobody is told of the mediator's acts."""
    honest = bundles._lacking

    def lacking(*asked: Any) -> Any:
        rows, complete = honest(*asked)
        return [row for row in rows if row.author != "middle" or row.author_seq < 2], complete

    patch.setattr(bundles, "_lacking", lacking)


def no_reveal(patch: pytest.MonkeyPatch) -> None:
    """The mediator releases, and nobody reveals."""
    honest = release.release

    def bare(*asked: Any) -> Any:
        work = honest(*asked)
        return replace(work, bodies=tuple(b for b in work.bodies if isinstance(b, ExchangeReleased)))

    patch.setattr(exchange, "release", bare)
    patch.setattr(exchange, "reveal", lambda *_: release.Work())


def no_seal(patch: pytest.MonkeyPatch) -> None:
    """The sealer seals nothing."""
    patch.setattr(exchange, "_seal", lambda *_: ())


def empty_receipt(patch: pytest.MonkeyPatch) -> None:
    """Receipts are given for whatever is sealed, and what is sealed is not what the acts lead to."""
    honest = digest_of
    patch.setattr(exchange, "digest_of", lambda data: "ab" * 32 if data[:4] == b"%PDF" else honest(data))
    patch.setattr(exchange, "replayed_original", lambda _node, _standing, _slot: b"")
    patch.setattr(exchange, "verify_received", lambda *_: None)


def keeps_deposits(patch: pytest.MonkeyPatch) -> None:
    """Nothing is destroyed."""
    patch.setattr(runner, "destroy_deposits", lambda *_: None)


def insistent(patch: pytest.MonkeyPatch) -> None:
    """A mediator forgets that a deposit was too large and asks for it again, and is sent it again at once."""
    patch.setattr(feeds, "note_oversized", lambda *_: None)
    patch.setattr(delivery, "Sent", lambda **said: Sent(**{**said, "before": None}))


def bug(patch: pytest.MonkeyPatch) -> None:
    """A duty fails by an error that is not one of ours."""

    def fail(*_: Any) -> bool:
        raise ValueError("a bug")

    patch.setattr(runner, "perform", fail)


CASES: tuple[tuple[str, Break, Schedule], ...] = (
    ("one-log", each_orders, course()),
    ("one-act", reckless_and_silent, course(faults=FORGETFUL)),
    ("signs-once", reckless, course(faults=FORGETFUL)),
    ("final-stays", too_final, course()),
    ("not-early", shared, course()),
    ("not-early", out_of_turn, course(direct=True)),
    ("signs-once", twice, course()),
    ("signs-once", once_more, course(faults=REFUSED)),
    (
        "one-ending",
        abort_any_time,
        course(stage="deposited", lie="abort/late-by-mediator", liars=("middle",)),
    ),
    ("not-accused", trusted_liar, course(lie="reuse/old-place", liars=("south",))),
    ("proof-holds", hasty_proof, course(lie="reuse/old-place", liars=("south",))),
    ("evidence", no_evidence, course(lie="replay/acts", liars=("south",))),
    ("exposed", kept_to_oneself, course(lie="reuse/old-place", liars=("south",))),
    ("all-final", no_cosignature, course(stage="deposited")),
    ("alike", half_told, course(stage="deposited")),
    ("obtained", no_reveal, course(stage="deposited")),
    ("finished", no_seal, course(long=True)),
    ("same-result", empty_receipt, course(long=True)),
    ("destroyed", keeps_deposits, course(long=True)),
    ("moderate", insistent, course(lie="rubbish/huge", liars=("south",))),
    ("no-bug", bug, course(stage="deposited")),
)


@pytest.mark.parametrize(
    ("invariant", "rule", "schedule"), CASES, ids=[f"{name}-{rule.__name__}" for name, rule, _ in CASES]
)
def test_an_invariant_finds_the_rule_that_was_broken(invariant: str, rule: Break, schedule: Schedule) -> None:
    assert not broken(run(schedule))
    with pytest.MonkeyPatch.context() as patch:
        rule(patch)
        found = run(schedule)
    assert invariant in broken(found), found.violations


def test_every_invariant_is_broken_here_or_where_the_engine_is() -> None:
    assert set(NAMES) - {name for name, _, _ in CASES} == {"rest"}


def test_a_rebuilt_node_that_is_sent_its_refused_deposit_and_the_next_one_has_not_signed_twice() -> None:
    found = run(course(faults=REFUSED), full=True)
    rebuilt = next(i for i, line in enumerate(found.trace) if "south    is rebuilt" in line)
    assert sum("south    has south#" in line and "deposited" in line for line in found.trace[rebuilt:]) > 1
    assert not found.violations


def test_officers_have_a_node_ask_everybody_again_that_says_that_it_has_forgotten_something() -> None:
    """It goes on then: what reached nobody is made once more, and the exchange comes to its end."""
    found = run(course(faults=SILENT))
    assert any(line.endswith("asks everybody again") for line in found.trace)
    assert not found.violations
    assert found.ending == "released"


def test_without_that_it_is_silent_for_ever() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Member, "told_to_ask_again", lambda _: False)
        found = run(course(faults=SILENT))
    assert found.ending != "released"
