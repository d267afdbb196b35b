"""A fixed number of simulated schedules: everything that must hold holds in all of them, at every step."""

from __future__ import annotations

import pytest

from paraph.simulation.campaign import conduct

CHUNK = 20
CHUNKS = 15


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_everything_holds(chunk: int) -> None:
    done = conduct(CHUNK, chunk * CHUNK)
    assert done.schedules == CHUNK
    assert not done.findings, "\n".join(
        f"paraph simulate --seed {found.seed}: {found.invariant}: {found.message}" for found in done.findings
    )
