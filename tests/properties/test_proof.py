from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.verify.anchors import TrustAnchors
from paraph.verify.proof import verify_proof
from paraph.verify.verdict import Verdict
from paraph.wire.proof import prove_equivocation, prove_fork
from tests.support.lies import FORKED, HONEST, accused, act, liar, note, renewed

TRUST = TrustAnchors.load([liar("north").card, liar("south").card])
RENEWED, NEW_KEYS = renewed()
PROOFS = {
    "renewed": prove_fork(
        RENEWED, note(HONEST, 7), note(FORKED, 7, south=NEW_KEYS), as_log=False
    ),
    "equivocation": prove_equivocation(
        accused("south"), act("yes").envelope.data, act("no").envelope.data
    ),
    "envelopes": prove_equivocation(accused("south"), act("yes").envelope.data, act("yes").envelope.data),
    "log": prove_fork(accused("north"), note(HONEST, 7), note(FORKED, 7), as_log=True),
    "cosignature": prove_fork(accused("south"), note(HONEST, 7), note(FORKED, 7), as_log=False),
    "beginning": prove_fork(
        accused("north"), note(HONEST, 5), note(FORKED, 9), as_log=True,
        prefix=(FORKED.root(5), FORKED.consistency(5, 9)),
    ),
}  # fmt: skip


def verdict(data: bytes) -> Verdict:
    return verify_proof(data, path="proof.json", anchors=TRUST).verdict


@pytest.mark.parametrize("kind", PROOFS)
def test_a_proof_as_it_was_written_holds(kind: str) -> None:
    assert verdict(PROOFS[kind]) is Verdict.PASS


@given(st.sampled_from(sorted(PROOFS)), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_no_byte_of_a_proof_can_be_changed(kind: str, place: float, flip: int) -> None:
    changed = bytearray(PROOFS[kind])
    changed[int(place * len(changed))] ^= flip
    assert verdict(bytes(changed)) is Verdict.FAIL


@given(
    st.sampled_from(sorted(PROOFS)),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 400),
    st.binary(max_size=40) | st.sampled_from([b'"', b"{}", b"[]", b"null", b"==", b"\\u0000"]),
)
def test_nothing_can_be_cut_out_or_put_in(kind: str, place: float, cut: int, put: bytes) -> None:
    data = PROOFS[kind]
    at = int(place * len(data))
    changed = data[:at] + put + data[at + cut :]
    assert (verdict(changed) is Verdict.PASS) is (changed == data)


@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    assert verdict(data) is Verdict.FAIL
    assert verdict(b'{"accused":' + data) is Verdict.FAIL
