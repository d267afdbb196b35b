"""Any damage to a signed file is noticed and named, and nothing makes the verifier raise."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adversarial.pdf import craft, genuine, own
from tests.unit.verify.judging import judge, reasons

FILES: dict[str, Callable[[], bytes]] = {
    "own archived": own.concluded,
    "own stamped": lambda: own.concluded("B-T"),
    "plain": lambda: craft.sign(craft.base(), make=craft.signer("b")),
    "two and seal": lambda: craft.stamped(craft.sealed(craft.signed("ab"))),
    "pyHanko": lambda: genuine.original("B-B", "tiny", "a"),
    "pyHanko packed": lambda: genuine.original("B-T", "streams", "a"),
}


def flip(data: bytes, position: int, bit: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1 << bit]) + data[position + 1 :]


def assert_noticed(data: bytes, what: str) -> None:
    report = judge(data)
    assert report.verdict != "pass", what
    assert reasons(report), what
    assert "verifier-fault" not in report.codes(), what


def damage(name: str, times: int) -> None:
    """Half of the flips anywhere, half in the last signature, which nothing else covers."""
    data = FILES[name]()
    assert judge(data).verdict == "pass"
    dice = random.Random(name)
    last = data.rindex(b"/Contents")
    coded = [place for place in range(last, len(data)) if data[place] != ord("0")]
    for turn in range(times):
        position, bit = dice.choice(coded) if turn % 2 else dice.randrange(len(data)), dice.randrange(8)
        assert_noticed(flip(data, position, bit), f"{name}: bit {bit} of byte {position}")


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_noticed(name: str) -> None:
    damage(name, 60)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_noticed_many_times(name: str) -> None:
    damage(f"{name}", 1000)


@given(st.data())
def test_cut_pasted_and_repeated_bytes_are_noticed(data) -> None:
    original = craft.signed("ab")
    start = data.draw(st.integers(0, len(original) - 1))
    end = data.draw(st.integers(start, min(len(original), start + 400)))
    put = data.draw(st.one_of(st.binary(max_size=40), st.just(original[start:end] * 2)))
    changed = original[:start] + put + original[end:]
    if changed != original:
        assert_noticed(changed, f"{start}:{end} replaced by {len(put)} bytes")


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_get_a_report(noise: bytes, framed: bool) -> None:
    data = b"%PDF-1.7\n" + noise + b"\nstartxref\n9\n%%EOF\n" if framed else noise
    report = judge(data)
    assert report.verdict == "fail"
    assert "verifier-fault" not in report.codes()


FRAGMENTS = [
    b"<< /Type /Catalog /Pages 2 0 R /AcroForm 7 0 R >>", b"<< /Fields [8 0 R 8 0 R] >>", b"<< /Fields 7 0 R >>",
    b"[8 0 R]", b"null", b"<< /Kids [8 0 R] /T (x) >>", b"<< /FT /Sig /T (a) /V 9 0 R >>", b"8 0 R", b"3.5", b"/Sig",
    b"<< /Type /ObjStm /N 1 /First 4 /Length 3 >>\nstream\n5 0\nendstream", b"<< /Type /Page /Annots 7 0 R >>",
    b"<< /DSS << /Certs 5 0 R >> /Type /Catalog /AcroForm << /Fields [] >> >>", b"(" + b"(" * 9 + b")" * 9 + b")",
    b"<< /Type /DSS /VRI << /A 1 >> >>", b"<< /Perms << /UR3 1 0 R >> /AcroForm 8 0 R >>", b"<< /ByteRange [0 1 2 3] /Contents <00> >>",
]  # fmt: skip


@given(st.dictionaries(st.integers(1, 11), st.sampled_from(FRAGMENTS), min_size=1, max_size=4), st.booleans())
def test_strange_objects_never_make_it_raise(objects, in_base: bool) -> None:
    data = craft.sign(craft.base(objects)) if in_base else craft.update(craft.signed(), objects)
    assert "verifier-fault" not in judge(data).codes()
