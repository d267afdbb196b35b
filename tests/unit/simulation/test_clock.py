from __future__ import annotations

import pytest

from paraph.simulation.clock import BEGIN, SimulatedClock, utc
from paraph.simulation.timeline import Timeline


def pass_time(timeline: Timeline, seconds: float) -> None:
    timeline.after(int(seconds * 1000), lambda: None)
    timeline.step()


def test_it_begins_with_every_simulation() -> None:
    clock = SimulatedClock(Timeline())
    assert clock.now() == BEGIN == utc(0)
    assert clock.ticks() == 0


def test_a_jump_moves_what_it_shows_and_not_what_it_counts() -> None:
    timeline = Timeline()
    clock = SimulatedClock(timeline)
    pass_time(timeline, 60)
    clock.jump(-90)
    assert clock.now() == utc(-30)
    assert clock.ticks() == 60


def test_drift_gathers_and_stays_when_the_drift_changes() -> None:
    timeline = Timeline()
    clock = SimulatedClock(timeline)
    clock.drift(10_000)  # one in a hundred
    pass_time(timeline, 1_000)
    assert clock.now() == utc(1_010)
    clock.drift(0)
    pass_time(timeline, 1_000)
    assert clock.now() == utc(2_010)
    clock.set_right()
    assert clock.now() == utc(2_000)


@pytest.mark.parametrize(("jump", "ppm"), [(0, 0), (-310, 0), (900, 5_000), (-7_200, -5_000)])
def test_it_says_how_long_until_it_shows_an_instant(jump: int, ppm: int) -> None:
    timeline = Timeline()
    clock = SimulatedClock(timeline)
    clock.drift(ppm)
    clock.jump(jump)
    instant = utc(3_600 + jump)
    wait = clock.wait_until(instant)
    assert wait > 0
    pass_time(timeline, (wait - 20) / 1000)
    assert clock.now() < instant
    pass_time(timeline, 0.02)
    assert clock.now() == instant
    assert clock.wait_until(instant) == 0
