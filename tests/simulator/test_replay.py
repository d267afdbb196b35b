"""A seed gives the same course of events in another process, line for line."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# In these, nodes crash, clocks jump, backups come back, bundles are late and come twice.
SEEDS = (2, 17, 40, 88)


def replayed(seed: int, hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "paraph", "simulate", "--seed", str(seed)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_trace_is_the_same(seed: int) -> None:
    first, second = replayed(seed, "1"), replayed(seed, "2")
    assert first.splitlines() == second.splitlines()
    assert f"seed {seed}: " in first.splitlines()[0]
    assert "everything held" in first
