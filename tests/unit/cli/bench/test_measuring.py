"""Measuring: turns are taken, warming up does not count, time runs out."""

from __future__ import annotations

import time

import pytest

from paraph.cli.bench.measuring import Samples, race


def test_runners_take_turns_after_one_unmeasured_round_each() -> None:
    calls: list[tuple[str, int]] = []
    ours, peer = race(
        lambda n: calls.append(("ours", n)), lambda n: calls.append(("peer", n)), rounds=3, budget_s=10
    )
    assert calls == [(who, n) for n in range(4) for who in ("ours", "peer")]
    assert (ours.n, peer.n) == (3, 3)


def test_the_longer_runner_takes_longer() -> None:
    short, long = race(lambda _: None, lambda _: time.sleep(0.01), rounds=3, budget_s=10)
    assert short.median < 9.0 < long.median


def test_no_further_round_begins_when_time_is_up_except_the_third() -> None:
    (samples,) = race(lambda _: time.sleep(0.001), rounds=1000, budget_s=0.0)
    assert samples.n == 3


def test_a_runner_that_fails_is_not_measured() -> None:
    def fail(_: int) -> None:
        raise AssertionError("what is wrong is not measured")

    with pytest.raises(AssertionError, match="wrong"):
        race(fail, rounds=3, budget_s=1)


class TestSamples:
    def test_spread_is_half_of_all_rounds_over_the_median(self) -> None:
        assert Samples(values=[8.0, 9.0, 10.0, 11.0, 12.0]).spread == pytest.approx(0.2)

    def test_one_outlier_moves_neither(self) -> None:
        samples = Samples(values=[10.0, 10.0, 10.0, 10.0, 500.0])
        assert (samples.median, samples.spread) == (10.0, 0.0)

    def test_two_rounds_have_no_spread(self) -> None:
        assert Samples(values=[1.0, 2.0]).spread == 0.0
