from __future__ import annotations

import random

from paraph.simulation.faults import (
    CHANCES,
    Absence,
    ClockFault,
    Cut,
    Faults,
    PowerFailure,
    Restoration,
    draw_faults,
    set_off,
)
from paraph.simulation.world import World

NAMES = ("north", "south", "middle")


def drawn(seed: int) -> Faults:
    return draw_faults(random.Random(seed), NAMES, "middle")


def test_a_seed_gives_the_same_faults_and_another_others() -> None:
    assert drawn(1) == drawn(1)
    assert len({drawn(seed) for seed in range(50)}) > 45


def test_every_kind_of_fault_is_drawn() -> None:
    kinds = {kind for seed in range(300) for kind in drawn(seed).kinds()}
    assert kinds == set(CHANCES)


def test_nobody_leaves_for_good_where_there_is_no_mediator() -> None:
    assert not any(draw_faults(random.Random(seed), NAMES[:2], "").gone for seed in range(300))


def run(faults: Faults, seconds: int = 30) -> tuple[World, str]:
    world = World.at("deposited", 3)
    set_off(world, faults)
    end = world.timeline.now + seconds * 1000
    while (at := world.timeline.next_at()) is not None and at <= end:
        world.timeline.step()
    return world, "\n".join(world.trace.text())


def test_a_node_crashes_while_it_writes_comes_back_and_catches_up() -> None:
    world, trace = run(Faults(lasts=5_000, failures=(PowerFailure(0, "south", 3, done=False, down=900),)))
    assert "south    crashes while writing" in trace
    assert "south    starts again" in trace
    assert world["south"].life == 2
    world.assert_concluded()


def test_a_node_is_away_and_one_that_leaves_stays_away() -> None:
    world, trace = run(
        Faults(lasts=5_000, absences=(Absence(10, "south", 2_000), Absence(20, "middle", None)))
    )
    assert "south    is switched off" in trace
    assert "middle   leaves for good" in trace
    assert world["south"].alive
    assert not world["middle"].alive


def test_a_disk_is_lost_and_comes_back_from_a_backup() -> None:
    lost = Restoration(saved=0, at=1_500, who="north", down=300, guard=False, mark=True)
    world, trace = run(Faults(lasts=5_000, restorations=(lost,)), seconds=600)
    assert "north    is restored from the backup, without its guard" in trace
    assert world["north"].setting("restored-at")
    world.assert_concluded()


def test_clocks_are_wrong_until_everything_heals() -> None:
    world, trace = run(Faults(lasts=2_000, clocks=(ClockFault(10, "south", 900, 0),)))
    assert "its clock is set by +900 s" in trace
    assert world["south"].clock.now() == world["north"].clock.now()


def test_lines_are_cut_and_mended() -> None:
    world, trace = run(
        Faults(lasts=9_000, cuts=(Cut(0, 1_000, ("north", "south")), Cut(0, 500, ("middle",)))), seconds=300
    )
    assert "north and south cannot be reached from each other" in trace
    assert not world.network.cut
    assert not world.network.away
    world.assert_concluded()
