"""Measuring: what is compared takes turns, so that a busy moment of the machine meets both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Samples", "race"]

_LEAST_ROUNDS = 3
"""Fewer give no median worth the name."""

_MS = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What one runner needed in each round, in milliseconds."""

    values: Sequence[float]

    @property
    def n(self) -> int:
        """Number of rounds."""
        return len(self.values)

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.values) if self.values else 0.0

    @property
    def high(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.values, n=20, method="inclusive")[-1] if self.n > 1 else self.median

    @property
    def spread(self) -> float:
        """Interquartile range over the median: half of all rounds lie within it."""
        if self.n < _LEAST_ROUNDS:
            return 0.0
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return (high - low) / self.median if self.median else 0.0


def race(*runners: Callable[[int], object], rounds: int, budget_s: float) -> list[Samples]:
    """Let runners take turns.

    Args:
        runners: Each is called with the number of the round; 0 is for warming up and does not count.
        rounds: How many rounds at most.
        budget_s: No further round begins after this time, except the third.

    Returns:
        The samples of each runner, in the order of the arguments.
    """
    values: list[list[float]] = [[] for _ in runners]
    for runner in runners:
        runner(0)
    gc.collect()
    gc.freeze()  # what is loaded by now is nobody's garbage
    end = time.monotonic() + budget_s
    for number in range(1, rounds + 1):
        if number > _LEAST_ROUNDS and time.monotonic() > end:
            break
        for runner, own in zip(runners, values, strict=True):
            gc.collect()  # nobody sweeps up behind the others
            begun = time.perf_counter()
            runner(number)
            own.append((time.perf_counter() - begun) * _MS)
    gc.unfreeze()
    return [Samples(values=tuple(own)) for own in values]
