from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785

from paraph.errors import FormatError
from paraph.wire import canonical, limits


class Mood(StrEnum):
    CALM = "calm"


class Rank(IntEnum):
    FIRST = 1


def test_members_are_ordered_by_utf16_code_units_and_nothing_is_escaped_needlessly():
    # RFC 8785 §3.2.3: U+FFFD sorts after U+1F600, whose UTF-16 begins with 0xD83D.
    value = {"ö": 1, "\ufffd": 2, "\U0001f600": 3, "a": [True, None, -7], "€": "\u20ac\n\u000f"}
    assert canonical.dump(value).decode() == (
        '{"a":[true,null,-7],"ö":1,"€":"€\\n\\u000f","\U0001f600":3,"\ufffd":2}'
    )


def test_names_and_numbers_of_enumerations_are_written_as_what_they_are():
    value: Any = {Mood.CALM: Mood.CALM, "n": Rank.FIRST, "t": (True, Mood.CALM)}
    assert canonical.dump(value) == b'{"calm":"calm","n":1,"t":[true,"calm"]}' == rfc8785.dumps(value)


def test_the_order_of_names_is_that_of_utf16_also_far_inside():
    value: Any = {"a": [{"\U0001f600": 1, "\ufffd": 2, "\ud7ff": 3, "z": 4}]}
    assert canonical.dump(value) == rfc8785.dumps(value)
    read: Any = canonical.load_object(canonical.dump(value))
    assert list(read["a"][0]) == [
        "z",
        "\ud7ff",
        "\U0001f600",
        "\ufffd",
    ]


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        {1: "a"},
        b"bytes",
        {"a": {1, 2}},
        "e\u0301",
        {"e\u0301": 1},
        "\ud800",
        "a\0b",
    ],
)
def test_what_signed_json_cannot_say_is_not_written(value):
    with pytest.raises(FormatError) as refused:
        canonical.dump(value)
    assert refused.value.code == "json-value"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json-syntax"),
        (b"{", "json-syntax"),
        (b"\xef\xbb\xbf{}", "json-syntax"),
        (b'{"a":1,}', "json-syntax"),
        (b"{} {}", "json-syntax"),
        (b"\xff", "json-encoding"),
        (b'"\xed\xa0\x80"', "json-encoding"),
        (b'{"a":1,"a":1}', "json-value"),
        (b'{"a":1,"\\u0061":1}', "json-value"),
        (b"1.0", "json-value"),
        (b"1e3", "json-value"),
        (b"-0", "json-value"),
        (b"NaN", "json-value"),
        (b"Infinity", "json-value"),
        (b"9007199254740992", "json-value"),
        (b"-9007199254740992", "json-value"),
        (b"1" * 5000, "json-value"),
        (b'"\\ud800"', "json-value"),
        (b'"e\\u0301"', "json-value"),
        ('["e\u0301"]'.encode(), "json-value"),
        ('{"e\u0301": 1}'.encode(), "json-value"),
        (b'"\\u0000"', "json-value"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(data, code):
    with pytest.raises(FormatError) as refused:
        canonical.load(data)
    assert refused.value.code == code


def test_white_space_and_order_are_free_for_readers_but_not_canonical():
    loose = b' { "b" : 1, "a" : 2 }\n'
    assert canonical.load(loose) == {"a": 2, "b": 1}
    assert not canonical.is_canonical(loose)
    assert canonical.is_canonical(b'{"a":2,"b":1}')
    assert not canonical.is_canonical(b"nonsense")
    assert not canonical.is_canonical(b'"\\u0041"')


def test_size_is_checked_before_the_bytes_are_looked_at():
    with pytest.raises(FormatError) as refused:
        canonical.load(b"\xff" * 11, limit=10)
    assert refused.value.code == "json-size"


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [limits.MAX_NESTING + 1, 100_000])
def test_nesting_is_refused_before_the_parser_recurses(opening, depth):
    with pytest.raises(FormatError) as refused:
        canonical.load(opening * depth)
    assert refused.value.code == "json-depth"


def test_nesting_up_to_the_limit_is_read_and_written():
    data = b"[" * limits.MAX_NESTING + b"]" * limits.MAX_NESTING
    assert canonical.dump(canonical.load(data)) == data
    with pytest.raises(FormatError) as refused:
        canonical.dump([canonical.load(data)])
    assert refused.value.code == "json-depth"


@pytest.mark.parametrize("text", ["[[[" * 20, '\\"[' * 40, "\\\\" * 3 + "[" * 40, "ends in \\", '"{"' * 40])
def test_brackets_inside_strings_are_not_nesting(text):
    data = canonical.dump([text, "[" * 50, [text]])
    assert canonical.load(data) == [text, "[" * 50, [text]]


def test_a_top_level_other_than_an_object_is_refused_where_one_is_needed():
    assert canonical.load_object(b'{"a":[]}') == {"a": []}
    with pytest.raises(FormatError) as refused:
        canonical.load_object(b"[]")
    assert refused.value.code == "json-value"
