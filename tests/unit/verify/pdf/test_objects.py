from __future__ import annotations

import pytest

from paraph.errors import FormatError
from paraph.verify.pdf.objects import MAX_DEPTH, Name, Real, Ref, parse, same


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"true", True),
        (b" null ", None),
        (b"-17", -17),
        (b"+.5", Real("+.5")),
        (b"4.", Real("4.")),
        (b"/A#42#20c", Name("AB c")),
        (b"/", Name("")),
        (b"(a(b)c\\)\\101\\\n\r\nd)", b"a(b)c)A\nd"),
        (b"<48 6>", b"H`"),
        (b"12 0 R", Ref(12, 0)),
        (b"12 %x\n0 R", Ref(12, 0)),
        (b"[1 0 R 2 %c\n/B<</C[]>>]", [Ref(1, 0), 2, Name("B"), {"C": []}]),
    ],
)
def test_values(written: bytes, value: object) -> None:
    found, _ = parse(written)
    assert found == value
    assert type(found) is type(value) or isinstance(found, dict)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"]",
        b"<<",
        b"<< /A 1 /A 2 >>",
        b"<< 1 2 >>",
        b"(a",
        b"<4x>",
        b"nul",
        b"[" * (MAX_DEPTH + 1),
        b"99999999999999999999",
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(written: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        parse(written)
    assert caught.value.code == "pdf-syntax"


def test_a_dictionary_knows_where_its_values_stand() -> None:
    data = b"<</A  <00>/B 1>>"
    found, end = parse(data)
    assert isinstance(found, dict)
    assert end == len(data)
    assert {key: data[slice(*span)].strip() for key, span in found.spans.items()} == {"A": b"<00>", "B": b"1"}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (b"1", b"1.0", True),
        (b"1", b"true", False),
        (b"true", b"true", True),
        (b"/A", b"(A)", False),
        (b"[1 2]", b"[1 2]", True),
        (b"[1 2]", b"[2 1]", False),
        (b"<< /A 1 /B 2 >>", b"<< /B 2 /A 1 >>", True),
        (b"<< /A 1 >>", b"<< /A 1 /B null >>", False),
        (b"(a)", b"<61>", True),
        (b"1 0 R", b"1 1 R", False),
    ],
)
def test_sameness_is_what_a_reader_sees(one: bytes, other: bytes, equal: bool) -> None:
    assert same(parse(one)[0], parse(other)[0]) is equal
