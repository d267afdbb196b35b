"""The ideal half of a signature, in processes of their own: it must not stay on in this one."""

from __future__ import annotations

import subprocess
import sys

import pytest

HOLDS = """
from dataclasses import replace
from paraph.simulation.ideal import new_keys, use_ideal_ml_dsa
from paraph.wire.keys import sign_hybrid, verify_hybrid

real = new_keys()
use_ideal_ml_dsa()
ideal, other = new_keys(), new_keys()
for keys in (real, ideal):
    signed = sign_hybrid(keys, b"message")
    assert len(signed.ml_dsa_65) == 3309
    assert verify_hybrid(keys.public, b"message", signed)
    assert not verify_hybrid(keys.public, b"massage", signed)
    assert not verify_hybrid(other.public, b"message", signed)
    flipped = bytes([signed.ml_dsa_65[0] ^ 1]) + signed.ml_dsa_65[1:]
    assert not verify_hybrid(keys.public, b"message", replace(signed, ml_dsa_65=flipped))
    assert not verify_hybrid(keys.public, b"message", replace(signed, ed25519=bytes(64)))
    assert sign_hybrid(keys, b"message").ml_dsa_65 != signed.ml_dsa_65
"""

TRACE = """
import sys
from paraph.simulation.ideal import use_ideal_ml_dsa
from paraph.simulation.schedule import draw, run
if sys.argv[1] == "ideal":
    use_ideal_ml_dsa()
for seed in (5, 11):
    print("\\n".join(run(draw(seed), full=True).trace))
"""


def output(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_an_ideal_half_is_accepted_from_its_holder_only() -> None:
    output(HOLDS)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_trace_with_real_and_with_ideal_signatures() -> None:
    real, ideal = output(TRACE, "real"), output(TRACE, "ideal")
    assert len(real.splitlines()) > 50
    assert real == ideal
