from __future__ import annotations

from functools import partial

from paraph.simulation.timeline import Timeline


def test_events_happen_in_time_and_those_of_one_moment_in_the_order_in_which_they_were_planned() -> None:
    timeline = Timeline()
    seen: list[tuple[int, str]] = []

    def note(name: str) -> None:
        seen.append((timeline.now, name))

    for at, name in ((30, "c"), (10, "a"), (30, "d"), (20, "b")):
        timeline.at(at, partial(note, name))
    while timeline.step():
        pass
    assert seen == [(10, "a"), (20, "b"), (30, "c"), (30, "d")]
    assert timeline.steps == 4


def test_what_is_planned_for_the_past_happens_now() -> None:
    timeline, seen = Timeline(now=100), []
    timeline.at(5, lambda: seen.append(timeline.now))
    timeline.step()
    assert seen == [100]


def test_a_cancelled_event_does_not_happen() -> None:
    timeline, seen = Timeline(), []
    event = timeline.after(5, lambda: seen.append("no"))
    timeline.cancel(event)
    timeline.cancel(event)
    timeline.cancel(None)
    assert not timeline.step()
    assert not seen


def test_a_node_that_looks_again_keeps_nobody_waiting() -> None:
    timeline = Timeline()
    looking = timeline.after(5, lambda: None, idle=True)
    assert not timeline.busy()
    arriving = timeline.after(6, lambda: None)
    assert timeline.busy()
    timeline.step()
    assert timeline.busy()
    timeline.cancel(looking)  # it has happened: nothing is taken back
    timeline.step()
    assert not timeline.busy()
    timeline.cancel(arriving)
    assert not timeline.busy()
