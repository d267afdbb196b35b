"""Ideals, in processes of their own: they must not stay on in this one."""

from __future__ import annotations

import subprocess
import sys

import pytest

HOLDS = """
from dataclasses import replace
from paraph.simulation.ideal import new_keys, use_ideals
from paraph.wire.keys import sign_hybrid, verify_hybrid

real = new_keys()
use_ideals()
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

SEALS = """
from paraph.errors import FormatError
from paraph.simulation.ideal import new_keys, use_ideals
from paraph.wire import hpke

def opens(keys, info, sealed):
    try:
        return hpke.unseal(keys, info, sealed) == b"secret" * 9
    except FormatError as error:
        assert error.code == "seal"
        return False

real = new_keys()
use_ideals()
ideal, other = new_keys(), new_keys()
for keys in (real, ideal):
    sealed = hpke.seal(keys.public, b"purpose", b"secret" * 9)
    assert len(sealed) == 54 + hpke.OVERHEAD and b"secret" not in sealed
    assert hpke.seal(keys.public, b"purpose", b"secret" * 9) != sealed
    assert opens(keys, b"purpose", sealed)
    assert not opens(keys, b"purposes", sealed)
    for stranger in (other, real, ideal):
        assert stranger is keys or not opens(stranger, b"purpose", sealed)
    for place in (0, 500, -20, -1):
        flipped = bytearray(sealed)
        flipped[place] ^= 1
        assert not opens(keys, b"purpose", bytes(flipped))
    assert not opens(keys, b"purpose", sealed[:20])
"""

TRACE = """
import sys
from paraph.simulation.ideal import use_ideals
from paraph.simulation.schedule import draw, run
if sys.argv[1] == "ideal":
    use_ideals()
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


def test_an_ideal_seal_is_opened_by_its_holder_only() -> None:
    output(SEALS)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_trace_with_real_and_with_ideal_signatures() -> None:
    real, ideal = output(TRACE, "real"), output(TRACE, "ideal")
    assert len(real.splitlines()) > 50
    assert real == ideal
