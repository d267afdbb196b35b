from __future__ import annotations

from paraph.node.rate import TokenBuckets


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_taken_and_then_the_pace_counts():
    clock = Clock()
    buckets = TokenBuckets(per_second=2, burst=5, now=clock)
    assert [buckets.take("a") for _ in range(5)] == [0] * 5
    assert buckets.take("a") == 0.5
    clock.now += 0.25
    assert buckets.take("a") == 0.25
    clock.now += 0.25
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0


def test_a_bucket_never_holds_more_than_a_burst():
    clock = Clock()
    buckets = TokenBuckets(per_second=2, burst=3, now=clock)
    buckets.take("a")
    clock.now += 1_000_000
    assert [buckets.take("a") > 0 for _ in range(5)] == [False] * 3 + [True] * 2


def test_addresses_do_not_share():
    buckets = TokenBuckets(per_second=1, burst=1, now=Clock())
    assert (buckets.take("a"), buckets.take("b")) == (0, 0)
    assert buckets.take("a") > 0


def test_memory_is_bounded_and_the_longest_unseen_is_forgotten():
    buckets = TokenBuckets(per_second=1, burst=1, max_addresses=3, now=Clock())
    for address in "abcabd":
        buckets.take(address)
    assert buckets.take("a") > 0  # remembered
    assert buckets.take("c") == 0  # forgotten
