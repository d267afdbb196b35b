from __future__ import annotations

import pytest

from paraph.wire.pdf.objects import Dictionary, Name, Real, Ref, Stream
from paraph.wire.pdf.parsing import MAX_DEPTH, indirect_object, literal_end, parse
from tests.support.refused import refused


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"null ", None),
        (b"true", True),
        (b" +5 ", 5),
        (b"-0.50", Real("-0.50")),
        (b".5", Real(".5")),
        (b"4.", Real("4.")),
        (b"/A#20B", Name("A B")),
        (b"(plain)", b"plain"),
        (rb"(a\(b\)\n\101\7x\q)", b"a(b)\nA\x07xq"),
        (b"(a(b(c))d)", b"a(b(c))d"),
        (b"(a\\\nb\r\nc\rd)", b"ab\nc\nd"),
        (b"<48656C>", b"Hel"),
        (b"12 0 R", Ref(12)),
        (b"[1 2 0 R 3 0.5/N(s)[]<<>>]", (1, Ref(2), 3, Real("0.5"), Name("N"), b"s", (), Dictionary({}))),
        (b"<</K 5 0 R/L 5/M/N/O[5 0]/P 5.0>>",
         Dictionary({"K": Ref(5), "L": 5, "M": Name("N"), "O": (5, 0), "P": Real("5.0")})),
        (b"<< /A << /B null >> /C true >>", Dictionary({"A": Dictionary({"B": None}), "C": True})),
    ],
)  # fmt: skip
def test_what_is_accepted(written: bytes, value) -> None:
    found, end = parse(written)
    assert found == value
    assert type(found) is type(value)
    assert end == len(written.rstrip())


@pytest.mark.parametrize(
    "written",
    [
        b"", b"%comment\n1", b"<4>", b"<48 65>", b"(open", b"[1", b"<</A 1", b"<</A>>", b"<<1 2>>", b"]", b">>", b"/", b"/A#4",
        b"/A#00", b"0 0 R", b"01 0 R", b"[1 0 Rx]", b"1e5", b"1.2.3", b"nul", b"trueish", b"<</A 1/A 2>>", b"[>>]",
        b"12345678901234567890", b"- 1", b"stream",
    ],
)  # fmt: skip
def test_what_is_refused(written: bytes) -> None:
    with refused("pdf-syntax"):
        parse(written)


def test_nesting_ends_somewhere() -> None:
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert parse(deep)[1] == len(deep)
    for bracket, closing in ((b"[", b"]"), (b"<</A", b">>")):
        with refused("pdf-depth"):
            parse(bracket * (MAX_DEPTH + 1) + closing * (MAX_DEPTH + 1))


def test_a_stream_is_as_long_as_it_says() -> None:
    data = b"7 0 obj\n<</Length 5>>\nstream\nab\ncd\nendstream\nendobj\n"
    assert indirect_object(data, 0, 7) == Stream(Dictionary({}), b"ab\ncd")
    for wrong in (b"/Length 4", b"/Length 9", b"/Length -1", b"/Length 8 0 R", b"/Width 5"):
        with refused("pdf-syntax"):
            indirect_object(data.replace(b"/Length 5", wrong), 0, 7)


@pytest.mark.parametrize(
    "data",
    [
        b"8 0 obj\n1\nendobj",
        b"7 1 obj\n1\nendobj",
        b"7 0 obj\n1\n",
        b"7 0 obj\n(s)\nstream\n\nendstream\nendobj",
    ],
)
def test_an_object_is_where_and_what_it_should_be(data: bytes) -> None:
    with refused("pdf-syntax"):
        indirect_object(data, 0, 7)


def test_the_end_of_a_string_is_behind_its_parentheses() -> None:
    assert literal_end(rb"x(a\)(b))y", 1) == 9
    with refused("pdf-syntax"):
        literal_end(rb"(a\)", 0)
