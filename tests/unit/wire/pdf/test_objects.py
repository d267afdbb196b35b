from __future__ import annotations

import pytest

from paraph.wire.pdf.objects import Dictionary, Name, Real, Ref, Stream, points, serialise, text_string
from tests.support.refused import refused


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, b"null"),
        (True, b"true"),
        (False, b"false"),
        (-7, b"-7"),
        (Real("595.2756"), b"595.2756"),
        (Name("A B#/é"), b"/A#20B#23#2f#e9"),
        (b"plain", b"(plain)"),
        (b"a(b)\\", rb"(a\(b\)\\)"),
        (b"\xfe\xff\x05", b"<feff05>"),
        (Ref(12), b"12 0 R"),
        ((1, Name("N"), (2, b"x")), b"[1 /N [2 (x)]]"),
        (
            Dictionary({"A": 1, "B": Name("C"), "D": (1,), "E": b"s", "F": None}),
            b"<</A 1/B/C/D[1]/E(s)/F null>>",
        ),
        (Stream(Dictionary({"A": 1}), b"data"), b"<</A 1/Length 4>>\nstream\ndata\nendstream"),
    ],
)
def test_each_kind_has_one_form(value, written: bytes) -> None:
    assert serialise(value) == written


@pytest.mark.parametrize(
    ("thousandths", "written"), [(80_000, b"80"), (80_500, b"80.5"), (-1, b"-0.001"), (12_345, b"12.345")]
)
def test_lengths_have_as_few_digits_as_they_need(thousandths: int, written: bytes) -> None:
    assert serialise(points(thousandths)) == written


def test_text_is_ascii_or_marked_utf16() -> None:
    assert text_string("Jerusalem") == b"Jerusalem"
    assert text_string("Ë") == b"\xfe\xff\x00\xcb"
    assert text_string("ירושלים").decode("utf-16") == "ירושלים"


@pytest.mark.parametrize("text", ["a\nb", "\x1b[0m", "\x85", "\ud800"])
def test_text_without_control_characters(text: str) -> None:
    with refused("pdf-text"):
        text_string(text)


def test_dictionaries_keep_order_and_do_not_change() -> None:
    first = Dictionary({"B": 1, "A": 2})
    second = first.having({"B": 3, "C": 4})
    assert list(second) == ["B", "A", "C"]
    assert first == Dictionary({"B": 1, "A": 2})
    assert list(second.without("A")) == ["B", "C"]
    assert first.get("Z") is None
