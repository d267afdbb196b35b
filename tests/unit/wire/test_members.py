from __future__ import annotations

import pytest

from paraph.errors import FormatError
from paraph.wire.members import MemberReader, decode_base64, encode_base64

READ = MemberReader(code="some-format")


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256))])
def test_base64_comes_back(data):
    assert decode_base64(encode_base64(data), maximum=256) == data


@pytest.mark.parametrize(
    "text", ["A", "AA", "AAA", "AA=A", "AB==", "AAB=", "AAAA=", "AAA\n", "A A=", "AA-_", "====", "é==="]
)
def test_base64_has_one_spelling(text):
    with pytest.raises(FormatError) as refused:
        decode_base64(text, maximum=256)
    assert refused.value.code == "base64"


def test_the_length_of_base64_is_exact():
    assert decode_base64("AAAA", maximum=3) == b"\0\0\0"
    for maximum in (2, 1, 0):
        with pytest.raises(FormatError):
            decode_base64("AAAA", maximum=maximum)


@pytest.mark.parametrize(
    "read",
    [
        lambda: READ.members([], "here", ()),
        lambda: READ.members({}, "here", ("a",)),
        lambda: READ.members({"a": 1, "b": 2}, "here", ("a",)),
        lambda: READ.mapping([], "here", maximum=1),
        lambda: READ.mapping({"a": 1, "b": 1}, "here", maximum=1),
        lambda: READ.array({}, "here", maximum=1),
        lambda: READ.array([1, 2], "here", maximum=1),
        lambda: READ.text(1, "here", maximum=1),
        lambda: READ.text("", "here", maximum=1),
        lambda: READ.text("ab", "here", maximum=1),
        lambda: READ.constant("b", "here", "a"),
        lambda: READ.integer(True, "here", maximum=1),
        lambda: READ.integer("1", "here", maximum=1),
        lambda: READ.integer(2, "here", maximum=1),
        lambda: READ.integer(-1, "here", maximum=1),
        lambda: READ.base64(1, "here", maximum=1),
        lambda: READ.base64("!", "here", maximum=1),
        lambda: READ.digest("00", "here"),
        lambda: READ.party("A", "here"),
        lambda: READ.instant("now", "here"),
    ],
)
def test_every_deviation_names_the_format_and_the_place(read):
    with pytest.raises(FormatError) as refused:
        read()
    assert refused.value.code == "some-format"
    assert refused.value.params["path"] == "here"


def test_optional_members_may_be_there_or_not():
    assert READ.members({"a": 1}, "here", ("a",), optional=("b",)) == {"a": 1}
    assert READ.members({"a": 1, "b": 2}, "here", ("a",), optional=("b",)) == {"a": 1, "b": 2}
