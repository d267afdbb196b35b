"""A fixed number of simulated schedules: everything that must hold holds in all of them, at every step."""

from __future__ import annotations

import pytest

from paraph.simulation.campaign import Campaign, conduct

REAL, OF_REAL = 6, 20
"""Chunks of schedules in which every signature is real, and how many each has."""

IDEAL, OF_IDEAL = 2, 140
"""Likewise with the ideal half, from seeds further on; a chunk is a process of its own."""


def check(done: Campaign, schedules: int) -> None:
    assert done.schedules == schedules
    assert not done.findings, "\n".join(
        f"paraph simulate --seed {found.seed}: {found.invariant}: {found.message}" for found in done.findings
    )


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(REAL))
def test_everything_holds(chunk: int) -> None:
    check(conduct(OF_REAL, chunk * OF_REAL), OF_REAL)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(IDEAL))
def test_everything_holds_with_an_ideal_in_place_of_one_half_of_signatures(chunk: int) -> None:
    check(conduct(OF_IDEAL, 1_000 + chunk * OF_IDEAL, ideal=True), OF_IDEAL)
