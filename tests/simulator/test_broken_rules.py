"""The simulator can fail: it finds rules that were broken on purpose, and shows how."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.app import authoring, dossiers, ordering
from paraph.app.consignment import Sent
from paraph.app.delivery import Delivery
from paraph.app.ports import Due, UnitOfWork
from paraph.simulation.faults import Cut, Faults, Restoration
from paraph.simulation.network import Weather
from paraph.simulation.schedule import Outcome, Schedule, draw, run


def schedule(stage: str, faults: Faults, *, mediator: bool = True) -> Schedule:
    """A schedule between two parties in which only that goes wrong what the test says."""
    found = next(
        one
        for one in map(draw, range(1_000))
        if one.plot is None
        and not one.temper.abort_at
        and not dict(one.cast)["countersign"]
        and dict(one.cast)["parties"] == ("north", "south")
        and bool(dict(one.cast)["mediator"]) is mediator
    )
    return replace(
        found, stage=stage, into=0, faults=faults, temper=replace(found.temper, haste_ms=50, by_hand=False)
    )


def broken(outcome: Outcome) -> set[str]:
    return {violation.invariant for violation in outcome.violations}


def test_nothing_is_found_where_nothing_is_broken() -> None:
    outcome = run(schedule("planned", Faults(lasts=10_000)))
    assert not broken(outcome)
    assert outcome.ending == "released"


FORGETFUL = Faults(
    lasts=20_000,
    restorations=(Restoration(saved=0, at=400, who="north", down=50, guard=False, mark=True),),
    cuts=(Cut(400, 2_000, ("north",)),),
)
"""A node deposits, loses its disk and its guard, comes back from before the deposit, and hears nobody for a while."""


def test_a_restored_node_that_does_not_wait_for_its_peers_contradicts_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = schedule("planned", FORGETFUL)
    assert not broken(run(course))
    for module in (dossiers, authoring):
        monkeypatch.setattr(module, "silenced", lambda *_: "")
    monkeypatch.setattr(ordering, "caught_up", lambda *_: True)
    first, again = run(course), run(course, full=True)
    assert broken(first)
    assert broken(again) == broken(first)
    assert again.trace[-1].split(maxsplit=2)[2].startswith("VIOLATION")


def test_a_deposit_that_reached_nobody_before_its_node_was_lost_is_made_again() -> None:
    """Nobody can know of the first one any more, and a deposit is missing: that is no broken rule."""
    reached_nobody = replace(FORGETFUL, cuts=(Cut(0, 2_000, ("north",)),))
    outcome = run(schedule("planned", reached_nobody), full=True)
    assert not broken(outcome)
    assert sum(line.endswith("north    signs and deposits") for line in outcome.trace) == 2
    assert outcome.ending == "released"


def test_a_guard_that_outlives_an_order_which_nobody_holds_keeps_its_node_from_ordering_until_officers_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The ordering node gave its deposit a place, and neither reached anybody: it must not guess."""
    kept = replace(FORGETFUL.restorations[0], guard=True, mark=False)
    course = schedule("planned", replace(FORGETFUL, restorations=(kept,), cuts=(Cut(0, 2_000, ("north",)),)))
    outcome = run(course)
    assert not broken(outcome)
    assert outcome.ending == "aborted"
    monkeypatch.setattr("paraph.simulation.invariants.ending._waits_for_officers", lambda *_: False)
    assert broken(run(course)) == {"all-final"}


def test_what_was_approved_before_a_node_was_lost_people_do_by_hand() -> None:
    """Only the node knew that it may countersign by itself."""
    lost = replace(FORGETFUL, restorations=(replace(FORGETFUL.restorations[0], rebuilt=True),), cuts=())
    course = schedule("planned", lost)
    outcome = run(replace(course, cast=tuple({**dict(course.cast), "countersign": True}.items())), full=True)
    assert not broken(outcome)
    assert any(line.endswith("north    countersigns by hand") for line in outcome.trace)
    assert outcome.ending == "concluded"


def test_a_node_that_gives_up_after_one_attempt_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    course = schedule("deposited", Faults(lasts=5_000, weather=Weather(lost=1.0)), mediator=False)
    assert not broken(run(course))

    def forget(self: Delivery, entries: list[Due], error: Exception) -> None:
        with self.node.store.write() as uow:
            for entry in entries:
                uow.clear_due(entry)

    monkeypatch.setattr(Delivery, "_failed", forget)
    assert broken(run(course))


def test_nodes_that_never_stop_talking_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    course = schedule("planned", Faults(lasts=5_000))
    monkeypatch.setattr("paraph.simulation.schedule.MAX_STEPS", 3_000)
    assert not broken(run(course))
    finish = Delivery._finish_one

    def say_it_again(self: Delivery, uow: UnitOfWork, entry: Due, sent: Sent | None) -> None:
        finish(self, uow, entry, sent)
        uow.make_due(entry.peer, entry.dossier, self.node.clock.now())

    monkeypatch.setattr(Delivery, "_finish_one", say_it_again)
    assert broken(run(course)) == {"rest"}
