"""What every guard must do (``paraph.app.ports.CosignGuard``)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from paraph.app.ports import CosignGuard
from paraph.errors import PermanentError
from tests.support.rows import D1, D2

A, B = "a" * 64, "b" * 64


def test_nothing_is_known_at_first(guard: CosignGuard):
    assert (guard.last(D1), guard.last_seq(D1)) == (None, 0)


def test_sizes_grow(guard: CosignGuard):
    guard.record(D1, 0, A)
    guard.record(D1, 5, A)
    guard.record(D1, 9, B)
    assert (guard.last(D1), guard.last(D2)) == ((9, B), None)


def test_the_same_may_be_said_again(guard: CosignGuard):
    guard.record(D1, 5, A)
    guard.record(D1, 5, A)
    assert guard.last(D1) == (5, A)


@pytest.mark.parametrize(("size", "root"), [(5, B), (4, A), (0, B)])
def test_anything_else_would_be_equivocation(guard: CosignGuard, size: int, root: str):
    guard.record(D1, 5, A)
    with pytest.raises(PermanentError) as caught:
        guard.record(D1, size, root)
    assert caught.value.code == "equivocation"
    assert guard.last(D1) == (5, A)


def test_own_acts_are_counted_beside(guard: CosignGuard):
    guard.record_seq(D1, 3)
    guard.record(D1, 5, A)
    guard.record_seq(D1, 3)
    guard.record_seq(D1, 4)
    assert (guard.last(D1), guard.last_seq(D1), guard.last_seq(D2)) == ((5, A), 4, 0)


def test_fewer_own_acts_mean_that_the_store_forgot_some(guard: CosignGuard):
    guard.record_seq(D1, 3)
    with pytest.raises(PermanentError) as caught:
        guard.record_seq(D1, 2)
    assert caught.value.code == "equivocation"
    assert guard.last_seq(D1) == 3


def test_of_two_roots_for_one_size_only_one_gets_through(guard: CosignGuard):
    def attempt(root: str) -> str | None:
        try:
            guard.record(D1, 7, root)
        except PermanentError:
            return None
        return root

    with ThreadPoolExecutor(4) as threads:
        given = {root for root in threads.map(attempt, [f"{number:064x}" for number in range(20)]) if root}
    assert len(given) == 1
    assert guard.last(D1) == (7, given.pop())
