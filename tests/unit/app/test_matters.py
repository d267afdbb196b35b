"""What waits for whom: at each stage, and that whoever follows the list concludes."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from paraph.app.matters import BROUGHT_BY, Matter, MatterKind, all_matters, waiting_matters
from paraph.app.portrait import portrait
from paraph.app.stages import Progress, StageName, current_stage, stages
from paraph.domain import acts
from paraph.domain.acts import BODIES, Mode
from paraph.domain.ids import ActId, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.simulation.papers import letter
from tests.support.nodes import World

NUMBER = "X/2026/1"


def waits(world: World) -> set[tuple[str, str]]:
    return {(one.kind.value, one.party) for one in matters(world)}


def matters(world: World) -> tuple[Matter, ...]:
    first = world.first
    with first.store.read() as uow:
        return portrait(first.node, uow, world.dossier).matters


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("open", {("propose-text", "north"), ("propose-text", "south")}),
        (
            "agreed",
            {
                ("order-signing", "north"), ("order-signing", "south"),
                ("propose-plan", "north"), ("propose-plan", "south"),
            },
        ),
        ("planned", {("deposit", "north"), ("deposit", "south")}),
        ("concluded", set()),
    ],
)  # fmt: skip
def test_what_waits_at_each_stage(stage: str, expected: set[tuple[str, str]]) -> None:
    assert waits(World.at(stage)) == expected


def test_a_dossier_begins_with_joining_and_names() -> None:
    world = World()
    world.begin()
    world.open_dossier()
    world.settle()
    assert waits(world) == {
        ("join", "south"), ("join", "middle"), ("describe", "north"), ("propose-text", "north"),
    }  # fmt: skip


def test_a_proposal_waits_for_the_others_since_it_was_made_and_for_nobody_else() -> None:
    world = World.at("open")
    world.clock.advance(60)
    world.first.propose(letter(NUMBER, world.parties))
    world.settle()
    (one,) = matters(world)
    made = world.first.acts()[-1].time
    assert (one.kind, one.party, one.instrument, one.since) == (
        MatterKind.ACCEPT_TEXT, "south", NUMBER, made,
    )  # fmt: skip
    world.clock.advance(3600)
    world.second.accept(NUMBER)
    world.settle()
    agreed = matters(world)
    assert {(one.kind, one.party) for one in agreed} == {
        (MatterKind.INITIAL, "north"), (MatterKind.INITIAL, "south"),
    }  # fmt: skip
    assert {one.since for one in agreed} == {world.first.acts()[-1].time} != {made}


def test_reopening_waits_for_those_who_did_not_agree_to_it() -> None:
    world = World.at("agreed")
    world.second.reopen(NUMBER)
    world.settle()
    assert ("answer-reopening", "north") in waits(world)
    assert ("answer-reopening", "south") not in waits(world)


def test_full_powers_that_others_have_to_verify_wait_for_them() -> None:
    world = World.at("agreed")
    (kept,) = [act for act, powers in world.first.standing.powers.items() if powers.party == "south"]
    world.second.present_powers(basis=acts.Basis.DISPENSED_WITH, office=acts.Office.OTHER)
    world.second.say(acts.FullPowersWithdrawn(powers=kept, reason="replaced"))
    world.settle()
    assert ("verify-powers", "north") in waits(world)
    (other,) = [
        act for act, powers in world.first.standing.powers.items() if powers.party == "south" and act != kept
    ]
    world.first.say(acts.FullPowersVerified(powers=other, channel="telephone"))
    world.settle()
    assert ("verify-powers", "north") not in waits(world)


def test_a_term_that_lapsed_asks_for_new_full_powers() -> None:
    world = World.at("agreed")
    standing = world.first.standing
    assert not [
        one
        for one in all_matters(standing, Utc("2026-03-02T09:00:00Z"))
        if one.kind is MatterKind.PRESENT_POWERS
    ]
    (kept,) = [act for act, powers in standing.powers.items() if powers.party == "south"]
    world.second.present_powers(valid_until=Utc("2026-03-03T00:00:00Z"))
    world.second.say(acts.FullPowersWithdrawn(powers=kept, reason="replaced"))
    world.settle()
    late = all_matters(world.first.standing, Utc("2026-03-03T00:00:00Z"))
    assert [one.party for one in late if one.kind is MatterKind.PRESENT_POWERS] == ["south"]


def test_a_deposit_has_a_limit_and_after_it_only_the_mediators_node_works() -> None:
    world = World.at("planned")
    standing = world.first.standing
    assert standing.plan is not None
    until = standing.plan.body.deposit_until
    before = waiting_matters(standing, PartyId("north"), Utc("2026-03-02T09:00:00Z"))
    assert [(one.kind, one.until) for one in before] == [(MatterKind.DEPOSIT, until)]
    after = all_matters(standing, until)
    assert [(one.kind, one.party, one.about) for one in after] == [(MatterKind.NODE_WORKS, "middle", "abort")]


def test_an_aborted_exchange_asks_for_a_new_plan() -> None:
    world = World.at("planned")
    world.second.request_abort()
    world.settle()
    assert waits(world) == {("propose-plan", "north"), ("propose-plan", "south")}


def test_a_note_waits_for_its_addressee_until_it_is_answered() -> None:
    world = World.at("concluded")
    note = acts.NoteSent(
        number="1", subject="embassy", to=PartyId("south"), text=acts_text("May we?"), source=""
    )
    (sent,) = world.first.say(note)
    world.settle()
    assert [(one.kind, one.party, one.about) for one in matters(world)] == [
        (MatterKind.ANSWER_NOTE, "south", sent.id)
    ]
    world.second.say(
        acts.NoteAnswered(
            note=ActId(sent.id), number="2", answer="approved", text=acts_text("You may."), source=""
        )
    )
    world.settle()
    assert not matters(world)


def acts_text(words: str) -> ByLanguage[str]:
    return ByLanguage({"en": words})


def test_every_kind_says_which_acts_bring_it() -> None:
    assert set(BROUGHT_BY) == set(MatterKind)
    assert {kind for kinds in BROUGHT_BY.values() for kind in kinds} <= {"", *BODIES}


@pytest.mark.parametrize("mode", [Mode.MEDIATED, Mode.DIRECT])
@pytest.mark.parametrize("seed", range(2))
def test_whoever_does_what_waits_in_whatever_order_concludes(seed: int, mode: Mode) -> None:
    """Somebody always has something to do, and doing it is always possible, until the package is concluded."""
    chance = random.Random(seed)
    world = World(mode=mode)
    world.begin()
    world.open_dossier()
    world.settle()
    seen: set[MatterKind] = set()
    for _ in range(60):
        standing = world.first.standing
        now = world.clock.now()
        waiting = [one for one in all_matters(standing, now) if one.kind is not MatterKind.NODE_WORKS]
        found = stages(standing, waiting)
        if standing.concluded:
            assert all(one.progress is Progress.DONE for one in found)
            break
        assert waiting, f"nobody has anything to do in {current_stage(found)}"
        assert any(one.turn for one in found if one.progress is Progress.UNDER_WAY)
        one = chance.choice(waiting)
        seen.add(one.kind)
        DOES[one.kind](world, one, mode)
        world.settle()
    assert world.first.standing.concluded
    assert {
        MatterKind.JOIN,
        MatterKind.ACCEPT_TEXT,
        MatterKind.INITIAL,
        MatterKind.ENGROSS,
        MatterKind.DEPOSIT,
    } <= seen


DOES: dict[MatterKind, Callable[[World, Matter, Mode], object]] = {
    MatterKind.JOIN: lambda w, m, _: w[m.party].say(acts.DossierJoined(opening=ActId(str(w.dossier)))),
    MatterKind.DESCRIBE: lambda w, m, _: w[m.party].describe(),
    MatterKind.PROPOSE_TEXT: lambda w, m, _: w[m.party].propose(letter(NUMBER, w.parties)),
    MatterKind.ACCEPT_TEXT: lambda w, m, _: w[m.party].accept(m.instrument),
    MatterKind.INITIAL: lambda w, m, _: described(w) and w[m.party].initial(m.instrument),
    MatterKind.ENGROSS: lambda w, m, _: w[m.party].engross(m.instrument),
    MatterKind.PRESENT_CERTIFICATE: lambda w, m, _: w[m.party].certify(),
    MatterKind.PRESENT_POWERS: lambda w, m, _: w[m.party].present_powers(),
    MatterKind.ORDER_SIGNING: lambda w, m, _: w[m.party].order(m.instrument),
    MatterKind.PROPOSE_PLAN: lambda w, m, mode: certified(w) and w[m.party].propose_plan(mode),
    MatterKind.ACCEPT_PLAN: lambda w, m, _: w[m.party].accept_plan(),
    MatterKind.DEPOSIT: lambda w, m, _: authorised(w, m.party) and w[m.party].deposit(),
}


def described(world: World) -> bool:
    """A text can be initialled once both have written their names; that waits, too."""
    return set(world.first.standing.described) == set(world.parties)


def certified(world: World) -> bool:
    return {party for party, _ in world.first.standing.certificates} == set(world.parties)


def authorised(world: World, party: str) -> bool:
    standing = world.first.standing
    return any(p.party == party for p in standing.powers.values()) and any(
        o[0] == party for o in standing.orders
    )


def test_stages_follow_each_other() -> None:
    expected = {
        "open": StageName.TEXT, "agreed": StageName.AUTHORITY, "planned": StageName.DEPOSITS,
        "concluded": StageName.CONCLUSION,
    }  # fmt: skip
    for stage, name in expected.items():
        standing = World.at(stage).first.standing
        assert current_stage(stages(standing, all_matters(standing, Utc("2026-03-02T09:00:00Z")))) is name
